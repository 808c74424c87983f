"""Answers to polls that are too long to read: what can be told of them is, and no stream stops for them."""

from collections.abc import AsyncIterator

import pytest

from gateway.app.signals import fetching
from gateway.app.signals.asking import Asker, TooLong
from tests.fakes.installation import Installation
from tests.fakes.signalled import WENDLAS_ID, open_signalled_site
from tests.fakes.streamed import HOUR, Line, open_line

WENDLA = {"format": "opaque", "id": WENDLAS_ID}
STRANGER = {"format": "opaque", "id": "stranger"}


@pytest.fixture
async def line(installation: Installation) -> AsyncIterator[Line]:
    """A stream that is fetched, of a tenant of which nobody is known."""
    async with open_line(installation) as line:
        await line.add()
        yield line


@pytest.fixture
async def peopled(installation: Installation) -> AsyncIterator[Line]:
    """One of a tenant with people."""
    scene = await open_signalled_site(installation)
    async with open_line(installation, scene.site.tenant) as line:
        await line.add()
        yield line


async def test_tokens_that_are_too_long_together_do_not_stop_a_stream(line: Line) -> None:
    long = [await line.tell("risc/account-disabled", STRANGER, "set-oversized") for _ in range(3)]
    good = await line.tell("risc/account-disabled", STRANGER)
    await line.visit()
    assert line.stream.refused == dict.fromkeys(long, "authentication_failed")
    assert good in line.stream.taken


async def test_a_token_that_is_too_long_by_itself_does_not_stop_a_stream(
    peopled: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "POLLED_BYTES_MAX", 2**20)
    long = [await peopled.tell("risc/account-disabled", STRANGER, "set-oversized") for _ in range(2)]
    good = await peopled.tell("risc/account-disabled", WENDLA)
    row = await peopled.visit()
    assert peopled.stream.refused == dict.fromkeys(long, "authentication_failed")
    assert good in peopled.stream.taken
    assert row.reason == "authentication_failed"
    assert [one.effect for one in await peopled.signals()] == ["suspend"]


class Wordy(Asker):
    """Its transmitter sends more than is asked for, and begins so."""

    begins = b""

    async def post(self, address: str, body: bytes, token: str | None, most: int = 2**16) -> bytes:
        if b'"maxEvents":0' in body or b'"maxEvents":' not in body:
            return await super().post(address, body, token, most)
        raise TooLong(self.begins)


async def test_whose_answers_are_too_long_to_tell_what_is_in_them_is_blocked(line: Line) -> None:
    """Nothing is refused that may be good; that nothing more is heard of it is told."""
    line.begin(Wordy(line.asker._public, line.asker._local))
    assert (await line.visit()).reason == "blocked"
    assert line.stream.refused == {}
    row = await line.visit(4 * HOUR)
    assert (row.reason, row.heard_at) == ("blocked", None)


async def test_who_sends_more_at_once_than_is_asked_for_is_heard_one_by_one(peopled: Line) -> None:
    told = await peopled.tell("risc/account-disabled", WENDLA)
    (sent,) = [one for one in peopled.stream.waiting if one.id == told]
    wordy = Wordy(peopled.asker._public, peopled.asker._local)
    wordy.begins = f'{{"sets": {{"{told}": "{sent.token}", "another": "ey'.encode()
    peopled.begin(wordy)
    await peopled.visit()
    assert told in peopled.stream.taken
    assert peopled.stream.refused == {}
    assert [one.effect for one in await peopled.signals()] == ["suspend"]
