"""An admin asks whether streams work; time passes by hand."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from gateway.app.signals.verifying import WAIT_SECONDS, ask_streams
from gateway.errors import ConfigurationError
from gateway.signals.transmitter import TransmitterKind
from tests.fakes.installation import Installation
from tests.fakes.streamed import Line, open_line


@pytest.fixture
async def line(installation: Installation) -> AsyncIterator[Line]:
    async with open_line(installation) as line:
        yield line


async def _asked(line: Line, *, serves: bool) -> dict[str, str | None]:
    """What is found, while whatever serves runs or does not."""

    async def pause(seconds: float) -> None:
        line.installation.clock.move(timedelta(seconds=seconds))
        if serves:
            await line.streams.visit()

    return await ask_streams(line.installation.parts, await line.standing(), line.asker, pause)


async def test_a_stream_that_works_says_so_within_a_poll(line: Line) -> None:
    await line.add()
    before = line.installation.clock()
    assert await _asked(line, serves=True) == {line.name: None}
    assert line.installation.clock() - before < timedelta(seconds=31)


async def test_one_that_was_asked_a_moment_ago_is_not_asked_again(line: Line) -> None:
    """Its answer would not be the one that is waited for, and nor would the other."""
    await line.add()
    await line.visit()
    await line.tell("risc/account-disabled", {"format": "opaque", "id": "stranger"})
    line.installation.clock.move(timedelta(seconds=20))
    assert await _asked(line, serves=True) == {line.name: None}
    assert line.transmitter.requests["signals.verify"] == 1
    assert line.stream.refused == {}


async def test_what_is_not_heard_is_waited_for_no_longer_than_a_minute(line: Line) -> None:
    await line.add()
    before = line.installation.clock()
    assert await _asked(line, serves=False) == {line.name: "not_heard"}
    assert line.installation.clock() - before == timedelta(seconds=WAIT_SECONDS)


async def test_one_that_will_not_be_asked_holds_up_no_other(line: Line) -> None:
    one = (await line.add(token=line.transmitter.streams.admit("one"))).id
    line.installation.clock.move(timedelta(seconds=1))
    other = (await line.add(token=line.transmitter.streams.admit("other"))).id
    line.transmitter.faults.order("signals.too-often", times=1)
    assert await _asked(line, serves=True) == {one: "too_often", other: None}


async def test_who_has_no_streams_is_told_so(line: Line) -> None:
    await line.add(TransmitterKind.OKTA, issuer="https://north.okta.example")
    with pytest.raises(ConfigurationError, match="no stream to ask"):
        await _asked(line, serves=True)
