"""What somebody is called: the names in a display name, without titles and affixes."""

import re
from itertools import takewhile
from typing import Final, NamedTuple

from gateway.minimization.texts.eastern import syllable_initials
from gateway.minimization.texts.lists import listed
from gateway.minimization.texts.nicknames import NICKNAMES
from gateway.minimization.texts.reading import spoken
from gateway.minimization.texts.unspaced import given_first, is_unspaced, openings

#: Beyond these a display name says nothing more of a person.
NAME_LENGTH_MAX = 256
NAMES_MAX = 6

#: Words that belong to a family name and say nothing alone.
PARTICLES: Final = listed("particles")
#: Words that announce a name.
HONORIFICS: Final = listed("honorifics")
_SUFFIXES: Final = listed("suffixes")
TITLES: Final = HONORIFICS | _SUFFIXES
_BRACKETED: Final = re.compile(r"[(\[{<][^)\]}>]{0,99}[)\]}>]")
_AFTERWARDS: Final = re.compile(
    r"\s?(?:[|/@;:]|\s[-\u2013\u2014]\s|\s(?:via|at|on behalf of)\s).*", re.DOTALL
)
_LETTERS: Final = re.compile("[a-z]+")


class Called(NamedTuple):
    """Folded: names, given first; ``whole``, several of them in one word; initials, in order."""

    names: list[str]
    whole: list[str]
    initials: list[str]
    particles: frozenset[str]


def called(shown: str) -> Called:
    """What a display name says of a person."""
    words = _words(shown)
    kept = [word for index, word in enumerate(words) if not _is_particle(words, index)]
    names = [part for word in kept for part in word.parts if len(part) > 1 and not _is_prefix(part, word)]
    return Called(
        names[:NAMES_MAX],
        ["".join(word.parts) for word in kept if len(word.parts) > 1] + _family_with_particles(words),
        _initials(kept, words, names[:NAMES_MAX]),
        _particles(words).union(openings(shown)),
    )


class _Word(NamedTuple):
    """One word of a display name, at its hyphens and apostrophes apart."""

    parts: list[str]
    is_lower: bool


def _initials(kept: list[_Word], words: list[_Word], names: list[str]) -> list[str]:
    """Of each word, with particles and without, of each part of it, of a double given name, of syllables."""
    rows = [[word.parts[0][0] for word in row] for row in (kept, words)]
    rows += (
        [part[0] for word in kept for part in word.parts],
        [part[0] for word in kept[:1] for part in word.parts],
    )
    return sorted({*map("".join, rows), *syllable_initials(names)})


def _words(shown: str) -> list[_Word]:
    shown = _AFTERWARDS.sub("", _BRACKETED.sub(_unbracketed, shown[:NAME_LENGTH_MAX]))
    family, comma, given = shown.partition(",")
    if comma:
        # What follows the family name may be titles alone: Anna Schmidt, PhD.
        titles = _SUFFIXES.issuperset(_LETTERS.findall(spoken(given).lower()))
        shown = family if titles else f"{given.replace(',', ' ')} {family}"
    written = _capitals_last(shown.replace(".", " ").split())
    if is_unspaced(written):
        written = given_first(written)
    words = [_Word(_LETTERS.findall(spoken(word).lower()), word.islower()) for word in written]
    words = [word for word in words if word.parts]
    named = [word for word in words if not TITLES.issuperset(word.parts)]
    # Where too little is left, what stands last is no title: Ing and Don are names as well.
    return named if len(named) > 1 or words[-1:] == named[-1:] else [*named, words[-1]]


def _capitals_last(written: list[str]) -> list[str]:
    """SCHMIDT Anna, of which capitals tell the family name."""
    size = sum(1 for _ in takewhile(_is_capitals, written))
    is_family = 0 < size < len(written) and not any(map(_is_capitals, written[size:]))
    return written[size:] + written[:size] if is_family else written


def _is_capitals(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _unbracketed(match: re.Match[str]) -> str:
    """Of what stands in brackets, only what somebody is called."""
    inner = match[0][1:-1]
    return f" {inner} " if inner.lower() in NICKNAMES else " "


def _is_particle(words: list[_Word], index: int) -> bool:
    """Whether a word is part of a family name: first or last it is a name, unless written small."""
    word = words[index]
    inside = 0 < index < len(words) - 1
    first = index == 0 and word.is_lower and word.parts[0] not in NICKNAMES
    return len(word.parts) == 1 and word.parts[0] in PARTICLES and (inside or first)


def _particles(words: list[_Word]) -> frozenset[str]:
    """The particles of a name, and how they are abbreviated."""
    said = {part for word in words for part in word.parts if part in PARTICLES}
    return frozenset(said | {particle[0] for particle in said})


def _is_prefix(part: str, word: _Word) -> bool:
    """Whether it is what Al-Sharif or O'Brien begins with."""
    return len(word.parts) > 1 and part in PARTICLES


def _family_with_particles(words: list[_Word]) -> list[str]:
    """Van der Berg in one word."""
    for index in range(len(words) - 1):
        if _is_particle(words, index):
            return ["".join(part for word in words[index:] for part in word.parts)]
    return []
