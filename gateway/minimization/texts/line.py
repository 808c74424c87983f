"""A line: a reading cut into pieces, and how its words are written."""

import re
from bisect import bisect_left, bisect_right
from operator import itemgetter
from typing import Final

from gateway.minimization.texts.famous import FAMOUS
from gateway.minimization.texts.known import Known
from gateway.minimization.texts.neighbours import INITIALS_MAX
from gateway.minimization.texts.pieces import Joint, Piece
from gateway.minimization.texts.reading import WORD, Reading

#: So many letters of two names tell even without a dot.
CUT_LENGTH_MIN = 3

#: What may break a name.
_BREAK: Final = re.compile("[^A-Za-z0-9]{1,4}")


class Line:
    """The words of a reading as they stand, and ``parts`` that are joined or parted otherwise."""

    __slots__ = ("is_shouted", "known", "letters", "parts", "spans", "words")

    def __init__(self, reading: Reading, parts: list[Piece], known: Known) -> None:
        self.known = known
        self.letters, self.words, self.parts = reading.letters, reading.words, parts
        #: Capitals say nothing where there are no others; but initials may stand alone.
        self.is_shouted = self.letters.isupper() and any(len(word) > INITIALS_MAX for word in self.words)
        self.spans = [match.span() for match in WORD.finditer(self.letters)]

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

    def is_cut(self, first: int, last: int) -> bool:
        """Whether words are written as names are that are cut off: with a dot, or long enough to tell."""
        written = [self.written(index) for index in range(first, last + 1)]
        if not all(map(str.istitle, written)):
            return False
        is_long = min(map(len, written)) >= CUT_LENGTH_MIN
        return is_long or self.is_dotted(first) or self.is_dotted(last)

    def is_famous(self, index: int) -> bool:
        """Whether somebody famous goes by the next word."""
        return index + 1 < len(self.words) and self.words[index + 1] in FAMOUS

    def within(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last word of which a range of the letters has some."""
        first = bisect_right(self.spans, start, key=itemgetter(1))
        return first, bisect_left(self.spans, end, lo=first + 1, key=itemgetter(0)) - 1
