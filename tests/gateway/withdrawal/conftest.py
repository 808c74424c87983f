from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.store.database import Database
from tests.fakes.installation import Installation, open_installation


@pytest.fixture
async def installation(tmp_path: Path, database: Database) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path, database=database) as opened:
        yield opened
