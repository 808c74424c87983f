"""Narrowing: what may still be told of a minimized booking once less may be seen. Pure; it never adds.

``made`` is, throughout, the most that a booking may have been made under.
"""

from datetime import datetime

from msgspec.structs import replace

from gateway.booking import Booking, Bucket
from gateway.minimization.categories import CATEGORIES
from gateway.minimization.lattice import WIDEST, Booker, Conference, Disclosure, People, Time, Title
from gateway.minimization.people import bucket
from gateway.minimization.span import Span, rounded_outward


def narrowed(booking: Booking, disclosure: Disclosure, kept_from: datetime) -> Booking | None:
    """The booking as this disclosure shows it; None if it ended by ``kept_from``."""
    left = lowered(booking, disclosure, WIDEST)
    return None if left.end <= kept_from else left


def lowered(booking: Booking, disclosure: Disclosure, made: Disclosure) -> Booking:
    """The booking as this disclosure shows it."""
    span = time_shown(booking, disclosure.time)
    return replace(
        booking,
        start=span.start,
        end=span.end,
        all_day=span.all_day,
        people=people_shown(booking, disclosure.people),
        title=title_shown(booking, disclosure.title, made.title),
        conference=conference_shown(booking, disclosure.conference),
        booker=booker_shown(booking, disclosure.booker, made.booker),
    )


def time_shown(booking: Booking, level: Time) -> Span:
    """When it is."""
    span = Span(booking.start, booking.end, booking.all_day)
    return span if level is Time.EXACT else rounded_outward(span)


def people_shown(booking: Booking, level: People) -> Bucket | int | None:
    """How many come."""
    if level is People.BUCKET and isinstance(booking.people, int):
        return bucket(booking.people)
    return None if level is People.NONE else booking.people


def title_shown(booking: Booking, level: Title, made: Title) -> str | None:
    """What it is for."""
    # Words do not show how they came about: those of a lower level have to come from the provider anew.
    is_kept = level is not Title.NONE and (level >= made or booking.title in CATEGORIES)
    return booking.title if is_kept else None


def conference_shown(booking: Booking, level: Conference) -> bool | None:
    """Whether there is an online meeting."""
    return None if level is Conference.NONE else booking.conference


def booker_shown(booking: Booking, level: Booker, made: Booker) -> str | None:
    """Who booked it."""
    # Which of the two it is does not show: the lower one has to come from the provider anew.
    return booking.booker if level is not Booker.NONE and level >= made else None
