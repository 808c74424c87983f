"""A resource's bookings as iCalendar (RFC 5545): events, or the times that are taken.

What is not known is never told as free: then all that was asked for is *busy-unavailable*.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

import msgspec
from icalendar import Calendar, Event, FreeBusy, Parameters, vPeriod

from gateway.booking import Booking, Freshness, Status
from gateway.feed.snapshot import BookingList, Interval, Rendered, rendered

PRODUCT = "-//calendar-pii-gateway//feed//EN"
#: Ids are unique where they come from; a UID everywhere (RFC 7986, section 5.3).
_UID = "{id}@calendar-pii-gateway.invalid"

_BOOKING = msgspec.json.Decoder(Booking)


def icalendar(listed: BookingList) -> Rendered:
    """A VCALENDAR with an event for each booking."""
    calendar = _calendar(listed)
    if _is_unknown(listed):
        calendar.add_component(_unknown(listed))
    for shown in listed.bookings:
        calendar.add_component(_event(_BOOKING.decode(shown.booking)))
    return rendered(calendar.to_ical())


def free_busy(listed: BookingList) -> Rendered:
    """A VCALENDAR with one VFREEBUSY: when the resource is taken, within what was asked for."""
    taken = FreeBusy()
    taken.add("uid", _UID.format(id=listed.resource))
    for name, at in (("dtstamp", listed.start), ("dtstart", listed.start), ("dtend", listed.end)):
        taken.add(name, at)
    if _is_unknown(listed):
        _add_periods(taken, "BUSY-UNAVAILABLE", [Interval(listed.start, listed.end)])
    bookings = [_BOOKING.decode(shown.booking) for shown in listed.bookings]
    for status, kind in ((Status.CONFIRMED, "BUSY"), (Status.TENTATIVE, "BUSY-TENTATIVE")):
        spans = [_clipped(one, listed) for one in bookings if one.status is status]
        _add_periods(taken, kind, joined(spans))
    calendar = _calendar(listed)
    calendar.add_component(taken)
    return rendered(calendar.to_ical())


def joined(spans: Iterable[Interval]) -> Iterator[Interval]:
    """The same time, in order, without overlaps and seams."""
    last: Interval | None = None
    for span in sorted(spans):
        if last is None:
            last = span
        elif span.start <= last.end:
            last = Interval(last.start, max(last.end, span.end))
        else:
            yield last
            last = span
    if last is not None:
        yield last


def _calendar(listed: BookingList) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-freshness", listed.state["freshness"])
    if listed.state["since"] is not None:
        calendar.add("x-fresh-since", f"{listed.state['since']:%Y%m%dT%H%M%SZ}")
    return calendar


def _event(booking: Booking) -> Event:
    event = Event()
    event.add("uid", _UID.format(id=booking.id))
    # When it was last revised would tell of edits that are hidden.
    event.add("dtstamp", booking.start)
    all_day = booking.all_day
    event.add("dtstart", booking.start if all_day is None else all_day.first)
    event.add("dtend", booking.end if all_day is None else all_day.last + timedelta(days=1))
    event.add("status", booking.status.upper())
    event.add("summary", booking.title or "Busy")
    return event


def _unknown(listed: BookingList) -> Event:
    event = Event()
    event.add("uid", _UID.format(id=f"unknown-{listed.resource}"))
    for name, at in (("dtstamp", listed.start), ("dtstart", listed.start), ("dtend", listed.end)):
        event.add(name, at)
    event.add("status", "TENTATIVE")
    event.add("summary", "Not known")
    return event


def _is_unknown(listed: BookingList) -> bool:
    return bool(listed.state["freshness"] == Freshness.UNKNOWN)


def _clipped(booking: Booking, listed: BookingList) -> Interval:
    return Interval(max(booking.start, listed.start), min(booking.end, listed.end))


def _add_periods(taken: FreeBusy, kind: str, spans: Iterable[Interval]) -> None:
    for span in spans:
        period = vPeriod(span)
        period.params = Parameters({"FBTYPE": kind})
        taken.add("freebusy", period, encode=False)
