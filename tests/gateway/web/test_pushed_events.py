"""The stand-in pushes to our own address what it tells: as every receiver of pushed tokens has to take it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.clock import milliseconds
from gateway.signals.transmitter import TransmitterKind
from tests.contracts.push_receiver import Desk, PushReceiverContract
from tests.fakes.identity_providers import open_identity_providers
from tests.fakes.installation import Installation, open_installation
from tests.fakes.signalled import ANAS_ID
from tests.fakes.streamed import PAST_A_LOOK, PAST_A_POLL, Line, open_line

ANA = {"format": "opaque", "id": ANAS_ID}


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path) as opened:
        yield opened


@pytest.fixture
async def line(installation: Installation) -> AsyncIterator[Line]:
    """A stream that was agreed on, and is pushed over the wire."""
    async with (
        open_identity_providers(installation) as here,
        open_line(installation, here.scene.site.tenant) as line,
    ):
        line.reached_at(str(here.served.client._base_url))
        await line.add(TransmitterKind.SSF_PUSH)
        yield line


class TestOurs(PushReceiverContract):
    @pytest.fixture
    def desk(self, line: Line) -> Desk:
        async def done() -> int:
            return len(await line.signals())

        return Desk(line.transmitter, ANA, done, lambda: line.installation.clock.move(PAST_A_POLL))


async def test_a_pushed_stream_says_that_it_works_within_the_hour(line: Line) -> None:
    assert (await line.visit()).heard_at is None
    await line.transmitter.deliver()
    assert (await line.row()).heard_at == milliseconds(line.installation.clock())
    assert (await line.visit(PAST_A_LOOK)).reason is None
    assert line.transmitter.requests["signals.verify"] == 1
