"""What is counted of a day, and what of a month is told: sums over ten places, and never one place."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from random import Random  # noqa: TID251  seeded by what is drawn

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from gateway.booking import ResourceId, ResourceKind
from gateway.clock import EPOCH
from gateway.tally import Interval, Place, Tally, aggregated, form_groups, is_told, tally_of
from gateway.usage import PLACES_MIN, days_in, first_day, month_named, month_of, written

MINUTE, MINUTES = timedelta(minutes=1), 24 * 60
TODAY = 20_500
MARCH = month_named("2026-03")

minutes = st.integers(-2 * MINUTES, 3 * MINUTES)


@st.composite
def taken(draw: st.DrawFn) -> list[Interval]:
    """Whole minutes around a day, in any order."""
    starts = draw(st.lists(st.tuples(minutes, st.integers(0, 2 * MINUTES)), max_size=6))
    midnight = EPOCH + TODAY * MINUTES * MINUTE
    return [Interval(midnight + at * MINUTE, midnight + (at + length) * MINUTE) for at, length in starts]


def minutes_one_by_one(intervals: Sequence[Interval]) -> int:
    midnight = EPOCH + TODAY * MINUTES * MINUTE
    return sum(
        any(one.start <= midnight + minute * MINUTE < one.end for one in intervals)
        for minute in range(MINUTES)
    )


@given(taken())
def test_a_day_counts_each_minute_once_and_each_booking_where_it_begins(intervals: list[Interval]) -> None:
    counted = tally_of(intervals, TODAY)
    assert counted.days == 1
    assert counted.minutes == minutes_one_by_one(intervals)
    assert counted.minutes <= MINUTES
    began = Counter((one.start - EPOCH) // (MINUTES * MINUTE) for one in intervals)
    assert counted.bookings == began[TODAY]


@given(taken())
def test_days_share_nothing(intervals: list[Interval]) -> None:
    # What overlaps in one day is known to count once: without overlaps days add up to all of it.
    alone = [one for number, one in enumerate(sorted(intervals)) if number == 0]
    days = [tally_of(alone, day) for day in range(TODAY - 3, TODAY + 6)]
    assert sum(day.minutes for day in days) == sum((one.end - one.start) // MINUTE for one in alone)
    assert sum(day.bookings for day in days) == len(alone)


@given(st.integers(0, 5_000))
def test_a_month_is_what_its_days_are_of(month: int) -> None:
    first, after = first_day(month), first_day(month + 1)
    assert [month_of(day) for day in (first - 1, first, after - 1, after)] == [
        month - 1,
        month,
        month,
        month + 1,
    ]
    assert days_in(month) == after - first in range(28, 32)
    assert month_named(written(month)) == month


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-3", "26-03", "2026-03-01", "", "2026-W1", "-026-03"]
)
def test_what_is_no_month_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  it says nothing: nobody sees it
        month_named(text)


def test_a_place_is_told_of_that_was_counted_on_three_quarters_of_the_days() -> None:
    assert not is_told(Tally(days=23), MARCH)
    assert is_told(Tally(days=24), MARCH)
    assert is_told(Tally(days=21), month_named("2026-02"))


HALL, DESK = ("Harbour", ResourceKind.ROOM), ("Harbour", ResourceKind.DESK)
SORTS = [HALL, HALL, HALL, DESK, ("Hill", ResourceKind.ROOM), (None, ResourceKind.ROOM)]


def numbered(sorts: list[int]) -> list[Place]:
    return [Place(ResourceId(f"res_{number:02}"), *SORTS[sort]) for number, sort in enumerate(sorts)]


#: Often as many as some groups take.
places = st.binary(max_size=60).map(lambda drawn: numbered([byte % len(SORTS) for byte in drawn * 2]))


def named(some: Sequence[ResourceId]) -> str:
    return " ".join(some)


@given(places)
def test_groups_have_ten_places_and_share_none(found: list[Place]) -> None:
    groups = form_groups(found, named)
    members = Counter(groups.values())
    assert all(number >= PLACES_MIN for number in members.values())
    assert groups.keys() <= {place.resource for place in found}
    # Each is named by all of its places, so two of one name are one.
    assert all(name.split() == sorted(one for one in groups if groups[one] == name) for name in members)
    assert form_groups(found[::-1], named) == groups


@given(places)
def test_as_many_as_can_be_are_in_a_group_of_their_own_site_and_kind(found: list[Place]) -> None:
    groups = form_groups(found, named)
    alike = Counter((place.site, place.kind) for place in found)
    by_id = {place.resource: place for place in found}
    left = [place for place in found if alike[place.site, place.kind] < PLACES_MIN]
    for place in found:
        if alike[place.site, place.kind] >= PLACES_MIN:
            others = groups[place.resource].split()
            assert {by_id[ResourceId(one)][1:] for one in others} == {place[1:]}
            assert len(others) == alike[place.site, place.kind]
    assert len([place for place in left if place.resource in groups]) in {0, len(left)}
    assert (len(left) >= PLACES_MIN) == any(place.resource in groups for place in left)


@given(places, st.randoms(use_true_random=False))
def test_what_is_told_is_of_ten_places_that_were_counted(found: list[Place], chance: Random) -> None:
    groups, share = form_groups(found, named), chance.choice([0.4, 0.8, 1.0])
    counted = {
        place.resource: Tally(chance.randrange(24, 32), chance.randrange(99), chance.randrange(24 * MINUTES))
        for place in found
        if chance.random() < share
    }
    sums = aggregated(counted, groups, found, MARCH)
    for group in sums.groups:
        members = [one for one in counted if groups.get(one) == group.id]
        assert group.resources == len(members) >= PLACES_MIN
        assert group.bookings == sum(counted[one].bookings for one in members)
        assert group.resource_days == sum(counted[one].days for one in members)
        assert abs(group.hours * 60 - sum(counted[one].minutes for one in members)) <= 3
        assert group.complete == (group.resource_days == 31 * len(members))
        assert 0 <= group.utilisation <= 1
    assert sums.left_out + sum(group.resources for group in sums.groups) == len(counted)
    left = Counter(groups[one] for one in counted if one in groups)
    assert {group.id for group in sums.groups} == {
        name for name, count in left.items() if count >= PLACES_MIN
    }


def test_what_a_group_is_told_as() -> None:
    found = [Place(ResourceId(f"res_{number}"), "Harbour", ResourceKind.ROOM) for number in range(10)]
    groups = dict.fromkeys((place.resource for place in found), "g1")
    sums = aggregated({place.resource: Tally(31, 2, 31 * 6 * 60) for place in found}, groups, found, MARCH)
    assert [asdict(group) for group in sums.groups] == [
        {
            "id": "g1",
            "site": "Harbour",
            "kind": "room",
            "resources": 10,
            "resource_days": 310,
            "complete": True,
            "bookings": 20,
            "hours": 1860.0,
            "utilisation": 0.25,
        }
    ]
    mixed = [*found[:9], found[9]._replace(site=None)]
    (group,) = aggregated(dict.fromkeys(groups, Tally(31)), groups, mixed, MARCH).groups
    assert (group.site, group.kind) == (None, None)
