"""Pushing: what an endpoint is told, when it is tried again, and what pauses it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook as Reference

from gateway.clock import system_clock
from gateway.entry import EntryKind
from gateway.errors import Fenced
from gateway.feed import delivery
from gateway.feed.delivery import WHOLE, Failure, PauseReason
from gateway.feed.settling import Taken
from gateway.web.push_reader import SENT_AT_ONCE, NothingToTell
from gateway.web.pushing import Push
from gateway.webhook import PAUSES_SECONDS, TRIES_MAX
from tests.fakes.filled_store import FilledStore, a_booking
from tests.fakes.pushed import KEY, PAST_A_LEASE, a_tenant, open_pushed
from tests.fakes.webhook_target import refuses, resource_of, takes_all
from tests.gateway.web.served import Served, until


async def test_it_begins_with_the_current_state_and_goes_on(filled: FilledStore) -> None:
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    await pushed.visit_all()
    view = pushed.target.backend.view(tenant)
    assert set(view.bookings) == {"north-one", "south-one"}
    await filled.put(tenant, a_booking("north-one", "north", 7))
    await pushed.visit_all()
    assert view.bookings["north-one"]["people"] == 7
    assert len(pushed.target.said) == len(pushed.target.known)


async def test_the_standards_own_library_reads_it(filled: FilledStore) -> None:
    filled.clock.now = system_clock()()
    said = list[dict[str, Any]]()

    async def send(_url: str, body: bytes, headers: dict[str, str]) -> Taken:
        said.append(Reference(KEY.shown).verify(body, headers))
        assert headers["content-type"] == "application/cloudevents+json"
        return Taken()

    pushed = await open_pushed(filled, await a_tenant(filled), send=send)
    await pushed.visit_all()
    assert [event["specversion"] for event in said] == ["1.0"] * 6


async def test_what_fails_holds_up_its_own_resource_alone(filled: FilledStore) -> None:
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    pushed.target.says = refuses("north")
    await pushed.visit_all()
    await filled.put(tenant, a_booking("north-two", "north", 1))
    await filled.put(tenant, a_booking("south-two", "south", 1))
    await pushed.visit_all()
    assert set(pushed.target.backend.view(tenant).bookings) == {"south-one", "south-two"}
    assert [resource_of(event) for _, event in pushed.target.said].count("north") == 1
    pushed.target.says = takes_all
    await pushed.visit_all()
    assert set(pushed.target.backend.view(tenant).bookings) == {"south-one", "south-two"}
    filled.clock.move(timedelta(seconds=PAUSES_SECONDS[0]))
    await pushed.visit_all()
    assert len(pushed.target.backend.view(tenant).bookings) == 4
    assert not (await pushed.delivery()).readings[tenant].waiting


async def test_a_try_bears_the_same_id_and_tells_what_is_then(filled: FilledStore) -> None:
    tenant = await a_tenant(filled, "one", "north")
    pushed = await open_pushed(filled, tenant)
    await pushed.visit_all()
    pushed.target.says = refuses("north")
    await filled.put(tenant, a_booking("north-two", "north", 1))
    await pushed.visit_all()
    filled.clock.move(timedelta(seconds=5))
    await pushed.visit_all()
    (first, _), (second, _) = pushed.target.said[-2:]
    assert first == second
    await filled.put(tenant, a_booking("north-two", "north", 9))
    pushed.target.says = takes_all
    filled.clock.move(timedelta(seconds=300))
    await pushed.visit_all()
    assert pushed.target.said[-1][0] != first
    assert pushed.target.backend.view(tenant).bookings["north-two"]["people"] == 9


async def test_ten_tries_over_75_hours_then_a_dead_letter_that_is_replayed(filled: FilledStore) -> None:
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    pushed.target.says = refuses("north")
    began = filled.clock.now
    await pushed.visit_all()
    for tries, pause in enumerate((*PAUSES_SECONDS, 10 * 86_400), start=2):
        said = len(pushed.target.said)
        filled.clock.move(timedelta(seconds=pause - 1))
        await pushed.visit_all()
        assert len(pushed.target.said) == said
        filled.clock.move(timedelta(seconds=1))
        await pushed.visit_all()
        assert len(pushed.target.said) == said + (tries <= TRIES_MAX)
        if tries == TRIES_MAX:
            assert timedelta(hours=75) <= filled.clock.now - began < timedelta(hours=76)
    held = (await pushed.delivery()).readings[tenant].waiting["north"]
    assert (held.is_dead, held.tries) == (True, TRIES_MAX)
    # Others were told all the while, so it is not paused; and nothing of it is told behind what was given up.
    assert (await pushed.delivery()).paused is None
    await filled.put(tenant, a_booking("north-two", "north", 1))
    pushed.target.says = takes_all
    await pushed.visit_all()
    assert set(pushed.target.backend.view(tenant).bookings) == {"south-one"}
    await filled.remove(tenant, "north", "north-one")
    await pushed.change("replay")
    await pushed.visit_all()
    assert set(pushed.target.backend.view(tenant).bookings) == {"south-one", "north-two"}


async def test_an_endpoint_that_takes_nothing_for_75_hours_is_paused_and_says_so(
    filled: FilledStore, served: Served
) -> None:
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    pushed.target.says = lambda _: 500
    for pause in PAUSES_SECONDS:
        await pushed.visit_all()
        filled.clock.move(timedelta(seconds=pause))
    with pytest.raises(NothingToTell):
        await pushed.visit_all()
    assert (await pushed.delivery()).paused is PauseReason.UNDELIVERED
    told = (await served.ask("GET", "/v1/webhook", pushed.token)).json
    assert (told["state"], told["reason"], told["delivered_at"]) == ("paused", "undelivered", None)
    assert {(one["resource"], one["next_try_at"], one["tries"]) for one in told["undelivered"]} == {
        ("north", None, 10),
        ("south", None, 10),
    }
    pushed.target.says = takes_all
    await pushed.change("resume")
    await pushed.visit_all()
    assert pushed.target.backend.view(tenant).bookings == {}
    await pushed.change("replay")
    await pushed.visit_all()
    assert set(pushed.target.backend.view(tenant).bookings) == {"north-one", "south-one"}


async def test_410_pauses_at_once(filled: FilledStore) -> None:
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    pushed.target.says = lambda _: 410
    with pytest.raises(NothingToTell):
        await pushed.visit_all()
    assert (await pushed.delivery()).paused is PauseReason.GONE
    said, pushed.target.says = len(pushed.target.said), takes_all
    assert said <= 2
    await pushed.change("resume")
    await pushed.visit_all()
    assert set(pushed.target.backend.view(tenant).bookings) == {"north-one", "south-one"}


async def test_nothing_is_sent_while_it_is_paused_and_nothing_is_lost(filled: FilledStore) -> None:
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    await pushed.visit_all()
    await pushed.pause()
    await filled.remove(tenant, "north", "north-one")
    with pytest.raises(NothingToTell):
        await pushed.visit()
    await pushed.change("resume")
    await pushed.visit_all()
    assert set(pushed.target.backend.view(tenant).bookings) == {"south-one"}


async def test_a_target_that_asks_for_a_pause_has_it_within_bounds(filled: FilledStore) -> None:
    tenant = await a_tenant(filled, "one", "north")
    waits = iter([600.0, 10.0**9])

    async def send(*_: object) -> Taken:
        return Taken(Failure.REFUSED, next(waits))

    pushed = await open_pushed(filled, tenant, send=send)
    await pushed.visit_all()
    filled.clock.move(timedelta(seconds=599))
    assert not await pushed.visit()
    filled.clock.move(timedelta(seconds=1))
    await pushed.visit_all()
    filled.clock.move(timedelta(days=1))
    with pytest.raises(BaseExceptionGroup):
        await pushed.visit()


async def test_nothing_is_sent_behind_a_fence(filled: FilledStore) -> None:
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    pushed.target.says = refuses("north")
    await pushed.visit_all()
    await filled.suspend(tenant)
    filled.clock.move(timedelta(minutes=1))
    pushed.target.says = takes_all
    before = len(pushed.target.said)
    await pushed.visit_all()
    assert pushed.target.told[before:] == ["tenant.suspended"]
    erasure = await filled.withdraw(tenant)
    filled.clock.move(timedelta(hours=1))
    await pushed.visit_all()
    assert pushed.target.told[before:] == ["tenant.suspended", "tenant.erased"]
    assert pushed.target.backend.view(tenant).erasure == erasure
    assert (await pushed.delivery()).readings[tenant].waiting == {}


async def test_nothing_is_sent_to_who_was_revoked(filled: FilledStore) -> None:
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    await pushed.visit()
    await filled.revoke(pushed.token)
    with pytest.raises(NothingToTell):
        await pushed.visit()
    assert pushed.target.said == []


async def test_an_erasure_waits_for_no_resource(filled: FilledStore) -> None:
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    pushed.target.says = refuses("north", "south")
    await pushed.visit_all()
    await filled.withdraw(tenant)
    await pushed.visit_all()
    assert pushed.target.told[-1] == "tenant.erased"


async def test_what_concerns_the_whole_holds_up_all_of_it_and_no_other_tenant(filled: FilledStore) -> None:
    one, two = await a_tenant(filled, "one"), await a_tenant(filled, "two")
    pushed = await open_pushed(filled, one, two)
    await pushed.visit_all()
    pushed.target.says = refuses(None)
    await filled.suspend(one)
    await filled.resume(one)
    for tenant in (one, two):
        await filled.put(tenant, a_booking("north-two", "north", 1))
    await pushed.visit_all()
    assert WHOLE in (await pushed.delivery()).readings[one].waiting
    assert "north-two" not in pushed.target.backend.view(one).bookings
    assert "north-two" in pushed.target.backend.view(two).bookings
    pushed.target.says = takes_all
    await pushed.visit_past_pauses()
    assert "north-two" in pushed.target.backend.view(one).bookings
    assert not pushed.target.backend.view(one).hidden


async def test_another_scope_resets_and_what_is_told_anew_bears_other_ids(filled: FilledStore) -> None:
    one, two = await a_tenant(filled, "one"), await a_tenant(filled, "two")
    pushed = await open_pushed(filled, one, two)
    await pushed.visit_all()
    await filled.rescope(pushed.token, one)
    await pushed.visit_all()
    assert pushed.target.told[-1] == "feed.reset"
    assert set(pushed.target.backend.tenants) == {f"/v1/tenants/{one}"}
    await filled.rescope(pushed.token, one, two)
    await pushed.visit_all()
    assert set(pushed.target.backend.view(two).bookings) == {"north-one", "south-one"}


async def test_removals_that_were_forgotten_meanwhile_reset(filled: FilledStore) -> None:
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    await pushed.visit_all()
    pushed.target.says = refuses("north")
    await filled.put(tenant, a_booking("north-two", "north", 1))
    await pushed.visit_all()
    await filled.remove(tenant, "north", "north-one")
    await pushed.visit_all()
    filled.clock.move(timedelta(minutes=2))
    await filled.forget_removed(tenant)
    pushed.target.says = takes_all
    await pushed.visit_all()
    assert "feed.reset" in pushed.target.told
    assert set(pushed.target.backend.view(tenant).bookings) == {"north-two", "south-one"}


async def test_an_endpoint_of_which_too_much_waits_is_read_no_further(
    filled: FilledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "WAITING_MAX", 4)
    tenant = await a_tenant(filled, "one", *(f"room-{number}" for number in range(SENT_AT_ONCE + 6)))
    pushed = await open_pushed(filled, tenant)
    pushed.target.says = lambda _: 500
    await pushed.visit_all()
    waiting = (await pushed.delivery()).readings[tenant].waiting
    assert 4 <= len(waiting) < 4 + SENT_AT_ONCE
    pushed.target.says = takes_all
    await pushed.visit_past_pauses()
    assert len(pushed.target.backend.view(tenant).bookings) == SENT_AT_ONCE + 6


async def test_two_processes_never_tell_one_endpoint_at_once(filled: FilledStore) -> None:
    pushed = await open_pushed(filled, await a_tenant(filled))
    await pushed.visit()
    other = Push(pushed.parts, pushed.target.send, owner="other", chance=lambda: 0.0)
    assert await other.claim(pushed.consumer) is None
    filled.clock.move(PAST_A_LEASE)
    assert await other.claim(pushed.consumer) is not None
    with pytest.raises(Fenced):
        await pushed.visit()
    assert pushed.target.said == []


async def test_one_that_hangs_holds_up_no_other(filled: FilledStore) -> None:
    tenant = await a_tenant(filled)
    hanging, other = await open_pushed(filled, tenant), await open_pushed(filled, tenant)
    reached, stop = asyncio.Event(), asyncio.Event()

    async def send(url: str, body: bytes, headers: dict[str, str]) -> Taken:
        if url.endswith(hanging.consumer):
            reached.set()
            await asyncio.Event().wait()
        await reached.wait()
        return await other.target.send(url, body, headers)

    push = Push(other.parts, send, owner="me", chance=lambda: 0.0)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(push.run(stop))
        await until(lambda: len(other.target.backend.view(tenant).bookings) == 2)
        stop.set()
    assert (await hanging.delivery()).delivered_at is None
    # Whoever serves next takes over at once.
    another = Push(other.parts, send, owner="another", chance=lambda: 0.0)
    assert await another.claim(hanging.consumer) is not None


async def test_what_an_outage_has_held_up_is_tried_as_soon_as_something_is_taken(filled: FilledStore) -> None:
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    await pushed.visit_all()
    filled.clock.move(timedelta(minutes=1))
    pushed.target.says = lambda _: 500
    await filled.put(tenant, a_booking("north-two", "north", 1))
    for pause in PAUSES_SECONDS[:5]:
        await pushed.visit_all()
        filled.clock.move(timedelta(seconds=pause))
    await pushed.visit_all()
    filled.clock.move(timedelta(minutes=1))
    # It is back, but for what tells of one room.
    pushed.target.says = refuses("north")
    for number in range(3):
        said = len(pushed.target.said)
        await filled.put(tenant, a_booking("south-one", "south", 2 + number))
        await pushed.visit_all()
        filled.clock.move(timedelta(minutes=1))
        assert len(pushed.target.said) == said + (2 if number == 0 else 1)
    assert (await pushed.delivery()).readings[tenant].waiting["north"].tries == 7


async def test_a_subjects_erasure_waits_for_no_resource_and_leaves_nothing_older(filled: FilledStore) -> None:
    tenant = await a_tenant(filled)
    pushed = await open_pushed(filled, tenant)
    await pushed.visit_all()
    pushed.target.says = refuses("north")
    await filled.put(tenant, a_booking("north-one", "north", 2))
    await filled.store.administer(
        lambda registry: registry.announce(tenant, EntryKind.SUBJECT_ERASED, "era_1")
    )
    await pushed.visit_all()
    assert [kind for kind in pushed.target.told if kind.startswith(("subject", "feed"))] == [
        "subject.erased",
        "feed.reset",
    ]
    assert set(pushed.target.backend.view(tenant).bookings) == {"south-one"}
    pushed.target.says = takes_all
    await pushed.visit_past_pauses()
    assert set(pushed.target.backend.view(tenant).bookings) == {"north-one", "south-one"}
