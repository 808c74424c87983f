"""Deadlines: until when an authorization is given, and when all that hangs on it is erased. Pure.

Whoever is told too late, since nothing ran, is told once, how many days are left by then at most.
"""

from collections.abc import Iterable
from typing import NamedTuple

from gateway.authorization import State
from gateway.clock import DAY_MILLISECONDS
from gateway.intended import ChangeId
from gateway.store.history import Happened, HistoryRow
from gateway.store.registry import Standing

#: Days before the end at which it is told that it comes. That a clock runs at all is told at its start.
EXPIRY_NOTICES = (30, 7)
ERASURE_NOTICES = (14, 3, 1)
#: Of a trial, at whose end all is erased; that it runs is told at its start.
TRIAL_NOTICES = (3, 1)


class Notice(NamedTuple):
    """What is to be told: which deadline comes, in how many days. ``change`` is the one that it is about."""

    what: Happened
    days: int
    change: ChangeId | None = None


def notice_due(
    standing: Standing, history: Iterable[HistoryRow], now: int, told_since: int = 0
) -> Notice | None:
    """What has to be told by now (epoch milliseconds) and was not.

    What was told before ``told_since`` counts no more: the clock stood still until then.
    """
    if standing.erase_at is not None:
        begun = standing.changed_at
        whole = (standing.erase_at - begun) // DAY_MILLISECONDS
        what, ends = Happened.ERASURE_NOTICE, standing.erase_at
        steps: tuple[int, ...] = (whole, *ERASURE_NOTICES)
    elif standing.expires_at is not None and standing.authorization.state.may_read:
        begun = max([standing.created_at, *(row.at for row in history if row.what is Happened.RENEWED)])
        what, ends, steps = Happened.EXPIRY_NOTICE, standing.expires_at, EXPIRY_NOTICES
        if standing.authorization.state is State.TRIAL:
            steps = ((ends - begun) // DAY_MILLISECONDS, *TRIAL_NOTICES)
    else:
        return None
    since = max(begun, told_since)
    told = [row.days for row in history if row.what is what and row.at >= since and row.days is not None]
    days = days_to_tell(steps, told, begun=begun, ends=ends, now=now)
    return None if days is None else Notice(what, days)


def days_to_tell(steps: Iterable[int], told: Iterable[int], *, begun: int, ends: int, now: int) -> int | None:
    """How many days are left at most, where that is a step that has passed and was not told."""
    least = min(told, default=None)
    passed = [
        days
        for days in steps
        if begun <= ends - days * DAY_MILLISECONDS <= now and (least is None or days < least)
    ]
    return min(passed, default=None)


def has_expired(standing: Standing, now: int) -> bool:
    """Whether what was given has ended by now; a trial ends otherwise."""
    ends = standing.expires_at
    return ends is not None and ends <= now and standing.authorization.state.may_serve


def is_overdue(standing: Standing, now: int) -> bool:
    """Whether the clock of a suspension has run out by now, or that of a trial."""
    is_trial = standing.authorization.state is State.TRIAL
    ends = standing.expires_at if is_trial else standing.erase_at
    return ends is not None and ends <= now


def was_told(standing: Standing, history: Iterable[HistoryRow], now: int, told_since: int = 0) -> bool:
    """Whether it was told a day ago, and since then, that a suspension's, or a trial's, last day has come.

    Without it nothing is erased: a machine whose clock was wrong, or that was off, tells first.
    """
    is_trial = standing.authorization.state is State.TRIAL
    what = Happened.EXPIRY_NOTICE if is_trial else Happened.ERASURE_NOTICE
    # What is announced to a trial, or chosen in one, changes it, and its end stays.
    begun = max(standing.created_at if is_trial else standing.changed_at, told_since)
    return any(
        row.what is what
        and row.days is not None
        and row.days <= 1
        and begun <= row.at <= now - DAY_MILLISECONDS
        for row in history
    )
