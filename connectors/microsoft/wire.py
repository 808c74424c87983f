"""Graph's JSON as events. Pure; whatever is unknown counts as busy and private.

Every page is asked for in UTC: learn.microsoft.com/graph/api/user-list-calendarview.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time

import msgspec
from msgspec.json import Decoder
from msgspec.structs import replace

from connectors.decoding import decode, fitting
from connectors.errors import Malformed
from connectors.microsoft.shapes import (
    DateTimeTimeZone,
    Gone,
    Invitee,
    Listing,
    NamedAddress,
    Occupancy,
    Recipient,
    event_decoder,
    listing_decoder,
)
from connectors.port import Cursor, Page, Projection
from connectors.raw import Attendee, Kind, Named, RawEvent, Response, Tainted, Unclear, tainted
from connectors.reading import Moment, Outcome, Tombstone, asked_for, gathered, outline, timed
from connectors.zones import zone

_KINDS: dict[str | None, Kind] = {
    "singleInstance": Kind.SINGLE,
    "occurrence": Kind.OCCURRENCE,
    "exception": Kind.EXCEPTION,
    "seriesMaster": Kind.MASTER,
}
_RESPONSES: dict[str | None, Response] = {
    "accepted": Response.ACCEPTED,
    "organizer": Response.ACCEPTED,
    "tentativelyAccepted": Response.TENTATIVE,
    "declined": Response.DECLINED,
}
_BY_THEMSELVES = frozenset({Kind.SINGLE, Kind.EXCEPTION})
# Looking a member up in an Enum class costs more than the rest of a line.
_OTHER, _OCCURRENCE, _UNANSWERED = Kind.OTHER, Kind.OCCURRENCE, Response.UNANSWERED

_UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/GMT", "GMT", "tzone://Microsoft/Utc"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = _EPOCH.replace(tzinfo=None)
_MIDNIGHT = time()

_SPLIT: Decoder[Listing[msgspec.Raw]] = Decoder(Listing[msgspec.Raw])
_MOMENT, _GONE = Decoder(DateTimeTimeZone), Decoder(Gone)


def page(body: bytes, projection: Projection, *, series: bool = False) -> tuple[Page, str | None]:
    """A page and the link to the next one. Raises Malformed if the envelope cannot be understood.

    ``series``: whether to read to which series events belong.
    """
    try:
        listing = decode(body, listing_decoder(projection, series=series))
    except msgspec.ValidationError:
        return _page_with_odd_items(body, projection, series=series)
    outcomes = [_outcome(item, projection) for item in listing.value]
    found = gathered(outcomes, _cursor(listing), size=len(body))
    return (_with_series(found, listing.value) if series else found), listing.next_link


def _page_with_odd_items(body: bytes, projection: Projection, *, series: bool) -> tuple[Page, str | None]:
    try:
        listing = decode(body, _SPLIT)
    except msgspec.ValidationError:
        raise Malformed("bad_page") from None
    decoder = event_decoder(projection, series=series)
    items = [fitting(item, decoder) for item in listing.value]
    outcomes = [
        _outcome_of_odd(raw) if item is None else _outcome(item, projection)
        for raw, item in zip(listing.value, items, strict=True)
    ]
    found = gathered(outcomes, _cursor(listing), size=len(body))
    return _with_series(found, filter(None, items)), listing.next_link


def _with_series(page: Page, items: Iterable[Occupancy]) -> Page:
    return replace(page, series={item.id: item.series_master_id for item in items if item.series_master_id})


def event(body: bytes, event_id: str, projection: Projection) -> RawEvent | Unclear | None:
    """The event that was asked for by its id. None if it is a tombstone."""
    return asked_for(event_id, _outcome_of_one(body, projection))


def told(body: bytes, projection: Projection) -> Page:
    """The event that a notification holds. Raises Malformed for more or less than one that stands by itself.

    Of a series' occurrences Graph tells by the series alone.
    """
    outcome = _outcome_of_one(body, projection)
    if isinstance(outcome, RawEvent) and outcome.understood and outcome.kind in _BY_THEMSELVES:
        return Page(events=(outcome,), size=len(body))
    raise Malformed("content_says_too_little")


def _outcome_of_one(body: bytes, projection: Projection) -> Outcome:
    raw = msgspec.Raw(body)
    understood = fitting(raw, event_decoder(projection))
    return _outcome_of_odd(raw) if understood is None else _outcome(understood, projection)


def _cursor(listing: Listing[Occupancy] | Listing[msgspec.Raw]) -> Cursor | None:
    return None if listing.delta_link is None else Cursor(listing.delta_link)


def _outcome_of_odd(item: msgspec.Raw) -> Outcome:
    gone = fitting(item, _GONE)
    if gone is not None and gone.removed is not None and gone.id:
        return Tombstone(gone.id)
    outlined = outline(item, _moment)
    if isinstance(outlined, Unclear):
        return outlined
    # Graph prints whole days as midnights in UTC; whether they are some can no longer be told.
    return replace(outlined, maybe_days=_lasts_days(outlined.start, outlined.end))


def _outcome(item: Occupancy, projection: Projection) -> Outcome:
    if item.removed is not None:
        return Tombstone(item.id) if item.id else Unclear(None, "no_id")
    least = timed(item.id, _instant(item.start), _instant(item.end))
    if isinstance(least, Unclear):
        return least
    kind = _KINDS.get(item.type, _OTHER)
    # A round of changes tells occurrences of a known series by id and time alone.
    bare = kind is _OCCURRENCE and item.show_as is None and item.sensitivity is None
    identity, *instants = least
    # Of those, what lies from midnight to midnight is far more often whole days than a night and a day.
    start, end = (_whole_days(item) if item.is_all_day or bare else None) or instants
    return RawEvent(
        id=identity,
        start=start,
        end=end,
        kind=kind,
        cancelled=item.is_cancelled is True,
        private=item.sensitivity != "normal",
        tentative=item.show_as == "tentative",
        response=None if bare else _own_response(item),
        bare=bare,
        maybe_days=not bare and item.is_all_day is None and _lasts_days(*instants),
        conference=item.is_online_meeting,
        organizer=tainted(_address(item.organizer)) if projection.booker else None,
        attendees=_attendees(item, projection),
        attendees_omitted=item.hide_attendees is True,
        title=tainted(item.subject),
        named=_named(item) if projection.title else (),
        # Graph's differs from occurrence to occurrence.
        uid=item.i_cal_u_id or None,
    )


def inherited(occurrence: RawEvent, master: RawEvent) -> RawEvent:
    """An occurrence that is told by id and time alone, with all else that its master says of it."""
    start, end = occurrence.start, occurrence.end
    if isinstance(master.start, datetime):
        # From midnight to midnight, and no whole days after all.
        start, end = _midnight(start), _midnight(end)
    # Each occurrence has a uid of its own, which is not told.
    told = {"id": occurrence.id, "start": start, "end": end, "uid": None}
    return replace(master, **told, kind=_OCCURRENCE, maybe_days=False)


def _midnight(moment: Moment) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, _MIDNIGHT, UTC)


def _whole_days(item: Occupancy) -> tuple[Moment, Moment] | None:
    """Dates as they are printed: an all-day event lies on the same dates in every zone."""
    if item.start is None or item.end is None:
        return None
    start, end = item.start.date_time, item.end.date_time
    return (start.date(), end.date()) if start.time() == end.time() == _MIDNIGHT else None


def _lasts_days(start: Moment, end: Moment) -> bool:
    return all(isinstance(moment, datetime) and moment.time() == _MIDNIGHT for moment in (start, end))


def _moment(part: msgspec.Raw) -> Moment | None:
    return _instant(fitting(part, _MOMENT))


def _instant(moment: DateTimeTimeZone | None) -> datetime | None:
    if moment is None:
        return None
    stated = moment.date_time
    if stated.tzinfo is None:
        if moment.time_zone in _UTC_NAMES:
            # Adding a difference is six times as fast as replace(tzinfo=UTC).
            return _EPOCH + (stated - _NAIVE_EPOCH)
        # We ask for UTC; a file that somebody saved may hold any zone.
        place = zone(moment.time_zone) if moment.time_zone else None
        if place is None:
            return None
        stated = stated.replace(tzinfo=place)
    try:
        return stated.astimezone(UTC)
    except OverflowError:
        return None


def _own_response(item: Occupancy) -> Response | None:
    answer = None if item.response_status is None else item.response_status.response
    if item.is_organizer or answer == "organizer":
        return None
    return _RESPONSES.get(answer, _UNANSWERED)


def _address(recipient: Recipient | None) -> str | None:
    address = (
        None if recipient is None or recipient.email_address is None else recipient.email_address.address
    )
    return address.lower() if address else None


def _named(item: Occupancy) -> tuple[Named, ...]:
    """Everybody on the event, rooms left out: what they are called is no secret."""
    people = (item.organizer, *(row for row in item.attendees or () if row.type != "resource"))
    addresses = (one.email_address for one in people if one is not None)
    named = (one for one in addresses if isinstance(one, NamedAddress))
    return tuple(Named(tainted(one.name), tainted(one.address)) for one in named)


def _attendees(item: Occupancy, projection: Projection) -> tuple[Attendee, ...] | None:
    if projection.people:
        return _people(item)
    return _places(item) if projection.places else None


def _people(item: Occupancy) -> tuple[Attendee, ...] | None:
    """Everyone listed. Graph tells the organizer apart from the list, on most copies outside of it."""
    if item.attendees is None:
        return None
    organizer = _address(item.organizer)
    rows = [_attendee(invitee, organizer) for invitee in item.attendees]
    if organizer is not None and not any(row.is_organizer for row in rows):
        is_resource = item.is_organizer is True
        rows.append(Attendee(Response.ACCEPTED, Tainted(organizer), is_resource, is_organizer=True))
    return tuple(rows)


def _places(item: Occupancy) -> tuple[Attendee, ...] | None:
    """The resources invited, and nobody else."""
    if item.attendees is None:
        return None
    return tuple(_attendee(invitee, None) for invitee in item.attendees if invitee.type == "resource")


def _attendee(invitee: Invitee, organizer: str | None) -> Attendee:
    answer = None if invitee.status is None else invitee.status.response
    address = _address(invitee)
    return Attendee(
        _RESPONSES.get(answer, _UNANSWERED),
        tainted(address),
        is_resource=invitee.type == "resource",
        is_organizer=answer == "organizer" or (address is not None and address == organizer),
    )
