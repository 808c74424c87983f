"""Throttling: P106 to P111."""

import asyncio

import pytest

from connectors.errors import Unreachable
from connectors.port import CalendarAddress, Projection, Target, Watching
from gateway.authorization import State
from gateway.booking import Freshness
from gateway.sync.schedule import POLL_MILLISECONDS, next_poll
from tests.pitfalls.hosted import EVERY, REMOVED, SNAPSHOT, SYNC, Hosted, read_as
from tests.pitfalls.words import DAY, NOW

AT_ONCE = {"Retry-After": "0"}


async def admitted() -> None:
    """Every request may be sent."""


@read_as(SNAPSHOT)
async def test_p106_a_mailbox_is_never_crowded(hosted: Hosted) -> None:
    hosted.calendar.load(hosted.words.meetings(8))
    address = CalendarAddress(hosted.calendar.address)
    hosted.fault("crowded")
    connector = hosted.connect(admitted)
    events = [connector.event(address, f"m-{number}", projection=Projection()) for number in range(8)]
    assert None not in await asyncio.gather(*events)
    # Nobody was refused, so nobody had to ask again.
    assert hosted.sandbox.requests["graph.event"] == 8


@read_as(*EVERY)
async def test_p107_load_is_weathered_within_the_turn(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.calendar.delete("one")
    for status in (429, 503):
        hosted.sandbox.faults.refuse(hosted.kind, status, 1, AT_ONCE)
    assert await hosted.later() == [REMOVED]


@read_as(*EVERY)
async def test_p107_a_token_refused_once_is_no_withdrawal(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.fault("auth-error" if hosted.way == SYNC else "invalid-token", times=1)
    hosted.calendar.delete("one")
    assert await hosted.later() == [REMOVED]
    assert await hosted.state() is State.ACTIVE


@read_as(*EVERY)
async def test_p108_a_moments_throttling_makes_nothing_stale(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.sandbox.faults.refuse(hosted.kind, 429, 1, AT_ONCE)
    assert await hosted.later() == []
    assert hosted.freshness() is Freshness.FRESH
    assert (await hosted.row()).reason is None


@read_as(SYNC)
@pytest.mark.parametrize("fault", ["rate-limit-403", "user-rate-limit"])
async def test_p109_a_403_may_be_load(hosted: Hosted, fault: str) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.calendar.delete("one")
    hosted.fault(fault, times=2)
    assert await hosted.later() == [REMOVED]


@read_as(SYNC)
@pytest.mark.parametrize(
    ("fault", "reason", "state"),
    [
        ("quota-exceeded", "google_quota_exceeded", State.ACTIVE),
        ("forbidden", "google_access_denied", State.SUSPENDED),
    ],
)
async def test_p109_a_403_is_told_apart_by_its_reason(
    hosted: Hosted, fault: str, reason: str, state: State
) -> None:
    await hosted.hold(hosted.words.meeting())
    # Of the events, not of the directory.
    hosted.fault(fault)
    await hosted.installation.sync_later()
    assert await hosted.state() is state
    assert f'result="{reason}"' in hosted.counted


def test_p110_polls_do_not_march_in_step() -> None:
    due = [next_poll(0, number / 100) for number in range(100)]
    assert len(set(due)) == 100
    assert max(due) - min(due) > POLL_MILLISECONDS / 11
    assert max(due) <= POLL_MILLISECONDS


@read_as(SNAPSHOT, SYNC)
async def test_p111_what_may_have_been_heard_is_not_written_again(hosted: Hosted) -> None:
    kind = "google.watch" if hosted.way == SYNC else "graph.subscribe"
    hosted.sandbox.faults.refuse(kind, 503, 2)
    connector = hosted.connect(admitted)
    assert isinstance(connector, Watching)
    target = Target("https://gateway.example/v1/notifications", "secret")
    with pytest.raises(Unreachable):
        await connector.watch(CalendarAddress(hosted.calendar.address), target, until=NOW + 2 * DAY)
    assert hosted.sandbox.requests[kind] == 1
