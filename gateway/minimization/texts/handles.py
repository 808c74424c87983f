"""What the local part of an address says of a person: a name or two, or an account."""

import re
from typing import Final

from gateway.minimization.texts.eastern import syllable_initials
from gateway.minimization.texts.lists import listed
from gateway.minimization.texts.names import Called
from gateway.minimization.texts.nicknames import NICKNAMES
from gateway.minimization.texts.reading import spoken
from gateway.minimization.texts.words import ORDINARY

#: What follows an initial in a handle is a name if it has as many letters.
_NAME_LENGTH_MIN = 5
#: Fewer letters and digits are anything.
_ACCOUNT_LENGTH_MIN = 4
_TWO = 2
_LETTERS: Final = re.compile("[a-z]+")
_DIGIT: Final = re.compile("[0-9]")
_ROLES: Final = listed("roles")


def is_role(local: str) -> bool:
    """Whether nobody in particular is reached there."""
    return local.lower() in _ROLES


def called_by_handle(handle: str, *, is_alone: bool) -> Called:
    """What a handle says; ``is_alone`` where nothing else tells the name."""
    parts = _LETTERS.findall(spoken(handle).lower())
    if len(parts) == 1:
        parts = _split_at_given_name(parts[0])
    words = [part for part in parts if len(part) > 1]
    names = [word for word in words if word not in ORDINARY]
    if is_alone and len(parts) == _TWO and _ROLES.isdisjoint(parts) and (names or len(words) < _TWO):
        # One of first.last may be a word as well.
        names = words
    # The rest of aschmidt is a name as well as it is one.
    rest = names[0][1:] if len(parts) == 1 and len(parts[0]) > _NAME_LENGTH_MIN and names else ""
    return Called(
        [*names, rest] if rest else names,
        ["".join(parts)],
        ["".join(part[0] for part in parts), *syllable_initials(names)],
        frozenset(words) - _ROLES,
    )


def account(local: str) -> str | None:
    """A local part with digits, folded: it tells of somebody as it is written. None for any other."""
    said = spoken(local).lower()
    return said if len(said) >= _ACCOUNT_LENGTH_MIN and _DIGIT.search(said) is not None else None


def _split_at_given_name(handle: str) -> list[str]:
    """A handle after the longest given name that it begins with; whole if it begins with none."""
    for size in range(len(handle) - 3, 2, -1):
        if handle[:size] in NICKNAMES:
            return [handle[:size], handle[size:]]
    return [handle]
