from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gateway.store.database import Database
from gateway.store.sqlite import SqliteDatabase
from gateway.vault import pkcs11_token
from gateway.vault.pkcs11_token import Pkcs11Token
from tests.fakes import softhsm as softhsms
from tests.fakes.blank_store import blank_database, lay_tables
from tests.fakes.filled_store import FilledStore, open_filled_store
from tests.fakes.openbao import OpenBao, running
from tests.fakes.own_postgresql import serving
from tests.fakes.postgresql import Postgresql
from tests.fakes.softhsm import CONFIGURATION, SoftHsm
from tests.fakes.transit import Transit, open_transit
from tests.gateway.web.served import Served, serve


@pytest.fixture
async def filled(tmp_path: Path) -> AsyncIterator[FilledStore]:
    async with open_filled_store(tmp_path) as filled:
        yield filled


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """One for all tests of a process; each has a database of its own there."""
    yield from serving()


@pytest.fixture
def sqlite(tmp_path: Path) -> Database:
    """An empty database in a file."""
    lay_tables(tmp_path / "store")
    return SqliteDatabase(tmp_path / "store")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty one of either kind: what is true of one is true of the other."""
    if request.param == "postgresql":
        return blank_database(request.getfixturevalue("postgresql"))
    found: Database = request.getfixturevalue("sqlite")
    return found


@pytest.fixture(scope="session")
def openbao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    """One for all tests of a process; each has an engine of its own there."""
    with running(tmp_path_factory.mktemp("openbao")) as server:
        yield server


@pytest.fixture
async def transit(openbao: OpenBao, tmp_path: Path) -> AsyncIterator[Transit]:
    async with open_transit(openbao, tmp_path) as transit:
        yield transit


@pytest.fixture(scope="session")
def softhsm_template(tmp_path_factory: pytest.TempPathFactory) -> SoftHsm:
    if softhsms.root() is None:
        pytest.skip("There is no SoftHSM here: 'make .venv/.softhsm' unpacks Debian's, or install softhsm2.")
    return softhsms.made(tmp_path_factory.mktemp("softhsm"))


@pytest.fixture
def softhsm(softhsm_template: SoftHsm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    """A token of the test's own. What is lost is looked for at once: the pause has tests of its own."""
    copy = softhsms.copied(softhsm_template, tmp_path / "softhsm")
    monkeypatch.setenv(CONFIGURATION, str(copy.configuration))
    monkeypatch.setattr(pkcs11_token, "REOPEN_SECONDS", 0.0)
    return copy


@pytest.fixture
async def token(softhsm: SoftHsm) -> AsyncIterator[Pkcs11Token]:
    token = softhsm.token()
    yield token
    await token.close()


@pytest.fixture
async def served(filled: FilledStore) -> AsyncIterator[Served]:
    async with serve(filled) as served:
        yield served
