"""The pieces of a text that may be a name: its words, and what is made by joining or parting them."""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final, NamedTuple

from gateway.minimization.texts.reading import UNSPACED, WORD, Reading
from gateway.minimization.texts.words import FOREIGN_WORDS

#: How many parts of a word, letters or signs may make one name.
HUMPS_MAX = 4
SIGNS_MAX = 8
SPELLED_MAX = 24
SPELLED_MIN = 3

_SEAM: Final = re.compile("[a-z][A-Z]|[A-Z]{2}[a-z]", re.ASCII)
_HUMPS: Final = re.compile("[A-Z]?[a-z]++|[A-Z]{1,32}(?![a-z])|[A-Z]")
#: Where Katakana goes on: it spells foreign words, of which syllables say nothing.
_IN_KATAKANA: Final = re.compile("[\u30a0-\u30ff\uff66-\uff9f](?=[\u30a0-\u30ff\uff66-\uff9f])")
# Some letters are read as two.
_LETTER: Final = re.compile("ss|SS|ae|oe|AE|OE|[A-Za-z]")
_SINGLES: Final = re.compile(
    rf"(?<![A-Za-z0-9])[A-Za-z](?:[^A-Za-z0-9]{{1,3}}(?:{_LETTER.pattern})(?![A-Za-z0-9]))++"
)
#: What holds initials together.
_JOINTS: Final = frozenset("-./&+_")

#: Who is addressed by one of these is addressed by name.
_BEFORE: Final = frozenset("小老阿大")
_AFTER: Final = frozenset("总總先女小老师師经經理工哥姐董博教主院处局씨님군양さ様君氏")


class Joint(Enum):
    """How a piece is cut out."""

    WORD = auto()
    HUMPS = auto()
    SIGNS = auto()
    SPELLED = auto()
    DOTTED = auto()


class Piece(NamedTuple):
    """A range of a reading's letters; ``word`` is what they say, folded."""

    word: str
    start: int
    end: int
    joint: Joint


def joined(text: str, reading: Reading) -> list[Piece]:
    """What is found by parting words at their capitals and signs, and by joining single letters."""
    letters = reading.letters
    found = list[Piece]()
    if _SEAM.search(letters) is not None:
        for match in WORD.finditer(letters):
            start, end = reading.span(*match.span())
            if text.isascii() or UNSPACED.search(text, start, end) is None:
                found += _humps(match)
    for match in _SINGLES.finditer(letters):
        found += _spelled(match)
    if not text.isascii():
        for match in UNSPACED.finditer(text):
            found += _signs(match, reading)
    return found


def _humps(match: re.Match[str]) -> Iterator[Piece]:
    humps = [(match.start() + hump.start(), match.start() + hump.end()) for hump in _HUMPS.finditer(match[0])]
    if not humps[1:]:
        return
    for first, (start, _) in enumerate(humps):
        for _, end in humps[first : first + HUMPS_MAX]:
            yield Piece(match.string[start:end].lower(), start, end, Joint.HUMPS)


def _spelled(match: re.Match[str]) -> Iterator[Piece]:
    """Names of single letters, and initials with dots."""
    letters = [*_LETTER.finditer(match[0])]
    for first, letter in enumerate(letters):
        said, start = letter[0].lower(), match.start() + letter.start()
        for size, other in enumerate(letters[first + 1 : first + SPELLED_MAX], start=2):
            said, end = said + other[0].lower(), match.start() + other.end()
            if size >= SPELLED_MIN:
                yield Piece(said, start, end, Joint.SPELLED)
            if size <= SPELLED_MIN and not _JOINTS.isdisjoint(match.string[start:end]):
                yield Piece(said, start, end, Joint.DOTTED)
            if size == SPELLED_MIN and "." in match.string[start:end]:
                yield Piece(said[0] + said[-1], start, end, Joint.DOTTED)


def _signs(match: re.Match[str], reading: Reading) -> Iterator[Piece]:
    run = match[0]
    cuts = {place.start() + 1 for place in _IN_KATAKANA.finditer(run)}
    for first in range(len(run)):
        for last in range(first + 1, min(first + SIGNS_MAX, len(run)) + 1):
            signs = run[first:last]
            is_word = len(signs) > 1 or _is_addressed(run, first)
            if is_word and signs not in FOREIGN_WORDS and cuts.isdisjoint((first, last)):
                start, end = reading.within(match.start() + first, match.start() + last)
                yield Piece(reading.letters[start:end].lower(), start, end, Joint.SIGNS)


def _is_addressed(run: str, index: int) -> bool:
    """Whether one sign is a family name: it stands alone, or by a form of address."""
    return len(run) == 1 or run[index - 1 : index] in _BEFORE or run[index + 1 : index + 2] in _AFTER
