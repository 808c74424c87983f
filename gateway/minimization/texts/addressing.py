"""Addressing: forms of address that are glued to a name."""

from importlib.resources import files
from typing import Final

_LENGTH_MIN = 2


def _section(title: str) -> frozenset[str]:
    lines = files(__package__).joinpath("addresses.txt").read_text(encoding="utf-8").splitlines()
    rest = lines[lines.index(title) + 1 :]
    return frozenset(" ".join(rest[: rest.index("")]).split())


_BEFORE: Final = _section("[before]")
_AFTER: Final = _section("[after]")
_LENGTH_MAX: Final = max(map(len, _BEFORE | _AFTER))


def addressed(word: str) -> set[str]:
    """Who is addressed by a folded word, if anybody: what is left without a form of address."""
    sizes = range(_LENGTH_MIN, min(_LENGTH_MAX, len(word) - _LENGTH_MIN) + 1)
    found = {word[size:] for size in sizes if word[:size] in _BEFORE}
    return found | {word[:-size] for size in sizes if word[-size:] in _AFTER}
