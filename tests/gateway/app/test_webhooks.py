"""Webhooks as an admin registers, rotates, pauses and removes them."""

from datetime import timedelta

import pytest

from gateway.app.consumers.overview import add_consumer, list_consumers, revoke_consumer, settle_revocations
from gateway.app.consumers.webhooks import (
    add_webhook,
    list_webhooks,
    pause_webhook,
    remove_webhook,
    replay_webhook,
    resume_webhook,
    rotate_webhook,
)
from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError, UnknownName
from gateway.feed.delivery import Delivery, Failure, PauseReason, Reading, Waiting
from gateway.feed.mark import Mark
from gateway.store.consumers import RECORDS, ConsumerRows
from gateway.store.endpoints import ENDPOINTS, EndpointRows
from gateway.store.registry import Registry
from gateway.store.tables import consumers, endpoints
from gateway.web.pushing import ENDPOINTS_MAX
from gateway.webhook import TRIES_MAX, Signature
from tests.fakes.full_site import rows_of
from tests.fakes.installation import Installation
from tests.fakes.site import open_site
from tests.gateway.app.test_outgoing import NOWHERE

URL = "https://flexo.example/hook?token=hush"


@pytest.fixture
async def parts(installation: Installation) -> Parts:
    site = await open_site(installation)
    await add_consumer(installation.parts, "FlexO", [site.tenant], purpose="occupancy")
    return installation.parts


async def test_it_is_registered_once_and_its_secret_shown_once(
    parts: Parts, installation: Installation
) -> None:
    consumer, key = await add_webhook(parts, "FlexO", URL, Signature.HMAC)
    assert key.startswith("whsec_")
    (endpoint,) = await list_webhooks(parts)
    assert (endpoint.consumer.id, endpoint.webhook.url, endpoint.delivery.paused) == (consumer.id, URL, None)
    with pytest.raises(ConfigurationError, match="has a webhook"):
        await add_webhook(parts, consumer.id, URL, Signature.HMAC)
    with pytest.raises(UnknownName):
        await add_webhook(parts, "nobody", URL, Signature.HMAC)
    assert await list_webhooks(parts) == [endpoint]


async def test_an_address_that_leads_elsewhere_is_refused(parts: Parts) -> None:
    for address in (*NOWHERE, "flexo.example", "", f"https://flexo.example/{'x' * 2000}"):
        with pytest.raises(ConfigurationError, match="no address that anybody can be told at"):
            await add_webhook(parts, "FlexO", address, Signature.HMAC)
    assert await list_webhooks(parts) == []


async def test_neither_address_nor_secret_stands_in_clear(parts: Parts, installation: Installation) -> None:
    _, key = await add_webhook(parts, "FlexO", URL, Signature.HMAC)
    (endpoint,) = await list_webhooks(parts)
    rows = [
        bytes(value)
        for table in (consumers, endpoints)
        for row in await rows_of(parts.store, table, TenantId(""))
        for value in row
        if isinstance(value, bytes)
    ]
    assert len(rows) == 2
    for secret in (b"flexo.example", endpoint.webhook.keys[0].secret, key.encode(), endpoint.delivery.salt):
        assert not any(secret in row for row in rows)


@pytest.mark.parametrize("kind", list(Signature))
async def test_keys_overlap_while_one_is_replaced(
    parts: Parts, installation: Installation, kind: Signature
) -> None:
    _, first = await add_webhook(parts, "FlexO", URL, kind)
    _, second = await rotate_webhook(parts, "FlexO", overlap=timedelta(hours=1))
    (endpoint,) = await list_webhooks(parts)
    now = milliseconds(installation.clock())
    assert [key.shown for key in endpoint.webhook.good(now + 3_599_999)] == [second, first]
    assert [key.shown for key in endpoint.webhook.good(now + 3_600_000)] == [second]
    assert {key.kind for key in endpoint.webhook.keys} == {kind}


async def test_who_has_no_webhook_has_none(parts: Parts) -> None:
    for work in (remove_webhook, pause_webhook, resume_webhook, replay_webhook):
        with pytest.raises(UnknownName, match="no webhook"):
            await work(parts, "FlexO")
    with pytest.raises(UnknownName, match="no webhook"):
        await rotate_webhook(parts, "FlexO", overlap=timedelta())


async def test_pausing_says_so_and_resuming_goes_on(parts: Parts, installation: Installation) -> None:
    await add_webhook(parts, "FlexO", URL, Signature.HMAC)
    installation.clock.move(timedelta(hours=1))
    paused = await pause_webhook(parts, "FlexO")
    assert paused.delivery.paused is PauseReason.ASKED
    assert paused.delivery.since == milliseconds(installation.clock())
    assert (await list_webhooks(parts))[0].delivery == paused.delivery
    installation.clock.move(timedelta(hours=1))
    assert (await pause_webhook(parts, "FlexO")).delivery.since == paused.delivery.since
    resumed = await resume_webhook(parts, "FlexO")
    assert (resumed.delivery.paused, resumed.delivery.since) == (None, milliseconds(installation.clock()))


async def test_what_waits_is_tried_at_once_and_dead_letters_when_they_are_replayed(parts: Parts) -> None:
    consumer, _ = await add_webhook(parts, "FlexO", URL, Signature.HMAC)
    later, tenant = 10**15, TenantId("ten_1")
    waiting = {
        "alive": Waiting(1, 3, 0, later, Failure.REFUSED),
        "dead": Waiting(1, TRIES_MAX, 0, later, Failure.REFUSED),
    }
    await put(parts, consumer.id, Delivery(b"", 0, {tenant: Reading(b"", Mark.at(9), 0, waiting)}))
    resumed = (await resume_webhook(parts, "FlexO")).delivery.readings[tenant].waiting
    assert (resumed["alive"].due_at < later, resumed["dead"].is_dead) == (True, True)
    replayed = (await replay_webhook(parts, "FlexO")).delivery.readings[tenant].waiting
    assert (replayed["dead"].tries, replayed["dead"].is_due(later - 1)) == (0, True)
    assert replayed["alive"].tries == 3


async def put(parts: Parts, consumer: str, delivery: Delivery) -> None:
    column = await parts.keyring.service(*ENDPOINTS)

    def write(rows: Registry) -> None:
        EndpointRows(rows.handle, column).write(consumer, delivery.written)

    await parts.store.administer(write)


async def test_one_that_is_removed_or_revoked_leaves_nothing(parts: Parts) -> None:
    for end in (remove_webhook, revoke_consumer):
        await add_webhook(parts, "FlexO", URL, Signature.HMAC)
        await end(parts, "FlexO")
        assert await list_webhooks(parts) == []
        assert await parts.store.read(lambda handle: handle.execute(endpoints.select()).all()) == []
        assert all(consumer.webhook is None for consumer in await list_consumers(parts))


@pytest.mark.parametrize("change", ["rotate", "remove"])
async def test_a_store_put_back_tells_nobody_at_an_address_or_by_a_key_that_was_taken_away(
    parts: Parts, change: str
) -> None:
    consumer, _ = await add_webhook(parts, "FlexO", URL, Signature.HMAC)
    rows = await parts.store.read(lambda handle: handle.execute(consumers.select()).all())
    if change == "rotate":
        await rotate_webhook(parts, "FlexO", overlap=timedelta())
    else:
        await remove_webhook(parts, "FlexO")
    await parts.store.administer(
        lambda registry: registry.handle.execute(consumers.update().values(record=rows[0].record))
    )
    await settle_revocations(parts)
    assert await list_webhooks(parts) == []
    records = await parts.keyring.service(*RECORDS)
    assert await parts.store.read(lambda handle: ConsumerRows(handle, records).hooked(consumer.id)) is None


async def test_there_are_no_more_than_are_told(parts: Parts, installation: Installation) -> None:
    (flexo,) = await list_consumers(parts)
    column = await parts.keyring.service(*ENDPOINTS)

    def fill(rows: Registry) -> None:
        for number in range(ENDPOINTS_MAX):
            EndpointRows(rows.handle, column).add(f"con_{number}", Delivery(b"", 0).written)

    await parts.store.administer(fill)
    with pytest.raises(ConfigurationError, match="At most 64"):
        await add_webhook(parts, flexo.id, URL, Signature.HMAC)
