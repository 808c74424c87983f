"""How far a mention reaches: from the words that gave it away to what is the same person's beside them."""

import re
from typing import Final

from gateway.minimization.texts.forms import Forms
from gateway.minimization.texts.kin import DESCENT, JOINING, is_given, is_of_father, is_surname
from gateway.minimization.texts.known import Known
from gateway.minimization.texts.line import Line
from gateway.minimization.texts.names import HONORIFICS, PARTICLES
from gateway.minimization.texts.neighbours import LETTER_LENGTH_MAX, Neighbour, belongs
from gateway.minimization.texts.words import ORDINARY

#: A mention is a few words: of a text that goes on and on, each is not read to its end.
REACH_MAX = 6
_RUN_MAX = 32

#: What may stand between two names that belong together.
_GAPS: Final = frozenset({" ", ' "', '" ', " '", "' ", " (", ") "})
#: What no particle is abbreviated to.
_PREPOSITIONS: Final = frozenset("aeioyz")
#: Glued to a name, as in an account's: of whatever length, or short and after a sign.
_NUMBER: Final = re.compile("[0-9]{1,32}|[-._][0-9]{1,4}(?![A-Za-z0-9])")
#: What stands between two initials.
_AFTER_INITIAL: Final = frozenset({".", ". "})
#: What a genitive and other cases put behind an apostrophe.
_CASE: Final = re.compile(r"['`][a-z]{0,6}(?![A-Za-z])")


class Reach:
    """What in a line is one person's."""

    __slots__ = ("_known", "_line", "_person")

    def __init__(self, line: Line, person: Forms, known: Known) -> None:
        self._line, self._person, self._known = line, person, known

    def of(self, start: int, end: int) -> tuple[int, int]:
        """Of a range of the letters: the rest of its words, and what is the same person's beside them."""
        first, last = self._line.within(start, end)
        before, after = self.of_words(first, last)
        return min(start, before), max(end, after)

    def of_words(self, first: int, last: int) -> tuple[int, int]:
        """Of the words from first to last."""
        before, after = first, last
        while before > max(0, first - REACH_MAX) and self._is_before(before - 1):
            before -= 1
        while after + 1 < min(len(self._line.words), last + 1 + REACH_MAX) and self._is_after(
            after + 1, before
        ):
            after += 1
        return self._whole(self._line.spans[before][0], self._line.spans[after][1])

    def _is_before(self, index: int) -> bool:
        word, gap = self._line.words[index], self._line.gap(index)
        if self._is_preposition(index, gap):
            return False
        return (
            word in HONORIFICS
            or word in DESCENT
            or (gap == " " and self._is_given(index))
            or self._belongs(index, index + 1, gap)
            or self._is_second_initial(index)
        )

    def _is_after(self, index: int, first: int) -> bool:
        gap = self._line.gap(index - 1)
        return (
            self._belongs(index, index - 1, gap)
            or self._is_second_initial(index)
            or (gap in _GAPS and (self._is_middle(index) or self._is_kin(index, index - first)))
            # Anna Schmidt/Meier.
            or (gap == "/" and index - first > 1 and self._is_kin(index, index - first))
        )

    def _is_preposition(self, index: int, gap: str) -> bool:
        """Whether a letter before a name is a word: a, e, z; not what a particle begins with."""
        letter, written = self._line.words[index], self._line.written(index)
        if gap[:1] != " " or len(written) > 1 or not written.islower():
            return False
        is_initial = letter in self._person.initials and self._line.written(index + 1).islower()
        return letter in _PREPOSITIONS or (letter not in self._person.particles and not is_initial)

    def _is_middle(self, index: int) -> bool:
        """Whether a word is an initial or a name amid a name, which nothing else tells; or bin before one."""
        is_particle = self._line.words[index] in PARTICLES
        return self._is_amid(index) or (is_particle and self._is_amid(index + 1))

    def _is_amid(self, index: int) -> bool:
        """Whether a word may be a name, and what follows it is the person's."""
        if index + 1 >= len(self._line.words) or self._line.words[index] in ORDINARY:
            return False
        written = self._line.written(index)
        is_name = written[0].isupper() or self._person.is_foreign
        is_name = is_name and (len(written) == 1 or not written.isupper())
        return is_name and self._belongs(index + 1, index, self._line.gap(index))

    def _is_given(self, index: int) -> bool:
        """Whether a word is a given name, or what the father's or a child's name follows."""
        is_announced = index > 0 and self._line.words[index - 1] in DESCENT
        return is_announced or is_given(self._line.words[index], self._line.written(index))

    def _is_kin(self, index: int, names: int) -> bool:
        """Whether a word names the father, or another family behind two names; or announces that."""
        word, written, before = (
            self._line.words[index],
            self._line.written(index),
            self._line.words[index - 1],
        )
        if is_of_father(word) or before in DESCENT:
            return True
        if word in DESCENT or (names > 1 and word in JOINING):
            is_followed = index + 1 < len(self._line.words) and self._line.gap(index) == " "
            return is_followed and self._is_kin(index + 1, names)
        is_name = is_surname(word, written.title() if self._person.is_foreign else written)
        return is_name and (names > 1 or before in JOINING)

    def _is_second_initial(self, index: int) -> bool:
        """Whether a letter with a dot follows another one, which is the person's."""
        line = self._line
        if index == 0 or line.words[index - 1][0] not in self._person.initials:
            return False
        if max(len(line.words[index - 1]), len(line.words[index])) > LETTER_LENGTH_MAX:
            return False
        is_initial = line.written(index)[0].isupper() and line.is_dotted(index)
        return is_initial and line.gap(index - 1) in _AFTER_INITIAL

    def _belongs(self, index: int, other: int, gap: str) -> bool:
        line = self._line
        beside = Neighbour(
            line.words[index], line.written(index), gap, line.words[other], is_cut=line.is_dotted(index)
        )
        return belongs(beside, self._person, self._known)

    def _whole(self, start: int, end: int) -> tuple[int, int]:
        """With the digits that are glued on, and the ending of a case."""
        letters = self._line.letters
        while start > 0 and letters[start - 1].isdigit() and end - start < _RUN_MAX:
            start -= 1
        case = _CASE.match(letters, end)
        end = case.end() if case else end
        number = _NUMBER.match(letters, end)
        return start, number.end() if number else end
