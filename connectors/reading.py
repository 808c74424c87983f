"""Items of a provider's page sorted into events, tombstones and what could not be understood. Pure."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TypeVar

import msgspec

from connectors.decoding import fitting
from connectors.port import Cursor, Page
from connectors.raw import Hidden, RawEvent, Unclear

#: An aware UTC datetime, or a date where the event lasts whole days.
Moment = datetime | date


class Tombstone(Hidden, frozen=True, gc=False):
    """An item that is gone. Whatever else it still carries is never looked at."""

    id: str


Outcome = RawEvent | Unclear | Tombstone
M = TypeVar("M", bound=date)

_TEXT: msgspec.json.Decoder[str] = msgspec.json.Decoder(str)


def timed(identity: str | None, start: M | None, end: M | None) -> tuple[str, M, M] | Unclear:
    """The least that makes an event, if all of it is there and it does not end before it starts."""
    if not identity:
        return Unclear(None, "no_id")
    if start is None:
        return Unclear(identity, "no_start")
    if end is None:
        return Unclear(identity, "no_end")
    if type(start) is not type(end) or end < start:
        return Unclear(identity, "bad_range")
    return identity, start, end


def gathered(outcomes: Iterable[Outcome], cursor: Cursor | None, *, size: int) -> Page:
    events: list[RawEvent] = []
    removed: list[str] = []
    unclear: list[Unclear] = []
    for outcome in outcomes:
        if isinstance(outcome, RawEvent):
            events.append(outcome)
        elif isinstance(outcome, Tombstone):
            removed.append(outcome.id)
        else:
            unclear.append(outcome)
    return Page(tuple(events), tuple(removed), tuple(unclear), cursor, size=size)


def asked_for(event_id: str, outcome: Outcome) -> RawEvent | Unclear | None:
    """The answer to a question by id, which is known even where the answer does not tell it."""
    if isinstance(outcome, Unclear):
        return Unclear(event_id, outcome.code)
    return None if isinstance(outcome, Tombstone) else outcome


class _Outline(msgspec.Struct):
    """The least of an event, not yet looked into."""

    id: msgspec.Raw = msgspec.Raw(b"null")
    start: msgspec.Raw = msgspec.Raw(b"null")
    end: msgspec.Raw = msgspec.Raw(b"null")


_OUTLINE: msgspec.json.Decoder[_Outline] = msgspec.json.Decoder(_Outline)


def outline(item: msgspec.Raw, moment: Callable[[msgspec.Raw], Moment | None]) -> RawEvent | Unclear:
    """The busy block that is left of an odd event whose id and times can still be read."""
    parts = fitting(item, _OUTLINE)
    if parts is None:
        return Unclear(None, "bad_item")
    least = timed(fitting(parts.id, _TEXT), moment(parts.start), moment(parts.end))
    if isinstance(least, Unclear):
        return least
    identity, start, end = least
    return RawEvent(identity, start, end, understood=False, bare=True)
