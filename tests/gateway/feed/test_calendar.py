"""iCalendar as a calendar reads it."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import icalendar
import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.booking import AllDay, Booking, ResourceId, Status, TenantId
from gateway.feed.calendar import free_busy, joined
from gateway.feed.calendar import icalendar as as_icalendar
from gateway.feed.snapshot import BookingList, Interval, ShownBooking
from tests.fakes.filled_store import a_booking

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FRESH = {"freshness": "fresh", "since": None, "reason": None}
UNKNOWN = {"freshness": "unknown", "since": NOON, "reason": "access_lost"}


def a_list(*bookings: Booking, state: dict[str, Any] = FRESH) -> BookingList:
    return BookingList(
        tenant=TenantId("ten_1"),
        resource=ResourceId("north"),
        state=state,
        start=NOON - timedelta(hours=12),
        end=NOON + timedelta(hours=12),
        bookings=[
            ShownBooking(booking=msgspec.Raw(msgspec.json.encode(one)), revision=1) for one in bookings
        ],
    )


def at(name: str, start: float, end: float, status: Status = Status.CONFIRMED) -> Booking:
    """A booking, by hours from noon."""
    begin, finish = NOON + timedelta(hours=start), NOON + timedelta(hours=end)
    return replace(a_booking(name, "north"), start=begin, end=finish, status=status)


def read(text: bytes) -> icalendar.Calendar:
    found = icalendar.Calendar.from_ical(text)
    assert isinstance(found, icalendar.Calendar)
    return found


def test_a_booking_is_an_event() -> None:
    titled = replace(at("one", 0, 1, Status.TENTATIVE), title="Review; part, two\\n")
    (event,) = read(as_icalendar(a_list(titled)).body).walk("VEVENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (NOON, NOON + timedelta(hours=1))
    assert (str(event["summary"]), str(event["status"])) == ("Review; part, two\\n", "TENTATIVE")
    assert str(event["uid"]) == "one@calendar-pii-gateway.invalid"


def test_a_booking_of_whole_days_is_one_of_dates() -> None:
    days = replace(at("one", -12, 36), all_day=AllDay(date(2026, 3, 2), date(2026, 3, 3)))
    (event,) = read(as_icalendar(a_list(days)).body).walk("VEVENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 3, 2), date(2026, 3, 4))


def test_what_is_not_disclosed_is_busy() -> None:
    (event,) = read(as_icalendar(a_list(at("one", 0, 1))).body).walk("VEVENT")
    assert str(event["summary"]) == "Busy"


def test_what_is_not_known_is_never_free() -> None:
    listed = a_list(state=UNKNOWN)
    (event,) = read(as_icalendar(listed).body).walk("VEVENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (listed.start, listed.end)
    assert str(event["summary"]) == "Not known"
    assert b"FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260302T000000Z/20260303T000000Z" in free_busy(listed).body


def test_how_current_it_is_is_told_beside() -> None:
    calendar = read(as_icalendar(a_list(state=UNKNOWN | {"freshness": "stale"})).body)
    assert (str(calendar["x-freshness"]), str(calendar["x-fresh-since"])) == ("stale", "20260302T120000Z")
    assert not calendar.walk("VEVENT")


def test_the_time_that_is_taken_is_joined_and_within_what_was_asked_for() -> None:
    taken = free_busy(
        a_list(
            at("a", -20, -11), at("b", 0, 1), at("c", 1, 2), at("d", 1, 3, Status.TENTATIVE), at("e", 11, 20)
        )
    ).body
    lines = [line for line in taken.split(b"\r\n") if line.startswith(b"FREEBUSY")]
    assert lines == [
        b"FREEBUSY;FBTYPE=BUSY:20260302T000000Z/20260302T010000Z",
        b"FREEBUSY;FBTYPE=BUSY:20260302T120000Z/20260302T140000Z",
        b"FREEBUSY;FBTYPE=BUSY:20260302T230000Z/20260303T000000Z",
        b"FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260302T130000Z/20260302T150000Z",
    ]


def test_a_tag_follows_the_bytes() -> None:
    one, same, other = (as_icalendar(a_list(at("one", 0, end))) for end in (1, 1, 2))
    assert one == same
    assert one.etag != other.etag


SPANS = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=12)


@given(SPANS)
def test_joined_time_is_the_same_time_without_seams(spans: list[tuple[int, int]]) -> None:
    intervals = [
        Interval(NOON + timedelta(hours=at), NOON + timedelta(hours=at + long)) for at, long in spans
    ]
    found = list(joined(intervals))
    hours = [NOON + timedelta(hours=hour) for hour in range(60)]
    covered = [any(one.start <= hour < one.end for one in intervals) for hour in hours]
    assert [any(one.start <= hour < one.end for one in found) for hour in hours] == covered
    assert all(before.end < after.start for before, after in pairwise(found))
