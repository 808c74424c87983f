"""Anonymous: how many enrolled people booked, each counted once, with noise, while the budget lasts."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from gateway.app.consumers.counting import load_noise
from gateway.booking import SubjectId
from gateway.clock import begin_of
from gateway.request import RequestKind
from gateway.store.transaction import Transaction
from gateway.sync.counting import _add, _Day
from gateway.sync.releasing import NOT_INSTALLED, NOT_TOLD, SPENT, TOO_FEW
from gateway.sync.usage import RELEASED, Statistics
from gateway.usage import EPSILON, SPENT_MONTHLY, SiteBookers, first_day
from tests.fakes.asking import ask
from tests.fakes.counted import (
    DAY,
    MARCH,
    a_day,
    bookers,
    count_month,
    enrol_many,
    exact,
    next_day,
    not_installed,
    note_bookers,
    open_counted,
    release_month,
    rooms,
    statistics,
    told,
    turn,
)
from tests.fakes.enrolled import BOOKERS, RUBEN, WENDLA, allow, enrol, organized, withdraw
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.rows import rows_of
from tests.fakes.site import Site

HOUR = timedelta(hours=1)
FEBRUARY, APRIL = MARCH - 1, MARCH + 1


@pytest.fixture
async def site(installation: Installation) -> Site:
    """One where bookers are told, and fifty are enrolled."""
    allow(installation)
    here, there = rooms(2)
    site = await open_counted(installation, [here, replace(there, site="Hill")], policy=BOOKERS, basis="b")
    await enrol_many(site)
    return site


async def test_who_booked_on_a_day_is_noted_once_a_month(installation: Installation, site: Site) -> None:
    wendla, ruben = await enrol(site, WENDLA), await enrol(site, RUBEN)
    first, second = site.provider.places.values()
    site.provider.put(first, organized("event-0", NOON, WENDLA), organized("event-1", NOON + 2 * DAY, RUBEN))
    site.provider.put(second, organized("event-2", NOON - HOUR, RUBEN), organized("event-3", NOON, WENDLA))
    await site.later()
    await next_day(site)
    await statistics(site).visit_all()
    assert await bookers(site) == {wendla, ruben}
    await next_day(site)
    await statistics(site).visit_all()
    await next_day(site)
    await statistics(site).visit_all()
    found = await release_month(site, MARCH, exact)
    # Whoever was noted at one site does not count at another.
    assert sum(one.bookers for one in found.anonymous.sites or ()) == 2
    assert [one.site for one in found.anonymous.sites or ()] == ["Harbour", "Hill"]


async def test_on_one_day_who_booked_at_two_sites_counts_where_it_was_earlier(site: Site) -> None:
    await enrol(site, WENDLA)
    await enrol(site, RUBEN)
    here, there = site.provider.places.values()
    site.provider.put(here, organized("event-0", NOON, WENDLA), organized("event-1", NOON + HOUR, RUBEN))
    site.provider.put(there, organized("event-2", NOON + HOUR, WENDLA), organized("event-3", NOON, RUBEN))
    await site.later()
    await next_day(site)
    await statistics(site).visit_all()
    found = (await release_month(site, MARCH, exact)).anonymous
    assert [one.bookers for one in found.sites or ()] == [1, 1]


async def test_each_counts_at_the_site_where_they_booked_first(site: Site) -> None:
    people = [SubjectId(f"sub_{number:03}") for number in range(20)]
    await note_bookers(site, MARCH, people[:12])
    await note_bookers(site, MARCH, people, "Hill")
    found = (await release_month(site, MARCH, exact)).anonymous
    assert found.sites == [SiteBookers(site="Harbour", bookers=12), SiteBookers(site="Hill", bookers=8)]
    assert (found.epsilon, found.reason) == (EPSILON, None)
    assert await bookers(site) == set()


async def test_all_counts_of_a_month_get_noise_at_once(site: Site) -> None:
    asked = list[list[int]]()

    def noise(counts: Sequence[int]) -> list[int]:
        asked.append([*counts])
        return [7, 8]

    await note_bookers(site, MARCH, [SubjectId("sub_001")])
    found = (await release_month(site, MARCH, noise)).anonymous
    await release_month(site, MARCH, noise)
    assert asked == [[1, 0]]
    # Of a month that is released nobody is noted any more.
    await note_bookers(site, MARCH, [SubjectId("sub_002")])
    assert await bookers(site) == set()
    assert [one.bookers for one in found.sites or ()] == [7, 8]


async def test_the_noise_that_is_installed(site: Site) -> None:
    noise = await load_noise()
    assert noise is not None
    found = (await release_month(site, MARCH, noise)).anonymous
    assert [one.site for one in found.sites or ()] == ["Harbour", "Hill"]


async def test_with_fewer_than_fifty_enrolled_nobody_is_noted_or_told(
    installation: Installation, site: Site
) -> None:
    await enrol(site, WENDLA)
    site.provider.put(site.place, organized("event-0", NOON, WENDLA))
    await site.later()
    await withdraw_some(site, 2)
    await next_day(site)
    await statistics(site).visit_all()
    assert await bookers(site) == set()
    found = (await release_month(site, MARCH, exact)).anonymous
    assert (found.sites, found.epsilon, found.reason) == (None, 0.0, TOO_FEW)


async def withdraw_some(site: Site, count: int) -> None:
    def write(transaction: Transaction) -> None:
        for number in range(count):
            one = SubjectId(f"sub_{number:03}")
            transaction.subjects.withdraw(one, [], f"era_{number}", owner="me")

    await turn(site, write)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (partial(statistics, tells_bookers=False), NOT_TOLD),
        (partial(statistics, load_noise=not_installed), NOT_INSTALLED),
    ],
    ids=["bookers are not told", "the extra is not installed"],
)
async def test_where_nobody_can_be_told_nobody_is_noted(
    site: Site, made: Callable[[Site], Statistics], reason: str
) -> None:
    await enrol(site, WENDLA)
    site.provider.put(site.place, organized("event-0", NOON, WENDLA))
    await site.later()
    await next_day(site)
    await made(site).visit_all()
    assert await bookers(site) == set()
    site.installation.clock.now = begin_of(NOON.date().replace(month=4, day=2))
    await made(site).visit_all()
    found = await told(site)
    assert found is not None
    assert (found.anonymous.sites, found.anonymous.reason) == (None, reason)


@pytest.mark.parametrize("how", ["withdrawal", "restriction"])
async def test_whoever_withdraws_or_asks_for_it_is_taken_out_at_once(site: Site, how: str) -> None:
    wendla = await enrol(site, WENDLA)
    await note_bookers(site, MARCH, [wendla, SubjectId("sub_001")])
    if how == "withdrawal":
        await withdraw(site, address=WENDLA)
    else:
        await ask(site, RequestKind.RESTRICTION, WENDLA)
    assert await bookers(site) == {SubjectId("sub_001")}
    assert wendla not in repr((await rows_of(site.installation.store))["counted_bookers"])
    found = (await release_month(site, MARCH, exact)).anonymous
    assert [one.bookers for one in found.sites or ()] == [1, 0]


async def test_who_is_not_enrolled_is_not_told_of(site: Site) -> None:
    await note_bookers(site, MARCH, [SubjectId("sub_001"), SubjectId("sub_of_another_time")])
    found = (await release_month(site, MARCH, exact)).anonymous
    assert [one.bookers for one in found.sites or ()] == [1, 0]


async def test_who_withdrew_while_they_were_counted_is_not_noted(site: Site) -> None:
    gone = _Day({}, {SubjectId("sub_000"): "a", SubjectId("sub_gone"): "b"})
    await turn(site, lambda rows: _add(rows, gone, first_day(MARCH), bookers=True))
    assert await bookers(site) == {SubjectId("sub_000")}


async def test_the_thirteenth_release_of_a_year_is_refused_and_its_people_forgotten(site: Site) -> None:
    clock = site.installation.clock
    clock.now = begin_of(NOON.date().replace(year=2027, month=1, day=2))
    people = [SubjectId("sub_001"), SubjectId("sub_002")]
    for month in range(MARCH, MARCH + 12):
        await note_bookers(site, month, people)
        assert (await release_month(site, month, exact)).anonymous.sites is not None
    await note_bookers(site, MARCH + 12, people)
    found = (await release_month(site, MARCH + 12, exact)).anonymous
    assert (found.sites, found.epsilon, found.reason) == (None, 0.0, SPENT)
    assert await bookers(site, MARCH + 12) == set()
    clock.now = begin_of(NOON.date().replace(year=2028, month=1, day=1))
    assert (await release_month(site, MARCH + 13, exact)).anonymous.sites is not None


async def test_what_was_spent_is_written_down_with_the_release(site: Site) -> None:
    await release_month(site, MARCH, exact)
    await release_month(site, APRIL, NOT_TOLD)
    rows = (await rows_of(site.installation.store))["budgets"]
    assert [(row[2], row[3]) for row in rows] == [(MARCH, SPENT_MONTHLY)]


async def test_a_store_that_was_put_back_releases_nothing_anew(site: Site) -> None:
    """With other noise it would tell more of the same people."""
    here = site.installation
    await count_month(site, FEBRUARY, {site.place: a_day()})
    await note_bookers(site, FEBRUARY, [SubjectId("sub_001")])
    await here.parts.keys.raise_epoch(site.tenant, RELEASED, FEBRUARY + 1)
    await statistics(site).visit_all()
    assert await told(site, FEBRUARY) is None
    assert await bookers(site, FEBRUARY) == set()
    assert (await rows_of(here.store))["budgets"] == []


async def test_the_key_service_is_told_what_was_released_also_after_a_crash(site: Site) -> None:
    here = site.installation
    await release_month(site, FEBRUARY)
    assert await here.parts.keys.epoch(site.tenant, RELEASED) == 0
    await statistics(site).visit_all()
    assert await here.parts.keys.epoch(site.tenant, RELEASED) == FEBRUARY + 1
