"""How much a token may ask for, and how that is told."""

from datetime import timedelta

import pytest

from gateway.web import limits
from gateway.web.limits import REQUESTS_MAX, TOKENS_MAX, Left, Limits
from tests.fakes.filled_store import FilledStore
from tests.gateway.web.served import Served

MINUTE = 60_000


def test_a_window_begins_anew() -> None:
    asked = Limits()
    told = [asked.ask("one", at) for at in (0, 59_999, MINUTE)]
    assert told == [Left(REQUESTS_MAX - 1, 60), Left(REQUESTS_MAX - 2, 1), Left(REQUESTS_MAX - 1, 60)]


def test_tokens_are_apart() -> None:
    asked = Limits()
    for _ in range(5):
        asked.ask("one", 0)
    assert asked.ask("two", 0) == Left(REQUESTS_MAX - 1, 60)


def test_of_too_many_tokens_the_one_that_asked_longest_ago_begins_anew() -> None:
    asked = Limits()
    for number in range(TOKENS_MAX):
        asked.ask(str(number), 0)
    assert asked.ask("0", 0).requests == REQUESTS_MAX - 2
    asked.ask("one more", 0)
    assert asked.ask("0", 0).requests == REQUESTS_MAX - 3
    assert asked.ask("1", 0).requests == REQUESTS_MAX - 1


async def test_too_much_is_refused_and_says_until_when(
    filled: FilledStore, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served.limits, "requests_max", 2)
    tenant = await filled.add_tenant("harbour")
    token, other = [await filled.add_consumer(tenant) for _ in range(2)]
    filled.clock.move(timedelta(seconds=18))
    answers = [await served.feed(token) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    told = [answer.headers["RateLimit"].partition(";")[2] for answer in answers]
    seconds = answers[2].headers["Retry-After"]
    assert told == [f"r={left};t={seconds}" for left in (1, 0, 0)]
    assert answers[2].json["type"] == "/v1/problems/too-many-requests"
    assert answers[0].headers["RateLimit-Policy"] == limits.POLICY
    assert (await served.feed(other)).status == 200
    filled.clock.move(timedelta(seconds=int(seconds)))
    assert (await served.feed(token)).status == 200


async def test_a_token_that_is_none_uses_up_nobody_elses(
    filled: FilledStore, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served.limits, "requests_max", 2)
    token = await filled.add_consumer(await filled.add_tenant("harbour"))
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert [(await served.feed(forged)).status for _ in range(3)] == [401, 401, 429]
    assert (await served.feed(token)).status == 200


async def test_a_token_that_is_written_otherwise_is_the_same_one(
    filled: FilledStore, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served.limits, "requests_max", 2)
    token = await filled.add_consumer(await filled.add_tenant("harbour"))
    written = [f"{scheme}{token}" for scheme in ("Bearer ", "bearer ", "BEARER  ", "Bearer   ")]
    told = [await served.ask("GET", "/v1/feed", headers={"Authorization": one}) for one in written]
    assert [answer.status for answer in told] == [200, 200, 429, 429]


async def test_who_sends_no_token_is_told_of_no_limit(served: Served) -> None:
    answer = await served.ask("GET", "/health/live")
    assert "RateLimit" not in answer.headers
