"""Providers knock: what is ours makes a calendar due, and everything is answered alike."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession

from gateway.booking import CalendarId, TenantId
from gateway.clock import DAY_MILLISECONDS, milliseconds
from gateway.signals.notification import Heard, Told
from gateway.store.handle import Handle
from gateway.store.named_secrets import new_secret
from gateway.store.notified import CHANNEL_PAUSE_MILLISECONDS, UNKNOWN_MAX, Ringing
from gateway.store.tables import calendars, channels
from gateway.store.transaction import Transaction
from gateway.web.notifications import (
    BODY_BYTES_MAX,
    GOOGLE_PATH,
    GRAPH_PATH,
    VALIDATION_LENGTH_MAX,
    WAITING_MAX,
)
from gateway.web.parts import FindQuiet, nobody
from tests.fakes.filled_store import FilledStore, a_resource
from tests.gateway.web.served import Served, serve

CALENDAR = CalendarId("calendar-of-north")
LATER = datetime(2026, 3, 9, tzinfo=UTC)


@dataclass
class Scene:
    """A tenant with one calendar, of whose changes a provider tells."""

    filled: FilledStore
    served: Served
    tenant: TenantId
    secret: str

    @property
    def client(self) -> ClientSession:
        return self.served.client

    async def graph(self, *values: Any, **query: str) -> tuple[int, bytes]:
        async with self.client.post(GRAPH_PATH, json={"value": list(values)}, params=query) as answer:
            return answer.status, await answer.read()

    def item(self, **members: Any) -> dict[str, Any]:
        return {"clientState": self.secret, "resource": "Users/anna/Events/x"} | members

    async def due(self) -> tuple[bool, bool, bool]:
        """Whether the calendar was told of, and the channel is due, and has a watch."""

        def read(handle: Handle) -> tuple[bool, bool, bool]:
            (calendar,) = handle.execute(calendars.select()).all()
            (channel,) = handle.execute(channels.select()).all()
            soon = milliseconds(self.filled.clock()) + CHANNEL_PAUSE_MILLISECONDS
            return calendar.notified_at is not None, channel.due_at <= soon, channel.watch is not None

        return await self.filled.store.read(read)


@asynccontextmanager
async def opened(filled: FilledStore, quiet: FindQuiet = nobody) -> AsyncIterator[Scene]:
    tenant = await filled.add_tenant("one")
    await filled.put_resource(tenant, a_resource("north"))
    secret = new_secret(tenant, CALENDAR)

    def promise(transaction: Transaction) -> None:
        transaction.channels.add(CALENDAR)

    await filled.turn(tenant, promise)
    (lease,) = await filled.store.claim(channels, tenant=tenant, owner="me", limit=1)

    def settle(transaction: Transaction) -> None:
        transaction.channels.introduce(lease, secret)
        transaction.channels.settle(
            lease, watch=b"{}", expires_at=LATER, due_at=transaction.now + DAY_MILLISECONDS, introduced=True
        )

    await filled.turn(tenant, settle)
    async with serve(filled, quiet=quiet) as served:
        yield Scene(filled, served, tenant, secret)


@pytest.fixture
async def scene(filled: FilledStore) -> AsyncIterator[Scene]:
    async with opened(filled) as scene:
        yield scene


ACCEPTED = (202, b"")


async def test_graphs_question_is_answered_with_its_own_words(scene: Scene) -> None:
    token = "Validation: Testing client application reachability for 1+1 <script>%20"  # noqa: S105  Graph's
    async with scene.client.post(GRAPH_PATH, params={"validationToken": token}) as answer:
        assert (answer.status, await answer.text()) == (200, token)
        assert answer.content_type == "text/plain"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("token", ["", "x" * (VALIDATION_LENGTH_MAX + 1)])
async def test_no_more_is_repeated_than_graph_asks(scene: Scene, token: str) -> None:
    async with scene.client.post(GRAPH_PATH, params={"validationToken": token}) as answer:
        assert answer.status == 400
        assert b"xxx" not in await answer.read()


async def test_a_notification_makes_a_calendar_due(scene: Scene) -> None:
    assert await scene.due() == (False, False, True)
    assert await scene.graph(scene.item()) == ACCEPTED
    assert await scene.due() == (True, False, True)


@pytest.mark.parametrize(
    ("event", "due", "noted"),
    [
        ("reauthorizationRequired", (True, True, True), {Told.ENDING}),
        ("subscriptionRemoved", (True, True, False), {Told.ENDED}),
        ("missed", (True, False, True), set()),
    ],
)
async def test_lifecycle_events(
    scene: Scene, event: str, due: tuple[bool, bool, bool], noted: set[Told]
) -> None:
    """Of watches it is remembered which sort was told, of which tenant, and nothing grows by repeating it."""
    stranger = scene.item(lifecycleEvent=event, clientState=f"{scene.secret}x")
    assert await scene.graph(stranger, *[scene.item(lifecycleEvent=event)] * 50) == ACCEPTED
    assert await scene.due() == due
    assert scene.served.parts.watches.take() == {(scene.tenant, told) for told in noted}
    assert scene.served.parts.watches.take() == set()


class Hushing:
    """Says of whatever holds something that it is known already, and notes what it was asked."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []

    async def __call__(self, heard: Heard, known: Mapping[str, Ringing]) -> frozenset[Ringing]:
        self.heard.append(heard)
        return frozenset(known[one.secret] for one in heard.notifications if one.content)


async def test_what_is_no_news_makes_nothing_due(filled: FilledStore) -> None:
    hushing = Hushing()
    async with opened(filled, hushing) as scene:
        body = {"value": [scene.item(encryptedContent={"data": "AAAA"})], "validationTokens": ["a.b.c"]}
        async with scene.client.post(GRAPH_PATH, json=body) as answer:
            assert (answer.status, await answer.read()) == ACCEPTED
        assert await scene.due() == (False, False, True)
        (heard,) = hushing.heard
        assert heard.tokens == ("a.b.c",)
        counter = scene.served.parts.metrics.notifications
        assert [counter.labels(of)._value.get() for of in ("ours", "no_news", "unknown")] == [0, 1, 0]
        assert await scene.graph(scene.item()) == ACCEPTED
        assert await scene.due() == (True, False, True)


async def test_nothing_is_opened_for_who_does_not_know_the_secret(filled: FilledStore) -> None:
    hushing = Hushing()
    async with opened(filled, hushing) as scene:
        forged = scene.item(clientState="x", encryptedContent={"data": "AAAA"})
        assert await scene.graph(forged, forged) == ACCEPTED
        assert hushing.heard == []


async def test_google_tells_by_headers(scene: Scene) -> None:
    headers = {"X-Goog-Channel-Token": scene.secret, "X-Goog-Resource-State": "exists"}
    async with scene.client.post(GOOGLE_PATH, headers=headers) as answer:
        assert (answer.status, await answer.read()) == ACCEPTED
    assert await scene.due() == (True, False, True)


async def test_google_says_that_a_channel_is_open(scene: Scene) -> None:
    headers = {"X-Goog-Channel-Token": scene.secret, "X-Goog-Resource-State": "sync"}
    async with scene.client.post(GOOGLE_PATH, headers=headers) as answer:
        assert (answer.status, await answer.read()) == ACCEPTED
    assert await scene.due() == (False, False, True)


Forge = Callable[[Scene], dict[str, Any]]


@pytest.mark.parametrize(
    "forge",
    [
        lambda scene: scene.item(clientState=scene.secret + "x"),
        lambda scene: scene.item(clientState=f"{scene.tenant}.{CALENDAR}."),
        lambda scene: scene.item(clientState=f"{scene.tenant}.{CALENDAR}.guess"),
        lambda scene: scene.item(clientState=None),
        lambda _: {"subscriptionId": "x"},
        lambda scene: scene.item(clientState=f"ten_other.{CALENDAR}.{scene.secret}"),
    ],
)
async def test_who_is_not_ours_learns_nothing_and_does_nothing(scene: Scene, forge: Forge) -> None:
    assert (
        await scene.graph(forge(scene), forge(scene) | {"lifecycleEvent": "subscriptionRemoved"}) == ACCEPTED
    )
    assert await scene.due() == (False, False, True)


async def test_one_bad_entry_does_not_cost_the_others(scene: Scene) -> None:
    assert await scene.graph(None, scene.item(clientState="forged"), scene.item()) == ACCEPTED
    assert (await scene.due())[0]


@pytest.mark.parametrize(
    "body", [b"", b"\xff\x00", b"[" * 100_000, b'{"value": [' + b" " * BODY_BYTES_MAX + b"]}"]
)
async def test_what_cannot_be_read_is_answered_like_all_else(scene: Scene, body: bytes) -> None:
    async with scene.client.post(GRAPH_PATH, data=BytesIO(body)) as answer:
        assert (answer.status, await answer.read()) == ACCEPTED


async def test_a_large_batch_is_one_transaction(scene: Scene) -> None:
    body = json.dumps({"value": [scene.item()] * 900}).encode()
    assert len(body) > 64 * 1024
    async with scene.client.post(GRAPH_PATH, data=body, headers={"Content-Type": "text/xml"}) as answer:
        assert answer.status == 202
    assert (await scene.due())[0]


async def test_what_is_counted_names_nobody(scene: Scene) -> None:
    await scene.graph(scene.item(), scene.item(clientState="forged"))
    text = scene.served.parts.metrics.exposition().decode()
    assert 'gateway_notifications_total{of="ours"} 1.0' in text
    assert 'gateway_notifications_total{of="unknown"} 1.0' in text


async def test_who_guesses_is_not_listened_to_for_long(scene: Scene) -> None:
    forged = [scene.item(clientState=f"{scene.tenant}.{CALENDAR}.{number}") for number in range(UNKNOWN_MAX)]
    assert await scene.graph(*forged[1:], scene.item()) == ACCEPTED
    text = scene.served.parts.metrics.exposition().decode()
    assert f'of="unknown"}} {UNKNOWN_MAX - 1}.0' in text
    many = [scene.item(clientState=f"{number}.x.y") for number in range(150)]
    assert await scene.graph(*many, scene.item()) == ACCEPTED


async def test_where_too_many_knock_they_are_asked_to_come_again(scene: Scene) -> None:
    desk = scene.served.desk
    desk.waiting = WAITING_MAX
    status, _ = await scene.graph(scene.item())
    assert status == 503
    desk.waiting = 0
    assert await scene.graph(scene.item()) == ACCEPTED
    assert desk.waiting == 0
