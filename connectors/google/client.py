"""Google Workspace as a Connector: resource calendars, read as one account may read them.

developers.google.com/workspace/calendar/api/guides/sync.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar

import aiohttp

from connectors.errors import Malformed
from connectors.google import directory, wire
from connectors.google.grant import DIRECTORY_SCOPE, EVENTS_SCOPE, ServiceAccount
from connectors.google.refusal import is_busy, refusal
from connectors.google.requests import Request, events_service, request, resources_service
from connectors.google.shapes import mask
from connectors.paging import Round
from connectors.port import Admission, CalendarAddress, Connector, Cursor, Page, Projection, Window
from connectors.quota import Allowance, Quota, Rate
from connectors.raw import RawEvent, RawPlace, Unclear, UnreadPlace
from connectors.transport import Answer, Grant, Limits, Transport

T = TypeVar("T")

#: Of one project, and of one user in it. developers.google.com/workspace/calendar/api/guides/quota.
PROJECT_RATE = Rate(10_000, 60)
USER_RATE = Rate(600, 60)

_EVENTS_PER_PAGE = 250
_RESOURCES_PER_PAGE = 500


class Urls(NamedTuple):
    """Where Google's services are asked."""

    calendar: str = "https://www.googleapis.com"
    directory: str = "https://admin.googleapis.com"


GOOGLE = Urls()


class _Service:
    """One of Google's services, with the grant that it takes."""

    def __init__(self, transport: Transport, grant: Grant) -> None:
        self._transport = transport
        self._grant = grant

    async def answer(self, asked: Request, allowance: Allowance) -> Answer:
        return await self._transport.get(asked.url, self._grant, asked.headers, allowance)

    async def read(self, asked: Request, allowance: Allowance, *, by_cursor: bool = False) -> bytes:
        return _checked(await self.answer(asked, allowance), by_cursor=by_cursor)


def _checked(answer: Answer, *, by_cursor: bool = False) -> bytes:
    if answer.status != HTTPStatus.OK:
        raise refusal(answer, by_cursor=by_cursor)
    return answer.body


class GoogleConnector:
    """Reads one customer's calendars. A sync token goes with the query that it was given for."""

    incremental = True

    def __init__(
        self,
        session: aiohttp.ClientSession,
        admit: Admission,
        account: ServiceAccount,
        quota: Quota,
        *,
        events_scope: str = EVENTS_SCOPE,
        customer: str = "my_customer",
        urls: Urls = GOOGLE,
        limits: Limits | None = None,
    ) -> None:
        self._quota = quota
        self._customer = customer
        calendar_url = f"{urls.calendar.rstrip('/')}/calendar/v3/"
        directory_url = f"{urls.directory.rstrip('/')}/"
        self._events = events_service(calendar_url)
        self._resources = resources_service(directory_url)
        to_calendar = Transport(session, admit, calendar_url, throttling=is_busy, limits=limits)
        to_directory = Transport(session, admit, directory_url, throttling=is_busy, limits=limits)
        self._calendar = _Service(to_calendar, account.grant(events_scope))
        self._directory = _Service(to_directory, account.grant(DIRECTORY_SCOPE))

    async def places(self) -> AsyncGenerator[tuple[RawPlace | UnreadPlace, ...], None]:
        known: dict[str, directory.Building] = {}
        method = self._resources.buildings().list
        async for buildings in self._listed(method, directory.BUILDING_FIELDS, directory.buildings):
            known |= {building.id: building for building in buildings}
        read = partial(directory.places, known=known)
        async for places in self._listed(self._resources.calendars().list, directory.RESOURCE_FIELDS, read):
            yield places

    async def _listed(
        self, method: Any, fields: str, read: Callable[[bytes], tuple[tuple[T, ...], str | None]]
    ) -> AsyncIterator[tuple[T, ...]]:
        """All pages of one of the directory's collections."""
        query = {"customer": self._customer, "maxResults": _RESOURCES_PER_PAGE, "fields": fields}
        token: str | None = None
        pages = Round()
        while token is not None or pages.is_new:
            pages.count()
            asked = request(method, **query, pageToken=token)
            rows, token = read(await self._directory.read(asked, self._quota.directory))
            yield rows

    async def changes(
        self, calendar: CalendarAddress, *, window: Window, projection: Projection, since: Cursor | None
    ) -> AsyncGenerator[Page, None]:
        query = _template(calendar, projection) | (_bounds(window) if since is None else {"syncToken": since})
        token: str | None = None
        pages = Round()
        while token is not None or pages.is_new:
            asked = request(self._events.list, **query, pageToken=token)
            allowance = self._quota.calendar(calendar)
            body = await self._calendar.read(asked, allowance, by_cursor=since is not None)
            page, token = wire.page(body, projection)
            if (page.cursor is None) != (token is not None):
                raise Malformed("bad_cursor")
            yield pages.take(page)

    async def event(
        self, calendar: CalendarAddress, event_id: str, *, projection: Projection
    ) -> RawEvent | Unclear | None:
        query = {"calendarId": calendar, "eventId": event_id, "fields": mask(projection)}
        query |= _attendees_max(projection)
        asked = request(self._events.get, **query, timeZone="UTC")
        answer = await self._calendar.answer(asked, self._quota.calendar(calendar))
        if answer.status == HTTPStatus.NOT_FOUND:
            await self.see(calendar)
            return None
        if answer.status == HTTPStatus.GONE:
            return None
        return wire.event(_checked(answer), event_id, projection)

    async def see(self, calendar: CalendarAddress) -> None:
        """Raise unless we may read the calendar: a 404 to an event does not say which of the two is gone."""
        query = {"calendarId": calendar, "maxResults": 1, "fields": "kind"}
        await self._calendar.read(request(self._events.list, **query), self._quota.calendar(calendar))


def _template(calendar: CalendarAddress, projection: Projection) -> dict[str, Any]:
    """What the queries of full and incremental rounds have in common: all but where they begin.

    Event types are not chosen: one that Google has yet to invent takes its place too.
    """
    fields = f"nextPageToken,nextSyncToken,items({mask(projection)})"
    return {
        "calendarId": calendar,
        "singleEvents": True,
        "maxResults": _EVENTS_PER_PAGE,
        "fields": fields,
        "timeZone": "UTC",
    } | _attendees_max(projection)


def _attendees_max(projection: Projection) -> dict[str, Any]:
    """With one at most, Google tells the calendar's own row alone."""
    return {} if projection.people or projection.places else {"maxAttendees": 1}


def _bounds(window: Window) -> dict[str, Any]:
    return {"timeMin": _printed(window.start), "timeMax": _printed(window.end)}


def _printed(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


_: type[Connector] = GoogleConnector
