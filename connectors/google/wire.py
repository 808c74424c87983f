"""Google Calendar's JSON as events. Pure; whatever is unknown counts as busy and private.

Google leaves out what has its default: developers.google.com/workspace/calendar/api/v3/reference/events.
"""

from collections.abc import Sequence
from datetime import UTC

import msgspec
from msgspec.json import Decoder

from connectors.decoding import decode, fitting
from connectors.errors import Malformed
from connectors.google.shapes import (
    EventDateTime,
    Gone,
    Listing,
    Occupancy,
    Organizer,
    Row,
    Somebody,
    event_decoder,
    listing_decoder,
)
from connectors.port import Cursor, Page, Projection
from connectors.raw import Attendee, Kind, Named, RawEvent, Response, Tainted, Unclear, tainted
from connectors.reading import Moment, Outcome, Tombstone, asked_for, gathered, outline, timed

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

_SPLIT: Decoder[Listing[msgspec.Raw]] = Decoder(Listing[msgspec.Raw])
_MOMENT, _GONE = Decoder(EventDateTime), Decoder(Gone)


def page(body: bytes, projection: Projection) -> tuple[Page, str | None]:
    """A page and the token of the next one. Raises Malformed if the envelope cannot be understood."""
    try:
        listing = decode(body, listing_decoder(projection))
    except msgspec.ValidationError:
        return _page_with_odd_items(body, projection)
    outcomes = [_outcome(item, projection) for item in listing.items]
    return gathered(outcomes, _cursor(listing), size=len(body)), listing.next_page_token or None


def _page_with_odd_items(body: bytes, projection: Projection) -> tuple[Page, str | None]:
    try:
        listing = decode(body, _SPLIT)
    except msgspec.ValidationError:
        raise Malformed("bad_page") from None
    outcomes = [_outcome_of_odd(item, projection) for item in listing.items]
    return gathered(outcomes, _cursor(listing), size=len(body)), listing.next_page_token or None


def event(body: bytes, event_id: str, projection: Projection) -> RawEvent | Unclear | None:
    """The event that was asked for by its id. None if it is a tombstone."""
    outcome = _outcome_of_odd(msgspec.Raw(body), projection)
    return asked_for(event_id, outcome)


def _cursor(listing: Listing[Occupancy] | Listing[msgspec.Raw]) -> Cursor | None:
    return None if listing.next_sync_token is None else Cursor(listing.next_sync_token)


def _outcome_of_odd(item: msgspec.Raw, projection: Projection) -> Outcome:
    understood = fitting(item, event_decoder(projection))
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
    rows = item.attendees or ()
    return RawEvent(
        id=identity,
        start=start,
        end=end,
        kind=_kind(item),
        private=item.visibility not in _NOT_PRIVATE,
        tentative=item.status == "tentative",
        response=_own_response(rows),
        conference=_has_conference(item) if projection.conference else None,
        organizer=_address(item.organizer) if projection.booker else None,
        attendees=_attendees(rows, projection),
        attendees_omitted=item.attendees_omitted is True,
        title=tainted(item.summary),
        named=_named(item) if projection.title else (),
        uid=_uid(item) if projection.uid else None,
    )


def _uid(item: Occupancy) -> str | None:
    """Google's is one for all instances of a series: when an instance was meant to be tells them apart."""
    if not item.i_cal_uid or item.recurring_event_id is None:
        return item.i_cal_uid or None
    original = _instant(item.original_start_time)
    return None if original is None else f"{item.i_cal_uid} {original.isoformat()}"


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


def _own_response(rows: Sequence[Row]) -> Response | None:
    """The answer of the calendar's own row. Without one, the calendar organizes the event itself."""
    own = None
    for row in rows:
        if row.is_self and (own is None or row.resource):
            own = row
    return None if own is None else _RESPONSES.get(own.response_status, _UNANSWERED)


def _has_conference(item: Occupancy) -> bool:
    return item.conference_data is not None and item.conference_data.conference_solution is not None


def _address(one: Organizer | Somebody | Row | None) -> Tainted | None:
    return Tainted(one.email.lower()) if one is not None and one.email else None


def _named(item: Occupancy) -> tuple[Named, ...]:
    """Everybody on the event, rooms left out: what they are called is no secret."""
    people = (item.creator, item.organizer, *(row for row in item.attendees or () if not row.resource))
    named = (one for one in people if one is not None and not isinstance(one, Organizer))
    return tuple(Named(tainted(one.display_name), tainted(one.email)) for one in named)


def _attendees(rows: Sequence[Row], projection: Projection) -> tuple[Attendee, ...] | None:
    """Everybody where people are counted; where places are asked for, these alone and by address."""
    if not (projection.people or projection.places):
        return None
    return tuple(_attendee(row) for row in rows if projection.people or row.resource)


def _attendee(row: Row) -> Attendee:
    return Attendee(
        _RESPONSES.get(row.response_status, _UNANSWERED),
        address=_address(row) if row.resource else None,
        is_resource=row.resource is True,
        is_organizer=row.organizer is True,
    )
