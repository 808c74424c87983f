"""Snapshot: what stands now, in one answer, with the cursor at which it is exact."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from gateway.booking import ResourceId, TenantId
from gateway.entry import Entry


class Interval(NamedTuple):
    """Half-open, in aware time."""

    start: datetime
    end: datetime

    def meets(self, other: "Interval") -> bool:
        return self.start < other.end and other.start < self.end


class ShownResource(msgspec.Struct, frozen=True, kw_only=True):
    """A resource, whose it is, and how current our knowledge of it is, as ``resource.state`` tells it."""

    tenant: TenantId
    id: ResourceId
    resource: msgspec.Raw
    state: Mapping[str, Any]


class ShownBooking(msgspec.Struct, frozen=True, kw_only=True):
    """A booking as ``booking.put`` tells it."""

    booking: msgspec.Raw
    revision: int


class ResourceList(msgspec.Struct, frozen=True, kw_only=True):
    """Resources in the order of their tenants and ids. ``next``: the ``after`` of the rest, if there is any.

    ``unavailable`` names tenants whose resources cannot be opened now.
    """

    resources: Sequence[ShownResource]
    next: str | None
    unavailable: Sequence[TenantId]


class BookingList(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """The bookings of a resource that meet an interval, by their beginning."""

    tenant: TenantId
    resource: ResourceId
    state: Mapping[str, Any]
    start: datetime
    end: datetime
    bookings: Sequence[ShownBooking]


class _Span(msgspec.Struct):
    start: datetime
    end: datetime


_ENCODER = msgspec.json.Encoder()
_SPAN = msgspec.json.Decoder(_Span)


def span(booking: msgspec.Raw) -> Interval:
    """When a booking is, from its JSON."""
    found = _SPAN.decode(booking)
    return Interval(found.start, found.end)


def within(entries: Iterable[Entry], interval: Interval) -> list[ShownBooking]:
    """Of what is told of bookings, those that meet an interval, by their beginning and id."""
    found = [
        (span(entry.booking), entry.booking_id, ShownBooking(booking=entry.booking, revision=entry.revision))
        for entry in entries
        if entry.booking is not None and entry.booking_id is not None and entry.revision is not None
    ]
    meeting = [one for one in found if one[0].meets(interval)]
    return [shown for *_, shown in sorted(meeting, key=lambda one: one[:2])]


class Rendered(NamedTuple):
    """``etag`` (RFC 9110, section 8.8.3) moves with the content alone, and not with the cursor beside it."""

    body: bytes
    etag: str


def render(content: ResourceList | BookingList, cursor: str) -> Rendered:
    """The JSON of a snapshot, with its ``cursor`` behind the content."""
    told = _ENCODER.encode(content)
    return rendered(told)._replace(body=told[:-1] + b',"cursor":' + _ENCODER.encode(cursor) + b"}")


def rendered(content: bytes) -> Rendered:
    """Bytes that are all content."""
    return Rendered(content, f'W/"{hashlib.sha256(content).hexdigest()[:32]}"')
