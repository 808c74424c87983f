"""Microsoft 365 as a Connector: rooms and desks, and the calendars of their mailboxes.

learn.microsoft.com/graph/api/calendar-list-calendarview, /event-delta, /place-list.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from enum import Enum
from http import HTTPStatus
from urllib.parse import quote, urlencode

import aiohttp

from connectors.errors import CursorExpired, Malformed
from connectors.microsoft import directory, wire
from connectors.microsoft.refusal import graph_codes, graph_refusal
from connectors.paging import Round
from connectors.port import Admission, CalendarAddress, Cursor, Page, Projection, Window
from connectors.raw import RawEvent, RawPlace, Unclear
from connectors.reading import Tombstone
from connectors.transport import Answer, Grant, Limits, Transport

GRAPH_URL = "https://graph.microsoft.com/v1.0"


class Mode(Enum):
    """How changes are learned.

    SNAPSHOT reads the whole window each time and asks for chosen members only. DELTA reads what changed, but
    Graph then sends every member: people cross our memory.
    """

    SNAPSHOT = "snapshot"
    DELTA = "delta"


_EVENTS_PER_PAGE = {Mode.SNAPSHOT: 1000, Mode.DELTA: 250}
_PLACES_PER_PAGE = 100


class MicrosoftConnector:
    """Reads one directory's mailboxes. Ids are immutable ones; times are asked for in UTC on every page."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        admit: Admission,
        grant: Grant,
        *,
        graph_url: str = GRAPH_URL,
        mode: Mode = Mode.SNAPSHOT,
        limits: Limits | None = None,
    ) -> None:
        self.incremental = mode is Mode.DELTA
        self._transport = Transport(session, admit, graph_url, limits=limits)
        self._grant = grant
        self._page_size = _EVENTS_PER_PAGE[mode]
        preferences = ('outlook.timezone="UTC"', 'IdType="ImmutableId"', f"odata.maxpagesize={self._page_size}")
        self._headers = {"Accept": "application/json", "Prefer": ", ".join(preferences)}

    async def places(self) -> AsyncIterator[tuple[RawPlace, ...]]:
        for kind, (sort, selection) in directory.LISTINGS.items():
            query = _query({"$top": str(_PLACES_PER_PAGE), "$select": selection})
            url: str | None = self._url("places", f"microsoft.graph.{sort}", query=query)
            pages = Round()
            while url is not None:
                answer = await self._get(url)
                places, url = directory.places(answer.body, kind)
                pages.count()
                yield places

    async def changes(
        self, calendar: CalendarAddress, *, window: Window, projection: Projection, since: Cursor | None
    ) -> AsyncIterator[Page]:
        url: str | None = self._first(calendar, window, projection) if since is None else self._resumed(since)
        pages = Round()
        while url is not None:
            answer = await self._get(url, by_cursor=since is not None)
            page, url = wire.page(answer.body, projection)
            if self.incremental and url is None and page.cursor is None:
                raise Malformed("no_cursor")
            yield pages.take(page)
