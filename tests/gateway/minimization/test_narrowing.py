"""Narrowing what is stored: the same as minimizing the event anew, as far as the booking can tell."""

from datetime import date, timedelta
from enum import IntEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.port import Window
from connectors.raw import Attendee, RawEvent, Response, Tainted
from gateway.booking import Booking
from gateway.minimization.categories import CATEGORIES
from gateway.minimization.contract import CONTRACT
from gateway.minimization.lattice import Booker, Conference, Disclosure, People, Place, Time, Title, meet
from gateway.minimization.narrowing import narrowed
from gateway.minimization.outcome import Put
from gateway.minimization.span import EARLIEST, LATEST
from tests.gateway.minimization.made_up import event, minimizer
from tests.properties.minimization_twins import SUBJECTS, WORDS, events

#: With place and time, so that every event is a booking and every example compares two.
disclosures = st.builds(
    Disclosure, time=st.sampled_from([Time.BUSY, Time.EXACT]), place=st.just(Place.RESOURCE)
)


def booking_of(event: RawEvent, disclosure: Disclosure) -> Booking:
    ever = Window(EARLIEST, LATEST)
    prepared = minimizer(disclosure, window=ever, enrolled=SUBJECTS.get, vocabulary=WORDS)
    outcome = prepared.minimize(event)
    assert isinstance(outcome, Put)
    return outcome.booking


@given(events(), disclosures, disclosures)
def test_it_shows_what_the_event_would_show(event: RawEvent, first: Disclosure, second: Disclosure) -> None:
    less = meet(first, second)
    stored, anew = booking_of(event, first), booking_of(event, less)
    left = narrowed(stored, less, EARLIEST)
    assert left is not None
    # A pseudonym is no part of a user's id, and words show not how they came about: both are withheld until
    # the provider is read anew.
    booker = None if less.booker is Booker.PSEUDONYM else anew.booker
    is_of_words = stored.title not in CATEGORIES and less.title is not Title.SCRUBBED
    assert left == replace(anew, booker=booker, title=None if is_of_words else anew.title)
    assert narrowed(left, less, EARLIEST) == left


FULL = event(
    title=Tainted("Sprint gala"),
    organizer=Tainted("marta@cobalt.example"),
    attendees=(Attendee(response=Response.ACCEPTED),) * 3,
    conference=True,
)


@pytest.mark.parametrize(
    ("lowered", "left"),
    [
        ({}, {}),
        ({"booker": Booker.PSEUDONYM}, {"booker": None}),
        ({"booker": Booker.NONE}, {"booker": None}),
        ({"people": People.BUCKET}, {"people": "2-5"}),
        ({"people": People.NONE}, {"people": None}),
        ({"conference": Conference.NONE}, {"conference": None}),
        ({"title": Title.VOCABULARY}, {"title": None}),
        ({"title": Title.CATEGORY}, {"title": None}),
        ({"title": Title.NONE}, {"title": None}),
    ],
)
def test_a_lower_level_takes_its_own_field_and_no_other(
    lowered: dict[str, IntEnum], left: dict[str, str | None]
) -> None:
    stored = booking_of(FULL, CONTRACT)
    assert (stored.title, stored.people, stored.conference, stored.booker) == (
        "Sprint gala",
        3,
        True,
        "user-17",
    )
    assert narrowed(stored, replace(CONTRACT, **lowered), EARLIEST) == replace(stored, **left)


def test_what_stays_exact_keeps_its_dates_and_a_block_hides_them() -> None:
    days = booking_of(event(start=date(2027, 3, 8), end=date(2027, 3, 9)), CONTRACT)
    assert narrowed(days, CONTRACT, EARLIEST) == days
    block = narrowed(days, replace(CONTRACT, time=Time.BUSY), EARLIEST)
    assert block == replace(days, all_day=None)
    minute = replace(days, start=days.start + timedelta(minutes=1), end=days.end - timedelta(minutes=1))
    assert narrowed(minute, CONTRACT, EARLIEST) == minute
    assert narrowed(minute, replace(CONTRACT, time=Time.BUSY), EARLIEST) == block


@given(events(), disclosures, st.integers(-1, 1))
def test_what_is_over_is_not_kept(event: RawEvent, disclosure: Disclosure, minutes: int) -> None:
    stored = booking_of(event, disclosure)
    start = stored.end + timedelta(minutes=minutes)
    assert (narrowed(stored, disclosure, start) is None) is (minutes >= 0)


@pytest.mark.parametrize("written", ["block", "desk"])
def test_of_what_is_written_like_a_category_nothing_is_left(written: str) -> None:
    stored = booking_of(event(title=Tainted(written)), CONTRACT)
    assert narrowed(stored, replace(CONTRACT, title=Title.CATEGORY), EARLIEST) == booking_of(
        event(), replace(CONTRACT, title=Title.CATEGORY)
    )
