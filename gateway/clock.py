"""The clock, passed in wherever time matters."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

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


def moment(milliseconds_since_epoch: int) -> datetime:
    """The inverse of ``milliseconds``."""
    return EPOCH + timedelta(milliseconds=milliseconds_since_epoch)
