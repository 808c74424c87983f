"""What need not stand in a shell's history or in the list of processes is read from the standard input."""

import sys

from gateway.errors import ConfigurationError

#: Stands for the standard input, as it does for most commands.
STANDARD_INPUT = "-"
_CHARACTERS_MAX = 100_000


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
