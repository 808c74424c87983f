"""How long the transport waits, in a time of the test's own."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict

from connectors.errors import Throttled, Unreachable
from connectors.quota import Allowance
from connectors.retry_after import WAIT_SECONDS_MAX, retry_after_seconds
from connectors.transport import Limits, Transport
from tests.connectors.hourglass import now, run

URL = "https://provider.example/api/x"


class Script:
    """A session that answers with a row of statuses and headers, and notes when it was asked."""

    def __init__(self, *answers: tuple[int, Mapping[str, str]]) -> None:
        self.times: list[float] = []
        self._answers = list(answers)

    @asynccontextmanager
    async def request(self, *_: Any, **__: Any) -> AsyncIterator[Any]:
        self.times.append(now())
        code, headers = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        yield SimpleNamespace(status=code, ok=code < 400, headers=CIMultiDict(headers), content=self)

    async def iter_chunked(self, _: int) -> AsyncIterator[bytes]:
        yield b"{}"


class Token:
    async def token(self) -> str:
        return "token"

    def forget(self, token: str) -> None:
        raise AssertionError(token)


async def free() -> None:
    return None


def ask(script: Script, **limits: Any) -> list[float]:
    """The times at which the provider was asked."""

    async def once() -> None:
        session = cast(aiohttp.ClientSession, script)
        transport = Transport(session, free, "https://provider.example/api", limits=Limits(**limits))
        await transport.get(URL, Token(), {}, Allowance())

    run(once())
    return script.times


def gaps(times: list[float]) -> list[float]:
    return [round(later - earlier, 3) for earlier, later in pairwise(times)]


GOOD: tuple[int, Mapping[str, str]] = (200, {})


def test_retry_after_in_seconds_is_honoured() -> None:
    assert gaps(ask(Script((429, {"Retry-After": "7"}), GOOD))) == [7]


def test_retry_after_as_a_date_is_measured_against_the_answers_own_date() -> None:
    headers = {"Date": "Mon, 01 Mar 2027 09:00:00 GMT", "Retry-After": "Mon, 01 Mar 2027 09:00:12 GMT"}
    assert gaps(ask(Script((503, headers), GOOD))) == [12]


def test_without_a_usable_retry_after_the_waits_grow() -> None:
    for headers in ({}, {"Retry-After": "0"}, {"Retry-After": "1"}, {"Retry-After": "soon"}):
        first, second, third = gaps(ask(Script((429, headers), (429, headers), (429, headers), GOOD)))
        assert 1 <= first <= 2 <= second <= 3
        assert 4 <= third <= 5


def test_attempts_are_bounded() -> None:
    script = Script((503, {}))
    with pytest.raises(Unreachable):
        ask(script, attempts_max=4)
    assert len(script.times) == 4


def test_total_time_is_bounded() -> None:
    script = Script((429, {"Retry-After": "30"}))
    with pytest.raises(Throttled) as caught:
        ask(script, attempts_max=50, patience_seconds=70)
    assert script.times == [0, 30, 60]
    assert caught.value.retry_after_seconds == 30


def test_a_wait_that_grows_past_the_patience_is_cut() -> None:
    script = Script((503, {}))
    with pytest.raises(Unreachable):
        ask(script, attempts_max=50, patience_seconds=20, wait_seconds_max=1000)
    assert max(script.times) < 20


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": " 5 "}, 5),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "0000000000120"}, 120),
        ({"Retry-After": "9" * 400}, 999_999_999),
        ({"Retry-After": "\u0665"}, None),
        ({"Retry-After": "Mon, 01 Mar 2027 09:00:12 GMT"}, None),
        ({"Retry-After": "Mon, 01 Mar 2027 09:00:12 GMT", "Date": "nonsense"}, None),
        ({"Retry-After": "Mon, 01 Mar 2027 09:00:12 GMT", "Date": "Mon, 01 Mar 2027 09:01:00 GMT"}, 0),
        ({"Retry-After": "Mon, 01 Mar 2027 09:00:12", "Date": "Mon, 01 Mar 2027 09:00:00 GMT"}, None),
        ({"Retry-After": "Mon, 99 Mar 2027 09:00:12 GMT", "Date": "Mon, 01 Mar 2027 09:01:00 GMT"}, None),
    ],
)
def test_retry_after_is_read_or_left(headers: Mapping[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(headers) == seconds


headers = st.one_of(
    st.text(max_size=60),
    st.integers().map(str),
    st.floats().map(str),
    st.datetimes(timezones=st.just(UTC)).map(format_datetime),
    st.datetimes(timezones=st.just(UTC)).map(lambda moment: format_datetime(moment, usegmt=True)),
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["Retry-After", "Date"]), headers))
def test_whatever_stands_there_is_a_wait_or_none(headers: Mapping[str, str]) -> None:
    seconds = retry_after_seconds(headers)
    assert seconds is None or 0 <= seconds <= WAIT_SECONDS_MAX


dates = st.datetimes(datetime(1970, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds


@settings(deadline=None)
@given(dates, st.integers(-1_000_000, 1_000_000))
def test_a_date_is_as_good_as_seconds(date: datetime, seconds: int) -> None:
    date = date.replace(microsecond=0)
    until = date + timedelta(seconds=seconds)
    named = {"Date": format_datetime(date, usegmt=True), "Retry-After": format_datetime(until, usegmt=True)}
    assert retry_after_seconds(named) == max(0, seconds)


def test_waits_are_jittered() -> None:
    first_waits = {gaps(ask(Script((503, {}), GOOD)))[0] for _ in range(20)}
    assert len(first_waits) > 10
