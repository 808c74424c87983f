"""Google Calendar: ``events.list`` with paging and sync tokens, and ``events.get``."""

from collections.abc import Iterator

import msgspec
from aiohttp import web

from connectors.sandbox.calendar import Calendar, Event
from connectors.sandbox.door import Route, encoded
from connectors.sandbox.google_access import GoogleAccess
from connectors.sandbox.google_print import event_printing, list_printing
from connectors.sandbox.google_query import Listing, check_sync, invalid, listing, page_size
from connectors.sandbox.google_time import timestamp
from connectors.sandbox.ledger import Ledger
from connectors.sandbox.refusal import google_refusal
from connectors.sandbox.seal import Seal

_FREE_BUSY = "calendar.events.freebusy"
_SCOPES = (_FREE_BUSY, "calendar.events.owned.readonly", "calendar.events.readonly", "calendar.readonly")


class Round(msgspec.Struct, frozen=True, tag="page"):
    """Where a round is: what changed ``since`` (None: everything) ``until``, past the key ``after``."""

    calendar: str
    listing: Listing
    since: int | None
    until: int
    after: tuple[str, str] = ("", "")


class Mark(msgspec.Struct, frozen=True, tag="sync"):
    """Where the next round begins, and what it lists."""

    calendar: str
    listing: Listing
    since: int


class GoogleCalendar:
    """Events of the calendars that a tenant's user may read."""

    def __init__(self, access: GoogleAccess, seal: Seal, ledger: Ledger) -> None:
        self._access = access
        self._seal = seal
        self._ledger = ledger

    def routes(self) -> list[Route]:
        events = "/google/calendar/v3/calendars/{calendar}/events"
        return [
            Route("google.events", "GET", events, self._list),
            Route("google.event", "GET", events + "/{event}", self._get),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        visitor = self._access.visitor(request, *_SCOPES)
        calendar = self._access.calendar(visitor, request.match_info["calendar"])
        printing = list_printing(request, free_busy_only=visitor.scopes == {_FREE_BUSY})
        current = self._round(request, calendar)
        size = page_size(request)
        found = sorted(_found(calendar, current))
        page = [calendar.events[key] for _, key in found[:size]]
        sent = [printing.item(printing.event(event)) for event in page]
        answer = _envelope(calendar) | self._token(current, found, size)
        # The envelope first, for items are masked one by one and counted as they were sent.
        answer = printing.masked(answer | {"items": None})
        if "items" in answer:
            answer["items"] = sent
        body = encoded(answer)
        self._ledger.enter(visitor.tenant.name, page, sent, len(body))
        return web.Response(body=body, content_type="application/json", charset="utf-8")

    async def _get(self, request: web.Request) -> web.Response:
        visitor = self._access.visitor(request, *_SCOPES)
        calendar = self._access.calendar(visitor, request.match_info["calendar"])
        printing = event_printing(request, free_busy_only=visitor.scopes == {_FREE_BUSY})
        event = calendar.events.get(request.match_info["event"])
        if event is None:
            raise google_refusal(404, "notFound", "Not Found")
        sent = printing.masked(printing.event(event))
        body = encoded(sent)
        self._ledger.enter(visitor.tenant.name, [event], [sent], len(body))
        return web.Response(body=body, content_type="application/json", charset="utf-8")

    def _round(self, request: web.Request, calendar: Calendar) -> Round:
        """The round that the request begins or goes on with."""
        query, now = request.query, len(calendar.changes)
        if "syncToken" in query:
            check_sync(request)
        asked = listing(request)
        if "pageToken" in query:
            current = self._seal.open(query["pageToken"], Round)
            if current is None or current.calendar != calendar.address:
                raise invalid("Invalid page token value.")
            return current
        if "syncToken" not in query:
            return Round(calendar.address, asked, None, now)
        mark = self._seal.open(query["syncToken"], Mark)
        if mark is None or mark.calendar != calendar.address:
            message = "Sync token is no longer valid, a full sync is required."
            raise google_refusal(410, "fullSyncRequired", message, "calendar")
        # Google calls what happens then undefined; a stand-in had better say so.
        if (asked.single_events, asked.event_types) != (mark.listing.single_events, mark.listing.event_types):
            raise invalid("Parameters differ from those of the request that the sync token comes from.")
        return Round(calendar.address, mark.listing, mark.since, now)

    def _token(self, current: Round, found: list[tuple[str, str]], size: int) -> Event:
        """A token for the next page, or on the last page one for the next round.

        A round that was ordered ends without: Google gives none there.
        """
        if len(found) > size:
            rest = msgspec.structs.replace(current, after=found[size - 1])
            return {"nextPageToken": self._seal.close(rest)}
        if current.listing.order:
            return {}
        mark = Mark(current.calendar, current.listing, current.until)
        return {"nextSyncToken": self._seal.close(mark)}


def _envelope(calendar: Calendar) -> Event:
    return {
        "kind": "calendar#events",
        "etag": f'"p{len(calendar.changes)}"',
        "summary": calendar.address,
        "updated": timestamp(calendar.clock()),
        "timeZone": calendar.zone,
        "accessRole": "owner",
        "defaultReminders": [],
    }


def _found(calendar: Calendar, current: Round) -> Iterator[tuple[str, str]]:
    """What is left of the round: by what it is sorted, and its id."""
    ids = calendar.events if current.since is None else calendar.changed(current.since, current.until)
    for key in ids:
        event = calendar.events[key]
        place = (_order(calendar, event, current.listing.order), key)
        if place > current.after and _is_listed(calendar, event, current):
            yield place


def _order(calendar: Calendar, event: Event, order: str) -> str:
    if order == "startTime":
        span = calendar.dialect.span(event)
        return "" if span is None else span.start.isoformat()
    return str(event.get("updated", "")) if order == "updated" else ""


def _is_listed(calendar: Calendar, event: Event, current: Round) -> bool:
    """An incremental round tells of everything that changed, deleted or outside the window as it may be."""
    asked = current.listing
    # A bare tombstone has no type: it is told to everybody.
    if asked.event_types and event.get("eventType", asked.event_types[0]) not in asked.event_types:
        return False
    if _is_expanded_away(event, single_events=asked.single_events):
        return False
    if current.since is not None:
        return True
    if event.get("status") == "cancelled" and not asked.show_deleted:
        return "recurringEventId" in event and not asked.single_events
    span = calendar.dialect.span(event)
    return span is None or span.touches(asked.time_min, asked.time_max)


def _is_expanded_away(event: Event, *, single_events: bool) -> bool:
    """Masters are listed only unexpanded; unexpanded, of the instances only the exceptions are."""
    if single_events:
        return "recurrence" in event
    is_regular = event.get("start") == event.get("originalStartTime") and event.get("status") != "cancelled"
    return "recurringEventId" in event and is_regular
