"""A line: a reading cut into pieces, and how its words are written."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import itemgetter
from typing import Final, NamedTuple

from gateway.minimization.texts.breaks import joins
from gateway.minimization.texts.lists import listed
from gateway.minimization.texts.names import HONORIFICS
from gateway.minimization.texts.neighbours import INITIALS_MAX
from gateway.minimization.texts.pieces import Joint, Piece, joined
from gateway.minimization.texts.reading import FOREIGN, WORD, Reading, spoken
from gateway.minimization.texts.words import ACRONYMS, FOREIGN_WORDS, ORDINARY, UNITS

#: So many letters of two names tell even without a dot.
CUT_LENGTH_MIN = 3
#: Fewer letters are not told apart by how they sound.
HEARD_LENGTH_MIN = 3

#: The famous, after whom rooms are named: whoever is called a little like them is not meant.
_FAMOUS: Final = listed("famous")
#: As they are read.
_FOREIGN_ORDINARY: Final = frozenset(spoken(word).lower() for word in FOREIGN_WORDS)
_NO_SOUNDS: Final = ORDINARY | ACRONYMS
#: What may break a name.
_BREAK: Final = re.compile("[^A-Za-z0-9]{1,4}")


#: What stands between a form of address and a name.
_AFTER_TITLE: Final = frozenset({" ", ". ", "."})


class Heard(NamedTuple):
    """A range of the letters; what they say, folded; how it is written if in another script than Latin."""

    start: int
    end: int
    word: str
    written: str


class Line:
    """A reading of a text cut into pieces, whoever is known.

    ``parts`` are joined or parted otherwise than ``words``; ``said`` is all of it, ``odd`` what is no word;
    ``joins`` and ``cuts`` are words that may be one name, and how two names begin; ``addressed`` are initials
    behind a form of address.
    """

    __slots__ = (
        "addressed", "cuts", "heard", "is_foreign", "is_shouted", "joins", "letters", "odd", "parts", "said",
        "spans", "words",
    )  # fmt: skip

    def __init__(self, text: str, reading: Reading) -> None:
        self.letters, self.words, self.parts = reading.letters, reading.words, joined(text, reading)
        self.spans = [match.span() for match in WORD.finditer(self.letters)]
        #: Capitals say nothing where there are no others; but initials may stand alone.
        self.is_shouted = self.letters.isupper() and any(len(word) > INITIALS_MAX for word in self.words)
        self.is_foreign = not text.isascii() and FOREIGN.search(text) is not None
        self.said = reading.said.union([piece.word for piece in self.parts])
        self.odd = self.said - ORDINARY - UNITS - _FAMOUS
        if not text.isascii():
            self.odd -= _FOREIGN_ORDINARY
        self.joins = joins(self.words)
        self.cuts = [first for first in range(len(self.words) - 1) if self._is_cut(first, first + 1)]
        self.addressed = [index for index in range(1, len(self.words)) if self._is_addressed(index)]
        self.heard = [*self._heard(text, reading)]

    def word(self, index: int) -> Piece:
        """A word as a piece."""
        return Piece(self.words[index], *self.spans[index], Joint.WORD)

    def written(self, index: int) -> str:
        """A word as it is written."""
        start, end = self.spans[index]
        return self.letters[start:end]

    def gap(self, index: int) -> str:
        """What stands behind a word, before the next one."""
        return self.letters[self.spans[index][1] : self.spans[index + 1][0]]

    def is_dotted(self, index: int) -> bool:
        """Whether a dot follows a word."""
        end = self.spans[index][1]
        return self.letters[end : end + 1] == "."

    def is_close(self, first: int, last: int) -> bool:
        """Whether little but signs stands between the words from first to last."""
        gaps = map(self.gap, range(first, last))
        return all(gap == " " or _BREAK.fullmatch(gap) is not None for gap in gaps)

    def _is_cut(self, first: int, last: int) -> bool:
        """Whether words are written as names are that are cut off: with a dot, or long enough to tell."""
        written = [self.written(index) for index in range(first, last + 1)]
        if not all(map(str.istitle, written)):
            return False
        is_long = min(map(len, written)) >= CUT_LENGTH_MIN
        return is_long or self.is_dotted(first) or self.is_dotted(last)

    def is_famous(self, index: int) -> bool:
        """Whether somebody famous goes by the next word."""
        return index + 1 < len(self.words) and self.words[index + 1] in _FAMOUS

    def within(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last word of which a range of the letters has some."""
        first = bisect_right(self.spans, start, key=itemgetter(1))
        return first, bisect_left(self.spans, end, lo=first + 1, key=itemgetter(0)) - 1

    def _is_addressed(self, index: int) -> bool:
        """Whether a word is one letter behind a form of address: Frau S."""
        is_letter = len(self.words[index]) == 1 and self.written(index).isupper()
        is_titled = self.words[index - 1] in HONORIFICS and self.written(index - 1).istitle()
        return is_letter and is_titled and self.gap(index - 1) in _AFTER_TITLE

    def _heard(self, text: str, reading: Reading) -> Iterator[Heard]:
        """What may be a name in another script than the one in which it is known."""
        parts = [piece for piece in self.parts if piece.joint is Joint.SIGNS]
        for word, start, end, _ in [*map(self.word, range(len(self.words))), *parts]:
            if len(word) < HEARD_LENGTH_MIN:
                continue
            written = text[slice(*reading.span(start, end))] if self.is_foreign else ""
            if FOREIGN.search(written) is None:
                if word not in _NO_SOUNDS:
                    yield Heard(start, end, word, "")
            elif written.lower() not in FOREIGN_WORDS:
                yield Heard(start, end, word, written)
