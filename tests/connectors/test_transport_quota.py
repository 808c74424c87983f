"""How requests share what a provider allows, in a time of the test's own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from multidict import CIMultiDict

from connectors.errors import ConnectorError, Throttled
from connectors.port import Admission, CalendarAddress
from connectors.quota import Allowance, Budget, Quotas, Rate
from connectors.transport import Limits, Transport
from tests.connectors.hourglass import now, run
from tests.connectors.tls_host import Token, free

BASE = "https://provider.example/api/"
ROOM, HALL = CalendarAddress("room"), CalendarAddress("hall")
GOOD = (200, "")


class Slow:
    """A session that takes a second for an answer; its statuses and Retry-After stand in a row per path."""

    def __init__(self, **rows: list[tuple[int, str]]) -> None:
        self.asked: list[tuple[str, float]] = []
        self._rows = rows

    @asynccontextmanager
    async def request(self, _: str, url: object, **__: Any) -> AsyncIterator[Any]:
        path = str(url).removeprefix(BASE)
        self.asked.append((path, now()))
        row = self._rows.get(path, [GOOD])
        code, retry_after = row.pop(0) if len(row) > 1 else row[0]
        await asyncio.sleep(1)
        headers = CIMultiDict({"Retry-After": retry_after} if retry_after else {})
        yield SimpleNamespace(status=code, ok=code < 400, headers=headers, content=self)

    async def iter_chunked(self, _: int) -> AsyncIterator[bytes]:
        yield b"{}"

    def times(self, path: str) -> list[float]:
        return [at for asked, at in self.asked if asked == path]


def transport(session: Slow, admit: Admission = free, **options: Any) -> Transport:
    return Transport(cast(aiohttp.ClientSession, session), admit, BASE, **options)


async def get(sender: Transport, path: str, allowance: Allowance, after: float = 0) -> str:
    """Ask for a path after some seconds; what came of it."""
    await asyncio.sleep(after)
    try:
        answer = await sender.get(BASE + path, Token(), {}, allowance)
    except ConnectorError as error:
        return error.code
    return str(answer.status)


def test_every_attempt_counts() -> None:
    async def work() -> None:
        budget = Budget(9, Rate(6, 50))
        session = Slow(room=[(503, ""), GOOD])
        await get(transport(session), "room", Allowance((budget,)))
        assert session.times("room")[1] >= 10
        assert budget._even_at >= 20

    run(work())


def test_the_gate_is_asked_once_there_is_room() -> None:
    asked: list[float] = []

    async def admit() -> None:
        asked.append(now())

    async def work() -> None:
        session, budget = Slow(), Budget(1)
        sender, allowance = transport(session, admit), Allowance((budget,))
        await asyncio.gather(*(get(sender, "room", allowance) for _ in range(3)))
        assert asked == session.times("room") == [0, 1, 2]

    run(work())


def test_a_fence_in_the_queue_is_obeyed() -> None:
    async def admit() -> None:
        if now() > 0:
            raise LookupError

    async def work() -> None:
        session, allowance = Slow(), Allowance((Budget(1),))
        sender = transport(session, admit)
        first, second = await asyncio.gather(
            *(get(sender, "room", allowance) for _ in range(2)), return_exceptions=True
        )
        assert (first, type(second), len(session.asked)) == ("200", LookupError, 1)

    run(work())


def test_a_wait_for_our_own_quota_costs_no_patience() -> None:
    async def work() -> None:
        session, allowance = Slow(), Allowance((Budget(1),))
        sender = transport(session, limits=Limits(patience_seconds=1.5, queue_seconds=30))
        answers = await asyncio.gather(*(get(sender, "room", allowance) for _ in range(20)))
        assert answers == ["200"] * 20

    run(work())


def test_patience_goes_on_where_it_stood_still() -> None:
    async def work() -> None:
        session, budget = Slow(room=[(503, "")]), Budget(1)
        sender = transport(session, limits=Limits(patience_seconds=20, attempts_max=99))
        async with asyncio.TaskGroup() as group, budget.attempt():
            asking = group.create_task(get(sender, "room", Allowance((budget,))))
            await asyncio.sleep(25)
        assert (asking.result(), now()) == ("timeout", 45)

    run(work())


def test_a_queue_without_end_is_left() -> None:
    async def work() -> None:
        session, budget = Slow(), Budget(1)
        async with budget.attempt():
            sender = transport(session, limits=Limits(queue_seconds=7))
            assert await get(sender, "room", Allowance((budget,))) == "quota_spent"
        assert (now(), session.asked) == (7, [])

    run(work())


@pytest.mark.parametrize("code", [429, 503])
def test_who_asks_for_the_same_waits_as_well(code: int) -> None:
    async def work() -> None:
        quota = Quotas(16, calendar=Rate(10_000, 600)).of("directory")
        session = Slow(room=[(code, "20"), GOOD])
        sender = transport(session)
        room, hall = quota.calendar(ROOM), quota.calendar(HALL)
        await asyncio.gather(
            get(sender, "room", room), get(sender, "room", room, after=5), get(sender, "hall", hall, after=5)
        )
        assert session.asked == [("room", 0), ("hall", 5), ("room", 21), ("room", 21)]

    run(work())


def test_a_long_pause_is_told_to_all_who_ask_meanwhile() -> None:
    async def work() -> None:
        quota = Quotas(16, calendar=Rate(10_000, 600)).of("directory")
        session = Slow(room=[(429, "600"), GOOD])
        sender = transport(session)
        assert await get(sender, "room", quota.calendar(ROOM)) == "throttled"
        with pytest.raises(Throttled) as caught:
            await sender.get(BASE + "room", Token(), {}, quota.calendar(ROOM))
        assert (caught.value.retry_after_seconds, len(session.asked)) == (600, 1)

    run(work())


def test_throttling_of_all_that_we_ask_pauses_the_tenant() -> None:
    async def work() -> None:
        quotas = Quotas(16, calendar=Rate(10_000, 600))
        quota, other = quotas.of("directory"), quotas.of("another")
        session = Slow(room=[(429, "20"), GOOD])
        sender = transport(session, app_wide=lambda _: True)
        await asyncio.gather(
            get(sender, "room", quota.calendar(ROOM)),
            get(sender, "hall", quota.calendar(HALL), after=5),
            get(sender, "theirs", other.calendar(HALL), after=5),
        )
        assert (session.times("hall"), session.times("theirs")) == ([21], [5])

    run(work())


def test_a_request_that_is_cancelled_gives_its_room_back() -> None:
    async def work() -> None:
        session, budget = Slow(), Budget(1)
        sender, allowance = transport(session), Allowance((budget,))
        async with asyncio.TaskGroup() as group:
            asking = [group.create_task(get(sender, "room", allowance)) for _ in range(3)]
            await asyncio.sleep(0.5)
            asking[0].cancel()
            asking[1].cancel()
        assert session.times("room") == [0, 0.5]

    run(work())
