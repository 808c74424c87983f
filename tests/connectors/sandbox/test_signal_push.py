"""Tokens that the stand-in pushes: to a receiver that does what every one should, and to one in trouble."""

from collections.abc import AsyncIterator

import pytest

from connectors.sandbox.identity import Identity
from connectors.sandbox.signals.server import SignalTransmitter
from tests.connectors.sandbox.receivers import Time
from tests.contracts.push_receiver import Desk, PushReceiverContract
from tests.fakes.told_receiver import Asking, TinyReceiver, asking

INES = {"format": "opaque", "id": "ines"}


@pytest.fixture
async def transmitter(identity: Identity, time: Time) -> AsyncIterator[SignalTransmitter]:
    async with SignalTransmitter(time, identity.authority) as running:
        yield running


@pytest.fixture
async def receiver(transmitter: SignalTransmitter, time: Time) -> AsyncIterator[TinyReceiver]:
    async with asking(transmitter) as one, TinyReceiver(one, time).open() as receiver:
        assert (await one.make(receiver.url)).status == 201
        yield receiver


class TestTinyReceiver(PushReceiverContract):
    @pytest.fixture
    def desk(self, transmitter: SignalTransmitter, receiver: TinyReceiver, time: Time) -> Desk:
        async def done() -> int:
            return sum(signal.about.names != frozenset() for signal in receiver.taken.values())

        return Desk(transmitter, INES, done, lambda: time.pass_by(minutes=1))


def _statuses(transmitter: SignalTransmitter) -> list[int]:
    return [answer.status for answer in transmitter.push.answers]


@pytest.mark.parametrize("status", [429, 500, 503, 401, 403])
async def test_a_receiver_in_trouble_is_told_again_later_and_later(
    transmitter: SignalTransmitter, receiver: TinyReceiver, time: Time, status: int
) -> None:
    receiver.answers = [status, status]
    transmitter.tell("risc/account-disabled", INES)
    for seconds in (0, 5, 10, 10, 20):
        time.pass_by(seconds=seconds)
        await transmitter.deliver()
    assert _statuses(transmitter) == [status, status, 202]
    assert (transmitter.stream.taken, len(receiver.taken)) == (["set-1"], 1)


async def test_what_is_refused_is_told_no_more(
    transmitter: SignalTransmitter, receiver: TinyReceiver, time: Time
) -> None:
    receiver.answers = [400]
    transmitter.tell("risc/account-disabled", INES)
    for _ in range(3):
        await transmitter.deliver()
        time.pass_by(hours=1)
    assert _statuses(transmitter) == [400]
    assert transmitter.stream.refused == {"set-1": "none"}


async def test_who_never_answers_is_given_up(
    transmitter: SignalTransmitter, receiver: TinyReceiver, time: Time
) -> None:
    receiver.answers = [503] * 100
    transmitter.tell("risc/account-disabled", INES)
    for _ in range(12):
        await transmitter.deliver()
        time.pass_by(hours=1)
    assert len(_statuses(transmitter)) == 5
    assert transmitter.stream.waiting == []


async def test_a_paused_stream_holds_and_a_disabled_one_does_not(
    transmitter: SignalTransmitter, receiver: TinyReceiver
) -> None:
    async def told(status: str) -> list[str]:
        answer = await receiver.asking.send("POST", "/status", {"stream_id": asked.stream, "status": status})
        assert answer.status == 200
        transmitter.tell("risc/account-disabled", INES)
        await transmitter.deliver()
        return [signal.proves for signal in receiver.taken.values()]

    asked: Asking = receiver.asking
    assert await told("paused") == ["channel_silent"]
    assert await told("enabled") == ["channel_silent", "disabled", "channel_works", "disabled"]
    assert await told("disabled") == [
        "channel_silent",
        "disabled",
        "channel_works",
        "disabled",
        "channel_silent",
    ]
    assert (await told("enabled"))[5:] == ["channel_works", "disabled"]
