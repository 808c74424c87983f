"""Graph's ``calendarView/delta``: rounds of pages, each ending in a link for the next round.

The window is frozen in the tokens. Tokens stand for positions in the calendar's log of changes.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import msgspec
from aiohttp import web

from connectors.sandbox.calendar import Calendar, Event
from connectors.sandbox.door import Route, encoded
from connectors.sandbox.graph_access import GraphAccess
from connectors.sandbox.graph_print import bare, printed, removed
from connectors.sandbox.ledger import Ledger
from connectors.sandbox.odata import Preferences, moment, preferences
from connectors.sandbox.refusal import graph_refusal
from connectors.sandbox.seal import Seal

_PAGE_DEFAULT = 10
_UNSUPPORTED = ("$select", "$expand", "$filter", "$orderby", "$search")


class Round(msgspec.Struct, frozen=True, tag="round"):
    """Where a round is: what changed ``since`` (None: everything) ``until``, past the id ``after``."""

    mailbox: str
    start: datetime
    end: datetime
    since: int | None
    until: int
    after: str = ""


class Mark(msgspec.Struct, frozen=True, tag="mark"):
    """Where the next round begins."""

    mailbox: str
    start: datetime
    end: datetime
    since: int


class GraphDelta:
    """Tells what changed in a window, once per id and in the order of ids."""

    def __init__(self, url: str, access: GraphAccess, seal: Seal, ledger: Ledger) -> None:
        self._url = url
        self._access = access
        self._seal = seal
        self._ledger = ledger

    def routes(self) -> list[Route]:
        # A function: OData writes it with parentheses or without.
        user, delta = "/graph/v1.0/users/{user}", "/calendarView/{function:delta(?:\\(\\))?}"
        return [
            Route("graph.delta", "GET", user + delta, self._delta),
            Route("graph.delta", "GET", user + "/calendar" + delta, self._delta),
        ]

    async def _delta(self, request: web.Request) -> web.Response:
        tenant, calendar = self._access.mailbox(request)
        if any(option in request.query for option in _UNSUPPORTED):
            message = f"Not supported with change tracking: {', '.join(_UNSUPPORTED)}."
            raise graph_refusal(400, "ErrorInvalidUrlQuery", message)
        wanted = preferences(request)
        current = self._round(request, calendar)
        size = wanted.page_size or _PAGE_DEFAULT
        page = list(islice(_told_ids(calendar, current), size + 1))
        sent = [_told(calendar, current, event_id, wanted) for event_id in page[:size]]
        answer: Event = {"@odata.context": f"{self._url}/v1.0/$metadata#Collection(event)", "value": sent}
        answer |= self._link(request, current, page, size)
        body = encoded(answer)
        held = [calendar.events.get(event_id, {}) for event_id in page[:size]]
        self._ledger.enter(tenant.name, held, sent, len(body))
        return web.Response(body=body, content_type="application/json", charset="utf-8")

    def _round(self, request: web.Request, calendar: Calendar) -> Round:
        """The round that the request begins or goes on with."""
        now, query = len(calendar.changes), request.query
        current: Round | None
        if "$skiptoken" in query:
            current = self._seal.open(query["$skiptoken"], Round)
        elif "$deltatoken" in query:
            mark = self._seal.open(query["$deltatoken"], Mark)
            current = None if mark is None else _next_round(mark, now)
        else:
            start, end = moment(request, "startDateTime"), moment(request, "endDateTime")
            current = Round(calendar.address, start, end, None, now)
        if current is None or current.mailbox != calendar.address:
            location = {"Location": f"{self._path(request)}?$deltatoken="}
            raise graph_refusal(410, "syncStateNotFound", "The sync state generation is not found.", location)
        return current

    def _link(self, request: web.Request, current: Round, page: list[str], size: int) -> Event:
        path = self._path(request)
        if len(page) > size:
            token = self._seal.close(msgspec.structs.replace(current, after=page[size - 1]))
            return {"@odata.nextLink": f"{path}?$skiptoken={token}"}
        # What happened while the round was read comes with the next one, perhaps a second time.
        mark = Mark(current.mailbox, current.start, current.end, current.until)
        return {"@odata.deltaLink": f"{path}?$deltatoken={self._seal.close(mark)}"}

    def _path(self, request: web.Request) -> str:
        return f"{self._url}{request.rel_url.raw_path.removeprefix('/graph')}"


def _next_round(mark: Mark, until: int) -> Round:
    return Round(mark.mailbox, mark.start, mark.end, mark.since, until)


def _told_ids(calendar: Calendar, current: Round) -> Iterator[str]:
    """The ids that this round tells of, in order, past those told already."""
    # In the order of ids, so that a page can be found again whatever was added or deleted meanwhile.
    if current.since is not None:
        yield from (
            key for key in sorted(calendar.changed(current.since, current.until)) if key > current.after
        )
        return
    for key in sorted(calendar.events):
        if key > current.after and _in_window(calendar, calendar.events[key], current):
            yield key


def _told(calendar: Calendar, current: Round, event_id: str, wanted: Preferences) -> Event:
    """What is out of the window is told as removed, be it gone or never seen."""
    event = calendar.events.get(event_id)
    if event is None or not (_in_window(calendar, event, current) or _leads_in(calendar, event, current)):
        return removed(event_id, wanted)
    return bare(event, wanted) if event.get("type") == "occurrence" else printed(event, wanted)


def _in_window(calendar: Calendar, event: Event, current: Round) -> bool:
    span = calendar.dialect.span(event)
    return span is None or span.touches(current.start, current.end)


def _leads_in(calendar: Calendar, event: Event, current: Round) -> bool:
    """Whether it is a series' master that began before the window and has instances in it."""
    # In a first round such a master is left out: a client must be able to fetch it by id.
    if event.get("type") != "seriesMaster":
        return False
    return any(_in_window(calendar, calendar.events[key], current) for key in calendar.instances(event["id"]))
