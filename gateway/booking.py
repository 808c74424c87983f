"""Booking, the shape that flows, and the resource it stands in. Nothing personal has a member here."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NewType

import msgspec

TenantId = NewType("TenantId", str)
ResourceId = NewType("ResourceId", str)
CalendarId = NewType("CalendarId", str)
BookingId = NewType("BookingId", str)
SeriesId = NewType("SeriesId", str)
#: A natural person who is enrolled, or has objected. Random, and told to nobody.
SubjectId = NewType("SubjectId", str)
#: What all copies of an event have in common, as a keyed hash.
EventUid = NewType("EventUid", str)


class Status(StrEnum):
    """Whether the resource has agreed."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"


class AllDay(msgspec.Struct, frozen=True, gc=False):
    """The dates of an all-day booking; ``last`` is inclusive."""

    first: date
    last: date


Bucket = Literal["0", "1", "2-5", "6+"]


class Booking(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A taken place. All members are always present; None means not disclosed.

    ``start`` and ``end`` are aware UTC, half-open; ``zone`` is the resource's IANA zone, never an event's.
    """

    id: BookingId
    resource: ResourceId
    start: datetime
    end: datetime
    all_day: AllDay | None
    zone: str
    status: Status
    people: Bucket | int | None
    title: str | None
    conference: bool | None
    booker: str | None


_JSON = msgspec.json.Encoder()


def canonical(booking: Booking) -> bytes:
    """The bytes that stand for a booking: JSON, members in the order above. Equal bookings, equal bytes."""
    return _JSON.encode(booking)


#: How the bytes of a booking end of which nobody is told to have booked it.
_NO_BOOKER = b'"booker":null}'


def with_booker(body: bytes, booker: str) -> bytes:
    """The bytes of a booking whose booker is kept apart from the rest, with the booker put in."""
    return body.removesuffix(_NO_BOOKER) + b'"booker":' + _JSON.encode(booker) + b"}"


class ResourceKind(StrEnum):
    """What sort of place can be booked. A site stands for all of its places, and tells of none."""

    ROOM = "room"
    DESK = "desk"
    DESK_POOL = "desk_pool"
    EQUIPMENT = "equipment"
    SITE = "site"


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """A bookable place as FlexO sees it. ``name`` is None where it might be a person's."""

    id: ResourceId
    kind: ResourceKind
    name: str | None
    site: str | None
    building: str | None
    floor: str | None
    capacity: int | None
    zone: str
    external_ref: str


class Freshness(StrEnum):
    """What we know of a resource: *unknown* is never to be shown as free."""

    FRESH = "fresh"
    STALE = "stale"
    UNKNOWN = "unknown"
