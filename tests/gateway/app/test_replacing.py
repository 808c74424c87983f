"""A stream that is gone at its transmitter's end: agreed on anew, once an hour, and nowhere else."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from msgspec import json
from msgspec.structs import replace
from sqlalchemy import update
from yarl import URL

from connectors.sandbox.signals.stream import Terms
from gateway.app.signals.asking import Asker
from gateway.app.signals.transmitters import remove_transmitter
from gateway.signals.transmitter import TransmitterKind
from gateway.store.store import Fence
from gateway.store.tables import transmitters
from gateway.store.unlock import unlock
from tests.fakes.installation import Installation
from tests.fakes.signalled import WENDLAS_ID, open_signalled_site
from tests.fakes.streamed import HOUR, PAST_A_LOOK, PAST_A_POLL, Line, open_line

AN_INSTANT = timedelta(milliseconds=1)
WENDLA = {"format": "opaque", "id": WENDLAS_ID}


@pytest.fixture
async def line(installation: Installation) -> AsyncIterator[Line]:
    """A stream that is fetched, of a tenant of which nobody is known."""
    async with open_line(installation) as line:
        await line.add()
        yield line


@pytest.fixture
async def peopled(installation: Installation) -> AsyncIterator[Line]:
    """One of a tenant with people."""
    scene = await open_signalled_site(installation)
    async with open_line(installation, scene.site.tenant) as line:
        await line.add()
        yield line


async def test_a_stream_that_was_deleted_there_is_agreed_on_anew_once_an_hour(peopled: Line) -> None:
    await peopled.visit()
    gone = peopled.stream
    for reason in (None, "not_found"):
        gone = peopled.stream
        peopled.transmitter.streams.delete(gone)
        assert (await peopled.visit(PAST_A_POLL)).reason == reason
        # Whether it works is asked at once.
        assert peopled.transmitter.requests["signals.verify"] == 2
    assert [*peopled.transmitter.streams] == []
    assert (await peopled.visit(HOUR)).reason is None
    assert peopled.stream.id != gone.id
    assert (peopled.stream.delivery, {*peopled.stream.requested}) == (gone.delivery, {*gone.requested})
    told = await peopled.tell("risc/account-disabled", WENDLA)
    row = await peopled.visit(PAST_A_POLL)
    assert (row.reason, told in peopled.stream.taken) == (None, True)
    assert peopled.transmitter.requests["signals.metadata"] == 1


async def test_how_seldom_the_new_one_wants_to_be_asked_counts_from_then_on(line: Line) -> None:
    """Else it would be called silent, and its tenant stale, for being asked no sooner than was agreed on."""
    await line.visit()
    line.transmitter.streams.delete(line.stream)
    line.transmitter.hold_to(Terms(between_verifications=9 * HOUR))
    assert (await line.visit(PAST_A_POLL)).pause == 9 * HOUR // AN_INSTANT


async def test_what_was_agreed_on_with_one_of_before_counts_once_it_is_asked(line: Line) -> None:
    """Its record was sealed as the column came, so what stands there is as seldom as any may want to be."""
    here = line.installation
    await line.visit()
    seldom = update(transmitters).values(pause=24 * HOUR // AN_INSTANT)
    await here.store.administer(lambda registry: registry.handle.execute(seldom))
    assert (await line.visit(HOUR)).pause == HOUR // AN_INSTANT


class Terse(Asker):
    """Its transmitter does not repeat what was asked for."""

    async def post(self, address: str, body: bytes, token: str | None, most: int = 2**16) -> bytes:
        answer = await super().post(address, body, token, most)
        if b'"delivery"' not in body:
            return answer
        return json.encode({name: told for name, told in json.decode(answer).items() if name != "delivery"})


async def test_one_that_comes_comes_to_the_same_address_and_shows_something_else(line: Line) -> None:
    line.reached_at("http://127.0.0.1:1")
    terse, token = (
        Terse(line.asker._public, line.asker._local),
        line.transmitter.streams.admit("comes"),
    )
    await line.add(TransmitterKind.SSF_PUSH, token=token, asker=terse)
    *_, before = line.transmitter.streams
    shown = (before.delivery.authorization_header or "").partition(" ")[2]
    assert (await line.known()).is_shown(shown)
    line.transmitter.streams.delete(before)
    assert (await line.visit(PAST_A_LOOK)).reason is None
    *_, after = line.transmitter.streams
    assert after.id != before.id
    assert after.delivery.endpoint_url == before.delivery.endpoint_url
    now_shown = (after.delivery.authorization_header or "").partition(" ")[2]
    known = await line.known()
    assert (known.is_shown(shown), known.is_shown(now_shown)) == (False, True)


async def test_one_that_comes_to_an_address_that_is_not_its_own_is_left(line: Line) -> None:
    """Its transmitter has repeated another, in times when it was believed."""
    line.reached_at("http://127.0.0.1:1")
    await line.add(TransmitterKind.SSF_PUSH, token=line.transmitter.streams.admit("comes"))
    known, here = await line.known(), line.installation
    assert known.agreed is not None
    elsewhere = replace(known, agreed=known.agreed.delivered_to("http://127.0.0.1:1/v1/signals/x.y.z/events"))
    keys, fence = await unlock(here.parts.keyring, await line.standing()), Fence.of(await line.standing())
    await here.store.turn(
        fence, keys, lambda to: to.transmitters.write(line.name, elsewhere.written, pause=elsewhere.pause)
    )
    *_, stream = line.transmitter.streams
    line.transmitter.streams.delete(stream)
    assert (await line.visit(PAST_A_LOOK)).reason == "not_found"


async def test_whose_status_alone_is_not_found_is_left_as_it_is(line: Line) -> None:
    await line.visit()
    line.transmitter.faults.refuse("signals.status", 404, 1)
    before = line.stream.id
    assert (await line.visit(PAST_A_POLL)).reason == "not_found"
    assert [one.id for one in line.transmitter.streams] == [before]
    assert (await line.visit(PAST_A_POLL)).reason is None


async def test_who_does_not_agree_anew_is_not_asked_again_for_an_hour(line: Line) -> None:
    await line.visit()
    line.transmitter.streams.delete(line.stream)
    another = line.transmitter.streams.make("gateway")
    reasons = [(await line.visit(PAST_A_POLL)).reason for _ in range(3)]
    assert reasons == ["conflict", "not_found", "not_found"]
    assert [*line.transmitter.streams] == [another]
    line.transmitter.streams.delete(another)
    assert (await line.visit(HOUR)).reason is None


async def test_who_is_believed_no_more_by_then_has_no_other_stream_either(line: Line) -> None:
    """It would stand in the way of whatever is agreed on next, and nobody here would know of it."""

    class Removing(Asker):
        """An admin removes the transmitter as it agrees."""

        async def post(self, address: str, body: bytes, token: str | None, most: int = 2**16) -> bytes:
            answer = await super().post(address, body, token, most)
            if b'"delivery"' in body:
                await remove_transmitter(line.installation.parts, await line.standing(), self, line.name)
            return answer

    line.transmitter.streams.delete(line.stream)
    line.begin(Removing(line.asker._public, line.asker._local))
    await line.streams.visit()
    assert (await line.rows(), [*line.transmitter.streams]) == ([], [])


class Elsewhere(Asker):
    """Its transmitter lets what is fetched be fetched from another host."""

    async def post(self, address: str, body: bytes, token: str | None, most: int = 2**16) -> bytes:
        answer = await super().post(address, body, token, most)
        at, other = (
            f"http://{host}:{URL(address).port}/poll".encode() for host in ("127.0.0.1", "localhost")
        )
        return answer.replace(at, other) if b'"delivery"' in body else answer


async def test_what_is_agreed_on_anew_leads_nowhere_else(line: Line) -> None:
    line.transmitter.streams.delete(line.stream)
    line.begin(Elsewhere(line.asker._public, line.asker._local))
    assert (await line.visit()).reason == "no_stream"
    assert [*line.transmitter.streams] == []
