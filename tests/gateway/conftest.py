from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.filled_store import FilledStore, open_filled_store
from tests.gateway.web.served import Served, serve


@pytest.fixture
async def filled(tmp_path: Path) -> AsyncIterator[FilledStore]:
    async with open_filled_store(tmp_path) as filled:
        yield filled


@pytest.fixture
async def served(filled: FilledStore) -> AsyncIterator[Served]:
    async with serve(filled) as served:
        yield served
