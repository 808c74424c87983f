"""A database with today's tables: making them anew for every test takes longer than most tests."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.store.migrate import upgrade
from gateway.store.postgresql import PostgresqlDatabase
from gateway.store.server import Server
from gateway.store.sqlite import DATABASE, SqliteDatabase, checkpoint
from gateway.store.tables import metadata
from tests.fakes.postgresql import LOOPBACK, OWNER, Postgresql


def lay_tables(directory: Path) -> None:
    """Put an empty database into a directory, unless there is one."""
    directory.mkdir(mode=0o700, exist_ok=True)
    if not (directory / DATABASE).exists():
        (directory / DATABASE).write_bytes(_empty_file())


def blank_database(server: Postgresql) -> PostgresqlDatabase:
    """The one database that tests of this process use one after the other, empty again."""
    name = _empty_database(server)
    server.administer(f"TRUNCATE {', '.join(metadata.tables)}", database=name)
    return database_at(server, name)


def database_at(server: Postgresql, name: str) -> PostgresqlDatabase:
    """A database of that name, as the gateway opens it."""
    return PostgresqlDatabase(Server(LOOPBACK, server.port, OWNER, name, server.home / "password"))


@cache
def _empty_file() -> bytes:
    with TemporaryDirectory() as directory:
        database = SqliteDatabase(Path(directory))
        _upgrade(database)
        return (Path(directory) / DATABASE).read_bytes()


@cache
def _empty_database(server: Postgresql) -> str:
    name = server.create()
    _upgrade(database_at(server, name))
    return name


def _upgrade(database: SqliteDatabase | PostgresqlDatabase) -> None:
    engine = database.engine(writes=True)
    with engine.begin() as handle:
        database.admit(handle)
        upgrade(handle)
    if isinstance(database, SqliteDatabase):
        assert checkpoint(engine)
    engine.dispose()
