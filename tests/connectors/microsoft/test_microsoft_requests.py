"""What is asked of Graph, word for word, and answers that no honest Graph gives."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from connectors.errors import ConnectorError, Malformed
from connectors.microsoft.client import MicrosoftConnector, Mode
from connectors.port import CalendarAddress, Cursor, Page, Projection, Window
from connectors.quota import Quotas
from gateway.clock import system_clock
from tests.connectors.tls_host import TlsHost, Token, free, said, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOM = CalendarAddress("Room/1@corp.example")
WINDOW = Window(datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC))
VIEW = "/v1.0/users/Room/1@corp.example/calendar/calendarView"
DELTA = "/v1.0/users/Room/1@corp.example/calendarView/delta"
LEAST = "id,start,end,type,isAllDay,showAs,isCancelled,sensitivity,responseStatus,isOrganizer"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[TlsHost]:
    async with serving() as host:
        yield host


@pytest.fixture
def graph(server: TlsHost) -> TlsHost:
    server.clear()
    return server


def connected(
    graph: TlsHost, session: aiohttp.ClientSession, mode: Mode = Mode.SNAPSHOT
) -> MicrosoftConnector:
    quota = Quotas(9).of("directory")
    return MicrosoftConnector(
        session, free, Token(), quota, clock=system_clock(), graph_url=graph.url, mode=mode
    )


async def round_of(graph: TlsHost, mode: Mode, since: Cursor | None = None) -> list[Page]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=graph.tls)) as session:
        connector = connected(graph, session, mode)
        changes = connector.changes(ROOM, window=WINDOW, projection=Projection(), since=since)
        return [page async for page in changes]


async def refusal(graph: TlsHost, mode: Mode) -> str:
    with pytest.raises(Malformed) as caught:
        await round_of(graph, mode)
    return caught.value.code


def page(*ids: str, **links: str) -> web.Response:
    moment = {"dateTime": "2027-03-04T09:00:00.0000000", "timeZone": "UTC"}
    rows = [{"id": one, "start": moment, "end": moment, "type": "singleInstance"} for one in ids]
    document: dict[str, Any] = {"value": rows} | {f"@odata.{name}": link for name, link in links.items()}
    return said(200, document)


async def test_a_snapshot_asks_for_chosen_members_of_the_window_in_order(graph: TlsHost) -> None:
    following = f"{graph.url}{VIEW}?$skip=1000"
    graph.answers(VIEW, page("a", nextLink=following), page("b"))
    assert len(await round_of(graph, Mode.SNAPSHOT)) == 2
    assert graph.queries == [
        {
            "startDateTime": "2027-03-01T00:00:00Z",
            "endDateTime": "2027-04-01T00:00:00Z",
            "$top": "1000",
            "$orderby": "start/dateTime",
            "$select": LEAST,
        },
        {"$skip": "1000"},
    ]
    preferences = 'outlook.timezone="UTC", IdType="ImmutableId", odata.maxpagesize=1000'
    assert [headers["Prefer"] for headers in graph.headers] == [preferences] * 2
    assert [headers["Authorization"] for headers in graph.headers] == ["Bearer token"] * 2


async def test_delta_asks_for_a_window_once_and_follows_links_from_then_on(graph: TlsHost) -> None:
    cursor = f"{graph.url}{DELTA}?$deltatoken=a%2Bb"
    graph.answers(DELTA, page("a", nextLink=f"{graph.url}{DELTA}?$skiptoken=x"), page("b", deltaLink=cursor))
    pages = await round_of(graph, Mode.DELTA)
    assert [page.cursor for page in pages] == [None, cursor]
    await round_of(graph, Mode.DELTA, Cursor(cursor))
    assert graph.queries[0].keys() == {"startDateTime", "endDateTime"}
    assert graph.queries[1:] == [{"$skiptoken": "x"}, {"$deltatoken": "a+b"}]
    assert {headers["Prefer"].split("maxpagesize=")[1] for headers in graph.headers} == {"250"}


async def test_links_to_elsewhere_are_not_followed(graph: TlsHost) -> None:
    for link in ("https://elsewhere.example/v1.0/x", f"{graph.url}/beta/x", "nonsense"):
        graph.answers(VIEW, page("a", nextLink=link))
        assert await refusal(graph, Mode.SNAPSHOT) == "foreign_link"
        graph.answers(DELTA, page("a", deltaLink=link))
        assert await refusal(graph, Mode.DELTA) == "foreign_link"


async def test_a_round_without_its_cursor_is_no_round(graph: TlsHost) -> None:
    graph.answers(DELTA, page("a"))
    assert await refusal(graph, Mode.DELTA) == "bad_cursor"
    link = f"{graph.url}{DELTA}?x=y"
    graph.answers(DELTA, page("a", nextLink=link, deltaLink=link))
    assert await refusal(graph, Mode.DELTA) == "bad_cursor"
    graph.answers(VIEW, page("a", deltaLink=link))
    assert await refusal(graph, Mode.SNAPSHOT) == "bad_cursor"


async def test_pages_without_end_are_left(graph: TlsHost) -> None:
    graph.answers(DELTA, page("a", "b", nextLink=f"{graph.url}{DELTA}?$skiptoken=again"))
    assert await refusal(graph, Mode.DELTA) == "repeated_page"
    assert len(graph.asked) == 2
    graph.answers(DELTA, page("a", nextLink=f"{graph.url}{DELTA}?$skiptoken=again"))
    assert await refusal(graph, Mode.DELTA) == "too_many_pages"


async def test_an_id_stays_within_its_place_in_the_path(graph: TlsHost) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=graph.tls)) as session:
        connector = connected(graph, session)
        for event_id in ("../../users", "..", "a/b?c#d"):
            with pytest.raises(ConnectorError):
                await connector.event(ROOM, event_id, projection=Projection())
    assert graph.asked == [f"/v1.0/users/{ROOM}/events/{one}" for one in ("../../users", "a/b?c#d")]
    assert all(query == {"$select": LEAST} for query in graph.queries)
