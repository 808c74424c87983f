from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fakes.filled_store import FilledStore, open_filled_store
from tests.fakes.openbao import OpenBao, running
from tests.fakes.transit import Transit, open_transit
from tests.gateway.web.served import Served, serve


@pytest.fixture
async def filled(tmp_path: Path) -> AsyncIterator[FilledStore]:
    async with open_filled_store(tmp_path) as filled:
        yield filled


@pytest.fixture(scope="session")
def openbao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    """One for all tests of a process; each has an engine of its own there."""
    with running(tmp_path_factory.mktemp("openbao")) as server:
        yield server


@pytest.fixture
async def transit(openbao: OpenBao, tmp_path: Path) -> AsyncIterator[Transit]:
    async with open_transit(openbao, tmp_path) as transit:
        yield transit


@pytest.fixture
async def served(filled: FilledStore) -> AsyncIterator[Served]:
    async with serve(filled) as served:
        yield served
