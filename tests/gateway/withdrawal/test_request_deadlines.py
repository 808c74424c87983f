"""A month, as privacy officers count it (Regulation 1182/71), and what is told before it ends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.booking import TenantId
from gateway.clock import DAY_MILLISECONDS, milliseconds
from gateway.request import RequestKind, RequestState, RequestStep, SubjectRequest
from gateway.store.asked import RequestRow
from gateway.withdrawal.request_deadlines import (
    NOTICES,
    SOON_DAYS,
    RequestNotice,
    answer_by,
    end_of,
    last_day,
    notice_due,
)

DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))
OPENED = 1_000 * DAY_MILLISECONDS
ENDS = OPENED + 31 * DAY_MILLISECONDS


@pytest.mark.parametrize(
    ("received", "months", "last"),
    [
        # As the guidelines of the EDPB on access count (01/2022), in years without a weekend there.
        ("2024-03-05", 1, "2024-04-05"),
        ("2022-08-31", 1, "2022-09-30"),
        # The end of February; the year's; a Saturday and a Sunday, to the Monday.
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-12-10", 1, "2025-01-10"),
        ("2026-02-28", 1, "2026-03-30"),
        ("2026-03-04", 1, "2026-04-06"),
        ("2026-03-05", 1, "2026-04-06"),
        ("2025-11-30", 3, "2026-03-02"),
        ("2026-03-02", 3, "2026-06-02"),
    ],
)
def test_a_month_is_counted_so(received: str, months: int, last: str) -> None:
    assert last_day(date.fromisoformat(received), months) == date.fromisoformat(last)


@given(DAYS, st.sampled_from([1, 3]))
def test_a_month_ends_on_a_working_day_and_never_too_soon(received: date, months: int) -> None:
    last = last_day(received, months)
    assert last.weekday() <= 4
    assert timedelta(28 * months) <= last - received <= timedelta(31 * months + 2)
    assert last <= last_day(received + timedelta(days=1), months)
    assert last_day(received, 1) < last_day(received, 3)


def test_a_day_ends_where_the_tenant_is() -> None:
    day = date(2026, 4, 2)
    assert end_of(day, ZoneInfo("Europe/Berlin")) == milliseconds(datetime(2026, 4, 2, 22, tzinfo=UTC))
    assert end_of(day, ZoneInfo("America/New_York")) == milliseconds(datetime(2026, 4, 3, 4, tzinfo=UTC))


def row(told: int | None, state: RequestState = RequestState.OPENED) -> RequestRow:
    return RequestRow(
        TenantId("ten_1"), "req_1", RequestKind.ACCESS, state, None, OPENED, ENDS, None, None, told, 1, 1
    )


def test_that_a_clock_runs_is_told_first_and_then_that_it_ends() -> None:
    told, days = [], None
    for day in range(40):
        notice = notice_due(row(days), OPENED + day * DAY_MILLISECONDS)
        if notice is not None:
            told.append((day, notice.days))
            days = notice.days
    assert told == [(0, 31), (24, 7), (28, 3), (30, 1), (31, 0)]


@pytest.mark.parametrize("state", [RequestState.CARRIED_OUT, RequestState.REFUSED, RequestState.CLOSED])
def test_of_what_was_answered_nothing_is_told(state: RequestState) -> None:
    assert notice_due(row(None, state), ENDS) is None


@given(st.integers(0, 400), st.none() | st.integers(0, 40))
def test_nothing_is_told_twice_and_who_is_told_late_is_told_once(days: int, told: int | None) -> None:
    now = OPENED + days * DAY_MILLISECONDS // 4
    notice = notice_due(row(told), now)
    if notice is not None:
        assert told is None or notice.days < told
        assert notice_due(row(notice.days), now) is None
    elif now >= ENDS:
        assert told == min(NOTICES)
    if now >= ENDS and told is None:
        assert notice == RequestNotice(RequestKind.ACCESS, 0)


def test_what_was_extended_has_three_months_whatever_became_of_it_since() -> None:
    opened = SubjectRequest(
        id="req_1",
        kind=RequestKind.ACCESS,
        received=date(2026, 3, 2),
        ends_at=ENDS,
        executes_at=None,
        link=None,
        steps=(RequestStep(at=OPENED, state=RequestState.OPENED),),
    )
    extended = opened.extend(OPENED + 1, ENDS, "They are many.")
    ends = [answer_by(one) for one in (opened, opened.carry_out(OPENED + 1), extended)]
    assert ends == [date(2026, 4, 2), date(2026, 4, 2), date(2026, 6, 2)]
    assert answer_by(extended.carry_out(OPENED + 2)) == date(2026, 6, 2)


def test_soon_is_from_the_first_notice_on() -> None:
    assert SOON_DAYS == 7
