"""What a budget lets pass and when, in a time of the test's own."""

import asyncio
import gc
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import Throttled
from connectors.port import CalendarAddress
from connectors.quota import PAUSE_SECONDS_MAX, Allowance, Budget, Quotas, Rate
from tests.connectors.hourglass import now, run

MANY = 10_000
ROOM, HALL = CalendarAddress("room@corp.example"), CalendarAddress("hall@corp.example")


async def passing(budget: Budget, seconds: float = 0) -> float:
    """Make an attempt that lasts some seconds; when it began."""
    async with budget.attempt():
        begun = now()
        await asyncio.sleep(seconds)
    return begun


async def arriving(budget: Budget, arrivals: Sequence[float], seconds: float = 0) -> list[float]:
    async def one(at: float) -> float:
        await asyncio.sleep(at)
        return await passing(budget, seconds)

    return await asyncio.gather(*map(one, arrivals))


rates = st.builds(Rate, st.integers(10, 100), st.sampled_from([1.0, 60.0, 600.0]))
waits = st.lists(st.floats(0, 2), max_size=250)


@settings(deadline=None)
@given(rates, waits)
def test_no_span_holds_more_attempts_than_the_rate(rate: Rate, waits: list[float]) -> None:
    async def work() -> list[float]:
        arrivals = [share * rate.seconds for share in waits]
        return sorted(await arriving(Budget(MANY, rate), arrivals))

    begun = run(work())
    for later, earlier in zip(begun[rate.attempts :], begun, strict=False):
        assert later - earlier >= rate.seconds * 0.999_999


def test_a_sixth_of_a_rate_may_come_at_once_and_five_sixths_of_it_for_ever() -> None:
    begun = run(arriving(Budget(MANY, Rate(600, 60)), [0.0] * 1800))
    assert begun.count(0) == 100
    assert max(begun) == pytest.approx(1700 * 60 / 500)


def test_so_many_at_once_and_no_more() -> None:
    assert run(arriving(Budget(3), [0.0] * 7, seconds=5)) == [0, 0, 0, 5, 5, 5, 10]


def test_first_come_first_served() -> None:
    arrivals = [0.001 * number for number in range(200)]
    begun = run(arriving(Budget(2, Rate(100, 60)), arrivals, seconds=1))
    assert begun == sorted(begun)


def test_who_gives_up_takes_nobodys_place() -> None:
    async def work() -> list[float]:
        budget = Budget(1, Rate(6, 5))
        async with asyncio.TaskGroup() as group:
            first = group.create_task(passing(budget))
            waiting = group.create_task(passing(budget))
            behind = group.create_task(passing(budget))
            await asyncio.sleep(0.5)
            waiting.cancel()
        return [await first, await behind]

    assert run(work()) == [0, 1]


def test_a_pause_is_waited_out_and_one_too_long_is_told_at_once() -> None:
    async def work() -> None:
        budget = Budget(3)
        allowance = Allowance((budget,))
        budget.pause(20)
        budget.pause(5)
        async with allowance.attempt(queue_seconds=30):
            assert now() == 20
        budget.pause(31)
        with pytest.raises(Throttled) as caught:
            await allowance.attempt(queue_seconds=30).__aenter__()
        assert (caught.value.code, caught.value.retry_after_seconds, now()) == ("throttled", 31, 20)

    run(work())


def test_a_pause_has_an_end() -> None:
    async def work() -> float:
        budget = Budget(3)
        budget.pause(999_999_999)
        return budget.pause_seconds

    assert run(work()) == PAUSE_SECONDS_MAX


def test_a_queue_too_long_is_left() -> None:
    async def work() -> None:
        budget = Budget(1)
        async with budget.attempt():
            with pytest.raises(Throttled, match="quota_spent"):
                await Allowance((budget,)).attempt(queue_seconds=30).__aenter__()
            assert now() == 30
        async with Allowance((budget,)).attempt(queue_seconds=30):
            assert now() == 30

    run(work())


def test_a_paused_calendar_takes_no_room_of_its_tenants() -> None:
    async def work() -> None:
        quota = Quotas(16, calendar=Rate(10_000, 600)).of("directory")
        quota.calendar(ROOM).pause(20, app_wide=False)

        async def ask(calendar: CalendarAddress) -> float:
            async with quota.calendar(calendar).attempt(queue_seconds=30):
                return now()

        asked = await asyncio.gather(*map(ask, [ROOM] * 20 + [HALL]))
        assert asked == [20] * 20 + [0]

    run(work())


def test_a_pause_that_begins_while_others_are_in_line_holds_them_too() -> None:
    async def work() -> None:
        tenant, room = Budget(1), Budget(3)
        allowance = Allowance((room, tenant), tenant)

        async def ask() -> float:
            async with allowance.attempt(queue_seconds=30):
                return now()

        async with asyncio.TaskGroup() as group:
            async with allowance.attempt(queue_seconds=30):
                in_line = group.create_task(ask())
                await asyncio.sleep(1)
                room.pause(10)
            async with tenant.attempt():
                assert now() == 1
        assert await in_line == 11

    run(work())


def paused(quotas: Quotas, *, app_wide: bool = False) -> tuple[bool, bool, bool]:
    """Who waits after a calendar was throttled: its tenant's others, another tenant of one user, a third."""
    one, other, third = quotas.of("one", "user"), quotas.of("other", "user"), quotas.of("third", "another")

    async def waits(allowance: Allowance) -> bool:
        begun = now()
        async with allowance.attempt(queue_seconds=30):
            return now() > begun

    async def work() -> tuple[bool, bool, bool]:
        one.calendar(ROOM).pause(9, app_wide=app_wide)
        asked = (one.calendar(HALL), other.calendar(ROOM), third.calendar(ROOM))
        hall, twin, stranger = await asyncio.gather(*map(waits, asked))
        return hall, twin, stranger

    return run(work())


def test_what_the_provider_counts_is_what_pauses() -> None:
    assert paused(Quotas(16, calendar=Rate(10_000, 600))) == (False, False, False)
    assert paused(Quotas(16, application=Rate(10_000, 60), user=Rate(600, 60))) == (True, True, False)


def test_what_is_throttled_as_a_whole_pauses_the_tenant() -> None:
    assert paused(Quotas(16, calendar=Rate(10_000, 600)), app_wide=True) == (True, False, False)


def test_a_large_tenant_leaves_room_for_a_small_one() -> None:
    async def work() -> float:
        quotas = Quotas(32)

        async def ask(tenant: str, number: int) -> float:
            async with quotas.of(tenant).calendar(CalendarAddress(f"{number}")).attempt(queue_seconds=600):
                begun = now()
                await asyncio.sleep(1)
                return begun

        kept = [quotas.of("large"), quotas.of("small")]
        *_, small = await asyncio.gather(*(ask("large", number) for number in range(100)), ask("small", 0))
        assert len(kept) == 2
        return small

    assert run(work()) == 0


def test_tenants_share_what_the_application_may() -> None:
    async def work() -> list[float]:
        quotas = Quotas(9, application=Rate(6, 5))
        one, other = quotas.of("one").directory, quotas.of("other").directory
        begun = []
        for allowance in (one, other, one, other):
            async with allowance.attempt(queue_seconds=30):
                begun.append(now())
        return begun

    assert run(work()) == [0, 1, 2, 3]


def test_a_budget_is_remembered_while_it_matters_and_then_forgotten() -> None:
    async def work() -> None:
        quota = Quotas(16, calendar=Rate(10_000, 600)).of("directory")
        quota.calendar(ROOM).pause(300, app_wide=False)
        for number in range(1000):
            await passing(quota.calendar(CalendarAddress(f"{number}")).budgets[0])
        await asyncio.sleep(61)
        quota.calendar(HALL)
        gc.collect()
        assert set(quota._calendars) == {ROOM, HALL}
        await asyncio.sleep(300)
        quota.calendar(HALL)
        assert set(quota._calendars) == {HALL}

    run(work())


def test_a_budget_in_use_is_not_forgotten() -> None:
    async def work() -> None:
        quota = Quotas(16, calendar=Rate(10_000, 600)).of("directory")
        held = quota.calendar(ROOM)
        await asyncio.sleep(1000)
        quota.calendar(HALL)
        assert quota.calendar(ROOM).budgets[0] is held.budgets[0]

    run(work())


def test_tenants_are_told_apart_shared_and_let_go() -> None:
    quotas = Quotas(16, user=Rate(600, 60))
    quota = quotas.of("directory", "user")
    assert quotas.of("directory", "user") is quota
    assert quotas.of("directory", "another") is not quota
    del quota
    gc.collect()
    assert not quotas._quotas
    assert not quotas._users
