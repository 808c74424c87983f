"""The stand-in's streams: how they are arranged for, fetched, and ended, as the framework has it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from connectors.sandbox.identity import Identity
from connectors.sandbox.signals.event_types import EVENT_TYPES, SUPPORTED, uri
from connectors.sandbox.signals.server import SignalTransmitter
from connectors.sandbox.signals.stream import PUSH, Status, Terms
from gateway.clock import milliseconds
from gateway.signals.key_ring import key_ring
from gateway.signals.receiver import received
from gateway.signals.signal import TENANT, Claim, Signal
from gateway.signals.stream import agreed, metadata, well_known
from tests.connectors.sandbox.receivers import Time
from tests.fakes.told_receiver import Asking, asking

INES = {"format": "opaque", "id": "ines"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def transmitter(identity: Identity, time: Time) -> AsyncIterator[SignalTransmitter]:
    async with SignalTransmitter(time, identity.authority) as running:
        yield running


@pytest.fixture
async def asked(transmitter: SignalTransmitter) -> AsyncIterator[Asking]:
    async with asking(transmitter) as one:
        yield one


async def _heard(asked: Asking, time: Time, *names: str) -> list[Signal]:
    """What the tokens of a poll tell, in their order; acknowledged."""
    sets = (await asked.poll())["sets"]
    ring = key_ring(await _bytes(asked, "/keys"))
    assert ring is not None
    now, expected = milliseconds(time()), asked.expectation()
    signals = [received(token.encode(), ring, expected, now) for token in sets.values()]
    await asked.poll(maxEvents=0, ack=[*sets])
    return signals


async def _bytes(asked: Asking, path: str) -> bytes:
    async with asked.session.get(f"{asked.transmitter.url}{path}") as answer:
        return await answer.read()


async def test_the_metadata_stand_between_host_and_path(
    transmitter: SignalTransmitter, asked: Asking
) -> None:
    issuer = transmitter.issuer
    assert well_known(issuer) == f"{transmitter.url}/.well-known/ssf-configuration/tenant-1"
    found = metadata(await _bytes(asked, "/.well-known/ssf-configuration/tenant-1"), issuer)
    assert found is not None
    assert (found.issuer, found.critical_subject_members[:2]) == (issuer, ("user", "tenant"))
    assert await _bytes(asked, "/tenant-1/.well-known/ssf-configuration") == b"404: Not Found"


async def test_a_stream_is_made_shown_changed_replaced_and_deleted(
    transmitter: SignalTransmitter, asked: Asking
) -> None:
    made = await asked.make(events=(SUPPORTED[0], "urn:unheard-of"))
    assert made.status == 201
    assert made.body["events_delivered"] == [SUPPORTED[0]]
    assert made.body["delivery"]["endpoint_url"] == transmitter.stream.poll_url
    assert await asked.send("GET", "/stream", stream_id=asked.stream) == (200, made.body)
    assert (await asked.send("GET", "/stream")).body == [made.body]
    described = {"stream_id": asked.stream, "description": "ours"}
    assert (await asked.send("PATCH", "/stream", described)).body == made.body | {"description": "ours"}
    replaced = (await asked.send("PUT", "/stream", {"stream_id": asked.stream})).body
    assert (replaced["events_requested"], "description" in replaced) == ([], False)
    assert (await asked.send("DELETE", "/stream", stream_id=asked.stream)).status == 204
    assert (await asked.send("GET", "/stream", stream_id=asked.stream)).status == 404
    assert (await asked.send("GET", "/stream")).body == []


async def test_who_may_have_a_stream(transmitter: SignalTransmitter, asked: Asking) -> None:
    stranger = Asking(asked.session, transmitter, "guess")
    nobody = Asking(asked.session, transmitter, "")
    for one in (stranger, nobody):
        assert (await one.make()).status == 401
        assert (await one.send("GET", "/status", stream_id="x")).status == 401
    assert (await asked.make()).status == 201
    assert (await asked.make()).status == 409
    async with asking(transmitter, "another") as other:
        other.stream = asked.stream
        assert (await other.send("GET", "/stream", stream_id=asked.stream)).status == 404
        assert (await other.send("POST", f"/poll/{asked.stream}", {})).status == 404
        transmitter.streams.barred.add("another")
        assert (await other.make()).status == 403


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"delivery": {"method": "pigeon"}},
        {"delivery": {"method": PUSH}},
        {"delivery": {"method": PUSH, "endpoint_url": "https://gateway.example/"}},
        {"events_requested": "all"},
    ],
)
async def test_what_is_no_stream_is_refused(asked: Asking, body: object) -> None:
    assert (await asked.send("POST", "/stream", body)).status == 400


async def test_every_type_comes_in_its_final_shape(
    transmitter: SignalTransmitter, asked: Asking, time: Time
) -> None:
    await asked.make()
    for name in EVENT_TYPES:
        transmitter.tell(name, INES)
    signals = await _heard(asked, time)
    told = dict(zip(EVENT_TYPES, (signal.proves for signal in signals), strict=True))
    unheeded = {name for name, claim in told.items() if claim is Claim.UNKNOWN}
    assert unheeded == {
        "caep/session-established",
        "caep/session-presented",
        "risc/opt-in",
        "risc/opt-out-initiated",
        "risc/opt-out-cancelled",
    }
    assert told["caep/risk-level-change"] is Claim.RISK_HIGH
    assert told["risc/account-purged"] is Claim.DELETED
    assert {signal.at for signal in signals} == {milliseconds(time())}


async def test_what_was_not_asked_for_is_not_told(transmitter: SignalTransmitter, asked: Asking) -> None:
    await asked.make(events=(uri("risc/account-disabled"),))
    assert transmitter.tell("caep/session-revoked", INES) == []
    assert transmitter.tell("risc/account-disabled", INES, reason="hijacking") == ["set-1"]


async def test_what_is_not_acknowledged_comes_again(transmitter: SignalTransmitter, asked: Asking) -> None:
    await asked.make()
    ids = [transmitter.tell("risc/account-disabled", INES)[0] for _ in range(3)]
    first = await asked.poll(maxEvents=2)
    assert ([*first["sets"]], first["moreAvailable"]) == (ids[:2], True)
    assert await asked.poll(maxEvents=2) == first
    error = {ids[1]: {"err": "invalid_key", "description": "no"}}
    rest = await asked.poll(ack=[ids[0], "set-99"], setErrs=error)
    assert ([*rest["sets"]], rest["moreAvailable"]) == (ids[2:], False)
    assert (await asked.poll(maxEvents=0, ack=[ids[2]]))["sets"] == {}
    stream = transmitter.stream
    assert (stream.taken, stream.refused, stream.waiting) == ([ids[0], ids[2]], {ids[1]: "invalid_key"}, [])


async def test_a_poll_waits_for_what_comes_unless_it_is_in_a_hurry(
    transmitter: SignalTransmitter, asked: Asking
) -> None:
    await asked.make()
    assert (await asked.poll())["sets"] == {}
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(asked.poll(returnImmediately=False))
        while transmitter.requests["signals.poll"] < 2:
            await asked.send("GET", "/keys")
        transmitter.tell("risc/account-disabled", INES)
    assert [*waiting.result()["sets"]] == ["set-1"]


@pytest.mark.parametrize("body", [[], {"maxEvents": -1}, {"ack": "set-1"}, {"setErrs": {"set-1": "no"}}])
async def test_what_is_no_poll_is_refused(asked: Asking, body: object) -> None:
    await asked.make()
    assert (await asked.send("POST", f"/poll/{asked.stream}", body)).status == 400


async def test_a_stream_says_that_it_works_when_asked_but_not_all_the_time(
    transmitter: SignalTransmitter, asked: Asking, time: Time
) -> None:
    await asked.make()
    question = {"stream_id": asked.stream, "state": "ours"}
    assert (await asked.send("POST", "/verify", question)).status == 204
    assert (await asked.send("POST", "/verify", question)).status == 429
    time.pass_by(minutes=1)
    transmitter.faults.order("verification-wrong-state", times=1)
    assert (await asked.send("POST", "/verify", question)).status == 204
    time.pass_by(minutes=1)
    transmitter.faults.order("verification-no-state", times=1)
    assert (await asked.send("POST", "/verify", question)).status == 204
    transmitter.verify_unasked()
    signals = await _heard(asked, time)
    assert [signal.state for signal in signals] == ["ours", "another", None, None]
    assert {signal.proves for signal in signals} == {Claim.CHANNEL_WORKS}
    assert (await asked.send("POST", "/verify", question | {"stream_id": "x"})).status == 404


@pytest.mark.parametrize(("after", "found"), [(Status.PAUSED, "paused"), (Status.DISABLED, "disabled")])
async def test_a_stream_that_nobody_touches_is_left(
    transmitter: SignalTransmitter, asked: Asking, time: Time, after: Status, found: str
) -> None:
    transmitter.hold_to(Terms(inactivity=30 * MINUTE, after=after))
    assert (await asked.make()).body["inactivity_timeout"] == 1800
    for _ in range(3):
        time.pass_by(minutes=29)
        await asked.poll()
    time.pass_by(minutes=30)
    assert transmitter.stream.status is after
    told = await asked.send("GET", "/status", stream_id=asked.stream)
    assert told.body["status"] == found
    (signal,) = await _heard(asked, time)
    assert signal.proves is Claim.CHANNEL_SILENT


async def test_a_stream_that_nobody_touches_may_be_deleted(
    transmitter: SignalTransmitter, asked: Asking, time: Time
) -> None:
    transmitter.hold_to(Terms(inactivity=30 * MINUTE, after=None))
    await asked.make()
    time.pass_by(minutes=30)
    assert (await asked.send("GET", "/status", stream_id=asked.stream)).status == 404
    assert [*transmitter.streams] == []


async def test_what_goes_wrong_with_a_poll_comes_by_name(
    transmitter: SignalTransmitter, asked: Asking, time: Time
) -> None:
    await asked.make()

    async def told(fault: str) -> list[str]:
        transmitter.faults.order(fault, times=1)
        transmitter.tell("risc/account-disabled", INES)
        return [*(await asked.poll())["sets"]]

    assert await told("set-lost") == []
    assert await told("set-twice") == ["set-2"]
    assert [*(await asked.poll(ack=["set-2"]))["sets"]] == ["set-2"]
    assert await told("set-same-id") == ["set-2"]
    assert [*(await asked.poll(ack=["set-2"]))["sets"]] == ["set-2"]
    assert (await asked.poll(ack=["set-2"]))["sets"] == {}
    assert await told("set-tenant-only") == ["set-3"]
    (signal,) = await _heard(asked, time)
    assert signal.about == TENANT
    transmitter.tell("risc/account-disabled", INES)
    assert await told("poll-one-at-a-time") == ["set-4"]
    assert await told("poll-more-for-ever") == []
    transmitter.faults.order("poll-acks-forgotten", times=1)
    assert [*(await asked.poll(ack=["set-4"]))["sets"]] == ["set-4", "set-5", "set-6"]
    assert [*(await asked.poll(ack=["set-4"]))["sets"]] == ["set-5", "set-6"]


async def test_our_own_reading_of_a_stream(transmitter: SignalTransmitter, asked: Asking) -> None:
    await asked.make()
    found = agreed(await _shown(asked), transmitter.issuer)
    assert found is not None
    assert (found.stream_id, found.audiences) == (asked.stream, (transmitter.stream.audience,))


async def _shown(asked: Asking) -> bytes:
    headers = {"Authorization": f"Bearer {asked.token}"}
    url = f"{asked.transmitter.url}/stream?stream_id={asked.stream}"
    async with asked.session.get(url, headers=headers) as answer:
        return await answer.read()


async def test_another_process_lets_it_tell(
    transmitter: SignalTransmitter, asked: Asking, time: Time
) -> None:
    await asked.make()
    operator = Asking(asked.session, transmitter, transmitter.control_token)

    async def send(path: str, body: dict[str, Any]) -> int:
        return (await operator.send("POST", f"/control/{path}", body)).status

    assert await send("signals", {"event": "risc/account-purged", "subject": INES}) == 200
    assert await send("keys", {}) == 200
    assert await send("streams", {"status": "paused", "reason": "a rest"}) == 200
    assert [signal.proves for signal in await _heard(asked, time)] == [Claim.CHANNEL_SILENT]
    assert await send("streams", {"status": "enabled"}) == 200
    assert [signal.proves for signal in await _heard(asked, time)] == [Claim.DELETED, Claim.CHANNEL_WORKS]
    assert await send("signals", {"event": "risc/unheard-of", "subject": INES}) == 404
    assert await send("signals", {"event": "risc/account-purged"}) == 400
    assert (await asked.send("POST", "/control/keys", {})).status == 401
