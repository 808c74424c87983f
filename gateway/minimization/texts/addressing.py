"""Addressing: forms of address that are glued to a name."""

from typing import Final

from gateway.minimization.texts.lists import listed

_LENGTH_MIN = 2
_BEFORE: Final = listed("address_before")
_AFTER: Final = listed("address_after")
_LENGTH_MAX: Final = max(map(len, _BEFORE | _AFTER))


def addressed(word: str) -> set[str]:
    """Who is addressed by a folded word, if anybody: what is left without a form of address."""
    sizes = range(_LENGTH_MIN, min(_LENGTH_MAX, len(word) - _LENGTH_MIN) + 1)
    found = {word[size:] for size in sizes if word[:size] in _BEFORE}
    return found | {word[:-size] for size in sizes if word[-size:] in _AFTER}
