"""What a meter is told: each attempt, once, however it ends."""

import asyncio
import gzip
from contextlib import suppress

import pytest
from aiohttp import web

from connectors.errors import ConnectorError
from connectors.meter import Attempt, Outcome, in_numbers
from connectors.quota import Allowance, Budget, Quotas, Rate
from connectors.transport import Limits, Predicate, never
from tests.connectors import test_transport_quota as unhurried
from tests.connectors.hourglass import run
from tests.connectors.test_transport import (
    Gate,
    Handler,
    Provider,
    Token,
    asking,
    break_off,
    hang_up,
    status,
    stay_silent,
)

OK, REFUSED, THROTTLED = Outcome.OK, Outcome.REFUSED, Outcome.THROTTLED
FAILED, UNREACHABLE = Outcome.FAILED, Outcome.UNREACHABLE
PACKED = gzip.compress(b"x" * 900)


async def told(*handlers: Handler, gate: Gate | None = None, busy: Predicate = never) -> list[Attempt]:
    """What a meter was told of one request."""
    attempts = list[Attempt]()
    async with asking(Provider(*handlers), gate, busy=busy, meter=in_numbers(attempts.append)) as (to, base):
        with suppress(ConnectorError, TimeoutError):
            await to.get(base, Token(), {}, Allowance())
    return attempts


@pytest.mark.parametrize(
    ("handlers", "ends"),
    [
        ([status(200, b"body")], [(OK, 4)]),
        ([status(200, PACKED, Content_Encoding="gzip")], [(OK, 900)]),
        ([status(404, b"no")], [(REFUSED, 2)]),
        ([status(302, b"there")], [(REFUSED, 5)]),
        ([status(401), status(200)], [(REFUSED, 2), (OK, 2)]),
        ([status(429, b"busy"), status(200)], [(THROTTLED, 4), (OK, 2)]),
        ([status(503, Retry_After="0"), status(200)], [(THROTTLED, 2), (OK, 2)]),
        ([status(503)], [(FAILED, 2)] * 3),
        ([status(200, b"x" * 1001)], [(FAILED, 1001)]),
        ([hang_up], [(UNREACHABLE, 0)] * 3),
        ([break_off, status(200)], [(UNREACHABLE, 10), (OK, 2)]),
        ([stay_silent, status(200)], [(UNREACHABLE, 0), (OK, 2)]),
    ],
)
async def test_each_attempt_is_told_by_its_end_and_its_bytes(
    handlers: list[Handler], ends: list[tuple[Outcome, int]]
) -> None:
    assert [(attempt.outcome, attempt.body_bytes) for attempt in await told(*handlers)] == ends


async def test_throttling_in_a_providers_own_way_is_throttling() -> None:
    attempts = await told(status(403, b"rate"), status(403), busy=lambda answer: answer.body == b"rate")
    assert [attempt.outcome for attempt in attempts] == [THROTTLED, REFUSED]


async def test_what_was_not_admitted_is_no_attempt() -> None:
    assert await told(status(200), gate=Gate(passes=0)) == []


async def test_one_that_is_cancelled_is_told() -> None:
    attempts, begun = list[Attempt](), asyncio.Event()

    async def begin(request: web.Request) -> web.StreamResponse:
        begun.set()
        return await stay_silent(request)

    meter = in_numbers(attempts.append)
    async with asking(Provider(begin), meter=meter) as (to, base), asyncio.TaskGroup() as group:
        asked = group.create_task(to.get(base, Token(), {}, Allowance()))
        await begun.wait()
        asked.cancel()
    assert [attempt.outcome for attempt in attempts] == [UNREACHABLE]


def test_a_pause_that_is_asked_for_is_waited_before_the_next_attempt() -> None:
    attempts = list[Attempt]()

    async def work() -> None:
        quota = Quotas(16, calendar=Rate(10_000, 600)).of("directory")
        session = unhurried.Slow(room=[(429, "20"), unhurried.GOOD])
        sender = unhurried.transport(session, meter=in_numbers(attempts.append))
        assert await unhurried.get(sender, "room", quota.calendar(unhurried.ROOM)) == "200"

    run(work())
    assert attempts == [Attempt(THROTTLED, 2, 0), Attempt(OK, 2, 20)]


def test_a_wait_for_quota_is_told() -> None:
    attempts = list[Attempt]()

    async def work() -> None:
        budget = Budget(1)
        limits = Limits(patience_seconds=20, attempts_max=99)
        sender = unhurried.transport(unhurried.Slow(), limits=limits, meter=in_numbers(attempts.append))
        async with asyncio.TaskGroup() as group, budget.attempt():
            group.create_task(unhurried.get(sender, "room", Allowance((budget,))))
            await asyncio.sleep(25)

    run(work())
    assert attempts == [Attempt(OK, 2, 25)]
