"""What is asked of Google, word for word, and answers that no honest Google gives."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from connectors.errors import Malformed
from connectors.google import requests
from connectors.google.client import GoogleConnector, Urls
from connectors.google.grant import AccountKey, ServiceAccount
from connectors.google.shapes import mask
from connectors.port import CalendarAddress, Cursor, Page, Projection, Window
from connectors.quota import Quotas
from gateway.clock import system_clock
from tests.connectors.tls_host import TlsHost, free, said, serving
from tests.fakes.identity import one_identity

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOM = CalendarAddress("room/1@resource.example")
WINDOW = Window(datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC))
EVENTS = "/calendar/v3/calendars/room/1@resource.example/events"
OCCUPANCY = Projection()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[TlsHost]:
    async with serving() as host:
        host.answers("/token", said(200, {"access_token": "token", "expires_in": 3599}))
        yield host


@pytest.fixture
def google(server: TlsHost) -> TlsHost:
    server.clear()
    return server


async def round_of(
    google: TlsHost, projection: Projection = OCCUPANCY, since: Cursor | None = None
) -> list[Page]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=google.tls)) as session:
        key = AccountKey(one_identity().account.file(f"{google.url}/token"))
        account = ServiceAccount(session, free, key, "reader@corp.example")
        quota, urls = Quotas(9).of("directory"), Urls(google.url, google.url)
        connector = GoogleConnector(session, free, account, quota, clock=system_clock(), urls=urls)
        changes = connector.changes(ROOM, window=WINDOW, projection=projection, since=since)
        return [page async for page in changes]


async def refusal(google: TlsHost) -> str:
    with pytest.raises(Malformed) as caught:
        await round_of(google)
    return caught.value.code


def page(*ids: str, **tokens: str) -> web.Response:
    rows = [{"id": one, "start": {"date": "2027-03-04"}, "end": {"date": "2027-03-05"}} for one in ids]
    return said(200, {"items": rows} | tokens)


def template(projection: Projection) -> dict[str, str]:
    fields = f"nextPageToken,nextSyncToken,items({mask(projection)})"
    always = {"alt": "json", "singleEvents": "true", "maxResults": "250", "timeZone": "UTC"}
    return always | {"fields": fields}


async def test_full_and_incremental_rounds_share_one_query(google: TlsHost) -> None:
    first, second = page("a", nextPageToken="p+1"), page("b", nextSyncToken="s")
    google.answers(EVENTS, first, second, page("c", nextPageToken="p2"), page(nextSyncToken="t"))
    assert [page.cursor for page in await round_of(google)] == [None, "s"]
    assert [page.cursor for page in await round_of(google, since=Cursor("s"))] == [None, "t"]
    always = template(OCCUPANCY) | {"maxAttendees": "1"}
    bounds = {"timeMin": "2027-03-01T00:00:00Z", "timeMax": "2027-04-01T00:00:00Z"}
    asked = [query for query, path in zip(google.queries, google.asked, strict=True) if path == EVENTS]
    assert asked == [
        always | bounds,
        always | bounds | {"pageToken": "p+1"},
        always | {"syncToken": "s"},
        always | {"syncToken": "s", "pageToken": "p2"},
    ]


@pytest.mark.parametrize("projection", [Projection(people=True), Projection(places=True)])
async def test_all_rows_are_asked_for_only_where_they_are_needed(
    google: TlsHost, projection: Projection
) -> None:
    google.answers(EVENTS, page(nextSyncToken="s"))
    await round_of(google, projection)
    assert "maxAttendees" not in google.queries[-1]


async def test_a_request_is_sent_compressed_and_with_our_token(google: TlsHost) -> None:
    google.answers(EVENTS, page(nextSyncToken="s"))
    await round_of(google)
    headers = google.headers[-1]
    assert headers["Authorization"] == "Bearer token"
    assert ("gzip" in headers["Accept-Encoding"], "gzip" in headers["User-Agent"]) == (True, True)


async def test_a_round_without_its_cursor_is_no_round(google: TlsHost) -> None:
    google.answers(EVENTS, page("a"))
    assert await refusal(google) == "bad_cursor"
    google.answers(EVENTS, page("a", nextPageToken="p", nextSyncToken="s"))
    assert await refusal(google) == "bad_cursor"


async def test_pages_without_end_are_left(google: TlsHost) -> None:
    google.answers(EVENTS, page("a", "b", nextPageToken="again"))
    assert await refusal(google) == "repeated_page"
    google.answers(EVENTS, page(nextPageToken="again"))
    assert await refusal(google) == "too_many_pages"


async def test_googles_library_has_no_way_out(google: TlsHost) -> None:
    listing = requests.events_service(f"{google.url}/calendar/v3/").list(calendarId=ROOM)
    with pytest.raises(RuntimeError, match="must not send"):
        listing.execute()
    assert google.asked == []
