from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.filled_store import FilledStore, open_filled_store


@pytest.fixture
async def filled(tmp_path: Path) -> AsyncIterator[FilledStore]:
    async with open_filled_store(tmp_path) as filled:
        yield filled
