"""A line: a reading cut into pieces, and how far a mention reaches from the piece that gave it away."""

import re
from bisect import bisect_left, bisect_right
from operator import itemgetter
from typing import Final

from gateway.minimization.texts.forms import Forms
from gateway.minimization.texts.keys import Form
from gateway.minimization.texts.names import HONORIFICS
from gateway.minimization.texts.pieces import Joint, Piece
from gateway.minimization.texts.reading import WORD, Reading
from gateway.minimization.texts.sounds import read_aloud
from gateway.minimization.texts.spelling import one_slip
from gateway.minimization.texts.words import ORDINARY

#: A mention is a few words: of a text that goes on and on, each is not read to its end.
REACH_MAX = 6
_RUN_MAX = 32
_INITIALS_MAX = 3
_SLIP_LENGTH_MIN = 3

#: What may stand between two names of one person.
_GAP: Final = re.compile("[^A-Za-z0-9]{0,3}|[0-9]{1,3}")
#: What holds the parts of one name together.
_HYPHENS: Final = frozenset("-._")
#: What says nothing unless it is written in capitals.
_NOT_ALONE: Final = (None, Form.TURNED, Form.INITIALS)
_APART: Final = frozenset({"", " "})
#: Glued to a name, as in an account's: of whatever length, or short and after a sign.
_NUMBER: Final = re.compile("[0-9]{1,32}|[-._][0-9]{1,4}(?![A-Za-z0-9])")
#: What stands between two initials.
_AFTER_INITIAL: Final = frozenset({".", ". "})
_GENITIVE: Final = re.compile(r"['`]s?(?![A-Za-z])")


class Line:
    """The words of a reading as they stand, and ``parts`` that are joined or parted otherwise."""

    __slots__ = ("_spans", "is_shouted", "letters", "parts", "words")

    def __init__(self, reading: Reading, parts: list[Piece]) -> None:
        self.letters, self.words, self.parts = reading.letters, reading.words, parts
        #: Capitals say nothing where there are no others; but initials may stand alone.
        self.is_shouted = self.letters.isupper() and any(len(word) > _INITIALS_MAX for word in self.words)
        self._spans = [match.span() for match in WORD.finditer(self.letters)]

    def word(self, index: int) -> Piece:
        """A word as a piece."""
        return Piece(self.words[index], *self._spans[index], Joint.WORD)

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
            if self._is_preposition(index, gap):
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

    def _is_preposition(self, index: int, gap: str) -> bool:
        """Whether a letter before a name is a word: a, e, z."""
        start, end = self._spans[index]
        return gap[:1] == " " and end - start == 1 and self.letters[start].islower()

    def _is_middle(self, index: int, gap: str, person: Forms) -> bool:
        """Whether a word is an initial or a name amid a name, which nothing else tells."""
        start, end = self._spans[index]
        if gap != " " or index + 1 == len(self.words) or self.words[index] in ORDINARY:
            return False
        written = self.letters[start:end]
        is_name = written[0].isupper() and (len(written) == 1 or not written.isupper())
        return is_name and self._belongs(index + 1, self.letters[end : self._spans[index + 1][0]], person)

    def _is_second_initial(self, index: int, first: int, person: Forms) -> bool:
        """Whether a letter with a dot follows another one, which is the person's."""
        if first < 0 or self.words[first] not in person.initials:
            return False
        start, end = self._spans[index]
        is_initial = end - start == 1 and self.letters[start].isupper() and self.letters[end : end + 1] == "."
        return is_initial and self.letters[self._spans[first][1] : start] in _AFTER_INITIAL

    def _belongs(self, index: int, gap: str, person: Forms) -> bool:
        """Whether a word beside a name is the same person's: here, what alone says nothing does."""
        said = read_aloud(self.words[index]) if person.is_foreign else self.words[index]
        if gap != " " and _GAP.fullmatch(gap) is None:
            return False
        if person.keys.get(said) not in _NOT_ALONE or said in person.particles:
            return True
        if len(said) <= _INITIALS_MAX and person.initials.issuperset(said):
            return len(said) == 1 or self.letters[slice(*self._spans[index])].isupper()
        if gap in _HYPHENS or gap.isdigit():
            return said not in ORDINARY
        may_slip = len(said) >= _SLIP_LENGTH_MIN and said not in ORDINARY
        return may_slip and any(one_slip(said, name) for name in person.names)

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
