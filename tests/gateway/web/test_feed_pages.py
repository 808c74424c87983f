"""GET /v1/feed: what is told to whom."""

from gateway.store.facets import ROOM
from tests.fakes.backend import Backend
from tests.fakes.filled_store import FilledStore, a_booking, a_resource
from tests.gateway.web.served import Served


async def test_a_newcomer_gets_what_is_and_then_what_changes(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant)
    await filled.put_resource(tenant, a_resource("north"))
    await filled.put(tenant, a_booking("one", "north"), a_booking("two", "north"))
    await filled.remove(tenant, "north", "two")

    first = await served.page(token)
    assert [entry["type"] for entry in first["entries"]] == ["resource.put", "resource.state", "booking.put"]
    assert first["more"] is False

    await filled.remove(tenant, "north", "one")
    second = await served.page(token, after=first["next"])
    assert [entry["type"] for entry in second["entries"]] == ["booking.removed"]
    assert second["entries"][0]["source"] == f"/v1/tenants/{tenant}"


async def test_a_booking_is_told_as_it_was_stored(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant)
    await filled.put_resource(tenant, a_resource("north"))
    await filled.put(tenant, a_booking("one", "north"))

    *_, entry = (await served.page(token))["entries"]
    assert entry["time"] == "2026-03-02T12:00:00Z"
    assert entry["data"] == {
        "booking": {
            "id": "one",
            "resource": "north",
            "start": "2026-03-02T12:00:30Z",
            "end": "2026-03-02T13:00:30Z",
            "all_day": None,
            "zone": "Europe/Berlin",
            "status": "confirmed",
            "people": None,
            "title": None,
            "conference": None,
            "booker": None,
        },
        "revision": 3 * ROOM,
    }


async def test_pages_have_a_limit_across_tenants(filled: FilledStore, served: Served) -> None:
    tenants = [await filled.add_tenant(name) for name in ("harbour", "quarry", "tower")]
    token = await filled.add_consumer(*tenants)
    for tenant in tenants:
        await filled.put_resource(tenant, a_resource("north"))

    backend, sizes, more = Backend(), list[int](), True
    while more:
        query = {"limit": 2} if backend.cursor is None else {"limit": 2, "after": backend.cursor}
        answer = await served.feed(token, **query)
        before = len(backend.told)
        more = backend.take(answer.body)
        sizes.append(len(backend.told) - before)
    assert sizes == [2, 2, 2]
    assert all("north" in backend.view(tenant).resources for tenant in tenants)


async def test_there_is_more_also_when_the_next_tenant_has_nothing(
    filled: FilledStore, served: Served
) -> None:
    harbour, quarry = await filled.add_tenant("harbour"), await filled.add_tenant("quarry")
    token = await filled.add_consumer(harbour, quarry)
    await filled.put_resource(harbour, a_resource("north"))
    first = await served.page(token, limit=1)
    second = await served.page(token, limit=1, after=first["next"])
    assert [len(first["entries"]), first["more"]] == [1, True]
    assert [len(second["entries"]), second["more"]] == [1, False]


async def test_a_resource_that_comes_back_comes_back_empty(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    token, backend = await filled.add_consumer(tenant), Backend()
    await filled.put_resource(tenant, a_resource("north"))
    await filled.put(tenant, a_booking("one", "north"))
    backend.take((await served.feed(token)).body)
    await filled.remove_resource(tenant, "north")
    await filled.put_resource(tenant, a_resource("north"))
    assert backend.cursor is not None
    backend.take((await served.feed(token, after=backend.cursor)).body)
    assert list(backend.view(tenant).resources) == ["north"]
    assert not backend.view(tenant).bookings


async def test_a_consumer_sees_its_scope_and_nothing_else(filled: FilledStore, served: Served) -> None:
    harbour, quarry = await filled.add_tenant("harbour"), await filled.add_tenant("quarry")
    token = await filled.add_consumer(harbour)
    await filled.put_resource(quarry, a_resource("south"))
    page = await served.page(token)
    assert page["entries"] == []
    await filled.put_resource(quarry, a_resource("east"))
    assert await served.page(token, after=page["next"]) == page


async def test_a_cursor_that_has_not_moved_comes_back_as_it_was(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant)
    await filled.put_resource(tenant, a_resource("north"))
    cursor = (await served.page(token))["next"]
    assert await served.page(token, after=cursor) == {
        "entries": [],
        "next": cursor,
        "more": False,
        "unavailable": [],
    }


async def test_another_consumers_cursor_is_refused(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    cursor = (await served.page(await filled.add_consumer(tenant)))["next"]
    answer = await served.feed(await filled.add_consumer(tenant), after=cursor)
    assert answer.status == 400
    problem = answer.json
    assert problem["type"] == "/v1/problems/unknown-cursor"
    assert (problem["parameter"], problem["restart"]) == ("after", "/v1/feed")
    assert cursor.encode() not in answer.body
