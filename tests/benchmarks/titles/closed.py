"""Level 2: a closed vocabulary. What is no word of it goes, and so does what a detector finds."""

import re
from collections.abc import Sequence
from functools import cache

from gateway.minimization.vocabulary import parse_entries
from gateway.settings import shipped_config
from tests.benchmarks.titles.detectors import Detector, Place
from tests.benchmarks.titles.samples import Person

#: Runs without spaces and common signs.
_WORD = re.compile(r"[^\s!-/:-@\[-`{-~–—：，。（）、·•「」“”‘’«»|]+")  # noqa: RUF001  signs of other scripts are meant
_FIRST_EASTERN = "\u3040"
_LONGEST = 8


@cache
def vocabulary() -> frozenset[str]:
    """The shipped vocabulary, casefolded: of a phrase each word counts as told, wherever it stands."""
    files = (shipped_config() / "vocabulary").glob("*.txt")
    entries = (entry for path in files for entry in parse_entries(path.name, path.read_text("utf-8")))
    words = (word.casefold() for entry in entries for spelling in entry for word in spelling.split())
    return frozenset(word for word in words if len(word) > 1 or word >= _FIRST_EASTERN)


class Closed:
    """A detector behind a vocabulary: the event's own names count as no words of it."""

    def __init__(self, detector: Detector, words: frozenset[str]) -> None:
        self.name = f"{detector.name}, level 2"
        self._detector, self._words = detector, words

    def spans(self, text: str, people: Sequence[Person]) -> list[Place]:
        foreign = [match.span() for match in _WORD.finditer(text) if not self._knows(match[0])]
        return foreign + self._detector.spans(text, people)

    def _knows(self, word: str) -> bool:
        folded = word.casefold()
        return folded in self._words or (folded >= _FIRST_EASTERN and self._is_made_of_words(folded))

    def _is_made_of_words(self, text: str) -> bool:
        """Where no spaces stand between words: the longest word first, until nothing is left."""
        while text:
            sizes = range(min(_LONGEST, len(text)), 0, -1)
            size = next((size for size in sizes if text[:size] in self._words), 0)
            if not size:
                return False
            text = text[size:]
        return True
