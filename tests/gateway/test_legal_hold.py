"""What a period covers, and of what a review reminds."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.clock import milliseconds
from gateway.legal_hold import Deed, HoldStep, LegalHold, Subset

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "hours", "is_covered"),
    [(-1, 1, False), (-1, 2, True), (0, 1, True), (1, 1, True), (1, 5, True), (2, 1, False), (-9, 99, True)],
)
def test_a_period_covers_what_has_a_part_in_it(start: int, hours: int, *, is_covered: bool) -> None:
    period, begin = Subset(since=NOON, until=NOON + 2 * HOUR), NOON + start * HOUR
    assert period.covers(begin, begin + hours * HOUR) is is_covered


def test_what_has_no_end_covers_all_behind_it() -> None:
    assert Subset(since=NOON).covers(NOON + 999 * HOUR, NOON + 1000 * HOUR)
    assert Subset(until=NOON).covers(NOON - 999 * HOUR, NOON - 998 * HOUR)
    assert not Subset(since=NOON).covers(NOON - 2 * HOUR, NOON - HOUR)


@pytest.mark.parametrize(
    ("told", "left", "due"),
    [
        ((), 15, None),
        ((), 14, 14),
        ((14,), 13, None),
        ((14,), 3, 3),
        ((), 0, 0),
        ((14, 3), -9, 0),
        ((0,), -9, None),
    ],
)
def test_each_notice_is_due_once(told: tuple[int, ...], left: int, due: int | None) -> None:
    placed = HoldStep(at=milliseconds(NOON), what=Deed.PLACED)
    notices = (HoldStep(at=milliseconds(NOON) + 1, what=Deed.NOTICED, days=days) for days in told)
    hold = LegalHold(
        reference="Case 1", review=date(2026, 8, 1), sealed=False, subset=Subset(), journal=(placed, *notices)
    )
    now = datetime(2026, 8, 1, 9, tzinfo=UTC) - timedelta(days=left)
    assert hold.notice_due(milliseconds(now)) == due
