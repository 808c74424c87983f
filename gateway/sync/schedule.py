"""When to look again, and how far. Pure: the time and a random number between 0 and 1 go in."""

from datetime import UTC, datetime, time, timedelta

from connectors.port import Window
from gateway.clock import DAY_MILLISECONDS, MINUTE_MILLISECONDS

POLL_MILLISECONDS = 5 * MINUTE_MILLISECONDS
#: While signals are silent, of what shows by itself that it is over: one look of upkeep's later, at the most.
WATCHFUL_MILLISECONDS = MINUTE_MILLISECONDS
DIRECTORY_MILLISECONDS = DAY_MILLISECONDS
#: Three missed polls.
STALE_AFTER_MILLISECONDS = 3 * POLL_MILLISECONDS
UNKNOWN_AFTER_MILLISECONDS = DAY_MILLISECONDS
#: Rounds drop what has aged out; upkeep does of calendars that no round has completed for so long, as often.
UNREAD_AFTER_MILLISECONDS = 60 * MINUTE_MILLISECONDS
UPKEEP_SECONDS = 60
#: A change may be told of before it can be read.
ECHO_MILLISECONDS = MINUTE_MILLISECONDS
#: For how long a provider is asked to tell of changes; it may grant less.
WATCH_LIFE = timedelta(days=7)
#: Who does not tell of a calendar's changes is asked again after so long, and ever less often.
PUSH_REFUSED_MILLISECONDS = 10 * MINUTE_MILLISECONDS
PUSH_REFUSED_MILLISECONDS_MAX = DAY_MILLISECONDS
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


def next_look(now: int, started_at: int, notified_at: int | None, chance: float) -> int:
    """When a calendar is due again whose round began at ``started_at`` and has just ended.

    What was told while it read may have come too late for this round: at once. What a notification tells of
    may become visible later than the notification itself: once more after a while.
    """
    if notified_at is not None:
        if notified_at >= started_at:
            return now
        if notified_at > started_at - ECHO_MILLISECONDS:
            return notified_at + ECHO_MILLISECONDS
    return next_poll(started_at, chance)


def next_renewal(now: int, expires_at: int, chance: float) -> int:
    """When a watch is renewed: with a fifth of its life left or more, spread so that none march in step.

    Never sooner than in a minute, however short it lives.
    """
    life = expires_at - now
    return now + max(int(life * (0.6 + 0.2 * chance)), MINUTE_MILLISECONDS)


def next_try_to_be_told(now: int, attempts: int) -> int:
    """When to ask again who refused to tell of changes: after ten minutes, doubling to a day."""
    doublings = min(max(attempts - 1, 0), _DOUBLINGS_MAX)
    return now + min(PUSH_REFUSED_MILLISECONDS << doublings, PUSH_REFUSED_MILLISECONDS_MAX)


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
