"""A database with today's tables: making them anew for every test takes longer than most tests."""

from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.store.migrate import upgrade
from gateway.store.postgresql import PostgresqlDatabase
from gateway.store.sqlite import DATABASE, SqliteDatabase, checkpoint
from tests.fakes.kept_connections import KeptServer
from tests.fakes.postgresql import LOOPBACK, OWNER, Postgresql

#: Of the tables only those that were written to: to empty one makes its files anew.
_TRUNCATE = """DO $$ DECLARE written text; BEGIN
SELECT string_agg(quote_ident(relname), ', ') INTO written FROM pg_class WHERE relkind = 'r'
AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0;
IF written IS NOT NULL THEN EXECUTE 'TRUNCATE ' || written; END IF; END $$"""


def lay_tables(directory: Path) -> None:
    """Put an empty database into a directory, unless there is one."""
    directory.mkdir(mode=0o700, exist_ok=True)
    if not (directory / DATABASE).exists():
        (directory / DATABASE).write_bytes(_empty_file())


def blank_database(server: Postgresql) -> PostgresqlDatabase:
    """The one database that tests of this process use one after the other, empty again."""
    database = database_at(server, _empty_database(server))
    _empty(database)
    return database


def database_at(server: Postgresql, name: str) -> PostgresqlDatabase:
    """A database of that name, as the gateway opens it."""
    return PostgresqlDatabase(KeptServer(LOOPBACK, server.port, OWNER, name, server.home / "password"))


def _empty(database: PostgresqlDatabase) -> None:
    import psycopg  # noqa: PLC0415  where it is not here, nobody asks

    with closing(database._server.connect(psycopg, writes=True)) as connection:
        connection.execute(_TRUNCATE)
        connection.commit()


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
