"""GET /v1/feed?wait=: who is woken, by what, and until when."""

import asyncio

import pytest

from gateway.entry import EntryKind
from gateway.feed.page import Page, Position, Told
from gateway.web.waiting import SEATS_MAX, news
from tests.fakes.filled_store import FilledStore, a_booking, a_resource
from tests.gateway.web.served import PATIENCE_SECONDS, Served, parts_of, until

FOUND = Page([Told(EntryKind.RESOURCE_REMOVED, b"{}")], Position(next="found", more=False))
EMPTY = Page([], Position(next="empty", more=False))


async def test_a_waiting_reader_is_told_of_a_change(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant)
    cursor = (await served.page(token))["next"]
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(served.types(token, after=cursor, wait=30))
        await until(lambda: served.waiting == 1)
        await filled.put_resource(tenant, a_resource("north"))
        await served.parts.pulse.beat()
    assert answer.result() == ["resource.put", "resource.state"]


async def test_a_reader_does_not_wait_for_what_is_there(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant)
    await filled.put_resource(tenant, a_resource("north"))
    assert await served.types(token, wait=30) == ["resource.put", "resource.state"]


async def test_what_is_not_disclosed_wakes_nobody_and_moves_no_cursor(
    filled: FilledStore, served: Served
) -> None:
    tenant = await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant)
    await filled.put_resource(tenant, a_resource("north"))
    await filled.put(tenant, a_booking("one", "north"))
    cursor = (await served.page(token))["next"]
    await served.parts.pulse.beat()
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(served.types(token, after=cursor, wait=30))
        await until(lambda: served.waiting == 1)
        bell = served.parts.pulse._changed
        await filled.see_unchanged(tenant, "north", "one")
        await served.parts.pulse.beat()
        assert served.parts.pulse._changed is bell
        assert not bell.is_set()
        assert (await served.page(token, after=cursor))["next"] == cursor
        await filled.put(tenant, a_booking("two", "north"))
        await served.parts.pulse.beat()
    assert answer.result() == ["booking.put"]


async def test_what_others_are_told_does_not_end_the_wait(filled: FilledStore, served: Served) -> None:
    harbour, quarry = await filled.add_tenant("harbour"), await filled.add_tenant("quarry")
    token = await filled.add_consumer(harbour)
    cursor = (await served.page(token))["next"]
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(served.types(token, after=cursor, wait=30))
        await until(lambda: served.waiting == 1)
        await filled.put_resource(quarry, a_resource("south"))
        await served.parts.pulse.beat()
        await until(lambda: served.waiting == 1)
        await filled.put_resource(harbour, a_resource("north"))
        await served.parts.pulse.beat()
    assert answer.result() == ["resource.put", "resource.state"]


async def test_a_token_revoked_while_it_waits_is_refused(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant)
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(served.feed(token, wait=30))
        await until(lambda: served.waiting == 1)
        await filled.revoke(token)
        await filled.put_resource(tenant, a_resource("north"))
        await served.parts.pulse.beat()
    assert answer.result().status == 401


async def test_a_tenant_suspended_meanwhile_shows_nothing_more(filled: FilledStore, served: Served) -> None:
    tenant = await filled.add_tenant("harbour")
    token = await filled.add_consumer(tenant)
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(served.types(token, wait=30))
        await until(lambda: served.waiting == 1)
        await filled.put_resource(tenant, a_resource("north"))
        await filled.suspend(tenant)
        await served.parts.pulse.beat()
    assert answer.result() == ["tenant.suspended"]


async def test_whoever_goes_away_frees_its_seat(filled: FilledStore, served: Served) -> None:
    token = await filled.add_consumer(await filled.add_tenant("harbour"))
    async with asyncio.TaskGroup() as group:
        request = group.create_task(served.feed(token, wait=30))
        await until(lambda: served.waiting == 1)
        assert served.seats._value == SEATS_MAX - 1
        request.cancel()
    await until(lambda: served.waiting == 0)
    await until(lambda: served.seats._value == SEATS_MAX)


async def test_seats_are_bounded(filled: FilledStore, served: Served) -> None:
    token = await filled.add_consumer(await filled.add_tenant("harbour"))
    for _ in range(SEATS_MAX):
        await served.seats.acquire()
    answer = await served.feed(token, wait=30)
    assert (answer.status, answer.json["type"]) == (503, "/v1/problems/too-many-waiting")
    assert answer.headers["Retry-After"] == "5"
    assert (await served.feed(token)).status == 200


async def test_one_token_does_not_take_the_seats_of_all(
    filled: FilledStore, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served.seats, "each_max", 2)
    tenant = await filled.add_tenant("harbour")
    token, other = [await filled.add_consumer(tenant) for _ in range(2)]
    async with asyncio.TaskGroup() as group:
        requests = [group.create_task(served.feed(one, wait=30)) for one in (token, token, other)]
        await until(lambda: served.waiting == len(requests))
        assert (await served.feed(token, wait=30)).status == 503
        assert served.waiting == len(requests)
        for request in requests:
            request.cancel()
    await until(lambda: not served.seats.taken)


async def test_the_last_reading_is_made_when_the_time_is_over(filled: FilledStore) -> None:
    pages = iter([EMPTY, Page([], Position(next="last", more=False))])

    async def read() -> Page:
        return next(pages)

    page = await news(read, parts_of(filled).pulse, wait_seconds=0.05)
    assert page.position.next == "last"


async def test_a_beat_during_the_reading_is_not_missed(filled: FilledStore) -> None:
    pulse, found = parts_of(filled).pulse, [FOUND, EMPTY]

    async def read() -> Page:
        if len(found) > 1:
            # The change is committed, and rung for, after this reading has begun.
            await pulse.beat()
        return found.pop()

    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await news(read, pulse, wait_seconds=30) == FOUND
