"""A database of any age becomes one of today, and one from the future is left alone."""

import asyncio
import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from gateway.errors import ConfigurationError
from gateway.store.sqlite import DATABASE, SqliteDatabase, sqlite_engine
from gateway.store.store import open_store
from gateway.store.tables import metadata
from tests.fakes.filled_store import HandClock


async def opened(directory: Path) -> None:
    async with open_store(SqliteDatabase(directory), HandClock()):
        pass


def execute(directory: Path, sql: str, *parameters: str) -> None:
    with closing(sqlite3.connect(directory / DATABASE)) as database, database:
        database.execute(sql, parameters)


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def primary_keys(connection: Connection) -> dict[str, list[str]]:
    inspector = inspect(connection)
    return {name: inspector.get_pk_constraint(name)["constrained_columns"] for name in metadata.tables}


async def test_migrations_from_nothing_make_the_tables(tmp_path: Path) -> None:
    await opened(tmp_path)
    engine = sqlite_engine(tmp_path / DATABASE, writes=False)
    with engine.connect() as connection:
        assert differences(connection) == []
        declared = {name: list(table.primary_key.columns.keys()) for name, table in metadata.tables.items()}
        assert primary_keys(connection) == declared
    engine.dispose()


async def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    await opened(tmp_path)
    before = (tmp_path / DATABASE).read_bytes()
    await opened(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == before


async def test_several_processes_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        stores = [
            open_store(SqliteDatabase(tmp_path / place), HandClock())
            for place in ("one", "one", "one", "two", "three")
        ]
        await asyncio.gather(*(stack.enter_async_context(store) for store in stores))


@pytest.mark.parametrize("revision", ["9999", "0001", "0002"])
async def test_a_database_of_an_unknown_version_is_refused_and_not_touched(
    tmp_path: Path, revision: str
) -> None:
    await opened(tmp_path)
    execute(tmp_path, "UPDATE alembic_version SET version_num = ?", revision)
    before = (tmp_path / DATABASE).read_bytes()
    with pytest.raises(ConfigurationError, match="newer version"):
        await opened(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == before


async def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    execute(tmp_path, "CREATE TABLE tenants (somebody_elses TEXT)")
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        await opened(tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as database:
        assert database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == [
            ("tenants",)
        ]


async def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"no database at all, but long enough to be looked at " * 40)
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        await opened(tmp_path)


async def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / DATABASE).mkdir()
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        await opened(tmp_path)


async def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be made"):
        await opened(tmp_path / "file" / "store")


async def test_a_new_directory_is_nobody_elses(tmp_path: Path) -> None:
    await opened(tmp_path / "store")
    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o700
