"""What is known of an endpoint, and by whom: its keys, what it has yet to take, and what it is not told."""

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from gateway.client import webhook_entry
from gateway.clock import milliseconds
from gateway.entry import EntryKind
from gateway.errors import Fenced
from gateway.feed import delivery
from gateway.feed.contract import WebhookStanding
from gateway.feed.delivery import WHOLE, Delivery
from gateway.feed.settling import Taken
from gateway.store.database import Database
from gateway.store.endpoints import ENDPOINTS, EndpointRows
from gateway.store.registry import Registry
from gateway.store.tables import consumers, endpoints
from gateway.web.push_reader import SENT_AT_ONCE
from gateway.web.pushing import Push
from gateway.webhook import PAUSES_SECONDS, Signature, SigningKey
from tests.fakes.filled_store import FilledStore, a_booking, open_filled_store
from tests.fakes.pushed import KEY, a_tenant, open_pushed
from tests.fakes.webhook_target import refuses, takes_all
from tests.gateway.web.served import Served, until


async def test_a_key_that_is_replaced_signs_beside_the_new_one(filled: FilledStore) -> None:
    old = replace(KEY, until=milliseconds(filled.clock.now) + 1000)
    new = SigningKey(Signature.ED25519, bytes(32))
    signatures = list[str]()

    async def send(_url: str, body: bytes, headers: dict[str, str]) -> Taken:
        signatures.append(headers["webhook-signature"])
        webhook_entry(headers, body, [new.shown], filled.clock.now)
        return Taken()

    tenant = await a_tenant(filled, "one", "north")
    pushed = await open_pushed(filled, tenant, send=send, keys=(new, old))
    await pushed.visit_all()
    assert {[one.partition(",")[0] for one in said.split(" ")].count("v1") for said in signatures} == {1}
    filled.clock.move(timedelta(seconds=1))
    await filled.remove_resource(tenant, "north")
    await pushed.visit_all()
    assert [one.partition(",")[0] for one in signatures[-1].split(" ")] == ["v1a"]


async def test_either_database_holds_it(tmp_path: Path, database: Database) -> None:
    async with open_filled_store(tmp_path, database=database) as filled:
        tenant = await a_tenant(filled)
        pushed = await open_pushed(filled, tenant)
        pushed.target.says = refuses("north")
        await pushed.visit_all()
        pushed.target.says = takes_all
        pushed.restart()
        await pushed.visit_past_pauses()
        assert set(pushed.target.backend.view(tenant).bookings) == {"north-one", "south-one"}


async def test_what_a_purpose_hides_moves_nothing(filled: FilledStore) -> None:
    """Law 4: neither a message, nor what is known of the endpoint."""
    tenant = await a_tenant(filled, "one", "north")
    pushed = await open_pushed(filled, tenant, purpose="occupancy")
    await pushed.visit_all()
    before, said = await pushed.delivery(), len(pushed.target.said)
    await filled.put(tenant, a_booking("north-one", "north", 9))
    await pushed.visit_all()
    assert len(pushed.target.said) == said
    assert (await pushed.delivery()).delivered_at == before.delivered_at


async def test_a_consumer_without_a_webhook_is_told_so(filled: FilledStore, served: Served) -> None:
    token = await filled.add_consumer(await a_tenant(filled))
    assert (await served.ask("GET", "/v1/webhook", token)).status == 404
    assert (await served.ask("GET", "/v1/webhook")).status == 401
    assert (await served.ask("GET", "/v1/webhook", token, params={"a": "1"})).status == 400


async def test_how_it_stands_is_told_as_the_contract_says(filled: FilledStore, served: Served) -> None:
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    pushed.target.says = refuses("north")
    await pushed.visit_all()
    answer = await served.ask("GET", "/v1/webhook", pushed.token)
    told = msgspec.json.decode(answer.body, type=WebhookStanding)
    assert (told.state, told.reason, told.delivered_at) == ("active", None, filled.clock.now)
    (one,) = told.undelivered
    assert (one.tenant, one.resource, one.reason, one.tries) == (tenant, "north", "refused", 1)
    assert one.next_try_at == filled.clock.now + timedelta(seconds=5)
    assert b"flexo.example" not in answer.body


async def test_operators_see_what_waits(filled: FilledStore) -> None:
    pushed = await open_pushed(filled, await a_tenant(filled))
    pushed.target.says = refuses("north")
    await pushed.visit_all()
    await pushed.pause()
    await pushed.push._active()
    told = pushed.parts.metrics.exposition().decode()
    for line in (
        'gateway_webhooks_total{outcome="delivered"} 3.0',
        'gateway_webhooks_total{outcome="refused"} 1.0',
        "gateway_webhooks_waiting 1.0",
        "gateway_webhooks_paused 1.0",
    ):
        assert line in told


async def test_no_tenant_waits_for_anothers_long_log(filled: FilledStore) -> None:
    busy = await a_tenant(filled, "a", *(f"room-{number}" for number in range(2 * SENT_AT_ONCE)))
    other = await a_tenant(filled, "b", "north")
    pushed = await open_pushed(filled, busy, other)
    for _ in range(3):
        await pushed.visit()
    assert pushed.target.backend.view(other).resources
    assert len(pushed.target.backend.view(busy).resources) < SENT_AT_ONCE + 4


async def test_an_endpoint_stays_ours_while_nothing_happens(filled: FilledStore) -> None:
    pushed = await open_pushed(filled, await a_tenant(filled))
    for _ in range(12):
        await pushed.visit_all()
        filled.clock.move(timedelta(seconds=30))
        assert (
            await Push(pushed.parts, pushed.target.send, owner="other", chance=float).claim(pushed.consumer)
            is None
        )


async def test_a_reset_has_tries_of_its_own(filled: FilledStore) -> None:
    one, two = await a_tenant(filled, "one", "north"), await a_tenant(filled, "two", "north")
    pushed = await open_pushed(filled, one, two)
    await pushed.visit_all()
    pushed.target.says = refuses(None)
    await filled.suspend(two)
    for pause in PAUSES_SECONDS[:3]:
        await pushed.visit_all()
        filled.clock.move(timedelta(seconds=pause))
    assert (await pushed.delivery()).readings[two].waiting[WHOLE].tries == 3
    await filled.rescope(pushed.token, one)
    await pushed.visit_all()
    assert (await pushed.delivery()).readings[two].waiting[WHOLE].tries == 1
    assert pushed.target.told[-1] == "feed.reset"
    assert not await pushed.visit()
    pushed.target.says = takes_all
    await pushed.visit_past_pauses()
    assert two not in (await pushed.delivery()).readings


async def test_what_is_behind_many_removals_that_nobody_was_told_of_is_told(filled: FilledStore) -> None:
    tenant = await a_tenant(filled, "one", "north")
    gone = [f"gone-{number}" for number in range(70)]
    await filled.put(tenant, *(a_booking(name, "north") for name in gone))
    await filled.remove(tenant, "north", *gone)
    await filled.put(tenant, a_booking("north-two", "north", 1))
    pushed = await open_pushed(filled, tenant)
    pushed.target.says = refuses("north")
    await pushed.visit_all()
    pushed.target.says = takes_all
    await pushed.visit_past_pauses()
    assert set(pushed.target.backend.view(tenant).bookings) == {"north-one", "north-two"}
    assert "booking.removed" not in pushed.target.told


async def test_an_endpoint_that_was_registered_anew_meanwhile_begins_from_nothing(
    filled: FilledStore,
) -> None:
    """What another process sent to the address before says nothing of the one that there is by now."""
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    column = await filled.keyring.service(*ENDPOINTS)

    async def anew(*_: object) -> Taken:
        def write(rows: Registry) -> None:
            endpoints = EndpointRows(rows.handle, column)
            endpoints.remove(pushed.consumer)
            endpoints.add(pushed.consumer, Delivery(b"another", rows.now).written)

        await filled.store.administer(write)
        another = Push(pushed.parts, pushed.target.send, owner="another", chance=lambda: 0.0)
        assert await another.claim(pushed.consumer) is not None
        return Taken()

    await pushed.visit()
    pushed.push = Push(pushed.parts, anew, owner="me", chance=lambda: 0.0)
    with pytest.raises(Fenced):
        await pushed.visit()
    assert (await pushed.delivery()).readings == {}


async def test_a_record_that_does_not_open_ends_nothing_but_its_own_endpoint(filled: FilledStore) -> None:
    tenant = await a_tenant(filled)
    altered, forged, other = [await open_pushed(filled, tenant) for _ in range(3)]

    def write(rows: Registry) -> None:
        one = endpoints.c.consumer == altered.consumer
        rows.handle.execute(endpoints.update().where(one).values(record=b"altered"))
        one = consumers.c.id == forged.consumer
        rows.handle.execute(consumers.update().where(one).values(record=b"forged"))

    await filled.store.administer(write)
    stop = asyncio.Event()
    push = Push(other.parts, other.target.send, owner="me", chance=lambda: 0.0)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(push.run(stop))
        await until(lambda: len(other.target.backend.view(tenant).bookings) == 2)
        stop.set()
    assert (altered.target.said, forged.target.said) == ([], [])


async def test_what_a_store_that_was_put_back_does_not_know_is_taken_back_under_other_ids(
    filled: FilledStore,
) -> None:
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    await pushed.visit_all()
    pushed.target.says = refuses("north", None)
    await filled.put(tenant, a_booking("north-two", "north", 1))
    await filled.suspend(tenant)
    await pushed.visit_all()
    await filled.resume(tenant)
    before = await pushed.delivery()
    assert before.readings[tenant].waiting
    known = {name for name, _ in pushed.target.said}
    await pushed.edit(lambda delivery, _: delivery.begin_anew(b"another"))
    pushed.target.says = takes_all
    said = len(pushed.target.said)
    await pushed.visit_all()
    assert pushed.target.told[-len(pushed.target.said) + said :][0] == "feed.reset"
    assert known.isdisjoint(name for name, _ in pushed.target.said[said:])
    assert set(pushed.target.backend.view(tenant).bookings) == {"north-one", "north-two", "south-one"}


async def test_dead_letters_keep_nothing_else_from_being_told(
    filled: FilledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many: else one tenant's would silence all others, and erasures, for good."""
    monkeypatch.setattr(delivery, "WAITING_MAX", 2)
    one, two = await a_tenant(filled, "one"), await a_tenant(filled, "two", "east")
    pushed = await open_pushed(filled, one, two)
    await pushed.visit_all()
    pushed.target.says = refuses("north", "south")
    for room in ("north", "south"):
        await filled.put(one, a_booking(f"{room}-two", room, 1))
    for pause in (*PAUSES_SECONDS, 0):
        await pushed.visit_all()
        filled.clock.move(timedelta(seconds=pause))
    assert all(held.is_dead for held in (await pushed.delivery()).readings[one].waiting.values())
    await filled.put(two, a_booking("east-two", "east", 1))
    await filled.store.administer(lambda rows: rows.announce(one, EntryKind.SUBJECT_ERASED, "era_1"))
    await pushed.visit_all()
    assert "east-two" in pushed.target.backend.view(two).bookings
    assert "subject.erased" in pushed.target.told


async def test_an_erasure_waits_for_nothing_at_an_endpoint_that_holds_too_much(
    filled: FilledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for what is refused of its own tenant, either: that is tried again for three days."""
    monkeypatch.setattr(delivery, "WAITING_MAX", 2)
    tenant = await a_tenant(filled, "one", "north", "south")
    pushed = await open_pushed(filled, tenant)
    await pushed.visit_all()
    pushed.target.says = refuses("north", "south")
    for room in ("north", "south"):
        await filled.put(tenant, a_booking(f"{room}-two", room, 1))
    await pushed.visit_all()
    assert (await pushed.delivery()).is_full
    await filled.put(tenant, a_booking("north-three", "north", 2))
    await filled.store.administer(lambda rows: rows.announce(tenant, EntryKind.SUBJECT_ERASED, "era_1"))
    await pushed.visit_all()
    assert pushed.target.told.count("subject.erased") == 1
    # What the consumer has of what waits is older, and may tell of them.
    assert "feed.reset" in pushed.target.told
    pushed.target.says = takes_all
    await pushed.visit_past_pauses()
    assert set(pushed.target.backend.view(tenant).bookings) == {
        *("north-one", "north-two", "north-three"),
        *("south-one", "south-two"),
    }


async def test_an_erasure_that_is_refused_there_is_tried_at_its_pauses(
    filled: FilledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "WAITING_MAX", 2)
    tenant = await a_tenant(filled, "one", "north", "south")
    pushed = await open_pushed(filled, tenant)
    pushed.target.says = lambda _: 500
    await pushed.visit_all()
    await filled.store.administer(lambda rows: rows.announce(tenant, EntryKind.SUBJECT_ERASED, "era_1"))
    said = len(pushed.target.said)
    for _ in range(3):
        await pushed.visit_all()
    assert len(pushed.target.said) == said + 1
    filled.clock.move(timedelta(seconds=PAUSES_SECONDS[0]))
    await pushed.visit_all()
    assert pushed.target.told.count("subject.erased") == 2
    pushed.target.says = takes_all
    await pushed.visit_past_pauses()
    assert pushed.target.told.count("subject.erased") == 3
    assert set(pushed.target.backend.view(tenant).bookings) == {"north-one", "south-one"}


async def test_of_whom_all_is_refused_keeps_no_other_tenant_from_being_told(
    filled: FilledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "WAITING_MAX", 2)
    one = await a_tenant(filled, "one", "north", "south", "west")
    two = await a_tenant(filled, "two", "east", "inner")
    pushed = await open_pushed(filled, one, two)
    pushed.target.says = refuses("north", "south", "west")
    await pushed.visit_all()
    assert set(pushed.target.backend.view(two).bookings) == {"east-one", "inner-one"}
    pushed.target.says = lambda _: 500
    for room in ("east", "inner"):
        await filled.put(two, a_booking(f"{room}-two", room, 1))
    await pushed.visit_all()
    # Where nothing is taken at all, it is tried with one thing of each.
    assert len((await pushed.delivery()).readings[two].waiting) == 1
    pushed.target.says = takes_all
    await pushed.visit_past_pauses()
    assert set(pushed.target.backend.view(one).bookings) == {"north-one", "south-one", "west-one"}
    assert len(pushed.target.backend.view(two).bookings) == 4
