"""A line: a reading cut into pieces, and how far a mention reaches from the piece that gave it away."""

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise
from operator import itemgetter
from typing import Final

from gateway.minimization.texts.forms import Forms
from gateway.minimization.texts.known import Known
from gateway.minimization.texts.names import HONORIFICS, PARTICLES
from gateway.minimization.texts.neighbours import INITIALS_MAX, LETTER_LENGTH_MAX, Neighbour, belongs
from gateway.minimization.texts.pieces import Joint, Piece
from gateway.minimization.texts.reading import WORD, Reading
from gateway.minimization.texts.words import ORDINARY

#: A mention is a few words: of a text that goes on and on, each is not read to its end.
REACH_MAX = 6
#: So many letters of two names tell even without a dot.
CUT_LENGTH_MIN = 3
_RUN_MAX = 32

#: What may break a name.
_BREAK: Final = re.compile("[^A-Za-z0-9]{1,4}")
_APART: Final = frozenset({"", " "})
#: What no particle is abbreviated to.
_PREPOSITIONS: Final = frozenset("aeioyz")
#: Glued to a name, as in an account's: of whatever length, or short and after a sign.
_NUMBER: Final = re.compile("[0-9]{1,32}|[-._][0-9]{1,4}(?![A-Za-z0-9])")
#: What stands between two initials.
_AFTER_INITIAL: Final = frozenset({".", ". "})
_GENITIVE: Final = re.compile(r"['`]s?(?![A-Za-z])")


class Line:
    """The words of a reading as they stand, and ``parts`` that are joined or parted otherwise."""

    __slots__ = ("_spans", "is_shouted", "known", "letters", "parts", "words")

    def __init__(self, reading: Reading, parts: list[Piece], known: Known) -> None:
        self.known = known
        self.letters, self.words, self.parts = reading.letters, reading.words, parts
        #: Capitals say nothing where there are no others; but initials may stand alone.
        self.is_shouted = self.letters.isupper() and any(len(word) > INITIALS_MAX for word in self.words)
        self._spans = [match.span() for match in WORD.finditer(self.letters)]

    def word(self, index: int) -> Piece:
        """A word as a piece."""
        return Piece(self.words[index], *self._spans[index], Joint.WORD)

    def is_close(self, first: int, last: int) -> bool:
        """Whether little but signs stands between the words from first to last."""
        spans = self._spans[first : last + 1]
        gaps = (self.letters[end:start] for (_, end), (start, _) in pairwise(spans))
        return all(gap == " " or _BREAK.fullmatch(gap) is not None for gap in gaps)

    def is_cut(self, first: int, last: int) -> bool:
        """Whether words are written as names are that are cut off: with a dot, or long enough to tell."""
        written = [self._written(index) for index in range(first, last + 1)]
        if not all(map(str.istitle, written)):
            return False
        is_long = min(map(len, written)) >= CUT_LENGTH_MIN
        return is_long or self._is_dotted(first) or self._is_dotted(last)

    def around(self, piece: Piece, person: Forms) -> tuple[int, int]:
        """The piece with the rest of its words, and with what is the same person's beside it."""
        first = bisect_right(self._spans, piece.start, key=itemgetter(0)) - 1
        last = bisect_left(self._spans, piece.end, lo=first, key=itemgetter(1))
        return self.reach(first, last, person)

    def reach(self, first: int, last: int, person: Forms) -> tuple[int, int]:
        """The words from first to last, with what is the same person's beside them."""
        spans, letters = self._spans, self.letters
        start, end = spans[first][0], spans[last][1]
        for index in range(first - 1, max(-1, first - 1 - REACH_MAX), -1):
            gap = letters[spans[index][1] : start]
            if self._is_preposition(index, gap, person):
                break
            if not (
                self.words[index] in HONORIFICS
                or self._belongs(index, gap, person)
                or self._is_second_initial(index, index - 1, person)
            ):
                break
            start = spans[index][0]
        for index in range(last + 1, min(len(spans), last + 1 + REACH_MAX)):
            gap = letters[end : spans[index][0]]
            if not (
                self._belongs(index, gap, person)
                or self._is_middle(index, gap, person)
                or self._is_second_initial(index, index - 1, person)
            ):
                break
            end = spans[index][1]
        is_apart = letters[end : end + 1] in _APART and letters[start - 1 : start] in _APART
        return (start, end) if is_apart else self._whole(start, end)

    def _is_preposition(self, index: int, gap: str, person: Forms) -> bool:
        """Whether a letter before a name is a word: a, e, z; not what a particle begins with."""
        start, end = self._spans[index]
        letter = self.words[index]
        is_letter = gap[:1] == " " and end - start == 1 and self.letters[start].islower()
        return is_letter and (letter in _PREPOSITIONS or letter not in person.particles)

    def _is_middle(self, index: int, gap: str, person: Forms) -> bool:
        """Whether a word is an initial or a name amid a name, which nothing else tells; or bin before one."""
        if gap != " ":
            return False
        is_particle = self.words[index] in PARTICLES
        return self._is_amid(index, person) or (is_particle and self._is_amid(index + 1, person))

    def _is_amid(self, index: int, person: Forms) -> bool:
        """Whether a word may be a name, and what follows it is the person's."""
        if index + 1 >= len(self.words) or self.words[index] in ORDINARY:
            return False
        written, gap = self._written(index), self.letters[self._spans[index][1] : self._spans[index + 1][0]]
        is_name = (written[0].isupper() or person.is_foreign) and (len(written) == 1 or not written.isupper())
        return is_name and self._belongs(index + 1, gap, person)

    def _is_second_initial(self, index: int, first: int, person: Forms) -> bool:
        """Whether a letter with a dot follows another one, which is the person's."""
        if first < 0 or self.words[first][0] not in person.initials:
            return False
        if max(len(self.words[first]), len(self.words[index])) > LETTER_LENGTH_MAX:
            return False
        (_, before), (start, _) = self._spans[first], self._spans[index]
        is_initial = self.letters[start].isupper() and self._is_dotted(index)
        return is_initial and self.letters[before:start] in _AFTER_INITIAL

    def _belongs(self, index: int, gap: str, person: Forms) -> bool:
        beside = Neighbour(self.words[index], self._written(index), gap, self._is_dotted(index))
        return belongs(beside, person, self.known)

    def _written(self, index: int) -> str:
        start, end = self._spans[index]
        return self.letters[start:end]

    def _is_dotted(self, index: int) -> bool:
        end = self._spans[index][1]
        return self.letters[end : end + 1] == "."

    def _whole(self, start: int, end: int) -> tuple[int, int]:
        """With the digits that are glued on, and a genitive's s."""
        letters = self.letters
        while start > 0 and letters[start - 1].isdigit() and end - start < _RUN_MAX:
            start -= 1
        if end < len(letters) and letters[end] in "'`":
            match = _GENITIVE.match(letters, end)
            end = match.end() if match else end
        number = _NUMBER.match(letters, end)
        return start, number.end() if number else end
