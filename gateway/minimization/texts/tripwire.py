"""The tripwire: everything in a text that must not leave the house. A hit withholds the whole of it."""

from gateway.minimization.texts.contacts import contacts
from gateway.minimization.texts.decoding import versions
from gateway.minimization.texts.hit import Hit, Kind, merged
from gateway.minimization.texts.keys import Form
from gateway.minimization.texts.known import Known
from gateway.minimization.texts.mentions import mentions
from gateway.minimization.texts.reading import Reading, readings

__all__ = ["TEXT_LENGTH_MAX", "Hit", "Kind", "scan"]

#: No title or name is longer: what is, is one hit as a whole, unread.
TEXT_LENGTH_MAX = 512


def scan(text: str, known: Known) -> list[Hit]:
    """What a text that would leave says of known people, and contact data of anybody.

    In order, without overlaps, as indices into the text as given. Never raises.
    """
    if len(text) > TEXT_LENGTH_MAX:
        return [Hit(Kind.PERSON, 0, len(text))]
    hits = list[Hit]()
    for version in versions(text):
        found = _found(version.text, known)
        hits += [Hit(hit.kind, *version.span(hit.start, hit.end)) for hit in found]
    return merged(hits) if len(hits) > 1 else hits


def _found(text: str, known: Known) -> list[Hit]:
    hits = list[Hit]()
    for reading in readings(text):
        for form, start, end in mentions(text, reading, known):
            kind = Kind.DOMAIN if form is Form.COMPANY else Kind.PERSON
            hits.append(Hit(kind, *reading.span(start, end)))
        hits += [Hit(hit.kind, *reading.span(hit.start, hit.end)) for hit in contacts(reading)]
        hits += _masked(text, reading, known)
    return hits


def _masked(text: str, reading: Reading, known: Known) -> list[Hit]:
    """Names whose letters are masked by digits: whole ones alone, since much else looks so."""
    found = [mention for bare in reading.unmasked() for mention in mentions(text, bare, known)]
    return [Hit(Kind.PERSON, *reading.span(start, end)) for form, start, end in found if form is Form.NAME]
