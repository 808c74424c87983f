"""How far Google was read, without Google."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import CursorExpired
from connectors.google.account import Entry
from connectors.google.position import (
    LATE_MILLISECONDS,
    LIST_MILLISECONDS,
    LOG_MILLISECONDS,
    PAGE_MILLISECONDS,
    SEEN_MAX,
    Position,
)
from connectors.port import Cursor

BEGAN = datetime(2027, 3, 1, tzinfo=UTC)
NOW = int(BEGAN.timestamp() * 1000)


def entry(number: int, at: datetime | None = BEGAN) -> Entry:
    return Entry(f"entry {number}", at, "somebody")


def test_what_no_log_is_asked_about_any_more_is_forgotten() -> None:
    at = Position(0, seen={"old": 0, "late": 1, "new": LATE_MILLISECONDS})
    assert at.having_read(LATE_MILLISECONDS + 1).seen == {"late": 1, "new": LATE_MILLISECONDS}


def test_no_more_than_so_many_entries_are_remembered_and_the_latest() -> None:
    at = Position(NOW).having_told([entry(n, BEGAN + timedelta(seconds=n)) for n in range(SEEN_MAX + 5)], NOW)
    kept = at.having_read(NOW)
    assert (len(kept.seen), min(kept.seen.values())) == (SEEN_MAX, NOW + 5000)
    assert len(kept.cursor) < 40 * SEEN_MAX


@given(st.lists(st.integers(0, 9), max_size=30))
def test_each_entry_is_told_once_however_often_it_is_read(read: list[int]) -> None:
    at, told = Position(NOW), list[str]()
    for number in read:
        fresh = at.fresh([entry(number, None if number % 2 else BEGAN)])
        told += [one.key for one in fresh]
        at = Position.read(at.having_told(fresh, NOW).having_read(NOW).cursor)
    assert sorted(told) == sorted({f"entry {number}" for number in read})


@given(st.lists(st.tuples(st.integers(0, 4 * 86_400_000), st.booleans()), max_size=20))
def test_a_listing_that_is_under_way_goes_on_and_another_begins_a_day_after_the_last(
    visits: list[tuple[int, bool]],
) -> None:
    at, now = Position(NOW), NOW
    for passed, is_last in visits:
        before, now = at, now + passed
        at = at.listing(now)
        is_due = now - before.begun >= PAGE_MILLISECONDS if before.begun else (
            now - before.listed >= LIST_MILLISECONDS
        )  # fmt: skip
        assert at == (before.anew(now) if is_due else before)
        if at.is_listing:
            at = at.behind(None if is_last else "a token")
    assert (at.page is None) or at.is_listing


def test_those_who_are_there_come_first_and_then_the_deleted() -> None:
    at = Position(NOW).listing(NOW)
    at = at.behind("second")
    assert (at.deleted, at.page) == (False, "second")
    at = at.behind(None)
    assert (at.deleted, at.page, at.is_listing) == (True, None, True)
    at = at.behind(None)
    assert (at, at.is_listing) == (Position(NOW, listed=NOW), False)


def test_a_cursor_is_read_as_it_was_and_no_other_is_taken() -> None:
    at = Position(NOW, seen={"ab": 1}, listed=2, begun=3, deleted=True, page="p")
    assert Position.read(at.cursor) == at
    assert at.since == BEGAN - timedelta(days=1)
    assert "ab" not in repr(at)
    for odd in ("", "{}", '{"asked": "x"}', "\ud800", "[1]"):
        with pytest.raises(CursorExpired):
            Position.read(Cursor(odd))
    at.check(NOW + LOG_MILLISECONDS - 1)
    with pytest.raises(CursorExpired):
        at.check(NOW + LOG_MILLISECONDS)
