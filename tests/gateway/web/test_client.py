"""The feed's client, against the service itself."""

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from gateway.client import FeedClient, FeedRefused
from tests.fakes.filled_store import FilledStore, a_booking, a_resource
from tests.gateway.web.served import Served, until

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def client(served: Served, token: str) -> FeedClient:
    return FeedClient(served.client, str(served.client._base_url), token)


async def test_pages_end_at_the_present(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    await filled.put_resource(tenant, a_resource("north"))
    await filled.put(tenant, a_booking("one", "north"))
    reader = client(served, await filled.add_consumer(tenant))
    pages = [page async for page in reader.pages(limit=1)]
    assert [entry.type for page in pages for entry in page.entries] == [
        "resource.put",
        "resource.state",
        "booking.put",
    ]
    assert [page.more for page in pages] == [*[True] * (len(pages) - 1), False]
    assert [page.entries async for page in reader.pages(pages[-1].next)] == [[]]


async def test_who_follows_is_told_as_it_comes(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    pages = client(served, await filled.add_consumer(tenant)).pages(follow=True)
    assert (await anext(pages)).entries == []
    told = anext(pages)
    await filled.put_resource(tenant, a_resource("north"))
    assert [entry.type for entry in (await told).entries] == ["resource.put", "resource.state"]
    await pages.aclose()
    await until(lambda: served.waiting == 0)


async def test_bookings_of_a_resource(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    await filled.put_resource(tenant, a_resource("north"))
    await filled.put(tenant, a_booking("one", "north"))
    reader = client(served, await filled.add_consumer(tenant))
    found = await reader.bookings("north", NOON, NOON + timedelta(hours=1))
    assert [one["booking"]["id"] for one in found.bookings] == ["one"]
    assert (found.start, found.end) == ("2026-03-02T12:00:00Z", "2026-03-02T13:00:00Z")
    assert [page.entries async for page in reader.pages(found.cursor)] == [[]]
    with pytest.raises(FeedRefused) as refused:
        await reader.bookings("south", NOON, NOON + timedelta(hours=1))
    assert refused.value.status == web.HTTPNotFound.status_code
