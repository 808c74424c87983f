"""What every receiver of pushed security event tokens owes a transmitter (RFC 8935), shown by the stand-in.

A test class subclasses ``PushReceiverContract`` and gives a ``desk`` fixture: a receiver that nobody has told
anything yet, and a transmitter that pushes to it.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import msgspec

from connectors.sandbox.calendar import Event
from connectors.sandbox.notification_post import Answer
from connectors.sandbox.signals.server import SignalTransmitter

#: What is wrong with a token by name, and what may be said of it: of what does not verify, no more than that.
REFUSED = {
    "set-wrong-type": {"invalid_request"},
    "set-unsigned": {"authentication_failed"},
    "set-symmetric": {"authentication_failed"},
    "set-wrong-signature": {"authentication_failed"},
    "set-encrypted": {"authentication_failed"},
    "set-unknown-key": {"invalid_key", "authentication_failed"},
    "set-other-issuer": {"invalid_issuer"},
    "set-issuer-slash": {"invalid_issuer"},
    "set-other-audience": {"invalid_audience"},
    "set-expiry": {"invalid_request"},
    "set-sub": {"invalid_request"},
    "set-two-events": {"invalid_request"},
    "set-no-subject": {"invalid_request"},
    "set-google-shape": {"invalid_request"},
    "set-future": {"invalid_request"},
}
#: What is odd, and a token all the same: it is taken, whatever comes of it.
TAKEN = (
    "set-audience-array",
    "set-unknown-event",
    "set-unknown-format",
    "set-unknown-critical",
    "set-years-old",
)


class Desk(NamedTuple):
    """A receiver, and who pushes to it.

    ``subject``: somebody it knows. ``done``: how often something was done for what was told of them.
    ``later``: lets the time pass after which it is worth trying again.
    """

    transmitter: SignalTransmitter
    subject: Event
    done: Callable[[], Awaitable[int]]
    later: Callable[[], None]

    async def told(self, *faults: str) -> Answer:
        """What the receiver says to one token."""
        for fault in faults:
            self.transmitter.faults.order(fault, times=1)
        assert len(self.transmitter.tell("risc/account-disabled", self.subject)) == 1
        await self.transmitter.deliver()
        return self.transmitter.push.answers[-1]


class PushReceiverContract:
    """The tests."""

    async def test_a_token_is_taken_without_a_word(self, desk: Desk) -> None:
        answer = await desk.told()
        assert (answer.status, answer.text) == (202, "")
        assert await desk.done() == 1
        desk.transmitter.verify_unasked()
        await desk.transmitter.deliver()
        assert desk.transmitter.push.answers[-1].status == 202

    async def test_what_is_no_token_of_the_streams_is_refused_by_its_code(self, desk: Desk) -> None:
        for fault, codes in REFUSED.items():
            answer = await desk.told(fault)
            body = msgspec.json.decode(answer.text)
            assert (answer.status, answer.content_type) == (400, "application/json"), fault
            assert body["err"] in codes, fault
            assert set(body) <= {"err", "description"}, fault
        assert await desk.done() == 0
        refused = desk.transmitter.stream.refused.values()
        assert all(said in codes for said, codes in zip(refused, REFUSED.values(), strict=True))

    async def test_what_is_odd_is_taken(self, desk: Desk) -> None:
        for fault in TAKEN:
            assert (await desk.told(fault)).status == 202, fault

    async def test_what_is_told_twice_is_done_once(self, desk: Desk) -> None:
        await desk.told("set-twice")
        assert [answer.status for answer in desk.transmitter.push.answers] == [202, 202]
        await desk.told("push-at-once", "set-same-id")
        assert [answer.status for answer in desk.transmitter.push.answers[2:]] == [202, 202]
        assert await desk.done() == 1

    async def test_what_is_not_read_does_nothing(self, desk: Desk) -> None:
        """Too long, said to be something else, or shown by nobody."""
        assert (await desk.told("set-oversized")).status in {0, 400, 413}
        assert (await desk.told("push-wrong-content-type")).status in {400, 415}
        assert (await desk.told("push-no-authorization")).status in {400, 401, 403}
        assert await desk.done() == 0

    async def test_while_the_keys_are_not_to_be_had_it_is_to_come_again(self, desk: Desk) -> None:
        desk.transmitter.faults.order("signals.keys-down", times=1)
        answer = await desk.told()
        assert answer.status == 429 or answer.status >= 500
        assert await desk.done() == 0
        desk.later()
        await desk.transmitter.deliver()
        assert desk.transmitter.push.answers[-1].status == 202
        assert await desk.done() == 1

    async def test_keys_rotate_mid_stream(self, desk: Desk) -> None:
        assert (await desk.told()).status == 202
        desk.transmitter.keys.rotate()
        desk.transmitter.keys.retire()
        desk.later()
        assert (await desk.told()).status == 202
        assert await desk.done() == 2
