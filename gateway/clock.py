"""The clock, passed in wherever time matters; days and months; and moments as people read them."""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated

import msgspec

#: An aware time, as JSON has to give it.
Moment = Annotated[datetime, msgspec.Meta(tz=True)]

#: Tells the time as an aware UTC datetime.
Clock = Callable[[], datetime]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

MINUTE_MILLISECONDS = 60_000
HOUR_MILLISECONDS = 60 * MINUTE_MILLISECONDS
DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS


def system_clock(offset: timedelta = timedelta()) -> Clock:
    """The machine's clock, moved by ``offset``."""
    return lambda: datetime.now(UTC) + offset  # noqa: TID251  the one place that may ask


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970, UTC."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def minute_of(moment: datetime) -> int:
    """Epoch minutes of an aware moment, rounded down."""
    return milliseconds(moment) // MINUTE_MILLISECONDS


def moment(milliseconds_since_epoch: int) -> datetime:
    """The inverse of ``milliseconds``."""
    return EPOCH + timedelta(milliseconds=milliseconds_since_epoch)


def begin_of(day: date, zone: tzinfo = UTC) -> datetime:
    """When a day begins there."""
    return datetime.combine(day, time(), zone)


def months_after(day: date, months: int) -> date:
    """The day of the same number so many months later, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def to_minute(at: int) -> str:
    """A moment for people, from epoch milliseconds."""
    return f"{moment(at):%Y-%m-%d %H:%M} UTC"


def to_second(at: int) -> str:
    """As ``to_minute``, to the second."""
    return f"{moment(at):%Y-%m-%d %H:%M:%S} UTC"
