"""Google Workspace as a Connector: resource calendars, read as one account may read them.

developers.google.com/workspace/calendar/api/guides/sync.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar

import aiohttp

from connectors.errors import ConnectorError, Malformed
from connectors.google import directory, wire
from connectors.google.channels import Channels, is_about_receiver
from connectors.google.grant import DIRECTORY_SCOPE, EVENTS_SCOPE, Account
from connectors.google.refusal import is_busy
from connectors.google.requests import channels_service, events_service, request, resources_service
from connectors.google.service import Service, checked
from connectors.google.shapes import mask
from connectors.meter import Meter, unmetered
from connectors.paging import Round
from connectors.port import (
    Admission,
    CalendarAddress,
    Clock,
    Connector,
    Cursor,
    Page,
    Projection,
    Target,
    Watch,
    Watching,
    Window,
)
from connectors.quota import Quota, Rate
from connectors.raw import RawEvent, RawPlace, Unclear, UnreadPlace
from connectors.transport import Limits, Transport

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


class GoogleConnector:
    """Reads one customer's calendars. A sync token goes with the query that it was given for."""

    incremental = True

    def __init__(  # noqa: PLR0913  each of them is somebody else's to choose
        self,
        session: aiohttp.ClientSession,
        admit: Admission,
        account: Account,
        quota: Quota,
        *,
        clock: Clock,
        events_scope: str = EVENTS_SCOPE,
        customer: str = "my_customer",
        urls: Urls = GOOGLE,
        limits: Limits | None = None,
        meter: Meter = unmetered,
    ) -> None:
        self._quota = quota
        self._customer = customer
        calendar_url = f"{urls.calendar.rstrip('/')}/calendar/v3/"
        directory_url = f"{urls.directory.rstrip('/')}/"
        self._events = events_service(calendar_url)
        self._resources = resources_service(directory_url)
        transport = partial(Transport, session, admit, throttling=is_busy, limits=limits, meter=meter)
        to_calendar = transport(calendar_url, token_is_good=is_about_receiver)
        to_directory = transport(directory_url)
        self._calendar = Service(to_calendar, account.grant(events_scope))
        self._directory = Service(to_directory, account.grant(DIRECTORY_SCOPE))
        self._channels = Channels(self._calendar, self._events, channels_service(calendar_url), clock)

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
        return wire.event(checked(answer), event_id, projection)

    async def see(self, calendar: CalendarAddress) -> None:
        """Raise unless we may read the calendar: a 404 to an event does not say which of the two is gone."""
        query = {"calendarId": calendar, "maxResults": 1, "fields": "kind"}
        await self._calendar.read(request(self._events.list, **query), self._quota.calendar(calendar))

    async def watch(self, calendar: CalendarAddress, target: Target, *, until: datetime) -> Watch:
        return await self._channels.open(calendar, target, until, self._quota.push)

    async def renew(
        self, calendar: CalendarAddress, watch: Watch, target: Target, *, until: datetime
    ) -> Watch:
        """Google prolongs nothing: another takes its place. Where the old one goes on, it ends by itself."""
        renewed = await self.watch(calendar, target, until=until)
        with suppress(ConnectorError):
            await self.unwatch(watch)
        return renewed

    async def unwatch(self, watch: Watch) -> None:
        await self._channels.stop(watch, self._quota.push)


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
    return {} if projection.people or projection.places or projection.title else {"maxAttendees": 1}


def _bounds(window: Window) -> dict[str, Any]:
    return {"timeMin": _printed(window.start), "timeMax": _printed(window.end)}


def _printed(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


_: type[Connector] = GoogleConnector
__: type[Watching] = GoogleConnector
