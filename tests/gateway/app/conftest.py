from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connectors.sandbox.identity import Identity
from tests.fakes.identity import one_identity
from tests.fakes.installation import Installation, open_installation


@pytest.fixture(scope="session")
def identity() -> Identity:
    return one_identity()


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path) as opened:
        yield opened
