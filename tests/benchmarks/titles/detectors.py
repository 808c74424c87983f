"""Detectors, all alike: a text and the people of its event go in, the places of what was found come out."""

import re
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Generic, Protocol, TypeVar

from gateway.minimization.texts import known
from gateway.minimization.texts.known import Known, Memory
from gateway.minimization.texts.tripwire import scan
from tests.benchmarks.titles.samples import Person

Place = tuple[int, int]
Made = TypeVar("Made")

_STRUCTURES = (
    r"[a-z][a-z+.-]*://\S+",
    r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)*",
    r"(?:[\w-]+\.)+(?:com|net|org|example|internal)\b\S*",
    r"\+?\d[\d ()/.-]{5,}\d",
    r"(?<=code )\w+|(?<=pin )\d+|(?<=pin: )\d+",
)


class Detector(Protocol):
    """Finds what tells of people. Places are indices into the text; they may overlap."""

    name: str

    def spans(self, text: str, people: Sequence[Person], /) -> list[Place]: ...


class PerEvent(Generic[Made]):
    """What a detector makes of the people of an event, once for all of its strings."""

    def __init__(self, make: Callable[[Sequence[Person]], Made]) -> None:
        self._make = make
        self._last: tuple[Sequence[Person], Made] | None = None

    def of(self, people: Sequence[Person]) -> Made:
        if self._last is None or self._last[0] is not people:
            self._last = people, self._make(people)
        return self._last[1]


class Alternation:
    """The peer: one regular expression for each event, of names, addresses and common structures."""

    name = "regex"

    def __init__(self) -> None:
        # Compiled patterns are kept by ``re``: with a comment of its own, each detector pays for its own.
        self._patterns = PerEvent(lambda people: _alternation(people, f"(?#{id(self)})"))

    def spans(self, text: str, people: Sequence[Person]) -> list[Place]:
        return [match.span() for match in self._patterns.of(people).finditer(text)]


def _alternation(people: Sequence[Person], comment: str) -> re.Pattern[str]:
    words = {word for person in people for word in re.findall(r"\w{2,}", person.name or "")}
    words |= {(person.address or "").partition("@")[0] for person in people} - {""}
    names = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(comment + "|".join((rf"\b(?:{names})\b", *_STRUCTURES)), re.IGNORECASE)


class Tripwire:
    """Ours: level 3, as a text would leave."""

    name = "ours"

    def __init__(self) -> None:
        memory = Memory()
        self._known = PerEvent(lambda people: Known([known.Person(*person) for person in people], memory))

    def spans(self, text: str, people: Sequence[Person]) -> list[Place]:
        return [(hit.start, hit.end) for hit in scan(text, self._known.of(people))]


def presidio() -> Detector | None:
    """Presidio with every recognizer, or None where it is not installed."""
    if find_spec("presidio_analyzer") is None:
        return None
    detector: Detector = import_module("tests.benchmarks.titles.presidio").Presidio()
    return detector
