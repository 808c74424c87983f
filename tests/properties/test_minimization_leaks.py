"""The suite can fail: every leak put in on purpose is found by the property of silence."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from hypothesis import Phase, find, settings
from msgspec.structs import replace

from connectors.raw import Kind, RawEvent, Response
from gateway.booking import AllDay, Booking, Status
from gateway.minimization.lattice import Disclosure
from gateway.minimization.outcome import Dropped, Outcome, Put, Reason
from tests.fakes.clear import clear
from tests.properties.minimization_twins import EDGE, SUBJECTS, Twins, minimizer, observed, twins

#: What a careless hand might have added: the booking, made again with a look at the event.
Leak = Callable[[RawEvent, Booking, Disclosure], Booking]


def raw_organizer(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, booker=booking.booker or clear(event.organizer))


def pseudonym_of_the_unenrolled(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, booker=booking.booker or str(len(clear(event.organizer) or "")))


def booker_of_a_private_event(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    subject = SUBJECTS.get(clear(event.organizer))
    return replace(booking, booker=subject.pseudonym) if subject and disclosure.booker else booking


def exact_count_under_a_bucket(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, people=len(event.attendees or ())) if isinstance(booking.people, str) else booking


def declined_are_counted(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    rows = [row for row in event.attendees or () if not row.is_resource]
    return replace(booking, people=len(rows)) if isinstance(booking.people, int) else booking


def resources_are_counted(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    rows = [row for row in event.attendees or () if row.response is not Response.DECLINED]
    return replace(booking, people=len(rows)) if isinstance(booking.people, int) else booking


def a_count_of_an_incomplete_list(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    return replace(booking, people=len(event.attendees or ())) if disclosure.people else booking


def attendee_order(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    first = next(iter(event.attendees or ()), None)
    return replace(booking, title=first.response.value) if first and first.is_organizer else booking


def a_persons_response(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    unsure = any(row.response is Response.TENTATIVE for row in event.attendees or () if not row.is_resource)
    return replace(booking, status=Status.TENTATIVE) if unsure else booking


def the_resources_exact_answer(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, zone="UTC") if event.response is Response.UNANSWERED else booking


def out_of_office(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, status=Status.TENTATIVE) if event.kind is Kind.OTHER else booking


def part_of_a_series(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, title="meeting", zone="UTC") if event.kind is Kind.OCCURRENCE else booking


def sensitivity(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, conference=None) if event.private else replace(booking, conference=False)


def a_master_not_at_hand(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, status=Status.TENTATIVE) if event.bare else booking


def minutes_under_a_block(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, end=event.end) if isinstance(event.end, datetime) else booking


def dates_under_a_block(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    whole_days = not isinstance(event.start, datetime)
    return replace(booking, all_day=AllDay(date.min, date.min)) if whole_days else booking


def a_conference_not_shown(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, conference=event.conference)


def guests_from_outside(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    outside = any((clear(row.address) or "").endswith("rival.example") for row in event.attendees or ())
    return replace(booking, zone="UTC") if outside else booking


def size_of_the_event(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, zone=booking.zone + " " * len(event.attendees or ()))


LEAKS: list[Leak] = [
    raw_organizer,
    pseudonym_of_the_unenrolled,
    booker_of_a_private_event,
    exact_count_under_a_bucket,
    declined_are_counted,
    resources_are_counted,
    a_count_of_an_incomplete_list,
    attendee_order,
    a_persons_response,
    the_resources_exact_answer,
    out_of_office,
    part_of_a_series,
    sensitivity,
    a_master_not_at_hand,
    minutes_under_a_block,
    dates_under_a_block,
    a_conference_not_shown,
    guests_from_outside,
    size_of_the_event,
]

SEARCH = settings(max_examples=2_000, phases=[Phase.generate], derandomize=True, database=None, deadline=None)


def told_apart(pair: Twins, leak: Leak) -> bool:
    one, other = (leaky(pair, event, leak) for event in (pair.one, pair.other))
    return observed(one) != observed(other)


def leaky(pair: Twins, event: RawEvent, leak: Leak) -> Outcome:
    outcome = minimizer(pair.disclosure, pair.kind).minimize(event)
    return Put(leak(event, outcome.booking, pair.disclosure)) if isinstance(outcome, Put) else outcome


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: str(leak.__name__))
def test_a_leak_is_found(leak: Leak) -> None:
    pair = find(twins(), lambda pair: told_apart(pair, leak), settings=SEARCH)
    assert observed(leaky(pair, pair.one, lambda _, booking, __: booking)) == observed(
        leaky(pair, pair.other, lambda _, booking, __: booking)
    )


def edge_of_hidden_minutes(pair: Twins, event: RawEvent) -> Outcome:
    """A leak by absence: the window looks at the exact end although only a block is shown."""
    outcome = minimizer(pair.disclosure, pair.kind).minimize(event)
    if isinstance(outcome, Put) and isinstance(event.end, datetime) and event.end <= EDGE:
        return Dropped(outcome.booking.id, Reason.OUTSIDE_WINDOW)
    return outcome


def dropped_for_being_private(pair: Twins, event: RawEvent) -> Outcome:
    outcome = minimizer(pair.disclosure, pair.kind).minimize(event)
    return (
        Dropped(outcome.booking.id, Reason.WITHHELD)
        if isinstance(outcome, Put) and event.private
        else outcome
    )


@pytest.mark.parametrize("drop", [edge_of_hidden_minutes, dropped_for_being_private])
def test_a_leak_by_absence_is_found(drop: Callable[[Twins, RawEvent], Outcome]) -> None:
    find(
        twins(),
        lambda pair: observed(drop(pair, pair.one)) != observed(drop(pair, pair.other)),
        settings=SEARCH,
    )
