"""Span: the time that an item occupies, in UTC."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from gateway.booking import AllDay
from gateway.errors import ConfigurationError
from gateway.minimization.outcome import Reason

BAD_RANGE: Final = Reason.BAD_RANGE
ZERO_LENGTH: Final = Reason.ZERO_LENGTH
NoSpan = Literal[Reason.BAD_RANGE, Reason.ZERO_LENGTH]

GRID = timedelta(minutes=15)
DAY = timedelta(days=1)
EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


class Span(msgspec.Struct, frozen=True, gc=False):
    """Half-open, aware UTC; never empty. ``all_day`` holds the provider's dates."""

    start: datetime
    end: datetime
    all_day: AllDay | None


def occupied(start: datetime | date, end: datetime | date, zone: ZoneInfo) -> Span | NoSpan:
    """The time between two instants, or between two dates (``end`` exclusive) of the resource's zone.

    ZERO_LENGTH occupies nothing. BAD_RANGE is what a connector never promises: inverted, of two kinds, or not
    in ``datetime.UTC``, which would carry an event's own zone onward.
    """
    if isinstance(start, datetime):
        return _instants(start, end)
    return BAD_RANGE if isinstance(end, datetime) else _dates(start, end, zone)


def _instants(start: datetime, end: datetime | date) -> Span | NoSpan:
    if not isinstance(end, datetime) or start.tzinfo is not UTC or end.tzinfo is not UTC or end < start:
        return BAD_RANGE
    return ZERO_LENGTH if start == end else Span(start, end, None)


def _dates(first: date, after: date, zone: ZoneInfo) -> Span | NoSpan:
    if after < first:
        return BAD_RANGE
    start, end = midnight(first, zone), midnight(after, zone)
    # Two dates may share a midnight: Apia skipped 30 December 2011 altogether.
    return ZERO_LENGTH if start == end else Span(start, end, AllDay(first, after - DAY))


def occupied_either_way(start: datetime, end: datetime, zone: ZoneInfo) -> Span | NoSpan:
    """The time between two instants, and between their dates in the resource's zone as well."""
    instants, days = _instants(start, end), _dates(start.date(), end.date(), zone)
    if not isinstance(instants, Span) or not isinstance(days, Span):
        return instants
    return Span(min(instants.start, days.start), max(instants.end, days.end), None)


@lru_cache(maxsize=4096)
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins: the first of two midnights, or when the clock jumps over it."""
    try:
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    except OverflowError:
        # East of Greenwich the first of all days begins before time does; the last begins within it anywhere.
        return EARLIEST


def rounded_outward(span: Span) -> Span:
    """The block of quarter hours that holds the span, without its dates."""
    start = span.start - (span.start - EARLIEST) % GRID
    try:
        return Span(start, span.end + (EARLIEST - span.end) % GRID, None)
    except OverflowError:
        return Span(start, LATEST, None)


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises ConfigurationError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ConfigurationError(
            "A time zone of a tenant or site is not in the IANA list: all-day bookings would have no place. "
            "Write it like Europe/Zurich."
        ) from None
