"""When to look again, and how far. Pure: the time and a random number between 0 and 1 go in."""

from datetime import UTC, datetime, time, timedelta

from connectors.port import Window
from gateway.clock import DAY_MILLISECONDS, MINUTE_MILLISECONDS

POLL_MILLISECONDS = 5 * MINUTE_MILLISECONDS
DIRECTORY_MILLISECONDS = DAY_MILLISECONDS
#: Three missed polls.
STALE_AFTER_MILLISECONDS = 3 * POLL_MILLISECONDS
UNKNOWN_AFTER_MILLISECONDS = DAY_MILLISECONDS
#: Rounds drop what has aged out; upkeep does of calendars that no round has completed for so long, as often.
UNREAD_AFTER_MILLISECONDS = 60 * MINUTE_MILLISECONDS
#: How long a reader may stay away and still be told of every removal.
REMOVALS_KEPT_MILLISECONDS = 30 * DAY_MILLISECONDS
UPKEEP_SECONDS = 60
#: A look that braked is repeated soon, so that a true mass removal is not held up for long.
LOOK_AGAIN_MILLISECONDS = MINUTE_MILLISECONDS

REBASE_MILLISECONDS = DAY_MILLISECONDS
#: A calendar that held something not understood is unknown until a full round: that one must not wait a day.
REBASE_UNCLEAR_MILLISECONDS = 60 * MINUTE_MILLISECONDS

BACKOFF_MILLISECONDS_MAX = 60 * MINUTE_MILLISECONDS
#: The longest that a provider may keep us away.
WISH_MILLISECONDS_MAX = DAY_MILLISECONDS
_BACKOFF_FIRST_MILLISECONDS = 10_000
_DOUBLINGS_MAX = 12

DAYS_BEHIND = 1
DAYS_AHEAD = 180


def window(now: datetime) -> Window:
    """What bookings are kept: from the start of yesterday (UTC) to 180 days ahead."""
    today = datetime.combine(now.date(), time(), UTC)
    return Window(today - timedelta(days=DAYS_BEHIND), today + timedelta(days=DAYS_AHEAD))


def asked(kept: Window) -> Window:
    """What the provider is asked for: a day wider, because an all-day item has no instant there."""
    return Window(kept.start - timedelta(days=1), kept.end + timedelta(days=1))


def next_poll(now: int, chance: float) -> int:
    """When a calendar is due again, spread by a tenth so that calendars do not march in step."""
    return now + POLL_MILLISECONDS - int(chance * POLL_MILLISECONDS / 10)


def next_attempt(now: int, attempts: int, chance: float, *, at_least_milliseconds: int = 0) -> int:
    """When to try again after a failure: doubling from ten seconds to an hour, half of it by chance.

    ``at_least_milliseconds`` is a provider's wish, which holds for up to a day.
    """
    ceiling = _BACKOFF_FIRST_MILLISECONDS * 2 ** min(attempts, _DOUBLINGS_MAX)
    pause = min(ceiling, BACKOFF_MILLISECONDS_MAX)
    return now + max(int(pause * (0.5 + chance / 2)), min(at_least_milliseconds, WISH_MILLISECONDS_MAX))


def rebase_due(now: int, full_at: int | None, *, unclear: bool) -> bool:
    """Whether the window has moved on far enough to be read anew. Doubles as the check against drift."""
    if full_at is None:
        return True
    return now - full_at >= (REBASE_UNCLEAR_MILLISECONDS if unclear else REBASE_MILLISECONDS)
