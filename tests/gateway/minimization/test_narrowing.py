"""Narrowing what is stored: the same as minimizing the event anew, as far as the booking can tell."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.raw import RawEvent, Tainted
from gateway.booking import Booking, ResourceKind
from gateway.minimization.categories import CATEGORIES
from gateway.minimization.contract import CONTRACT
from gateway.minimization.lattice import Booker, Disclosure, Title, meet
from gateway.minimization.narrowing import narrowed
from gateway.minimization.outcome import Put
from gateway.minimization.span import EARLIEST
from tests.gateway.minimization.made_up import event
from tests.properties.minimization_twins import disclosures, events, minimizer


def booking_of(event: RawEvent, disclosure: Disclosure) -> Booking | None:
    outcome = minimizer(disclosure, ResourceKind.ROOM).minimize(event)
    return outcome.booking if isinstance(outcome, Put) else None


@given(events(), disclosures, disclosures)
def test_it_shows_what_the_event_would_show(event: RawEvent, first: Disclosure, second: Disclosure) -> None:
    less = meet(first, second)
    stored, anew = booking_of(event, first), booking_of(event, less)
    if stored is None or anew is None:
        return
    left = narrowed(stored, less, EARLIEST)
    assert left is not None
    # A pseudonym is no part of a user's id, and words show not how they came about: both are withheld until
    # the provider is read anew.
    booker = None if less.booker is Booker.PSEUDONYM else anew.booker
    is_of_words = stored.title not in CATEGORIES and less.title is not Title.SCRUBBED
    assert left == replace(anew, booker=booker, title=None if is_of_words else anew.title)
    assert narrowed(left, less, EARLIEST) == left


@given(events(), disclosures, st.integers(-1, 1))
def test_what_is_over_is_not_kept(event: RawEvent, disclosure: Disclosure, minutes: int) -> None:
    stored = booking_of(event, disclosure)
    if stored is not None:
        start = stored.end + timedelta(minutes=minutes)
        assert (narrowed(stored, disclosure, start) is None) is (minutes >= 0)


@pytest.mark.parametrize("written", ["block", "desk"])
def test_of_what_is_written_like_a_category_nothing_is_left(written: str) -> None:
    stored = booking_of(event(title=Tainted(written)), CONTRACT)
    assert stored is not None
    assert narrowed(stored, replace(CONTRACT, title=Title.CATEGORY), EARLIEST) == booking_of(
        event(), replace(CONTRACT, title=Title.CATEGORY)
    )
