"""The time an item occupies: dates in the resource's zone, grids, and the edges of time."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.booking import AllDay
from gateway.errors import ConfigurationError
from gateway.minimization.outcome import Reason
from gateway.minimization.span import (
    EARLIEST,
    GRID,
    LATEST,
    Span,
    midnight,
    occupied,
    occupied_either_way,
    rounded_outward,
    zone_named,
)

ZURICH = ZoneInfo("Europe/Zurich")
NOON = datetime(2027, 3, 4, 12, tzinfo=UTC)

instants = st.datetimes(timezones=st.just(UTC))
zones = st.sampled_from(
    ["UTC", "Europe/Zurich", "Asia/Kathmandu", "Pacific/Apia", "America/Havana", "Africa/Cairo", "Asia/Tokyo"]
).map(ZoneInfo)


def test_instants_are_taken_as_they_are() -> None:
    assert occupied(NOON, NOON + GRID, ZURICH) == Span(NOON, NOON + GRID, None)


def test_dates_are_days_of_the_resources_zone() -> None:
    assert occupied(date(2027, 3, 4), date(2027, 3, 6), ZURICH) == Span(
        datetime(2027, 3, 3, 23, tzinfo=UTC),
        datetime(2027, 3, 5, 23, tzinfo=UTC),
        AllDay(date(2027, 3, 4), date(2027, 3, 5)),
    )


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Zurich", date(2027, 3, 28), 23),
        ("Europe/Zurich", date(2027, 10, 31), 25),
        # Here the clock jumps over midnight itself, or strikes it twice.
        ("Africa/Cairo", date(2027, 4, 30), 23),
        ("America/Havana", date(2027, 3, 14), 23),
        ("America/Havana", date(2027, 11, 7), 25),
    ],
)
def test_days_are_as_long_as_their_zone_makes_them(zone: str, day: date, hours: int) -> None:
    span = occupied(day, day + timedelta(days=1), ZoneInfo(zone))
    assert isinstance(span, Span)
    assert span.end - span.start == timedelta(hours=hours)
    assert span.start.astimezone(ZoneInfo(zone)).date() == day


def test_a_day_that_never_was_takes_no_time() -> None:
    assert occupied(date(2011, 12, 30), date(2011, 12, 31), ZoneInfo("Pacific/Apia")) is Reason.ZERO_LENGTH


@pytest.mark.parametrize(
    "moment", [NOON, date(2027, 3, 4), datetime.min.replace(tzinfo=UTC), date.min, date.max]
)
def test_zero_length_occupies_nothing(moment: datetime | date) -> None:
    assert occupied(moment, moment, ZURICH) is Reason.ZERO_LENGTH


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NOON, NOON - GRID),
        (date(2027, 3, 4), date(2027, 3, 3)),
        (date(2027, 3, 4), NOON),
        (NOON, date(2027, 3, 5)),
        (NOON.replace(tzinfo=None), NOON),
        (NOON, (NOON + GRID).astimezone(timezone(timedelta(hours=1)))),
    ],
)
def test_what_no_connector_promises_is_no_span(start: datetime | date, end: datetime | date) -> None:
    assert occupied(start, end, ZURICH) is Reason.BAD_RANGE


@given(instants, instants)
def test_a_block_holds_its_span_and_less_than_a_quarter_hour_more_on_each_side(
    a: datetime, b: datetime
) -> None:
    span = Span(min(a, b), max(a, b), AllDay(date(2027, 3, 4), date(2027, 3, 4)))
    block = rounded_outward(span)
    assert block.start <= span.start < block.start + GRID
    assert span.end <= block.end < span.end + GRID if block.end != LATEST else span.end > LATEST - GRID
    assert not (block.start - EARLIEST) % GRID
    assert block.end == LATEST or not (block.end - EARLIEST) % GRID
    assert block.all_day is None


def test_a_block_on_the_grid_stays() -> None:
    assert rounded_outward(Span(NOON, NOON + GRID, None)) == Span(NOON, NOON + GRID, None)
    assert rounded_outward(Span(NOON, LATEST, None)) == Span(NOON, LATEST, None)


@given(st.dates(), st.dates(), zones)
def test_midnights_keep_the_order_of_days(a: date, b: date, zone: ZoneInfo) -> None:
    assert (midnight(a, zone) <= midnight(b, zone)) or a > b


def test_days_beyond_the_edges_of_time_end_there() -> None:
    assert midnight(date.min, ZoneInfo("Asia/Tokyo")) == EARLIEST
    assert midnight(date.max, ZoneInfo("America/Havana")) == datetime(9999, 12, 31, 5, tzinfo=UTC)
    assert midnight(date.max, ZoneInfo("Etc/GMT+12")) == datetime(9999, 12, 31, 12, tzinfo=UTC)


def test_the_midnights_kept_are_bounded() -> None:
    assert midnight.cache_info().maxsize == 4096


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "Europe"])
def test_a_zone_that_does_not_exist(name: str) -> None:
    with pytest.raises(ConfigurationError, match="not in the IANA list"):
        zone_named(name)


def test_a_zone_by_name() -> None:
    assert zone_named("Europe/Zurich") is ZURICH


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        ("America/Los_Angeles", (8, 0), (9, 8)),
        ("Pacific/Auckland", (7, 11), (9, 0)),
        ("UTC", (8, 0), (9, 0)),
    ],
)
def test_midnights_that_may_be_days_take_the_time_of_both(
    zone: str, start: tuple[int, int], end: tuple[int, int]
) -> None:
    first, after = datetime(2027, 3, 8, tzinfo=UTC), datetime(2027, 3, 9, tzinfo=UTC)
    taken = occupied_either_way(first, after, ZoneInfo(zone))
    assert taken == Span(
        datetime(2027, 3, start[0], start[1], tzinfo=UTC), datetime(2027, 3, end[0], end[1], tzinfo=UTC), None
    )


def test_days_that_never_were_take_nothing_from_instants() -> None:
    first, after = datetime(2011, 12, 30, tzinfo=UTC), datetime(2011, 12, 31, tzinfo=UTC)
    assert occupied_either_way(first, after, ZoneInfo("Pacific/Apia")) == Span(first, after, None)


def test_days_do_not_mend_what_no_connector_promises() -> None:
    first, after = NOON.replace(tzinfo=None), NOON + timedelta(days=1)
    assert occupied_either_way(first, after, ZURICH) is Reason.BAD_RANGE


@given(instants, instants, zones)
def test_either_way_takes_no_less_than_the_instants(start: datetime, end: datetime, zone: ZoneInfo) -> None:
    plain, either = occupied(start, end, zone), occupied_either_way(start, end, zone)
    if isinstance(plain, Span):
        assert isinstance(either, Span)
        assert either.start <= plain.start
        assert either.end >= plain.end
    else:
        assert either is plain
