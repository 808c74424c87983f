"""Samples: strings of calendars whose every mention is marked."""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from string import Formatter
from typing import NamedTuple


class Person(NamedTuple):
    """As an event names somebody."""

    name: str | None
    address: str | None


class Kind(StrEnum):
    """What a span mentions. Of people, also who and how: what may be demanded of each differs."""

    PLAIN = "known people, plain"
    DEVELOPMENT = "known people, development"
    HELD_OUT = "known people, held out"
    BEYOND = "known people, beyond demand"
    UNKNOWN = "unknown people"
    ADDRESS = "e-mail addresses"
    LINK = "links"
    PHONE = "phone numbers"
    MEETING_ID = "meeting ids"
    PIN = "passcodes"
    DOMAIN = "domains"
    DISGUISED = "contacts and links, disguised"


STRUCTURES = (Kind.ADDRESS, Kind.LINK, Kind.PHONE, Kind.MEETING_ID, Kind.PIN, Kind.DOMAIN)


class Sort(StrEnum):
    """What a string is."""

    MENTION = "with a mention"
    TITLE = "titles"
    NAMESAKE = "hard negatives"
    ROOM = "rooms"


class Span(NamedTuple):
    """One mention: where it is, in which form, and as far as what belongs to it, such as a title, reaches."""

    start: int
    end: int
    kind: Kind
    form: str
    reach: slice


class Sample(NamedTuple):
    """One string of an event, and whom the event names. A clean one has no spans."""

    text: str
    spans: tuple[Span, ...]
    people: tuple[Person, ...]
    sort: Sort


class Piece(NamedTuple):
    """What stands for a mention: ``core`` has to be caught, what is around it may be."""

    core: str
    before: str = ""
    after: str = ""


class Mention(NamedTuple):
    """A piece, with what it is."""

    piece: Piece
    kind: Kind
    form: str


def fill(template: str, mentions: Mapping[str, Mention]) -> tuple[str, tuple[Span, ...]]:
    """The template with its fields written out, and where they stand."""
    text, spans = "", []
    for literal, field, _, _ in Formatter().parse(template):
        text += literal
        if field is not None:
            (core, before, after), kind, form = mentions[field]
            start, whole = len(text) + len(before), before + core + after
            reach = slice(len(text), len(text) + len(whole))
            spans.append(Span(start, start + len(core), kind, form, reach))
            text += whole
    return text, tuple(spans)


def telling(character: str) -> bool:
    """Whether it tells something: a letter, a digit, or a sign that stands for one, such as in a circle."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "So"
