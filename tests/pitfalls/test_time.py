"""Time: P55 to P62."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import BigInteger

from gateway.booking import AllDay, Freshness
from gateway.minimization.outcome import Dropped, Reason, Unknown
from gateway.store.tables import metadata
from tests.gateway.minimization.made_up import room
from tests.pitfalls.hosted import DELTA, EVERY, SNAPSHOT, STATE, Hosted, read_as
from tests.pitfalls.words import DAY, GOOGLE, GRAPH, HOUR, NOW, ONE, TEN, Words, both

THIRD = date(2026, 3, 3)
LOS_ANGELES = room(zone="America/Los_Angeles")


@both
def test_p55_a_time_without_a_zone_is_not_taken_for_ours(words: Words) -> None:
    member = {"dateTime": "2026-03-03T10:00:00", "timeZone": None}
    assert words.outcomes(words.meeting() | {"start": member}) == [Unknown(ONE, Reason.NO_START)]


def test_p56_a_zone_by_a_windows_name_is_the_zone_it_stands_for() -> None:
    start = {"dateTime": "2026-03-03T11:00:00.0000000", "timeZone": "W. Europe Standard Time"}
    assert GRAPH.booking(GRAPH.meeting() | {"start": start}).start == TEN


@read_as(SNAPSHOT, DELTA)
async def test_p56_a_zone_that_nobody_knows_frees_no_room(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.fault("zone-custom")
    hosted.calendar.add(hosted.words.meeting())
    assert await hosted.later() == [STATE]
    assert hosted.freshness() is Freshness.UNKNOWN
    assert [booking.start for booking in hosted.bookings] == [TEN]


@both
def test_p57_a_day_is_a_date_of_the_rooms_own_zone(words: Words) -> None:
    booking = words.booking(words.meeting("one", THIRD), place=LOS_ANGELES)
    assert booking.all_day == AllDay(THIRD, THIRD)
    assert booking.start == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert booking.end == booking.start + DAY


@both
def test_p58_what_has_no_length_takes_no_time_and_what_runs_backwards_is_unknown(words: Words) -> None:
    assert words.outcomes(words.meeting("one", TEN, TEN)) == [Dropped(ONE, Reason.ZERO_LENGTH)]
    assert words.outcomes(words.meeting("one", TEN, TEN - HOUR)) == [Unknown(ONE, Reason.BAD_RANGE)]


@read_as(*EVERY)
async def test_p59_a_meeting_in_progress_is_told(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting("one", NOW - 5 * DAY, NOW + HOUR))
    assert [booking.end for booking in hosted.bookings] == [NOW + HOUR]


def test_p60_times_at_rest_are_whole_numbers() -> None:
    columns = [column for table in metadata.tables.values() for column in table.columns]
    times = [column for column in columns if column.name.endswith(("_at", "_until"))]
    assert len(times) > 10
    assert {type(column.type) for column in times} == {BigInteger}
    assert [column for column in columns if "DATE" in str(column.type) or "TIME" in str(column.type)] == []


@both
def test_p61_an_end_that_is_missing_is_not_made_up(words: Words) -> None:
    meeting = words.meeting()
    del meeting["end"]
    assert words.outcomes(meeting) == [Unknown(ONE, Reason.NO_END)]


@both
@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23)])
def test_p62_a_day_is_as_long_as_its_zone_makes_it(words: Words, day: date, hours: int) -> None:
    booking = words.booking(words.meeting("one", day), place=room(zone="Europe/Berlin"))
    assert booking.end - booking.start == timedelta(hours=hours)


def test_p62_an_offset_that_is_told_decides() -> None:
    start = {"dateTime": "2026-03-03T12:00:00+02:00", "timeZone": "Europe/Berlin"}
    assert GOOGLE.booking(GOOGLE.meeting() | {"start": start}).start == TEN
