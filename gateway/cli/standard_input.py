"""What need not stand in a shell's history or in the list of processes is read from the standard input."""

import sys
from collections.abc import Iterable

from cyclopts import Parameter

from gateway.errors import ConfigurationError

#: Stands for the standard input, as it does for most commands.
STANDARD_INPUT = "-"
_CHARACTERS_MAX = 100_000


def or_input(text: str) -> Parameter:
    """What is told of an option that may be ``-``, which the parser would take for another option.

    Every option that is handed to ``told`` or ``one_told`` is annotated with it, and says so in its help.
    """
    return Parameter(help=text, allow_leading_hyphen=True, validator=_refuse_options)


def _refuse_options(_: object, value: str | Iterable[str] | None) -> None:
    """Who has forgotten the value has not named the next option as it. Raises ValueError."""
    values = [value] if isinstance(value, str) else value or ()
    if any(one.startswith("-") and one != STANDARD_INPUT for one in values):
        raise ValueError("It begins as an option does; '-' alone reads the standard input.")


def told(values: list[str]) -> list[str]:
    """The values, with ``-`` replaced by the lines of the standard input. Raises ConfigurationError."""
    return [told_one for value in values for told_one in (_lines() if value == STANDARD_INPUT else [value])]


def one_told(value: str) -> str:
    """As ``told``, of which there has to be one."""
    found = told([value])
    if len(found) != 1:
        raise ConfigurationError("The standard input has to hold one line. Nothing was done.")
    return found[0]


def _lines() -> list[str]:
    text = sys.stdin.read(_CHARACTERS_MAX + 1)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or len(text) > _CHARACTERS_MAX:
        raise ConfigurationError(
            "The standard input holds nothing, or far too much. Give it what '-' stands for, a line each; "
            "nothing was done."
        )
    return lines
