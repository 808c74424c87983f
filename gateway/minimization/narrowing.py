"""Narrowing: what may still be kept of a stored booking once less may be seen. Pure; it never adds."""

from datetime import datetime

from msgspec.structs import replace

from gateway.booking import Booking, Bucket
from gateway.minimization.categories import CATEGORIES
from gateway.minimization.lattice import Booker, Conference, Disclosure, People, Time, Title
from gateway.minimization.people import bucket
from gateway.minimization.span import Span, rounded_outward


def narrowed(booking: Booking, disclosure: Disclosure, kept_from: datetime) -> Booking | None:
    """The booking as this disclosure shows it; None if it ended by ``kept_from``."""
    span = Span(booking.start, booking.end, booking.all_day)
    if disclosure.time is not Time.EXACT:
        span = rounded_outward(span)
    if span.end <= kept_from:
        return None
    return replace(
        booking,
        start=span.start,
        end=span.end,
        all_day=span.all_day,
        people=_people(booking, disclosure.people),
        title=_title(booking, disclosure.title),
        conference=None if disclosure.conference is Conference.NONE else booking.conference,
        # Which of the two it is does not show: the lower one has to come from the provider anew.
        booker=booking.booker if disclosure.booker is Booker.USER else None,
    )


def _title(booking: Booking, level: Title) -> str | None:
    # Words do not show how they came about: those of a lower level have to come from the provider anew.
    is_kept = level is Title.SCRUBBED or (level is not Title.NONE and booking.title in CATEGORIES)
    return booking.title if is_kept else None


def _people(booking: Booking, level: People) -> Bucket | int | None:
    if level is People.BUCKET and isinstance(booking.people, int):
        return bucket(booking.people)
    return None if level is People.NONE else booking.people
