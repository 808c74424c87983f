from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connectors.sandbox.identity import Identity
from gateway.clock import system_clock
from tests.fakes.installation import Installation, open_installation
from tests.pitfalls.hosted import Hosted, host


@pytest.fixture(scope="session")
def identity() -> Identity:
    """Keys take long to make; one set does for all."""
    return Identity(system_clock()())


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path) as opened:
        yield opened


@pytest.fixture
async def hosted(
    request: pytest.FixtureRequest, installation: Installation, identity: Identity, tmp_path: Path
) -> AsyncIterator[Hosted]:
    async with host(request.param, installation, identity, tmp_path) as opened:
        yield opened
