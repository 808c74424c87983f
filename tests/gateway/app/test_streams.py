"""Streams of signals, against a transmitter on this machine: fetched, verified, done, and watched over."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientTimeout

from connectors.sandbox.signals.stream import Status, Terms
from gateway.app.service import _repeat
from gateway.app.signals import asking, fetching, streams
from gateway.app.signals.asking import Asker
from gateway.app.signals.streams import Streams
from gateway.app.signals.transmitters import remove_transmitter
from gateway.app.terms.deadlines import renew
from gateway.authorization import State, SuspensionReason
from gateway.clock import milliseconds
from gateway.errors import KeyUnavailable
from gateway.store.leases import Lease
from gateway.store.tables import transmitters
from tests.fakes.crashes import Crash
from tests.fakes.installation import Installation
from tests.fakes.signalled import ANAS_ID, WENDLAS_ID, Scene, open_signalled_site
from tests.fakes.streamed import HOUR, PAST_A_LEASE, PAST_A_POLL, Line, no_provider, open_line
from tests.gateway.web.served import until

WENDLA = {"format": "opaque", "id": WENDLAS_ID}
ANA = {"format": "opaque", "id": ANAS_ID}
STRANGER = {"format": "opaque", "id": "stranger"}


@pytest.fixture
async def line(installation: Installation) -> AsyncIterator[Line]:
    """A stream that is fetched, of a tenant of which nobody is known."""
    async with open_line(installation) as line:
        await line.add()
        yield line


@pytest.fixture
async def scene(installation: Installation) -> Scene:
    return await open_signalled_site(installation)


@pytest.fixture
async def peopled(scene: Scene) -> AsyncIterator[Line]:
    """One of a tenant with people."""
    async with open_line(scene.site.installation, scene.site.tenant) as line:
        await line.add()
        yield line


async def test_what_is_told_is_fetched_done_and_acknowledged(peopled: Line, scene: Scene) -> None:
    disabled = await peopled.tell("risc/account-disabled", WENDLA)
    purged = await peopled.tell("risc/account-purged", ANA)
    row = await peopled.visit()
    subject = await scene.subject()
    assert subject is not None
    assert subject.suspended_at is not None
    await scene.site.installation.cascade().resume()
    assert await scene.link() is None
    with pytest.raises(KeyUnavailable):
        await scene.site.installation.parts.keys.open_data_key(scene.site.tenant, scene.ana)
    assert {disabled, purged} < set(peopled.stream.taken)
    assert (peopled.stream.refused, peopled.stream.waiting) == ({}, [])
    assert (row.reason, row.heard_at) == (None, milliseconds(peopled.installation.clock()))
    assert {(one.channel, one.effect) for one in await peopled.signals()} == {
        (peopled.name, "suspend"),
        (peopled.name, "burn"),
    }


REFUSED = {
    "set-unsigned": "authentication_failed",
    "set-wrong-type": "invalid_request",
    "set-other-issuer": "invalid_issuer",
    "set-other-audience": "invalid_audience",
    "set-unknown-key": "invalid_key",
    "set-oversized": "authentication_failed",
}


async def test_of_what_is_refused_the_transmitter_is_told_why(peopled: Line, scene: Scene) -> None:
    bad = {
        await peopled.tell("risc/account-disabled", WENDLA, fault): code for fault, code in REFUSED.items()
    }
    good = await peopled.tell("risc/account-disabled", ANA)
    row = await peopled.visit()
    assert peopled.stream.refused == bad
    assert good in peopled.stream.taken
    assert await scene.link() == (State.SUSPENDED, SuspensionReason.REVOCATION_CLAIMED)
    subject = await scene.subject()
    assert subject is not None
    assert subject.suspended_at is None
    assert row.reason == "authentication_failed"
    assert (await peopled.visit(PAST_A_POLL)).reason is None


class Dying(Asker):
    """Its process dies as it is about to say what it has taken. It dies of this alone."""

    async def post(self, address: str, body: bytes, token: str | None, most: int = 2**16) -> bytes:
        if b'"set-' in body:
            raise Crash
        return await super().post(address, body, token, most)


async def test_what_was_done_and_not_acknowledged_comes_again_and_does_nothing_more(
    peopled: Line, scene: Scene
) -> None:
    told = await peopled.tell("risc/account-disabled", WENDLA)
    peopled.begin(Dying(peopled.asker._public, peopled.asker._local))
    with pytest.RaisesGroup(Crash):
        await peopled.streams.visit()
    before = await peopled.signals()
    assert [one.effect for one in before] == ["suspend"]
    assert told not in peopled.stream.taken
    peopled.begin()
    await peopled.visit(PAST_A_LEASE)
    assert told in peopled.stream.taken
    assert await peopled.signals() == before


async def test_what_is_told_twice_is_done_once(peopled: Line) -> None:
    await peopled.tell("risc/account-disabled", WENDLA, "set-twice")
    await peopled.tell("risc/account-purged", WENDLA, "set-same-id")
    for _ in range(3):
        await peopled.visit(PAST_A_POLL)
    assert [one.effect for one in await peopled.signals()] == ["suspend"]
    assert peopled.stream.waiting == []


async def test_more_than_one_poll_brings_is_fetched_in_one_visit(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SETS_MAX", 3)
    for _ in range(7):
        await line.tell("risc/account-disabled", STRANGER)
    await line.visit()
    assert line.stream.waiting == []
    assert line.transmitter.requests["signals.poll"] == 4


@pytest.mark.parametrize(
    ("fault", "polls"),
    [
        ("poll-acks-forgotten", 2),
        ("poll-more-for-ever", 1),
        ("poll-one-at-a-time", fetching.POLLS_MAX + 1),
    ],
)
async def test_a_transmitter_that_goes_on_for_ever_is_left_after_a_while(
    line: Line, fault: str, polls: int
) -> None:
    for _ in range(12):
        await line.tell("risc/account-disabled", STRANGER)
    line.transmitter.faults.order(fault)
    await line.visit()
    assert line.transmitter.requests["signals.poll"] == polls
    line.transmitter.faults.clear()
    for _ in range(2):
        await line.visit(PAST_A_POLL)
    assert line.stream.waiting == []


async def test_keys_rotate_mid_stream_and_nothing_is_lost(line: Line) -> None:
    await line.visit()
    line.transmitter.keys.rotate()
    line.transmitter.keys.retire()
    told = await line.tell("risc/account-disabled", STRANGER)
    assert (await line.visit(PAST_A_POLL)).reason is None
    assert told in line.stream.taken
    assert line.transmitter.requests["signals.keys"] == 2


async def test_a_key_that_was_new_a_moment_after_the_keys_were_asked_for_is_waited_for(line: Line) -> None:
    """Refused once it would never come again."""
    await line.visit()
    strange = await line.tell("risc/account-disabled", STRANGER, "set-unknown-key")
    await line.visit(PAST_A_POLL)
    assert line.stream.refused == {strange: "invalid_key"}
    line.transmitter.keys.rotate()
    told = await line.tell("risc/account-disabled", STRANGER)
    line.begin()
    await line.visit(PAST_A_POLL)
    assert told in line.stream.taken


async def test_while_the_keys_are_not_to_be_had_nothing_is_refused(line: Line) -> None:
    line.transmitter.faults.order("signals.keys-down")
    told = await line.tell("risc/account-disabled", STRANGER)
    assert (await line.visit()).reason == "no_keys"
    line.transmitter.faults.clear()
    row = await line.visit(PAST_A_POLL)
    assert (row.reason, told in line.stream.taken) == (None, True)
    # Those at hand last, but not for a key that is not among them.
    line.transmitter.keys.rotate()
    line.transmitter.faults.order("signals.keys-down")
    later = await line.tell("risc/account-disabled", STRANGER)
    assert (await line.visit(PAST_A_POLL)).reason == "no_keys"
    assert (await line.visit(PAST_A_POLL)).reason == "no_keys"
    line.transmitter.faults.clear()
    await line.visit(PAST_A_POLL)
    assert later in line.stream.taken
    assert line.stream.refused == {}


async def test_a_stream_is_asked_every_hour_whether_it_works(line: Line) -> None:
    for _ in range(3):
        row = await line.visit()
        assert row.heard_at == milliseconds(line.installation.clock())
        assert (await line.visit(HOUR - PAST_A_POLL)).heard_at == row.heard_at
        line.installation.clock.move(PAST_A_POLL)
    assert line.transmitter.requests["signals.verify"] == 3
    assert len(line.stream.taken) == 3


async def test_a_stream_is_asked_no_more_often_than_it_likes(installation: Installation) -> None:
    async with open_line(installation) as line:
        line.transmitter.hold_to(Terms(between_verifications=timedelta(hours=4)))
        await line.add()
        for _ in range(7):
            assert (await line.visit(3.5 * HOUR)).reason is None
        assert line.transmitter.requests["signals.verify"] == 4
        assert (await line.row()).pause == 4 * HOUR // timedelta(milliseconds=1)


async def test_who_will_not_be_asked_tells_all_the_same(line: Line) -> None:
    line.transmitter.faults.order("signals.too-often")
    told = await line.tell("risc/account-disabled", STRANGER)
    assert (await line.visit()).reason == "too_often"
    assert told in line.stream.taken


async def test_a_wrong_answer_is_none(line: Line) -> None:
    line.transmitter.faults.order("verification-wrong-state")
    row = await line.visit()
    assert (row.reason, row.heard_at) == ("invalid_state", None)
    assert [*line.stream.refused.values()] == ["invalid_state"]


async def test_an_answer_from_before_is_none(line: Line) -> None:
    """What comes again and again shows nothing of how a stream is now."""
    line.transmitter.faults.order("poll-acks-forgotten")
    line.transmitter.faults.order("set-lost", "2")
    heard = (await line.visit()).heard_at
    assert (await line.visit(HOUR)).heard_at == heard


async def test_who_says_nothing_for_three_hours_is_silent(line: Line) -> None:
    line.transmitter.faults.order("set-lost")
    for _ in range(3):
        assert (await line.visit(HOUR)).reason is None
    row = await line.visit(PAST_A_POLL)
    assert (row.reason, row.heard_at) == ("silent", None)
    line.transmitter.faults.clear()
    row = await line.visit(HOUR)
    assert (row.reason, row.heard_at) == (None, milliseconds(line.installation.clock()))


@pytest.mark.parametrize("status", [Status.PAUSED, Status.DISABLED])
async def test_who_is_paused_says_so_and_is_asked_to_go_on(line: Line, status: Status) -> None:
    await line.visit()
    line.transmitter.update(status, "a rest")
    assert (await line.visit(PAST_A_POLL)).reason == status
    assert line.stream.status is Status.ENABLED
    told = await line.tell("risc/account-disabled", STRANGER)
    assert (await line.visit(PAST_A_POLL)).reason is None
    assert told in line.stream.taken


async def test_who_stays_paused_stays_to_be_seen(line: Line) -> None:
    before = await line.visit()
    line.transmitter.update(Status.PAUSED)
    line.transmitter.faults.refuse("signals.status.change", 403, 100)
    rows = [await line.visit(PAST_A_POLL) for _ in range(3)]
    assert [row.reason for row in rows] == ["paused"] * 3
    # To be told so is not to hear it.
    assert {row.heard_at for row in rows} == {before.heard_at}
    assert {row.silent_at for row in rows} == {milliseconds(line.installation.clock() - 2 * PAST_A_POLL)}


async def test_a_stream_is_touched_before_it_is_left(installation: Installation) -> None:
    async with open_line(installation) as line:
        line.transmitter.hold_to(Terms(inactivity=timedelta(minutes=15), after=None))
        await line.add()
        for _ in range(4):
            assert (await line.visit(timedelta(minutes=10))).reason is None


async def test_a_suspended_tenant_is_told_of_all_the_same(peopled: Line, scene: Scene) -> None:
    """What stands still is not to be resumed by whoever does not know what has happened meanwhile."""
    await peopled.tell("risc/account-disabled", ANA, "set-tenant-only")
    await peopled.visit()
    assert await scene.state() is State.SUSPENDED
    told = await peopled.tell("risc/account-purged", ANA)
    heard = (await peopled.visit(2 * HOUR)).heard_at
    assert heard == milliseconds(peopled.installation.clock())
    assert told in peopled.stream.taken
    assert await scene.link() == (State.WITHDRAWN, None)


async def test_whose_time_is_over_is_told_of_all_the_same(line: Line) -> None:
    here = line.installation
    await renew(here.parts, line.tenant, milliseconds(here.clock() + HOUR))
    told = await line.tell("risc/account-disabled", STRANGER)
    row = await line.visit(2 * HOUR)
    assert (row.reason, row.heard_at) == (None, milliseconds(here.clock()))
    assert told in line.stream.taken


async def test_of_a_tenant_that_has_ended_nobody_is_asked(line: Line) -> None:
    await line.installation.cascade().fence(line.tenant)
    assert (await line.visit()).reason is None
    assert line.transmitter.requests["signals.poll"] == 0


async def test_one_that_is_removed_as_it_is_visited_ends_nothing(line: Line) -> None:
    (lease,) = await line.installation.store.claim(transmitters, tenant=line.tenant, owner="x", limit=1)
    await remove_transmitter(line.installation.parts, await line.standing(), line.asker, line.name)
    await line.streams._visit(lease)
    assert await line.rows() == []


@pytest.fixture
async def hung(installation: Installation) -> AsyncIterator[Line]:
    """One that hangs whenever it is asked anything, and that is due before all others of its tenant."""
    async with open_line(installation) as line:
        await line.add()
        line.transmitter.faults.order("signals.stalled")
        installation.clock.move(PAST_A_POLL)
        yield line


async def test_one_that_hangs_holds_up_no_other(hung: Line, installation: Installation) -> None:
    async with open_line(installation, hung.tenant) as line, asyncio.TaskGroup() as group:
        await line.add()
        visiting = group.create_task(line.streams.visit())
        async with asyncio.timeout(streams.VISIT_SECONDS / 2):
            while not line.stream.taken:
                # Its other side answers us meanwhile.
                await line.asker.get(f"{line.transmitter.url}/keys")
        assert hung.transmitter.requests["signals.status"] == 1
        assert not visiting.done()
        visiting.cancel()


async def test_one_that_hangs_is_left_after_a_while(hung: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "VISIT_SECONDS", 0.05)
    assert (await hung.visit()).reason == "slow"
    monkeypatch.undo()
    monkeypatch.setattr(asking, "TIMEOUT", ClientTimeout(total=0.05))
    assert (await hung.visit(PAST_A_POLL)).reason == "unreachable"


async def test_one_that_hangs_keeps_nobody_from_stopping(hung: Line) -> None:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        visiting = group.create_task(_repeat(hung.streams.visit, stop, at_once=True))
        await until(lambda: hung.transmitter.requests["signals.status"] == 1)
        async with asyncio.timeout(streams.VISIT_SECONDS / 4):
            stop.set()
            await visiting
    hung.transmitter.faults.clear()
    row = await hung.visit(PAST_A_LEASE)
    assert (row.reason, row.heard_at) == (None, milliseconds(hung.installation.clock()))


async def test_no_more_than_so_many_are_visited_at_once(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "AT_ONCE", 2)
    for number in range(4):
        await line.add(token=line.transmitter.streams.admit(f"another {number}"))
    at_once = list[int]()

    class Counting(Streams):
        inside = 0

        async def _visit(self, lease: Lease) -> None:
            self.inside += 1
            at_once.append(self.inside)
            await super()._visit(lease)
            self.inside -= 1

    parts = line.installation.parts
    hearing = line.streams._hearing
    await Counting(parts, hearing, line.asker, no_provider, owner="counting").visit()
    assert (len(at_once), max(at_once)) == (5, 2)
    assert all(row.heard_at for row in await line.rows())
