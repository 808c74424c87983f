"""How places are used: days are counted once over, months released once, and of nobody's own place."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.errors import Unreachable
from gateway.app.consumers.counting import count_usage
from gateway.app.tenants import resume_tenant, withdraw_tenant
from gateway.app.terms.places import decide_anew
from gateway.clock import begin_of
from gateway.minimization.lattice import Place
from gateway.sync.releasing import TOO_FEW
from gateway.tally import Tally
from gateway.tenant import Places
from gateway.usage import month_named
from tests.fakes.counted import (
    DAY,
    MARCH,
    a_day,
    count_month,
    enrol_many,
    exact,
    next_day,
    open_counted,
    open_listed,
    release_month,
    rooms,
    statistics,
    tallies,
    told,
    told_bytes,
)
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, lose_access, resource_of
from tests.fakes.provider import meeting, room
from tests.fakes.rows import tenants_rows

HOUR = timedelta(hours=1)
APRIL = MARCH + 1
TEN = rooms(10)


async def test_a_day_is_counted_once_it_is_over_and_its_calendar_was_read_since(
    installation: Installation,
) -> None:
    (place,) = rooms(1)
    at = begin_of(NOON.date())
    events = (
        meeting("event-0", at - HOUR, hours=2),
        meeting("event-1", at + 9 * HOUR, hours=2),
        meeting("event-2", at + 10 * HOUR, hours=2),
        meeting("event-3", at + 23 * HOUR, hours=2),
    )
    site = await open_counted(installation, [place], *events)
    own = resource_of(site.tenancy, place)
    await statistics(site).visit_all()
    assert await tallies(site) == {own: Tally(1, 1, 60)}
    installation.clock.move(begin_of(NOON.date()) + DAY + HOUR - NOON)
    await statistics(site).visit_all()
    assert (await tallies(site))[own].days == 1, "its calendar was not read since"
    await installation.sync()
    await statistics(site).visit_all()
    assert (await tallies(site))[own] == Tally(2, 4, 60 + 60 + 3 * 60 + 60)
    await statistics(site).visit_all()
    assert (await tallies(site))[own].days == 2


async def test_two_who_count_one_day_at_once_count_it_once(installation: Installation) -> None:
    site = await open_counted(installation, rooms(1))
    for _ in range(2):
        await count_month(site, MARCH, {site.place: a_day()}, days=2)
    assert [*(await tallies(site)).values()] == [Tally(2, 2, 120)]


async def test_a_day_that_could_not_be_counted_is_missing(installation: Installation) -> None:
    places = rooms(2)
    site = await open_counted(installation, places)
    site.provider.refused[places[1].address] = Unreachable("no_answer")
    await next_day(site)
    await statistics(site).visit_all()
    site.provider.refused.clear()
    await next_day(site)
    await statistics(site).visit_all()
    counted = await tallies(site)
    assert [counted[resource_of(site.tenancy, one)].days for one in places] == [2, 1]


async def test_where_something_was_not_understood_the_day_is_missing(installation: Installation) -> None:
    site = await open_counted(installation, rooms(1), meeting("event-0", NOON))
    site.provider.blur(site.place, "event-0", nameless=True)
    await next_day(site)
    await statistics(site).visit_all()
    assert await tallies(site) == {}


async def test_within_an_hour_nobody_is_visited_twice(installation: Installation) -> None:
    site = await open_counted(installation, rooms(1))
    installation.clock.move(begin_of(NOON.date()) + DAY - NOON)
    visitor = statistics(site)
    await visitor.visit_all()
    await installation.sync_later(HOUR / 2)
    await visitor.visit_all()
    assert await tallies(site) == {}
    installation.clock.move(HOUR / 2)
    await visitor.visit_all()
    assert [*(await tallies(site)).values()] == [Tally(1, 0, 0)]


async def test_nothing_is_counted_of_whom_nobody_asked(installation: Installation) -> None:
    site = await open_counted(installation, TEN)
    await count_usage(installation.parts, site.tenant, is_counted=False)
    await next_day(site)
    before = await tenants_rows(installation.store, site.tenant)
    await statistics(site).visit_all()
    assert await tenants_rows(installation.store, site.tenant) == before


async def test_switched_off_all_that_was_counted_is_gone_at_once_and_what_was_released_stays(
    installation: Installation,
) -> None:
    site = await open_counted(installation, TEN)
    await count_month(site, MARCH - 1, dict.fromkeys(TEN, a_day()))
    before = await release_month(site, MARCH - 1)
    await next_day(site)
    await statistics(site).visit_all()
    assert await tallies(site)
    await count_usage(installation.parts, site.tenant, is_counted=False)
    assert await tallies(site) == {}
    assert await told(site, MARCH - 1) == before


@pytest.mark.parametrize("how", ["capacity", "flag"])
async def test_somebodys_own_place_is_not_counted(installation: Installation, how: str) -> None:
    own = replace(room("cabin"), capacity=1) if how == "capacity" else room("cabin")
    flagged = Places(personal=frozenset({own.place_id})) if how == "flag" else None
    shared, pool = room("hall"), replace(room("nook"), capacity=1)
    cleared = replace(flagged or Places(), cleared=frozenset({pool.place_id}))
    site = await open_counted(installation, [own, shared, pool], decisions=cleared)
    await next_day(site)
    await statistics(site).visit_all()
    assert (await tallies(site)).keys() == {resource_of(site.tenancy, one) for one in (shared, pool)}


async def test_what_was_counted_of_a_place_goes_where_it_becomes_somebodys_or_is_excluded(
    installation: Installation,
) -> None:
    site = await open_counted(installation, rooms(3))
    await next_day(site)
    await statistics(site).visit_all()
    kept, own, gone = (resource_of(site.tenancy, one) for one in rooms(3))
    assert (await tallies(site)).keys() == {kept, own, gone}
    decisions = Places(personal=frozenset({rooms(3)[1].place_id}), excluded=frozenset({rooms(3)[2].place_id}))
    await decide_anew(installation.parts, site.tenant, decisions, lambda *_: None)
    assert (await tallies(site)).keys() == {kept}


async def test_a_directory_that_makes_a_room_somebodys_own_keeps_it_out_of_what_is_released(
    installation: Installation,
) -> None:
    places = rooms(11)
    site = await open_counted(installation, places)
    await count_month(site, MARCH - 1, dict.fromkeys(places, a_day()))
    site.provider.add_place(replace(places[0], capacity=1))
    await site.later(DAY + timedelta(minutes=1))
    (group,) = (await release_month(site, MARCH - 1)).aggregated.groups
    assert (group.resources, group.bookings) == (10, 280)


async def test_where_only_sites_may_be_seen_nothing_is_counted(installation: Installation) -> None:
    installation.set_policy("sites", place=Place.SITE)
    site = await open_counted(installation, TEN, policy="sites")
    await next_day(site)
    await statistics(site).visit_all()
    assert await tallies(site) == {}


async def test_a_month_is_released_on_the_second_day_after_it_and_never_changes(
    installation: Installation,
) -> None:
    site = await open_counted(installation, TEN, meeting("event-0", NOON))
    await count_month(site, MARCH, dict.fromkeys(TEN, a_day(2, 120)), days=24)
    installation.clock.now = begin_of(NOON.date().replace(month=4, day=1)) + 23 * HOUR
    await statistics(site).visit_all()
    assert await told(site) is None
    installation.clock.move(HOUR)
    await statistics(site).visit_all()
    body, found = await told_bytes(site), await told(site)
    assert found is not None
    (group,) = found.aggregated.groups
    assert (found.month, group.resources, group.resource_days, group.complete) == ("2026-03", 10, 240, False)
    assert (group.bookings, group.hours, group.utilisation) == (480, 480.0, 0.083)
    assert (found.anonymous.sites, found.anonymous.reason) == (None, TOO_FEW)
    assert await tallies(site) == {}
    # What would be counted later is of a month that is released.
    await count_month(site, MARCH, dict.fromkeys(TEN, a_day(9, 9)))
    assert await tallies(site) == {}
    await statistics(site).visit_all()
    assert await told_bytes(site) == body


async def test_fewer_than_ten_places_are_told_of_nowhere(installation: Installation) -> None:
    site = await open_listed(installation, rooms(9))
    await count_month(site, MARCH, dict.fromkeys(rooms(9), a_day()))
    found = (await release_month(site, MARCH)).aggregated
    assert (found.groups, found.left_out) == ([], 9)
    assert await tallies(site) == {}


async def test_who_was_counted_on_a_few_days_is_not_hidden_among_others(installation: Installation) -> None:
    site = await open_listed(installation, TEN)
    await count_month(site, MARCH, dict.fromkeys(TEN[:1], a_day(7, 70)), days=31)
    await count_month(site, MARCH, dict.fromkeys(TEN[1:], a_day(0, 0)), days=23)
    assert (await release_month(site, MARCH)).aggregated.groups == []


async def test_a_group_is_the_same_all_year_and_only_grows_smaller(installation: Installation) -> None:
    places = rooms(23)
    site = await open_listed(installation, places)

    async def released(month: int, some: list[int]) -> list[tuple[str, int]]:
        await count_month(site, month, {places[number]: a_day() for number in some})
        told = (await release_month(site, month)).aggregated
        return [(group.id, group.resources) for group in told.groups]

    ((first, size),) = await released(MARCH, [*range(11)])
    assert size == 11
    # One comes: it joins none. One stays away: it is back in its own.
    assert await released(APRIL, [*range(12)]) == [(first, 11)]
    assert await released(APRIL + 1, [*range(1, 12)]) == [(first, 10)]
    assert await released(APRIL + 2, [*range(2, 12)]) == []
    # Ten that are new are another group, and none of them is moved.
    months = dict(await released(APRIL + 3, [*range(22)]))
    assert months[first] == 11
    assert sorted(months.values()) == [11, 11]
    # The next year all begin anew.
    ((second, size),) = await released(month_named("2027-01"), [*range(23)])
    assert (second == first, size) == (False, 23)


async def test_no_two_releases_differ_in_one_place(installation: Installation) -> None:
    """The attack: have a release with a place and one without, and take the difference."""
    places = rooms(12)
    site = await open_listed(installation, places)
    sums = {place: a_day(2**number, number) for number, place in enumerate(places)}
    await count_month(site, MARCH, sums)
    first = await release_month(site, MARCH)
    (group,) = first.aggregated.groups
    # Taken away or flagged afterwards, counted again, asked again: the month is what it was.
    hidden = Places(excluded=frozenset({places[0].place_id}), personal=frozenset({places[1].place_id}))
    await decide_anew(installation.parts, site.tenant, hidden, lambda *_: None)
    await count_month(site, MARCH, sums)
    assert await release_month(site, MARCH) == first
    # Of another month, what is told is of ten places at least, and each place is in one sum.
    await count_month(site, APRIL, sums)
    (later,) = (await release_month(site, APRIL)).aggregated.groups
    assert (later.id, later.resources) == (group.id, 10)
    assert later.bookings == 30 * sum(2**number for number in range(2, 12))


async def test_nothing_is_counted_of_who_is_suspended(installation: Installation) -> None:
    site = await open_counted(installation, rooms(1))
    await next_day(site)
    await lose_access(installation.store, site.tenancy)
    await statistics(site).visit_all()
    await resume_tenant(installation.parts, site.tenant)
    assert await tallies(site) == {}
    await statistics(site).visit_all()
    assert [*(await tallies(site)).values()] == [Tally(1, 0, 0)]


async def test_of_a_withdrawn_tenant_nothing_is_left(installation: Installation) -> None:
    site = await open_counted(installation, TEN)
    await count_month(site, MARCH - 1, dict.fromkeys(TEN, a_day()))
    await enrol_many(site)
    await release_month(site, MARCH - 1, exact)
    await next_day(site)
    await statistics(site).visit_all()
    await withdraw_tenant(installation.parts, site.tenant)
    rows = await tenants_rows(installation.store, site.tenant)
    left = {
        name for name in ("tallies", "counted_bookers", "groupings", "usages", "budgets") if rows.get(name)
    }
    assert left == {"budgets"}
