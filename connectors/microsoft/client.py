"""Microsoft 365 as a Connector: rooms and desks, and the calendars of their mailboxes.

learn.microsoft.com/graph/api/calendar-list-calendarview, /event-delta, /place-list.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from datetime import datetime
from enum import Enum
from functools import partial

import aiohttp
from msgspec.structs import replace

from connectors.errors import CursorExpired, Malformed
from connectors.meter import Meter, unmetered
from connectors.microsoft import wire
from connectors.microsoft.content import key_of, opened
from connectors.microsoft.places import PlaceReader
from connectors.microsoft.refusal import checked, is_app_wide, is_gone
from connectors.microsoft.requests import bounds, url_of
from connectors.microsoft.series import SeriesReader, as_told
from connectors.microsoft.shapes import selection
from connectors.microsoft.subscriptions import Subscriptions
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
    Telling,
    Watch,
    Watching,
    Window,
)
from connectors.quota import Allowance, Quota, Rate
from connectors.raw import RawEvent, RawPlace, Unclear, UnreadPlace
from connectors.transport import Answer, Grant, Limits, Transport

GRAPH_URL = "https://graph.microsoft.com"

#: Of one application at one mailbox. learn.microsoft.com/graph/throttling-limits.
MAILBOX_RATE = Rate(10_000, 600)


class Mode(Enum):
    """How changes are learned.

    SNAPSHOT reads the whole window each time and asks for chosen members only. DELTA reads what changed, but
    Graph then sends every member: people cross our memory.
    """

    SNAPSHOT = "snapshot"
    DELTA = "delta"


_EVENTS_PER_PAGE = {Mode.SNAPSHOT: 1000, Mode.DELTA: 250}


class MicrosoftConnector:
    """Reads one directory's mailboxes. Ids are immutable ones; times are asked for in UTC on every page."""

    def __init__(  # noqa: PLR0913  each of them is somebody else's to choose
        self,
        session: aiohttp.ClientSession,
        admit: Admission,
        grant: Grant,
        quota: Quota,
        *,
        clock: Clock,
        graph_url: str = GRAPH_URL,
        mode: Mode = Mode.SNAPSHOT,
        limits: Limits | None = None,
        meter: Meter = unmetered,
    ) -> None:
        self.incremental = mode is Mode.DELTA
        base_url = f"{graph_url.rstrip('/')}/v1.0"
        self._transport = Transport(
            session, admit, base_url, app_wide=is_app_wide, limits=limits, meter=meter
        )
        self._url = partial(url_of, self._transport.prefix.url)
        self._grant = grant
        self._subscriptions = Subscriptions(self._transport, grant, clock)
        self._quota = quota
        self._page_size = _EVENTS_PER_PAGE[mode]
        preferences = (
            'outlook.timezone="UTC"',
            'IdType="ImmutableId"',
            f"odata.maxpagesize={self._page_size}",
        )
        self._headers = {"Accept": "application/json", "Prefer": ", ".join(preferences)}

    def places(self) -> AsyncGenerator[tuple[RawPlace | UnreadPlace, ...], None]:
        return PlaceReader(self._listing, self._url).places()

    async def changes(
        self, calendar: CalendarAddress, *, window: Window, projection: Projection, since: Cursor | None
    ) -> AsyncGenerator[Page, None]:
        url: str | None = self._first(calendar, window, projection) if since is None else self._resumed(since)
        pages = Round()
        series = SeriesReader(
            partial(self.event, calendar, projection=projection),
            partial(self._occurrences, calendar, window, projection),
            full=since is None,
        )
        completed = series.completed if self.incremental else as_told
        while url is not None:
            answer = await self._answer(url, self._quota.calendar(calendar))
            body = checked(answer, by_cursor=since is not None)
            page, url = wire.page(body, projection, series=self.incremental)
            self._check_cursor(page, is_last=url is None)
            pages.take(page)
            async for told in completed(page):
                yield told

    async def event(
        self, calendar: CalendarAddress, event_id: str, *, projection: Projection
    ) -> RawEvent | Unclear | None:
        options = {"$select": selection(projection)}
        url = self._url("users", calendar, "events", event_id, options=options)
        answer = await self._answer(url, self._quota.calendar(calendar))
        if is_gone(answer):
            return None
        return wire.event(checked(answer), event_id, projection)

    async def see(self, calendar: CalendarAddress) -> None:
        """Raise unless we may read the calendar. Its id is asked for, and not looked at."""
        url = self._url("users", calendar, "calendar", options={"$select": "id"})
        checked(await self._answer(url, self._quota.calendar(calendar)))

    async def watch(self, calendar: CalendarAddress, target: Target, *, until: datetime) -> Watch:
        members = self._told_members(target)
        return await self._subscriptions.make(calendar, target, until, self._quota.push, members=members)

    async def renew(
        self,
        calendar: CalendarAddress,
        watch: Watch,
        target: Target,
        *,
        until: datetime,
    ) -> Watch:
        """Graph keeps the target that it was told: for another, another watch takes its place."""
        if not self._subscriptions.is_current(watch, target, self._told_members(target)):
            await self.unwatch(watch)
            return await self.watch(calendar, target, until=until)
        return await self._subscriptions.prolong(watch, until, self._quota.push)

    async def unwatch(self, watch: Watch) -> None:
        await self._subscriptions.end(watch.id, self._quota.push)

    def told(self, watch: Watch, content: bytes, projection: Projection) -> Page:
        key = key_of(watch.opener)
        if key is None or key.members != selection(projection):
            raise Malformed("content_of_another_key")
        return wire.told(opened(content, key), projection)

    def _told_members(self, target: Target) -> str | None:
        """What is told of an event. Where changes are read and not whole windows, a hint does as well."""
        return None if self.incremental or target.content is None else selection(target.content)

    async def _occurrences(
        self, calendar: CalendarAddress, window: Window, projection: Projection, series: str
    ) -> AsyncIterator[Page]:
        """Every occurrence of a series in a window; none of one that is gone."""
        options = self._chosen(window, projection)
        url: str | None = self._url("users", calendar, "events", series, "instances", options=options)
        pages = Round()
        while url is not None:
            answer = await self._answer(url, self._quota.calendar(calendar))
            if is_gone(answer):
                yield Page(events=(), retold=(series,))
                return
            page, url = wire.page(checked(answer), projection)
            told = dict.fromkeys([event.id for event in page.events], series)
            retold = (series,) if url is None else ()
            yield replace(pages.take(page), series=told, retold=retold)

    def _first(self, calendar: CalendarAddress, window: Window, projection: Projection) -> str:
        if self.incremental:
            return self._url("users", calendar, "calendarView", "delta", options=bounds(window))
        options = self._chosen(window, projection) | {"$orderby": "start/dateTime"}
        return self._url("users", calendar, "calendar", "calendarView", options=options)

    def _chosen(self, window: Window, projection: Projection) -> dict[str, str]:
        """What makes a page of a window hold chosen members only."""
        return bounds(window) | {"$top": str(self._page_size), "$select": selection(projection)}

    def _resumed(self, since: Cursor) -> str:
        """Graph's cursors are links. One to another place dates from before a change of our settings."""
        if not self._transport.prefix.reaches(since):
            raise CursorExpired("graph_cursor_elsewhere")
        return since

    def _check_cursor(self, page: Page, *, is_last: bool) -> None:
        if (page.cursor is not None) != (self.incremental and is_last):
            raise Malformed("bad_cursor")
        if page.cursor is not None and not self._transport.prefix.reaches(page.cursor):
            raise Malformed("foreign_link")

    async def _answer(self, url: str, allowance: Allowance) -> Answer:
        return await self._transport.get(url, self._grant, self._headers, allowance)

    async def _listing(self, url: str) -> Answer:
        return await self._answer(url, self._quota.directory)


_: type[Connector] = MicrosoftConnector
__: type[Watching] = MicrosoftConnector
___: type[Telling] = MicrosoftConnector
