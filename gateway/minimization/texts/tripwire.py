"""The tripwire: everything in a text that must not leave the house. A hit withholds the whole of it."""

from typing import NamedTuple

from gateway.minimization.texts.contacts import contacts
from gateway.minimization.texts.decoding import versions
from gateway.minimization.texts.hit import Hit, Kind, merged
from gateway.minimization.texts.keys import Form
from gateway.minimization.texts.known import Known
from gateway.minimization.texts.line import Line
from gateway.minimization.texts.mentions import mentions
from gateway.minimization.texts.reading import Reading, readings
from gateway.minimization.texts.version import Version

__all__ = ["TEXT_LENGTH_MAX", "Hit", "Kind", "scan"]

#: No title or name is longer: what is, is one hit as a whole, unread.
TEXT_LENGTH_MAX = 512


class _Way(NamedTuple):
    """A way in which a text may be meant: if masked, whole names count alone, since much else looks so."""

    version: Version
    reading: Reading
    line: Line
    is_masked: bool

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a range of the line's letters stands in the text."""
        return self.version.span(*self.reading.span(start, end))


class _Regarded(NamedTuple):
    """What is the same of a text whoever is known: the contacts in it, and the ways to read it."""

    contacts: list[Hit]
    ways: list[_Way]


def scan(text: str, known: Known) -> list[Hit]:
    """What a text that would leave says of known people, and contact data of anybody.

    In order, without overlaps, as indices into the text as given. Never raises.
    """
    if len(text) > TEXT_LENGTH_MAX:
        return [Hit(Kind.PERSON, 0, len(text))]
    regarded = known.memory.regarded(text, _regarded)
    hits = [*regarded.contacts]
    for way in regarded.ways:
        for form, start, end in mentions(way.line, known):
            if form is Form.NAME or not way.is_masked:
                kind = Kind.DOMAIN if form is Form.COMPANY else Kind.PERSON
                hits.append(Hit(kind, *way.span(start, end)))
    return merged(hits)


def _regarded(text: str) -> _Regarded:
    found = _Regarded([], [])
    for version in versions(text):
        for reading in readings(version.text):
            way = _Way(version, reading, Line(version.text, reading), is_masked=False)
            found.contacts.extend(Hit(hit.kind, *way.span(hit.start, hit.end)) for hit in contacts(reading))
            found.ways.append(way)
            for bare in reading.unmasked():
                found.ways.append(_Way(version, bare, Line(version.text, bare), is_masked=True))
    return found
