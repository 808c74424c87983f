"""When it has to be told that an authorization ends, and when it has ended."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.authorization import Authorization, AuthorizationId, AuthorizationKind, State, SuspensionReason
from gateway.booking import TenantId
from gateway.clock import DAY_MILLISECONDS
from gateway.store.history import Happened, HistoryRow
from gateway.store.registry import Standing
from gateway.withdrawal.deadlines import Notice, has_expired, is_overdue, notice_due, was_told

BEGUN = 1_000 * DAY_MILLISECONDS
DAYS = st.integers(1, 90)


def authorization(state: State) -> Authorization:
    reason = SuspensionReason.ACCESS_LOST if state is State.SUSPENDED else None
    return Authorization(
        tenant=TenantId("ten_1"),
        id=AuthorizationId("aut_1"),
        kind=AuthorizationKind.EMPLOYER,
        state=state,
        reason=reason,
    )


def standing(
    state: State = State.ACTIVE, *, expires_in: int | None = None, erased_in: int | None = None
) -> Standing:
    """Recorded, and changed last, at ``BEGUN``; deadlines in days from then."""
    expires_at = None if expires_in is None else BEGUN + expires_in * DAY_MILLISECONDS
    erase_at = None if erased_in is None else BEGUN + erased_in * DAY_MILLISECONDS
    return Standing(
        TenantId("ten_1"),
        "eu",
        0,
        authorization(state),
        BEGUN,
        BEGUN,
        expires_at=expires_at,
        erase_at=erase_at,
    )


def told(notice: Notice, at: int) -> HistoryRow:
    return HistoryRow(1, at, notice.what, "active", None, 1, notice.days)


def all_told(one: Standing, moments: list[int], before: list[HistoryRow] | None = None) -> list[int]:
    """Days left at each notice, where somebody looks at these moments."""
    known, days = list(before or ()), []
    for at in moments:
        notice = notice_due(one, known, at)
        if notice is not None:
            known.append(told(notice, at))
            days.append(notice.days)
    return days


def each_hour(days: int) -> list[int]:
    return [BEGUN + hour * DAY_MILLISECONDS // 24 for hour in range(days * 24)]


def test_a_suspension_is_told_at_its_start_and_before_its_end() -> None:
    suspended = standing(State.SUSPENDED, erased_in=30)
    assert all_told(suspended, each_hour(30)) == [30, 14, 3, 1]
    assert all_told(standing(State.SUSPENDED, erased_in=10), each_hour(10)) == [10, 3, 1]
    assert all_told(standing(State.SUSPENDED, erased_in=3), each_hour(3)) == [3, 1]


def test_an_expiry_is_told_a_month_and_a_week_ahead() -> None:
    assert all_told(standing(expires_in=90), each_hour(90)) == [30, 7]
    # Who gave it for three weeks knows that it ends.
    assert all_told(standing(expires_in=21), each_hour(21)) == [7]
    assert all_told(standing(expires_in=5), each_hour(5)) == []


def test_a_trial_is_told_at_its_start_and_before_its_end() -> None:
    assert all_told(standing(State.TRIAL, expires_in=7), each_hour(9)) == [7, 3, 1]
    assert all_told(standing(State.TRIAL, expires_in=1), each_hour(3)) == [1]


def test_a_trial_is_over_and_does_not_expire() -> None:
    trial = standing(State.TRIAL, expires_in=7)
    assert not has_expired(trial, BEGUN + 9 * DAY_MILLISECONDS)
    assert [is_overdue(trial, BEGUN + 7 * DAY_MILLISECONDS + beside) for beside in (-1, 0)] == [False, True]


def test_who_was_told_nothing_for_days_is_told_the_newest_alone() -> None:
    suspended = standing(State.SUSPENDED, erased_in=30)
    assert all_told(suspended, [BEGUN + 28 * DAY_MILLISECONDS]) == [3]


def test_what_was_told_before_it_was_renewed_counts_no_more() -> None:
    renewed = HistoryRow(2, BEGUN + 5 * DAY_MILLISECONDS, Happened.RENEWED, "active", None, 1, None)
    early = told(Notice(Happened.EXPIRY_NOTICE, 7), BEGUN + DAY_MILLISECONDS)
    hours = each_hour(60)[6 * 24 :]
    assert all_told(standing(expires_in=60), hours, [early, renewed]) == [30, 7]
    assert all_told(standing(expires_in=60), hours, [early]) == []


def test_a_suspension_that_came_again_is_told_again() -> None:
    earlier = told(Notice(Happened.ERASURE_NOTICE, 1), BEGUN - 1)
    assert all_told(standing(State.SUSPENDED, erased_in=30), each_hour(30), [earlier]) == [30, 14, 3, 1]


def test_notices_of_the_other_kind_count_for_nothing() -> None:
    other = told(Notice(Happened.EXPIRY_NOTICE, 1), BEGUN + 1)
    assert all_told(standing(State.SUSPENDED, erased_in=30), each_hour(30), [other]) == [30, 14, 3, 1]


@given(DAYS, st.lists(st.integers(0, 100 * DAY_MILLISECONDS), max_size=12))
def test_nothing_is_told_twice_nor_in_the_wrong_order(days: int, looks: list[int]) -> None:
    suspended = standing(State.SUSPENDED, erased_in=days)
    found = all_told(suspended, sorted(BEGUN + look for look in looks))
    assert found == sorted(set(found), reverse=True)


@given(DAYS, st.integers(0, 100 * DAY_MILLISECONDS))
def test_what_is_told_is_no_less_than_what_is_left(days: int, look: int) -> None:
    suspended = standing(State.SUSPENDED, erased_in=days)
    notice = notice_due(suspended, [], BEGUN + look)
    assert notice is not None
    assert suspended.erase_at is not None
    left = suspended.erase_at - (BEGUN + look)
    assert left <= notice.days * DAY_MILLISECONDS


@given(st.sampled_from(State), st.integers(-1, 1))
def test_it_ends_at_its_end_and_only_while_it_is_read(state: State, beside: int) -> None:
    given_for = standing(state, expires_in=10)
    assert has_expired(given_for, BEGUN + 10 * DAY_MILLISECONDS + beside) == (state.may_serve and beside >= 0)
    assert not has_expired(standing(state), BEGUN + 10 * DAY_MILLISECONDS)
    overdue = is_overdue(standing(state, erased_in=10), BEGUN + 10 * DAY_MILLISECONDS + beside)
    assert overdue == (beside >= 0 and state is not State.TRIAL)
    assert not is_overdue(standing(state), BEGUN + 10 * DAY_MILLISECONDS)


@given(st.sampled_from(State), DAYS, st.integers(0, 100))
def test_who_is_not_read_is_told_of_no_expiry(state: State, days: int, look: int) -> None:
    assume(not state.may_read)
    assert notice_due(standing(state, expires_in=days), [], BEGUN + look * DAY_MILLISECONDS) is None


def test_only_a_renewal_begins_the_time_that_is_told_of_anew() -> None:
    looked_at = BEGUN + 65 * DAY_MILLISECONDS
    amended = HistoryRow(2, looked_at, Happened.AMENDED, "active", None, 2, None)
    renewed = HistoryRow(2, looked_at, Happened.RENEWED, "active", None, 2, None)
    assert all_told(standing(expires_in=90), [looked_at], [amended]) == [30]
    assert all_told(standing(expires_in=90), [looked_at], [renewed]) == []


def test_what_is_told_in_the_moment_in_which_its_time_begins_is_told() -> None:
    at_once = told(Notice(Happened.ERASURE_NOTICE, 30), BEGUN)
    assert all_told(standing(State.SUSPENDED, erased_in=30), [BEGUN], [at_once]) == []


TRIAL = standing(State.TRIAL, expires_in=7)
SUSPENDED = standing(State.SUSPENDED, erased_in=30)
EXPIRY, ERASURE = Happened.EXPIRY_NOTICE, Happened.ERASURE_NOTICE


@pytest.mark.parametrize(
    ("one", "what", "days", "after", "is_told"),
    [
        # A whole day has to pass after it was told that the last day has come, and not a moment less.
        (SUSPENDED, ERASURE, 1, 0, True),
        (SUSPENDED, ERASURE, 1, 1, False),
        (SUSPENDED, ERASURE, 0, 0, True),
        (SUSPENDED, ERASURE, 2, 0, False),
        (SUSPENDED, ERASURE, None, 0, False),
        # Notices of something else, or of an earlier suspension, are none.
        (SUSPENDED, EXPIRY, 1, 0, False),
        (SUSPENDED, ERASURE, 1, -29 * DAY_MILLISECONDS, True),
        (SUSPENDED, ERASURE, 1, -29 * DAY_MILLISECONDS - 1, False),
        (TRIAL, EXPIRY, 1, 0, True),
        (TRIAL, ERASURE, 1, 0, False),
        (TRIAL, EXPIRY, 1, -29 * DAY_MILLISECONDS - 1, False),
        # What changes a trial leaves its end where it is.
        (TRIAL._replace(changed_at=BEGUN + 6 * DAY_MILLISECONDS), EXPIRY, 1, -25 * DAY_MILLISECONDS, True),
        (
            SUSPENDED._replace(created_at=BEGUN + 6 * DAY_MILLISECONDS),
            ERASURE,
            1,
            -25 * DAY_MILLISECONDS,
            True,
        ),
    ],
)
def test_nothing_is_erased_before_a_day_has_passed_since_that_was_told(
    one: Standing, what: Happened, days: int | None, after: int, *, is_told: bool
) -> None:
    now = BEGUN + 30 * DAY_MILLISECONDS
    row = HistoryRow(2, now - DAY_MILLISECONDS + after, what, "active", None, 1, days)
    begun = HistoryRow(1, BEGUN, Happened.BECAME, "active", None, 1, None)
    assert was_told(one, [begun, row], now) is is_told
    assert not was_told(one, [begun], now)
