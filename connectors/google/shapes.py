"""The parts of Google's event that are asked for and read: the same, for each projection.

What is not declared here neither crosses the wire nor becomes an object of ours. Pure.
developers.google.com/workspace/calendar/api/v3/reference/events.
"""

from collections.abc import Sequence
from datetime import date as Date  # noqa: N812  Google names a member so
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar, cast, get_args

import msgspec
from msgspec.json import Decoder

from connectors.port import Projection
from connectors.raw import Silent

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)

#: A member of a shape that depends on the projection: name, type, default.
Member = tuple[str, Any, Any]


class Shape(Silent, msgspec.Struct, rename="camel", gc=False):
    """A part of Google's JSON, of which only what is declared is asked for and read."""


class EventDateTime(Shape, gc=False):
    """A moment with its offset, or a date."""

    date_time: datetime | None = None
    date: Date | None = None


class Row(Shape, gc=False):
    """One row of the attendee list. A projection adds members in place of the class variables."""

    organizer: ClassVar[bool | None] = None
    email: ClassVar[str | None] = None
    display_name: ClassVar[str | None] = None

    is_self: bool | None = msgspec.field(name="self", default=None)
    resource: bool | None = None
    response_status: str | None = None


class Organizer(Shape, gc=False):
    """To whom an event belongs."""

    email: str | None = None


class Somebody(Shape, gc=False):
    """Somebody with their name."""

    email: str | None = None
    display_name: str | None = None


class SolutionKey(Shape, gc=False):
    """The sort of a conference's product, such as hangoutsMeet."""

    type: str | None = None


class Solution(Shape, gc=False):
    """The product of a conference."""

    key: SolutionKey | None = None


class ConferenceData(Shape, gc=False):
    """A conference, by its product: ids, links, numbers and PINs open it, and a product does not."""

    conference_solution: Solution | None = None


class Occupancy(Shape, gc=False):
    """An event with nobody in it. A projection adds members in place of the class variables."""

    attendees: ClassVar[Sequence[Row] | None] = None
    attendees_omitted: ClassVar[bool | None] = None
    organizer: ClassVar[Organizer | Somebody | None] = None
    creator: ClassVar[Somebody | None] = None
    summary: ClassVar[str | None] = None
    conference_data: ClassVar[ConferenceData | None] = None
    i_cal_uid: ClassVar[str | None] = None
    original_start_time: ClassVar[EventDateTime | None] = None

    id: str
    status: str | None = None
    start: EventDateTime | None = None
    end: EventDateTime | None = None
    event_type: str | None = None
    visibility: str | None = None
    recurring_event_id: str | None = None
    recurrence: list[str] | None = None


class Listing(Shape, Generic[T]):
    """A page of items. Google leaves an empty list out."""

    items: list[T] = []
    next_page_token: str | None = None
    next_sync_token: str | None = None


class Gone(Shape, gc=False):
    """What is read of a tombstone, which may still carry everything."""

    id: str
    status: str | None = None


def _members(projection: Projection) -> list[Member]:
    rows: Any = _shape("Attendee", _row_members(projection), Row)
    members: list[Member] = [("attendees", list[rows] | None, None)]
    if projection.people or projection.title:
        members.append(("attendees_omitted", bool | None, None))
    if projection.title:
        members.append(("summary", str | None, None))
        members.append(("creator", Somebody | None, None))
        members.append(("organizer", Somebody | None, None))
    elif projection.booker:
        members.append(("organizer", Organizer | None, None))
    if projection.conference:
        members.append(("conference_data", ConferenceData | None, None))
    if projection.uid:
        members.append(("i_cal_uid", str | None, msgspec.field(name="iCalUID", default=None)))
        members.append(("original_start_time", EventDateTime | None, None))
    return members


def _row_members(projection: Projection) -> list[Member]:
    members: list[Member] = []
    if projection.people:
        members.append(("organizer", bool | None, None))
    if projection.places or projection.title:
        members.append(("email", str | None, None))
    if projection.title:
        members.append(("display_name", str | None, None))
    return members


def _shape(name: str, members: list[Member], base: type[S]) -> type[S]:
    shape: Any = msgspec.defstruct(name, members, bases=(base,), rename="camel", gc=False)
    return cast(type[S], shape)


@cache
def _event_shape(projection: Projection) -> type[Occupancy]:
    return _shape("Event", _members(projection), Occupancy)


@cache
def event_decoder(projection: Projection) -> Decoder[Occupancy]:
    return Decoder(_event_shape(projection))


@cache
def listing_decoder(projection: Projection) -> Decoder[Listing[Occupancy]]:
    shape: Any = _event_shape(projection)
    return Decoder(Listing[shape])


@cache
def mask(projection: Projection) -> str:
    """The ``fields`` of an event: exactly what is read of it."""
    return _mask(_event_shape(projection))


def _mask(shape: type[Shape]) -> str:
    return ",".join(field.encode_name + _inner_mask(field.type) for field in msgspec.structs.fields(shape))


def _inner_mask(annotation: Any) -> str:
    if isinstance(annotation, type):
        return f"({_mask(annotation)})" if issubclass(annotation, Shape) else ""
    return "".join(map(_inner_mask, get_args(annotation)))
