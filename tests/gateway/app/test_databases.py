"""The database that settings name."""

from pathlib import Path

from gateway.app.databases import data_directory, database_of
from gateway.app.parts import open_parts
from gateway.app.standins import CONTROLLER, OPERATOR
from gateway.app.tenants import add_tenant, list_tenants
from gateway.settings import GoogleSettings, Providers, Settings
from gateway.store.postgresql import PostgresqlDatabase
from gateway.store.sqlite import SqliteDatabase
from gateway.store_settings import PostgresqlSettings
from gateway.tenant import Connection, Provider, Registration
from tests.fakes.blank_store import blank_database
from tests.fakes.postgresql import Postgresql

CONNECTION = Connection(provider=Provider.GOOGLE, directory="C0example", read_as="reader@corp.example")
CHOICE = Registration(name="Harbour Works", policy="occupancy", zone="Europe/Berlin", basis="f")


def test_a_folder_is_one_of_sqlite(tmp_path: Path) -> None:
    settings = Settings(store=str(tmp_path), keys="keys", region="eu", operator=OPERATOR)
    assert isinstance(database_of(settings), SqliteDatabase)
    assert data_directory(settings) == tmp_path


async def test_an_address_is_one_of_a_server_and_shares_no_volume_with_keys(
    postgresql: Postgresql, tmp_path: Path
) -> None:
    settings = Settings(
        store=postgresql.url(blank_database(postgresql).name),
        keys=str(tmp_path / "keys"),
        region="eu",
        operator=OPERATOR,
        production=True,
        providers=Providers(google=GoogleSettings(key_file="none.json")),
        postgresql=PostgresqlSettings(password_file=str(postgresql.home / "password")),
    )
    assert isinstance(database_of(settings), PostgresqlDatabase)
    assert data_directory(settings) is None
    async with open_parts(settings) as parts:
        tenant = await add_tenant(parts, CONNECTION, CHOICE, controller=CONTROLLER)
    async with open_parts(settings) as parts:
        assert [found.standing.tenant for found in await list_tenants(parts)] == [tenant.id]
