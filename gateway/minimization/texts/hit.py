"""A hit: where something in a text must not leave the house, and of what kind it is."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum, auto
from typing import NamedTuple


class Kind(StrEnum):
    """What was found. A closed vocabulary, safe to log."""

    PERSON = auto()
    ADDRESS = auto()
    LINK = auto()
    PHONE = auto()
    MEETING_ID = auto()
    PIN = auto()
    DOMAIN = auto()


class Hit(NamedTuple):
    """A half-open range of indices into the text as given."""

    kind: Kind
    start: int
    end: int


def matches(kind: Kind, pattern: re.Pattern[str], letters: str) -> Iterator[Hit]:
    """A hit for whatever a pattern finds."""
    return (Hit(kind, *match.span()) for match in pattern.finditer(letters))


def merged(hits: Iterable[Hit]) -> list[Hit]:
    """The hits in order, of which none overlap: those that do are one, of the kind that begins first."""
    whole = list[Hit]()
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if whole and hit.start < whole[-1].end:
            last = whole[-1]
            whole[-1] = last._replace(end=max(last.end, hit.end))
        else:
            whole.append(hit)
    return whole
