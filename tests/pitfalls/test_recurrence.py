"""Recurrence: P34 to P45."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from gateway.booking import BookingId, Status
from gateway.minimization.lattice import Title
from gateway.minimization.outcome import Dropped, Put, Reason, Removed
from tests.contracts.connector import LIMITS
from tests.fakes.installation import Installation, events_of
from tests.fakes.provider import room
from tests.fakes.site import open_site
from tests.pitfalls.hosted import DELTA, EVERY, PUT, SYNC, Hosted, read_as
from tests.pitfalls.words import (
    DAY,
    GOOGLE,
    GRAPH,
    HOUR,
    NOW,
    ONE,
    TEN,
    WIDEST,
    WINDOW,
    Item,
    Words,
    answered,
    both,
    google_time,
    personal_parts,
)

BARE = ("id", "type", "seriesMasterId", "start", "end")
MASTER = BookingId("master")
OF_A_SERIES: dict[str, Item] = {
    "graph": {"type": "occurrence", "seriesMasterId": "master"},
    "google": {"recurringEventId": "master"},
}
AS_MASTER: dict[str, Item] = {
    "graph": {"type": "seriesMaster"},
    "google": {"recurrence": ["RRULE:FREQ=DAILY"]},
}
PRIVATE: dict[str, Item] = {"graph": {"sensitivity": "private"}, "google": {"visibility": "private"}}


def occurrence(words: Words, event: str, start: datetime = TEN) -> Item:
    as_planned = {"originalStartTime": google_time(start)} if words is GOOGLE else {}
    return words.meeting(event, start) | OF_A_SERIES[words.name] | as_planned


def master(words: Words, start: datetime = TEN) -> Item:
    return words.meeting("master", start) | AS_MASTER[words.name]


def starts(hosted: Hosted) -> list[datetime]:
    return [booking.start for booking in hosted.bookings]


def test_p34_a_bare_occurrence_takes_its_time_and_counts_as_private() -> None:
    whole = occurrence(GRAPH, "one")
    booking = GRAPH.booking({name: whole[name] for name in BARE}, disclosure=WIDEST)
    assert (booking.start, booking.end) == (TEN, TEN + HOUR)
    assert (booking.people, booking.title, booking.booker) == (None, None, None)


@read_as(DELTA)
@pytest.mark.parametrize(("sensitivity", "title"), [("normal", "meeting"), ("private", None)])
async def test_p34_a_bare_occurrence_is_what_its_master_says(
    hosted: Hosted, sensitivity: str, title: str | None
) -> None:
    hosted.installation.set_policy("titled", title=Title.CATEGORY)
    days = [occurrence(GRAPH, f"day-{number}", TEN + number * DAY) for number in range(3)]
    await hosted.hold(master(GRAPH) | {"sensitivity": sensitivity}, *days, policy="titled")
    assert starts(hosted) == [TEN, TEN + DAY, TEN + 2 * DAY]
    assert {booking.title for booking in hosted.bookings} == {title}


@read_as(DELTA)
async def test_p34_a_bare_occurrence_without_a_master_is_told_all_the_same(hosted: Hosted) -> None:
    hosted.installation.set_policy("titled", title=Title.CATEGORY)
    hosted.fault("slim-orphan")
    await hosted.hold(hosted.words.meeting(), policy="titled")
    assert sorted(str(booking.title) for booking in hosted.bookings) == ["None", "meeting"]


@read_as(DELTA)
async def test_p35_a_master_is_asked_for_in_the_rooms_own_mailbox(hosted: Hosted) -> None:
    early = master(GRAPH, NOW - 30 * DAY) | {"showAs": "tentative"}
    await hosted.hold(early, occurrence(GRAPH, "one"))
    assert [booking.status for booking in hosted.bookings] == [Status.TENTATIVE]
    assert hosted.sandbox.requests["graph.event"] == 1


@read_as(DELTA)
async def test_p36_a_master_that_could_not_be_read_is_asked_for_again(hosted: Hosted) -> None:
    await hosted.hold()
    before = await hosted.row()
    hosted.calendar.load([master(GRAPH, NOW - 30 * DAY) | {"showAs": "tentative"}])
    hosted.calendar.add(occurrence(GRAPH, "one"))
    hosted.sandbox.faults.refuse("graph.event", 503, LIMITS.attempts_max)
    assert await hosted.later() == []
    assert (await hosted.row()).cursor == before.cursor
    assert await hosted.later() == [PUT]
    assert [booking.status for booking in hosted.bookings] == [Status.TENTATIVE]


@both
def test_p37_a_master_is_never_a_booking(words: Words) -> None:
    assert words.outcomes(master(words)) == [Dropped(MASTER, Reason.SERIES)]


@read_as(SYNC)
async def test_p38_of_a_series_that_was_split_each_slot_is_told_once(hosted: Hosted) -> None:
    days = [occurrence(GOOGLE, f"master_{number}", TEN + number * DAY) for number in range(4)]
    await hosted.hold(master(GOOGLE), *days)
    for number in (2, 3):
        hosted.calendar.delete(f"master_{number}")
        hosted.calendar.add(days[number] | {"id": f"master_R20260305_{number}"})
    await hosted.later()
    assert starts(hosted) == [TEN + number * DAY for number in range(4)]


@read_as(SYNC)
async def test_p38_leftovers_of_a_split_last_no_longer_than_a_day(hosted: Hosted) -> None:
    await hosted.hold(occurrence(GOOGLE, "master_1"))
    del hosted.calendar.events["master_1"]
    hosted.calendar.add(occurrence(GOOGLE, "master_R20260303_1"))
    await hosted.later()
    assert starts(hosted) == [TEN, TEN]
    await hosted.later(DAY)
    assert starts(hosted) == [TEN]


@both
def test_p39_an_exception_of_a_private_series_shows_no_more_than_its_series(words: Words) -> None:
    exception = words.meeting() | OF_A_SERIES[words.name]
    if words is GRAPH:
        exception |= {"type": "exception"}
    assert words.booking(exception, disclosure=WIDEST).title == "meeting"
    hidden = words.booking(exception | PRIVATE[words.name], disclosure=WIDEST)
    assert (hidden.title, hidden.booker) == (None, None)
    assert personal_parts([repr(hidden).encode()]) == set()


@read_as(*EVERY)
async def test_p40_a_moved_occurrence_leaves_its_slot(hosted: Hosted) -> None:
    await hosted.hold(master(hosted.words), occurrence(hosted.words, "one"))
    hosted.calendar.move("one", TEN + 3 * HOUR, TEN + 4 * HOUR)
    assert await hosted.later() == [PUT]
    assert starts(hosted) == [TEN + 3 * HOUR]


@read_as(DELTA)
async def test_p41_an_exception_needs_no_master_and_no_order(hosted: Hosted) -> None:
    exception = occurrence(GRAPH, "other", TEN + HOUR) | {"type": "exception"}
    hosted.fault("exception-orphan")
    await hosted.hold(exception, occurrence(GRAPH, "one"), master(GRAPH))
    assert set(starts(hosted)) == {TEN, TEN + HOUR}
    assert len(hosted.bookings) == 3


@pytest.mark.parametrize(
    "rule", ["RDATE;VALUE=DATE:20260304", "RRULE:", "RRULE:FREQ=MONTHLY;BYMONTHDAY=31", "x"]
)
def test_p42_no_rule_is_read(rule: str) -> None:
    assert GOOGLE.outcomes(GOOGLE.meeting() | {"recurrence": [rule]}) == [Dropped(ONE, Reason.SERIES)]
    odd = master(GRAPH) | {"recurrence": {"pattern": rule, "range": None}}
    assert GRAPH.outcomes(odd) == [Dropped(MASTER, Reason.SERIES)]


@read_as(*EVERY)
async def test_p42_the_provider_expands_a_series(hosted: Hosted) -> None:
    days = [occurrence(hosted.words, f"day-{number}", TEN + number * DAY) for number in range(2)]
    await hosted.hold(master(hosted.words), *days)
    assert starts(hosted) == [TEN, TEN + DAY]


@read_as(DELTA, SYNC)
async def test_p43_a_series_without_end_ends_with_the_window(hosted: Hosted) -> None:
    weeks = [occurrence(hosted.words, f"week-{number}", TEN + number * 7 * DAY) for number in range(60)]
    await hosted.hold(master(hosted.words), *weeks)
    told = starts(hosted)
    assert len(told) == 26
    assert {later - earlier for earlier, later in pairwise(told)} == {timedelta(days=7)}
    assert told[-1] < WINDOW.end


@both
def test_p44_a_room_answers_for_each_occurrence(words: Words) -> None:
    declined = answered(words, "declined", "declined") | OF_A_SERIES[words.name]
    put, removed = words.outcomes(occurrence(words, "other"), declined)
    assert isinstance(put, Put)
    assert removed == Removed(ONE, Reason.DECLINED)


@both
def test_p45_a_uid_that_two_share_makes_them_no_one(words: Words) -> None:
    uid = {"iCalUId": "shared", "iCalUID": "shared"}
    one, other = words.meeting("one") | uid, words.meeting("other") | uid
    assert {put.booking.id for put in words.outcomes(one, other) if isinstance(put, Put)} == {"one", "other"}


async def test_p45_an_id_is_one_of_its_calendar(installation: Installation) -> None:
    site = await open_site(installation)
    assert site.id("one") != events_of(site.tenancy, room("birch"))("one")
