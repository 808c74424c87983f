from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connectors.sandbox.identity import Identity
from tests.fakes.identity import one_identity
from tests.fakes.installation import Installation, open_installation
from tests.pitfalls.hosted import Hosted, host


@pytest.fixture(scope="session")
def identity() -> Identity:
    return one_identity()


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
