from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.clock import DAY_MILLISECONDS, MINUTE_MILLISECONDS
from gateway.sync import schedule

now = st.integers(0, 2**42)
chance = st.floats(0, 1, exclude_max=True)
moments = st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds


@given(moments)
def test_the_window_is_whole_days_from_yesterday_on(moment: datetime) -> None:
    window = schedule.window(moment)
    today = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    assert (today - window.start, window.end - today) == (timedelta(days=1), timedelta(days=180))


@given(moments)
def test_a_day_more_is_asked_for_on_both_sides(moment: datetime) -> None:
    window = schedule.window(moment)
    asked = schedule.asked(window)
    assert (window.start - asked.start, asked.end - window.end) == (timedelta(days=1), timedelta(days=1))


@given(now, chance)
def test_polls_are_five_minutes_apart_and_spread_by_a_tenth(now: int, chance: float) -> None:
    pause = schedule.next_poll(now, chance) - now
    assert 4.5 * MINUTE_MILLISECONDS <= pause <= 5 * MINUTE_MILLISECONDS


@given(now, st.integers(0, 2**62), chance)
def test_backoff_waits_ten_seconds_to_an_hour(now: int, attempts: int, chance: float) -> None:
    pause = schedule.next_attempt(now, attempts, chance) - now
    assert 5_000 <= pause <= 60 * MINUTE_MILLISECONDS


@given(now, st.integers(0, 20), chance)
def test_backoff_never_shortens_with_attempts(now: int, attempts: int, chance: float) -> None:
    sooner = schedule.next_attempt(now, attempts, chance)
    later = schedule.next_attempt(now, attempts + 1, chance)
    assert sooner <= later


@given(now, st.integers(0, 20), chance, st.integers(0, 2**62))
def test_a_providers_wish_is_obeyed_for_up_to_a_day(
    now: int, attempts: int, chance: float, wish: int
) -> None:
    pause = schedule.next_attempt(now, attempts, chance, at_least_milliseconds=wish) - now
    assert pause >= min(wish, DAY_MILLISECONDS)
    assert pause <= DAY_MILLISECONDS


@given(now, st.integers(0, 3 * DAY_MILLISECONDS), st.booleans())
def test_a_window_is_read_anew_after_a_day_or_an_hour(now: int, age: int, unclear: bool) -> None:  # noqa: FBT001  an example
    limit = 60 * MINUTE_MILLISECONDS if unclear else DAY_MILLISECONDS
    assert schedule.rebase_due(now, now - age, unclear=unclear) == (age >= limit)


def test_a_window_never_read_is_read() -> None:
    assert schedule.rebase_due(0, None, unclear=False)
