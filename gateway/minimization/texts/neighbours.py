"""Neighbours: which words beside a name are the same person's. Here, what alone says nothing does."""

import re
from typing import Final, NamedTuple

from gateway.minimization.texts.abbreviations import is_short_for
from gateway.minimization.texts.forms import Forms
from gateway.minimization.texts.keys import Form
from gateway.minimization.texts.known import Known
from gateway.minimization.texts.likeness import undoubled
from gateway.minimization.texts.sounds import read_aloud
from gateway.minimization.texts.spelling import one_slip, shared
from gateway.minimization.texts.words import COMMON_ACRONYMS, ORDINARY

#: So many letters are initials, and a letter of another script is read as two.
INITIALS_MAX = 3
LETTER_LENGTH_MAX = 2
_SLIP_LENGTH_MIN = 3
#: What is longer is a word that is made of others.
NAME_LENGTH_MAX = 12
#: How much of a name is left before a dot.
_CUT_LENGTH_MIN = 2

#: What may stand between two names of one person.
_GAP: Final = re.compile("[^A-Za-z0-9]{0,3}|[0-9]{1,3}")
#: What holds the parts of one name together.
_HYPHENS: Final = frozenset("-._")
#: What says nothing unless it is written in capitals.
_NOT_ALONE: Final = (None, Form.TURNED, Form.INITIALS)
_VOWELS: Final = re.compile("[aeiouy]")


class Neighbour(NamedTuple):
    """A word beside a name: folded, and as written; what is between; the name; whether a dot follows."""

    word: str
    written: str
    gap: str
    name: str
    is_cut: bool


def belongs(beside: Neighbour, person: Forms, known: Known) -> bool:
    """Whether a word beside a name is the same person's."""
    word, written, gap, _, is_cut = beside
    said = read_aloud(word) if person.is_foreign else word
    if _GAP.fullmatch(gap) is None:
        return False
    if person.keys.get(said) not in _NOT_ALONE or _is_particle(said, person):
        return True
    if said[0] in person.initials and _is_initials(said, written, is_cut=is_cut):
        return True
    if gap in _HYPHENS or gap.isdigit():
        return said not in ORDINARY
    is_name = person.is_foreign or not written.islower()
    if gap == " " and written.istitle() and _is_another(beside, person):
        return True
    return (is_name and _is_cut(said, person, is_cut=is_cut)) or (
        said not in ORDINARY and _is_slip(said, person, known, is_name=is_name)
    )


def _is_particle(said: str, person: Forms) -> bool:
    """Whether it is a particle, drawn out maybe, or several by their letters."""
    return undoubled(said) in person.particles or (
        len(said) <= INITIALS_MAX and person.particles.issuperset(said)
    )


def _is_initials(said: str, written: str, *, is_cut: bool) -> bool:
    """Whether a few letters, of which the first one is known, are initials."""
    if len(said) == 1 or (is_cut and len(said) <= LETTER_LENGTH_MAX):
        return True
    return len(said) <= INITIALS_MAX and written.isupper() and said not in COMMON_ACRONYMS


def _is_another(beside: Neighbour, person: Forms) -> bool:
    """Whether it begins as another name than the one beside it does, however it goes on."""
    first = beside.word[0]
    is_initial = first in person.initials and first != beside.name[0]
    return is_initial and beside.word not in ORDINARY and len(beside.word) <= NAME_LENGTH_MAX


def _is_cut(said: str, person: Forms, *, is_cut: bool) -> bool:
    """Whether it is how a name begins."""
    is_long = len(said) >= (_CUT_LENGTH_MIN if is_cut else _SLIP_LENGTH_MIN)
    return is_long and any(name.startswith(said) for name in person.likely)


def _is_slip(said: str, person: Forms, known: Known, *, is_name: bool) -> bool:
    if len(said) >= _SLIP_LENGTH_MIN and person in known.like(said):
        return True
    return is_name and any(_resembles(said, name) for name in person.likely)


def _resembles(word: str, name: str) -> bool:
    """Whether it is a slip of a name, is a name without its vowels, or begins like one."""
    size = shared(word, name)
    return (
        (size >= _SLIP_LENGTH_MIN and 2 * size >= len(name))
        or (len(word) > 1 and word == name[0] + _VOWELS.sub("", name[1:]))
        or one_slip(word, name)
        or (len(word) > 1 and is_short_for(word, name))
    )
