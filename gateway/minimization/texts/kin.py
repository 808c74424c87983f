"""Kin: what beside somebody's name is a name of theirs all the same: of parents, and of spouses."""

import re
from typing import Final

from gateway.minimization.texts.lists import listed
from gateway.minimization.texts.nicknames import GIVEN
from gateway.minimization.texts.words import ORDINARY

#: Fewer letters are no surname.
SURNAME_LENGTH_MIN = 3
#: Parts of a compound word.
_PART_LENGTH_MIN = 4

#: What stands between a name and the father's, or before the children's.
DESCENT: Final = listed("descent")
#: What stands between two surnames.
JOINING: Final = listed("joining")
_OF_FATHER: Final = re.compile(
    "[a-z]{2,24}(?:[oei](?:vich|wich|witsch|vitch|vic|wicz)|(?<![hrw])[iy]ch|vna|wna|lna|anna|ichna|"
    "oglu|ogly|k[iy]zy|qizi|dottir|sson)"
)


def is_of_father(word: str) -> bool:
    """Whether a folded word says whose child somebody is."""
    return word not in ORDINARY and _OF_FATHER.fullmatch(word) is not None


def is_given(word: str, written: str) -> bool:
    """Whether a word is a given name, such as stands before a family name in another language."""
    return written.istitle() and word in GIVEN and word not in ORDINARY


def is_surname(word: str, written: str) -> bool:
    """Whether a word may be another surname: written as one, and neither a word nor made of two."""
    is_written = len(word) >= SURNAME_LENGTH_MIN and written.istitle()
    return is_written and word not in ORDINARY and not _is_compound(word)


def _is_compound(word: str) -> bool:
    places = range(_PART_LENGTH_MIN, len(word) - _PART_LENGTH_MIN + 1)
    return any(word[:at] in ORDINARY and word[at:] in ORDINARY for at in places)
