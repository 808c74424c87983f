"""Abbreviations: what accounts and busy people make of several names."""

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Final

from gateway.minimization.texts.spelling import shared

#: So many letters of one name tell it, together with some of another one.
OPENING_LENGTH_MIN = 3
#: So many letters may stand before it.
INITIALS_MAX = 3
#: Fewer letters of several names are anything.
_LOGIN_LENGTH_MIN = 5
_PARTS_MAX = 4
#: Of a name that is abbreviated no more letters are left.
_LETTERS_MAX: Final = 5


def is_account(word: str, names: Sequence[str]) -> bool:
    """Whether a word is made of a name, or of how it begins, and of a few letters of another one."""
    opening = word[:OPENING_LENGTH_MIN]
    begun = [name for name in names if name.startswith(opening)]
    ended = [name for name in names if word.endswith(name) and len(name) >= OPENING_LENGTH_MIN]
    return any(_ends_short(word, one, other) for one in begun for other in names if other != one) or any(
        is_short_for(word.removesuffix(one), other) for one in ended for other in names if other != one
    )


def is_login(word: str, names: Iterable[str]) -> bool:
    """Whether a word is how some names begin, one after the other; of one of them enough to tell."""
    return len(word) >= _LOGIN_LENGTH_MIN and _is_made_of_openings(word, frozenset(names), ())


def are_openings(one: str, other: str, names: Iterable[str]) -> bool:
    """Whether two words are how two of the names begin."""
    return any(first.startswith(one) and last.startswith(other) for first, last in permutations(names, 2))


def _is_made_of_openings(word: str, names: frozenset[str], sizes: tuple[int, ...]) -> bool:
    if not word:
        return len(sizes) > 1 and max(sizes) >= OPENING_LENGTH_MIN
    return len(sizes) < _PARTS_MAX and any(
        _is_made_of_openings(word[size:], names - {name}, (*sizes, size))
        for name in names
        for size in range(1, shared(word, name) + 1)
    )


def _ends_short(word: str, one: str, other: str) -> bool:
    size = shared(word, one)
    if size < OPENING_LENGTH_MIN:
        return False
    if size == len(one) and is_short_for(word[size:], other):
        return True
    sizes = range(OPENING_LENGTH_MIN, min(size, len(word) - OPENING_LENGTH_MIN) + 1)
    return any(other.startswith(word[at:]) for at in sizes)


def is_short_for(letters: str, name: str) -> bool:
    """Whether a few letters are the first one of a name, and some of those behind it in order."""
    left = iter(name)
    return 0 < len(letters) <= _LETTERS_MAX and letters[0] == name[0] and all(one in left for one in letters)
