"""Three of ten answers throttle, over many calendars, in a time of the test's own."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import unquote

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from connectors.errors import Throttled
from connectors.google.client import PROJECT_RATE, USER_RATE, GoogleConnector
from connectors.google.grant import AccountKey, ServiceAccount
from connectors.microsoft.client import MAILBOX_RATE, MicrosoftConnector
from connectors.port import CalendarAddress, Connector, Projection
from connectors.quota import CALENDAR_AT_ONCE, TENANT_AT_ONCE, Quotas
from connectors.sandbox.chance import Chance
from connectors.sandbox.credentials import ServiceAccount as Registered
from gateway.clock import system_clock
from tests.connectors.hourglass import now, run
from tests.connectors.tls_host import Token, free
from tests.contracts.connector import WINDOW

PAGES = 5
EVENTS_PER_PAGE = 3
#: How many calendars are read at a time, and how long one rests that was given up.
READERS, REST_SECONDS = 200, 10
SLOWNESS_MAX = 1.3


class Storm:
    """A session to a provider of pages of events that throttles three of ten requests, by chance.

    It remembers how often it was asked for what it wanted to be left alone with.
    """

    #: How long an answer takes.
    seconds: float

    def __init__(self, *waits: int) -> None:
        self.attempts = 0
        self.hammering = 0
        self.most_at_once = 0
        self._waits = waits
        self._chance = Chance("storm")
        self._under_way = Counter[str]()
        self._closed_until = dict[str, float]()

    @asynccontextmanager
    async def request(self, method: str, url: URL | str, **_: Any) -> AsyncIterator[Any]:
        if method == "POST":
            yield said(200, {"access_token": "token", "expires_in": 3600})
            return
        calendar = next(part for part in unquote(str(url)).split("/") if part.startswith("room-"))
        counted = self.counted(calendar)
        self.attempts += 1
        self.hammering += now() < self._closed_until.get(counted, 0)
        self._under_way[calendar] += 1
        self.most_at_once = max(self.most_at_once, self._under_way[calendar])
        await asyncio.sleep(self.seconds)
        self._under_way[calendar] -= 1
        if self._chance.below(10) < 3:
            wait = self._chance.pick(self._waits)
            self._closed_until[counted] = max(now() + wait, self._closed_until.get(counted, 0))
            yield said(self._chance.pick([429, 503]), {}, str(wait))
        else:
            yield said(200, self.page(calendar, URL(url)))

    def counted(self, calendar: str) -> str:
        """Whose requests are counted together."""
        raise NotImplementedError

    def page(self, calendar: str, url: URL) -> dict[str, Any]:
        raise NotImplementedError


class GraphStorm(Storm):
    """Counts by mailbox."""

    seconds = 1.0

    def counted(self, calendar: str) -> str:
        return calendar

    def page(self, calendar: str, url: URL) -> dict[str, Any]:
        number = int(url.query.get("page", 0))
        moment = {"dateTime": "2027-03-04T09:00:00.0000000", "timeZone": "UTC"}
        rows = [{"id": one, "start": moment, "end": moment} for one in ids(calendar, number)]
        following = {"@odata.nextLink": f"{url.with_query(page=number + 1)}"} if number + 1 < PAGES else {}
        return {"value": rows} | following


class GoogleStorm(Storm):
    """Counts by user, of whom there is one."""

    seconds = 0.4

    def counted(self, _: str) -> str:
        return "reader"

    def page(self, calendar: str, url: URL) -> dict[str, Any]:
        number = int(url.query.get("pageToken", 0))
        day = {"date": "2027-03-04"}
        rows = [{"id": one, "start": day, "end": day} for one in ids(calendar, number)]
        following = {"nextPageToken": f"{number + 1}"} if number + 1 < PAGES else {"nextSyncToken": "s"}
        return {"items": rows} | following


def said(code: int, document: object, retry_after: str = "") -> SimpleNamespace:
    async def chunks(_: int) -> AsyncIterator[bytes]:
        yield json.dumps(document).encode()

    headers = CIMultiDict({"Retry-After": retry_after} if retry_after else {})
    content = SimpleNamespace(iter_chunked=chunks)
    return SimpleNamespace(status=code, ok=code < 400, headers=headers, content=content)


def ids(calendar: str, page: int) -> list[str]:
    return [f"{calendar}-{page}-{number}" for number in range(EVENTS_PER_PAGE)]


def rooms(number: int) -> list[CalendarAddress]:
    return [CalendarAddress(f"room-{one}") for one in range(number)]


def held(calendars: Iterable[str]) -> set[str]:
    return {one for calendar in calendars for page in range(PAGES) for one in ids(calendar, page)}


async def found(connector: Connector, calendars: Iterable[CalendarAddress]) -> set[str]:
    """The ids of all events of some calendars; one that is given up is read again from its start."""
    readers = asyncio.Semaphore(READERS)

    async def read(calendar: CalendarAddress) -> list[str]:
        changes = connector.changes(calendar, window=WINDOW, projection=Projection(), since=None)
        return [event.id async for page in changes for event in page.events]

    async def insist(calendar: CalendarAddress) -> list[str]:
        async with readers:
            while True:
                try:
                    return await read(calendar)
                except Throttled as error:
                    await asyncio.sleep(max(error.retry_after_seconds, REST_SECONDS))

    parts = await asyncio.gather(*map(insist, calendars))
    return {one for part in parts for one in part}


async def slowness_at_graph() -> float:
    """How long a storm takes, beside what its answers alone take a tenant's share of connections."""
    storm = GraphStorm(1, 2, 5, 10)
    quota = Quotas(32, calendar=MAILBOX_RATE).of("directory")
    session = cast(aiohttp.ClientSession, storm)
    calendars = rooms(1000)
    connector = MicrosoftConnector(session, free, Token(), quota, clock=system_clock())
    assert await found(connector, calendars) == held(calendars)
    assert (storm.hammering, storm.most_at_once <= CALENDAR_AT_ONCE) == (0, True)
    return now() / (storm.attempts * storm.seconds / TENANT_AT_ONCE)


async def slowness_at_google() -> float:
    """How long a storm takes, beside what a user's rate alone takes."""
    storm = GoogleStorm(1)
    session = cast(aiohttp.ClientSession, storm)
    key = AccountKey(Registered().file("https://provider.example/token"))
    account = ServiceAccount(session, free, key, "reader")
    quota = Quotas(32, application=PROJECT_RATE, user=USER_RATE).of("customer", "reader")
    calendars = rooms(800)
    connector = GoogleConnector(session, free, account, quota, clock=system_clock())
    assert await found(connector, calendars) == held(calendars)
    assert (storm.hammering, storm.most_at_once <= CALENDAR_AT_ONCE) == (0, True)
    return now() / (storm.attempts * USER_RATE.seconds / USER_RATE.attempts)


def test_a_storm_at_graph_loses_nothing_and_little_time() -> None:
    assert run(slowness_at_graph()) < SLOWNESS_MAX


def test_a_storm_at_google_loses_nothing_and_little_time() -> None:
    assert run(slowness_at_google()) < SLOWNESS_MAX
