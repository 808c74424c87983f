"""Google Calendar's JSON as events. Pure; what a projection leaves out is neither asked for nor parsed.

Shape: developers.google.com/workspace/calendar/api/v3/reference/events. Google leaves out whatever has its
default; whatever is unknown counts as busy and private.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from datetime import date as Date  # noqa: N812  Google names a member so
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar, cast, get_args

import msgspec
from msgspec.json import Decoder

from connectors.decoding import decode, fitting
from connectors.errors import Malformed
from connectors.port import Cursor, Page, Projection
from connectors.raw import Attendee, Kind, RawEvent, Response, Unclear
from connectors.reading import Moment, Outcome, Tombstone, asked_for, gathered, outline, timed

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)

#: A member of a shape that depends on the projection: name, type, default.
Member = tuple[str, Any, None]

_KINDS: dict[str | None, Kind] = {
    None: Kind.SINGLE,
    "default": Kind.SINGLE,
    "focusTime": Kind.SINGLE,
    "outOfOffice": Kind.SINGLE,
    "fromGmail": Kind.SINGLE,
    "workingLocation": Kind.WORKING_LOCATION,
    "birthday": Kind.BIRTHDAY,
}
_RESPONSES: dict[str | None, Response] = {
    "accepted": Response.ACCEPTED,
    "tentative": Response.TENTATIVE,
    "declined": Response.DECLINED,
}
_NOT_PRIVATE = frozenset({None, "default", "public"})
# Looking a member up in an Enum class costs more than the rest of a line.
_SINGLE, _OCCURRENCE, _MASTER, _OTHER = Kind.SINGLE, Kind.OCCURRENCE, Kind.MASTER, Kind.OTHER
_UNANSWERED = Response.UNANSWERED


class Shape(msgspec.Struct, rename="camel", gc=False):
    """A part of Google's JSON, of which only what is declared is asked for and read."""


class EventDateTime(Shape, gc=False):
    """A moment with its offset, or a date."""

    date_time: datetime | None = None
    date: Date | None = None


class Row(Shape, gc=False):
    """One row of the attendee list. A projection adds members in place of the class variables."""

    organizer: ClassVar[bool | None] = None
    email: ClassVar[str | None] = None

    is_self: bool | None = msgspec.field(name="self", default=None)
    resource: bool | None = None
    response_status: str | None = None


class Organizer(Shape, gc=False):
    """To whom an event belongs."""

    email: str | None = None


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
    organizer: ClassVar[Organizer | None] = None
    conference_data: ClassVar[ConferenceData | None] = None

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


_SPLIT: Decoder[Listing[msgspec.Raw]] = Decoder(Listing[msgspec.Raw])
_MOMENT, _GONE = Decoder(EventDateTime), Decoder(Gone)


def _members(projection: Projection) -> list[Member]:
    rows: Any = _shape("Attendee", _row_members(projection), Row)
    members: list[Member] = [("attendees", list[rows] | None, None)]
    if projection.people:
        members.append(("attendees_omitted", bool | None, None))
    if projection.booker:
        members.append(("organizer", Organizer | None, None))
    if projection.conference:
        members.append(("conference_data", ConferenceData | None, None))
    return members


def _row_members(projection: Projection) -> list[Member]:
    members: list[Member] = []
    if projection.people:
        members.append(("organizer", bool | None, None))
    if projection.places:
        members.append(("email", str | None, None))
    return members


def _shape(name: str, members: list[Member], base: type[S]) -> type[S]:
    shape: Any = msgspec.defstruct(name, members, bases=(base,), rename="camel", gc=False)
    return cast(type[S], shape)


@cache
def _event_shape(projection: Projection) -> type[Occupancy]:
    return _shape("Event", _members(projection), Occupancy)


@cache
def _decoders(projection: Projection) -> tuple[Decoder[Listing[Occupancy]], Decoder[Occupancy]]:
    shape: Any = _event_shape(projection)
    return Decoder(Listing[shape]), Decoder(shape)


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


def page(body: bytes, projection: Projection) -> tuple[Page, str | None]:
    """A page and the token of the next one. Raises Malformed if the envelope cannot be understood."""
    whole, single = _decoders(projection)
    try:
        listing = decode(body, whole)
    except msgspec.ValidationError:
        return _page_with_odd_items(body, projection, single)
    outcomes = [_outcome(item, projection) for item in listing.items]
    return gathered(outcomes, _cursor(listing), len(body)), listing.next_page_token or None


def _page_with_odd_items(
    body: bytes, projection: Projection, single: Decoder[Occupancy]
) -> tuple[Page, str | None]:
    try:
        listing = decode(body, _SPLIT)
    except msgspec.ValidationError:
        raise Malformed("bad_page") from None
    outcomes = [_outcome_of_odd(item, projection, single) for item in listing.items]
    return gathered(outcomes, _cursor(listing), len(body)), listing.next_page_token or None


def event(body: bytes, event_id: str, projection: Projection) -> RawEvent | Unclear | None:
    """The event that was asked for by its id. None if it is a tombstone."""
    outcome = _outcome_of_odd(msgspec.Raw(body), projection, _decoders(projection)[1])
    return asked_for(event_id, outcome)


def _cursor(listing: Listing[Any]) -> Cursor | None:
    return None if listing.next_sync_token is None else Cursor(listing.next_sync_token)


def _outcome_of_odd(item: msgspec.Raw, projection: Projection, single: Decoder[Occupancy]) -> Outcome:
    understood = fitting(item, single)
    if understood is not None:
        return _outcome(understood, projection)
    gone = fitting(item, _GONE)
    if gone is not None and gone.status == "cancelled" and gone.id:
        return Tombstone(gone.id)
    return outline(item, _moment)


def _outcome(item: Occupancy, projection: Projection) -> Outcome:
    if item.status == "cancelled":
        return Tombstone(item.id) if item.id else Unclear(None, "no_id")
    least = timed(item.id, _instant(item.start), _instant(item.end))
    if isinstance(least, Unclear):
        return least
    identity, start, end = least
    return RawEvent(
        id=identity,
        start=start,
        end=end,
        kind=_kind(item),
        private=item.visibility not in _NOT_PRIVATE,
        tentative=item.status == "tentative",
        response=_own_response(item.attendees),
        conference=_has_conference(item) if projection.conference else None,
        organizer=_address(item.organizer),
        attendees=_attendees(item.attendees or (), projection),
        attendees_omitted=item.attendees_omitted is True,
    )


def _kind(item: Occupancy) -> Kind:
    kind = _KINDS.get(item.event_type, _OTHER)
    if item.recurrence:
        return _MASTER
    return _OCCURRENCE if kind is _SINGLE and item.recurring_event_id is not None else kind


def _moment(part: msgspec.Raw) -> Moment | None:
    return _instant(fitting(part, _MOMENT))


def _instant(moment: EventDateTime | None) -> Moment | None:
    if moment is None:
        return None
    stated = moment.date_time
    if stated is None:
        return moment.date
    if stated.tzinfo is UTC:
        return stated
    if stated.tzinfo is None:
        return None
    try:
        return stated.astimezone(UTC)
    except OverflowError:
        return None


def _own_response(rows: Sequence[Row] | None) -> Response | None:
    """The answer of the calendar's own row. Without one, the calendar organizes the event itself."""
    own = [row for row in rows or () if row.is_self]
    if not own:
        return None
    row = next((row for row in own if row.resource), own[0])
    return _RESPONSES.get(row.response_status, _UNANSWERED)


def _has_conference(item: Occupancy) -> bool:
    return item.conference_data is not None and item.conference_data.conference_solution is not None


def _address(organizer: Organizer | None) -> str | None:
    return organizer.email.lower() if organizer is not None and organizer.email else None


def _attendees(rows: Sequence[Row], projection: Projection) -> tuple[Attendee, ...] | None:
    """Everybody where people are counted; where places are asked for, these alone and by address."""
    if not (projection.people or projection.places):
        return None
    return tuple(_attendee(row) for row in rows if projection.people or row.resource)


def _attendee(row: Row) -> Attendee:
    return Attendee(
        _RESPONSES.get(row.response_status, _UNANSWERED),
        address=row.email.lower() if row.resource and row.email else None,
        is_resource=row.resource is True,
        is_organizer=row.organizer is True,
    )
