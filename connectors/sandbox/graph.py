"""Microsoft Graph: calendar views and single events of the mailboxes of one tenant per token."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote, urlencode

from aiohttp import web

from connectors.sandbox.calendar import Calendar, Event, Span
from connectors.sandbox.door import Route, encoded
from connectors.sandbox.graph_access import GraphAccess
from connectors.sandbox.graph_print import named, printed, selection
from connectors.sandbox.ledger import Ledger
from connectors.sandbox.odata import moment, number, preferences
from connectors.sandbox.refusal import graph_refusal
from connectors.sandbox.truth import Tenant

_TOP_DEFAULT, _TOP_MAX, _SKIP_MAX = 10, 1000, 1_000_000
_UNSUPPORTED = ("$filter", "$search", "$expand", "$count")


class GraphCalendars:
    """``calendarView`` without delta, and events by id."""

    def __init__(self, url: str, access: GraphAccess, ledger: Ledger) -> None:
        self._url = url
        self._access = access
        self._ledger = ledger

    def routes(self) -> list[Route]:
        user = "/graph/v1.0/users/{user}"
        return [
            Route("graph.view", "GET", user + "/calendar/calendarView", self._view),
            Route("graph.view", "GET", user + "/calendarView", self._view),
            Route("graph.instances", "GET", user + "/events/{event}/instances", self._instances),
            Route("graph.event", "GET", user + "/calendar/events/{event}", self._event),
            Route("graph.event", "GET", user + "/events/{event}", self._event),
        ]

    async def _view(self, request: web.Request) -> web.Response:
        """One page of a window. ``$skip`` counts in the calendar as it is now, so pages may shift."""
        tenant, calendar = self._access.mailbox(request)
        return self._page(request, tenant, calendar, calendar.events)

    async def _instances(self, request: web.Request) -> web.Response:
        """One page of a series' occurrences in a window, exceptions among them."""
        tenant, calendar = self._access.mailbox(request)
        master = _found(calendar, request)
        if master.get("type") != "seriesMaster":
            raise graph_refusal(400, "ErrorInvalidRequest", "The event is not the master of a series.")
        return self._page(request, tenant, calendar, calendar.instances(master["id"]))

    def _page(
        self, request: web.Request, tenant: Tenant, calendar: Calendar, among: Iterable[str]
    ) -> web.Response:
        _refuse_unsupported(request)
        wanted, asked = preferences(request), selection(request.query.get("$select"))
        start, end = moment(request, "startDateTime"), moment(request, "endDateTime")
        top = number(request, "$top", wanted.page_size or _TOP_DEFAULT, low=1, high=_TOP_MAX)
        skip = number(request, "$skip", 0, low=0, high=_SKIP_MAX)
        held = _in_window(calendar, among, start, end, backwards=_is_descending(request))
        page = held[skip : skip + top]
        sent = [printed(event, wanted, asked) for event in page]
        answer: Event = {
            "@odata.context": f"{self._url}/v1.0/$metadata#users('')/calendarView",
            "value": sent,
        }
        if len(held) > skip + top:
            answer["@odata.nextLink"] = self._next_link(request, skip + top)
        body = encoded(answer)
        self._ledger.enter(tenant.name, page, sent, len(body))
        return web.Response(body=body, content_type="application/json", charset="utf-8")

    async def _event(self, request: web.Request) -> web.Response:
        tenant, calendar = self._access.mailbox(request)
        wanted, asked = preferences(request), selection(request.query.get("$select"))
        event = _found(calendar, request)
        sent = printed(event, wanted, asked)
        body = encoded({"@odata.context": f"{self._url}/v1.0/$metadata#users('')/events/$entity"} | sent)
        self._ledger.enter(tenant.name, [event], [sent], len(body))
        return web.Response(body=body, content_type="application/json", charset="utf-8")

    def _next_link(self, request: web.Request, skip: int) -> str:
        options = [pair for pair in request.query.items() if pair[0] != "$skip"]
        query = urlencode([*options, ("$skip", str(skip))], safe="$:", quote_via=quote)
        return f"{self._url}{request.rel_url.raw_path.removeprefix('/graph')}?{query}"


def _found(calendar: Calendar, request: web.Request) -> Event:
    event = named(calendar, request.match_info["event"])
    if event is None:
        raise graph_refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    return event


def _refuse_unsupported(request: web.Request) -> None:
    if any(option in request.query for option in _UNSUPPORTED):
        raise graph_refusal(501, "NotImplemented", "The stand-in does not know this query option.")


def _is_descending(request: web.Request) -> bool:
    order = request.query.get("$orderby", "start/dateTime").split()
    if order[:1] != ["start/dateTime"] or order[1:] not in ([], ["asc"], ["desc"]):
        raise graph_refusal(400, "ErrorInvalidUrlQuery", "The stand-in orders by start/dateTime only.")
    return order[1:] == ["desc"]


def _in_window(
    calendar: Calendar, among: Iterable[str], start: datetime, end: datetime, *, backwards: bool
) -> list[Event]:
    """All but masters of series, by start. What has no readable time is always there, and first."""
    spans: list[tuple[Span | None, Event]] = [
        (calendar.dialect.span(event), event)
        for event in map(calendar.events.__getitem__, among)
        if event.get("type") != "seriesMaster"
    ]
    touching = [(span, event) for span, event in spans if span is None or span.touches(start, end)]
    # Equal starts are told apart by id, so that pages do not overlap.
    touching.sort(
        key=lambda pair: (pair[0] is not None, pair[0] or (start, end), pair[1]["id"]), reverse=backwards
    )
    return [event for _, event in touching]
