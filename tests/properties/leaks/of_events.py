"""Leaks of when, of what sort and how private an event is."""

from datetime import date, datetime

from msgspec.structs import replace

from connectors.raw import Kind, RawEvent, Response
from gateway.booking import AllDay, Booking, Status
from gateway.minimization.lattice import Disclosure, Time
from gateway.minimization.outcome import Dropped, Outcome, Put, Reason
from tests.properties.leaks.mutant import Leak, Mutant, minimized, mutants
from tests.properties.minimization_twins import EDGE, Twins, observed


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


def how_long_it_really_is(event: RawEvent, booking: Booking, disclosure: Disclosure) -> Booking:
    if disclosure.time is not Time.BUSY or not isinstance(event.start, datetime):
        return booking
    return replace(booking, zone=str(event.end - event.start))


def the_exact_end_of_a_block(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, end=event.end) if isinstance(event.end, datetime) else booking


def the_providers_uid(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, zone=event.uid or "")


def a_conference_of_what_is_not_understood(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return booking if event.understood else replace(booking, conference=event.conference)


def tentative_by_the_organizer(event: RawEvent, booking: Booking, _: Disclosure) -> Booking:
    return replace(booking, zone="UTC") if event.tentative else booking


def edge_of_hidden_minutes(pair: Twins, event: RawEvent) -> bytes:
    """By absence: the window looks at the exact end although only a block is shown."""
    outcome = minimized(pair, event)
    ended = isinstance(event.end, datetime) and event.end <= EDGE
    return observed(_dropped(outcome, Reason.OUTSIDE_WINDOW) if ended else outcome)


def dropped_for_being_private(pair: Twins, event: RawEvent) -> bytes:
    outcome = minimized(pair, event)
    return observed(_dropped(outcome, Reason.WITHHELD) if event.private else outcome)


def another_reason_for_a_bare_one(pair: Twins, event: RawEvent) -> bytes:
    """In the words of a refusal: it is gone all the same."""
    outcome = minimized(pair, event)
    if isinstance(outcome, Dropped) and event.bare:
        return observed(Dropped(outcome.id, Reason.BAD_ITEM))
    return observed(outcome)


def _dropped(outcome: Outcome, reason: Reason) -> Outcome:
    return Dropped(outcome.booking.id, reason) if isinstance(outcome, Put) else outcome


_LEAKS: list[Leak] = [
    the_resources_exact_answer,
    out_of_office,
    part_of_a_series,
    sensitivity,
    a_master_not_at_hand,
    minutes_under_a_block,
    dates_under_a_block,
    a_conference_not_shown,
    how_long_it_really_is,
    the_exact_end_of_a_block,
    the_providers_uid,
    a_conference_of_what_is_not_understood,
    tentative_by_the_organizer,
]
_BY_ABSENCE: list[Mutant] = [
    edge_of_hidden_minutes,
    dropped_for_being_private,
    another_reason_for_a_bare_one,
]
OF_EVENTS = mutants(_LEAKS) | {mutant.__name__: mutant for mutant in _BY_ABSENCE}
