"""What follows from silence: nothing, more questions, or that nothing is told as fresh."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.unheard import Unheard, unheard

HOUR, MINUTE, DAY = 3_600_000, 60_000, 86_400_000
NOW = 100 * DAY
NOTHING, ASK_MORE, NOT_FRESH = Unheard
TIMES = st.integers(0, 2 * NOW)
PAUSES = st.integers(1, DAY)


@pytest.mark.parametrize(
    ("heard", "created", "pause", "follows"),
    [
        # So long ago, each. A stream that is asked every hour.
        (0, 50 * DAY, HOUR, NOTHING),
        (3 * HOUR, 50 * DAY, HOUR, NOTHING),
        (3 * HOUR + 1, 50 * DAY, HOUR, ASK_MORE),
        (DAY, 50 * DAY, HOUR, ASK_MORE),
        (DAY + 1, 50 * DAY, HOUR, NOT_FRESH),
        # Never heard: since it is there.
        (None, 3 * HOUR, HOUR, NOTHING),
        (None, 3 * HOUR + 1, HOUR, ASK_MORE),
        (None, DAY + 1, HOUR, NOT_FRESH),
        # A provider, asked every five minutes; a stream, once a day.
        (15 * MINUTE, DAY, 5 * MINUTE, NOTHING),
        (15 * MINUTE + 1, DAY, 5 * MINUTE, ASK_MORE),
        (3 * DAY, 50 * DAY, DAY, NOTHING),
        (3 * DAY + 1, 50 * DAY, DAY, NOT_FRESH),
        # It comes when there is something to tell.
        (99 * DAY, 99 * DAY, None, NOTHING),
        (None, 99 * DAY, None, NOTHING),
        # A clock that was put back a little, and one that was wrong when it was heard, or recorded.
        (-MINUTE, 50 * DAY, HOUR, NOTHING),
        (-MINUTE - 1, 50 * DAY, HOUR, NOT_FRESH),
        (-MINUTE - 1, 2 * HOUR, HOUR, NOTHING),
        (None, -MINUTE - 1, HOUR, NOT_FRESH),
        (-DAY, -DAY, HOUR, NOT_FRESH),
    ],
)
def test_what_follows(heard: int | None, created: int, pause: int | None, follows: Unheard) -> None:
    heard_at = None if heard is None else NOW - heard
    assert unheard(heard_at=heard_at, created_at=NOW - created, pause=pause, now=NOW) is follows


@given(st.none() | TIMES, TIMES, PAUSES, TIMES, TIMES)
def test_silence_that_lasts_never_brings_less(
    heard_at: int | None, created_at: int, pause: int, now: int, later: int
) -> None:
    """But where a time that was yet to come has come."""
    known = [created_at] if heard_at is None else [heard_at, created_at]
    now, later = max(known) + min(now, later), max(known) + max(now, later)
    follows = [unheard(heard_at=heard_at, created_at=created_at, pause=pause, now=at) for at in (now, later)]
    assert follows == sorted(follows)


@given(st.none() | TIMES, TIMES, st.none() | PAUSES, TIMES)
def test_who_is_heard_now_is_not_silent(
    heard_at: int | None, created_at: int, pause: int | None, now: int
) -> None:
    assert unheard(heard_at=now, created_at=created_at, pause=pause, now=now) is NOTHING
    assert unheard(heard_at=heard_at, created_at=created_at, pause=None, now=now) is NOTHING
