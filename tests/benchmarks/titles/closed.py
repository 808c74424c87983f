"""Level 2: the shipped vocabulary. What is no phrase of it goes, and so does what a detector finds."""

import unicodedata
from collections.abc import Sequence
from functools import cache

from gateway.minimization.vocabulary import WORD, Vocabulary, load_vocabulary
from gateway.settings import shipped_config
from tests.benchmarks.titles.detectors import Detector, Place
from tests.benchmarks.titles.samples import Person


@cache
def vocabulary() -> Vocabulary:
    return load_vocabulary(shipped_config() / "vocabulary")


class Closed:
    """A detector behind a vocabulary."""

    def __init__(self, detector: Detector, phrases: Vocabulary) -> None:
        self.name = f"{detector.name}, level 2"
        self._detector, self._phrases = detector, phrases

    def spans(self, text: str, people: Sequence[Person]) -> list[Place]:
        words = [match.span() for match in WORD.finditer(text)]
        folded = [unicodedata.normalize("NFKC", text[start:end]).casefold() for start, end in words]
        told = {at for match in self._phrases.matches(folded) for at in range(match.start, match.end)}
        gone = [place for at, place in enumerate(words) if at not in told]
        return gone + self._detector.spans(text, people)
