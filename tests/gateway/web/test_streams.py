"""GET /v1/feed as Server-Sent Events and as NDJSON: the same entries, as they come."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from aiohttp import ClientError

from gateway.booking import TenantId
from gateway.errors import KeyUnavailable
from gateway.web import streams
from gateway.web.waiting import STREAMS_MAX
from tests.fakes.filled_store import FilledStore, a_booking, a_resource
from tests.gateway.web.event_stream import Event, events
from tests.gateway.web.served import Served, until

EVENTS, LINES = {"Accept": "text/event-stream"}, {"Accept": "application/x-ndjson"}
KNOWN = ["resource.put", "resource.state", "booking.put"]


@pytest.fixture
async def tenant(filled: FilledStore) -> TenantId:
    tenant = await filled.add_tenant("harbour")
    await filled.put_resource(tenant, a_resource("north"))
    await filled.put(tenant, a_booking("one", "north"))
    return tenant


@asynccontextmanager
async def listening(
    served: Served, token: str, last: str | None = None, **query: str
) -> AsyncIterator[AsyncIterator[Event]]:
    """A stream of events that is listened to."""
    headers = EVENTS | {"Authorization": f"Bearer {token}"}
    if last is not None:
        headers["Last-Event-ID"] = last
    async with served.client.get("/v1/feed", headers=headers, params=query) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        assert answer.headers["Cache-Control"] == "no-store"
        yield events(answer.content)


async def page(stream: AsyncIterator[Event]) -> list[Event]:
    """Events up to the next position, which is the last of them."""
    told = list[Event]()
    async for event in stream:
        told.append(event)
        if event.kind == "feed.position":
            break
    return told


async def test_a_listener_gets_what_is_and_then_what_changes(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    async with listening(served, token) as stream:
        assert [event.kind for event in await page(stream)] == [*KNOWN, "feed.position"]
        await until(lambda: served.waiting == 1)
        await filled.remove(tenant, "north", "one")
        await served.parts.pulse.beat()
        assert [event.kind for event in await page(stream)] == ["booking.removed", "feed.position"]


async def test_events_say_what_a_page_says(filled: FilledStore, served: Served, tenant: TenantId) -> None:
    token = await filled.add_consumer(tenant)
    told = await served.page(token)
    async with listening(served, token) as stream:
        *entries, position = await page(stream)
    assert [event.data for event in entries] == told["entries"]
    assert [event.kind for event in entries] == [entry["type"] for entry in told["entries"]]
    assert position.data == {"next": position.last, "more": False, "unavailable": []}


async def test_who_was_cut_off_within_a_page_is_told_all_of_it_again(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    async with listening(served, token) as stream:
        assert [(await anext(stream)).last for _ in range(2)] == [None, None]
    async with listening(served, token) as stream:
        assert len(await page(stream)) == 4


async def test_the_last_id_resumes_whatever_the_address_says(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    async with listening(served, token, limit="1") as stream:
        first = (await page(stream))[-1]
        seen = (await page(stream))[-1]
    assert first.data["more"]
    async with listening(served, token, last=seen.last, after=str(first.last)) as stream:
        assert [event.kind for event in await page(stream)] == ["booking.put", "feed.position"]


async def test_what_is_not_disclosed_sends_nothing(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    async with listening(served, token) as stream:
        await page(stream)
        await until(lambda: served.waiting == 1)
        await filled.see_unchanged(tenant, "north", "one")
        await served.parts.pulse.beat()
        await filled.put(tenant, a_booking("two", "north"))
        await served.parts.pulse.beat()
        assert [event.kind for event in await page(stream)] == ["booking.put", "feed.position"]


async def test_a_tenant_whose_key_is_not_to_be_had_is_said_to_be_unavailable(
    filled: FilledStore, served: Served, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LOOK_SECONDS", 0.01)
    token = await filled.add_consumer(tenant)

    async def down(*_: object) -> None:
        raise KeyUnavailable("The key service is down.")

    async with listening(served, token) as stream:
        assert (await page(stream))[-1].data["unavailable"] == []
        with monkeypatch.context() as patch:
            patch.setattr(filled.keyring, "tenant", down)
            (position,) = await page(stream)
        assert position.data["unavailable"] == [tenant]
        (position,) = await page(stream)
        assert position.data["unavailable"] == []


async def test_a_token_that_is_revoked_ends_the_stream(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    async with listening(served, token) as stream:
        last = (await page(stream))[-1].last
        await until(lambda: served.waiting == 1)
        await filled.revoke(token)
        await filled.put(tenant, a_booking("two", "north"))
        await served.parts.pulse.beat()
        with pytest.raises(ClientError):
            await page(stream)
    assert last is not None
    answer = await served.ask("GET", "/v1/feed", token, headers=EVENTS | {"Last-Event-ID": last})
    assert answer.status == 401


async def test_a_suspended_tenant_shows_nothing_more(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    async with listening(served, token) as stream:
        await page(stream)
        await until(lambda: served.waiting == 1)
        await filled.put(tenant, a_booking("two", "north"))
        await filled.suspend(tenant)
        await served.parts.pulse.beat()
        assert [event.kind for event in await page(stream)] == ["tenant.suspended", "feed.position"]


async def test_streams_are_bounded_and_leave_their_place(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    async with listening(served, token):
        assert served.streams._value == STREAMS_MAX - 1
    await until(lambda: served.streams._value == STREAMS_MAX)
    for _ in range(STREAMS_MAX):
        await served.streams.acquire()
    answer = await served.ask("GET", "/v1/feed", token, headers=EVENTS)
    assert (answer.status, answer.json["type"]) == (503, "/v1/problems/too-many-waiting")


@pytest.mark.parametrize("headers", [EVENTS, LINES])
async def test_what_is_wrong_from_the_start_is_a_problem(
    filled: FilledStore, served: Served, tenant: TenantId, headers: dict[str, str]
) -> None:
    token = await filled.add_consumer(tenant)
    for query, problem in (({"after": "forged"}, "unknown-cursor"), ({"limit": "0"}, "invalid-parameter")):
        answer = await served.ask("GET", "/v1/feed", token, headers=headers, params=query)
        assert (answer.status, answer.json["type"]) == (400, f"/v1/problems/{problem}")
    assert (await served.ask("GET", "/v1/feed", "nobodys", headers=headers)).status == 401


async def test_lines_hold_all_there_is_and_a_position_behind_each_page(
    filled: FilledStore, served: Served, tenant: TenantId
) -> None:
    token = await filled.add_consumer(tenant)
    told = await served.page(token)
    answer = await served.ask("GET", "/v1/feed", token, headers=LINES, params={"limit": "2"})
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    lines = [msgspec.json.decode(line) for line in answer.body.splitlines()]
    assert [line for line in lines if "specversion" in line] == told["entries"]
    assert [(at, line["more"]) for at, line in enumerate(lines) if "next" in line] == [(2, True), (4, False)]
    assert await served.types(token, after=lines[-1]["next"]) == []


async def test_what_fails_between_pages_cuts_the_lines_off(
    filled: FilledStore, served: Served, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, read = await filled.add_consumer(tenant), filled.store.read
    left = 2  # a page takes two readings

    async def broken(work: object) -> object:
        nonlocal left
        left -= 1
        if left < 0:
            raise RuntimeError
        return await read(work)  # type: ignore[arg-type]

    monkeypatch.setattr(filled.store, "read", broken)
    with pytest.raises(ClientError):
        await served.ask("GET", "/v1/feed", token, headers=LINES, params={"limit": "1"})
