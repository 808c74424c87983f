"""Unheard: what follows where an identity provider has told nothing for too long. Pure.

Silence proves nothing of anybody, so nobody is suspended for it. But what would have been told may be
missing.
"""

from enum import IntEnum

from gateway.clock import DAY_MILLISECONDS, MINUTE_MILLISECONDS

#: Who was asked so many times and has not said that it works is silent.
INTERVALS_MAX = 3
#: What nobody has read is unknown after so long (``sync.schedule``); what nobody vouches for, stale after it.
FRESH_MILLISECONDS = DAY_MILLISECONDS
#: A clock may be put back by so much, and no time that was written down is doubted for it.
AHEAD_MILLISECONDS_MAX = MINUTE_MILLISECONDS


class Unheard(IntEnum):
    """What follows, the least first; each brings what is before it."""

    NOTHING = 0
    #: What can be asked for is asked for more often.
    ASK_MORE = 1
    #: Nothing is told as fresh any more.
    NOT_FRESH = 2


def last_heard(heard_at: int | None, created_at: int, now: int) -> int | None:
    """Since when it was heard, or is there, in epoch milliseconds; None where no such time is to be believed.

    What was heard at a time that is yet to come was written by a clock that was wrong: it does not count.
    """
    known = (at for at in (heard_at, created_at) if at is not None)
    return next((at for at in known if at <= now + AHEAD_MILLISECONDS_MAX), None)


def unheard(*, heard_at: int | None, created_at: int, pause: int | None, now: int) -> Unheard:
    """What follows from when one was heard last. All in milliseconds, times since 1970.

    ``pause``: how long lies between two questions; None: it comes when there is something to tell, so that
    its silence says nothing.
    """
    if pause is None:
        return Unheard.NOTHING
    since, long = last_heard(heard_at, created_at, now), INTERVALS_MAX * pause
    if since is None or now - since > max(long, FRESH_MILLISECONDS):
        return Unheard.NOT_FRESH
    return Unheard.ASK_MORE if now - since > long else Unheard.NOTHING
