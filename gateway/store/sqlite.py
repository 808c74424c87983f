"""SQLite, and what it must be told on every connection."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from gateway.errors import ConfigurationError
from gateway.store.backups import put_back
from gateway.store.database import Database
from gateway.store.handle import Handle

DATABASE = "gateway.db"
BUSY_TIMEOUT_SECONDS = 30
CHECKPOINT_TIMEOUT_SECONDS = 0.1
# A full round commits page by page: longer stretches between checkpoints write each B-tree page less often.
AUTOCHECKPOINT_PAGES = 8000

_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # Deleted rows are overwritten, not only unlinked.
    "PRAGMA secure_delete=ON",
    f"PRAGMA wal_autocheckpoint={AUTOCHECKPOINT_PAGES}",
    # Sorting and statement journals never touch a temporary file.
    "PRAGMA temp_store=MEMORY",
)
# What only reads cannot write by mistake, past the fence.
_PRAGMAS_OF_READERS = (*_PRAGMAS, "PRAGMA query_only=ON")


class _Connection(sqlite3.Connection):
    """Knows its cursors, so that none outlives its transaction.

    A statement that was not read to its end keeps its view of the database, and the log, for as long as
    somebody holds its cursor: an exception's traceback, for one.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._cursors = WeakSet[sqlite3.Cursor]()

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        cursor = super().cursor(*arguments, **options)
        self._cursors.add(cursor)
        return cursor

    def close_cursors(self) -> None:
        for cursor in list(self._cursors):
            cursor.close()


class SqliteDatabase(Database):
    """One file in a directory of its own. One connection writes, whatever process it is of."""

    remedy = (
        "it is damaged, no database at all, not this user's to write, or in another process's hands. Nothing "
        "was changed. Name another store directory, or restore a backup."
    )

    sweeps_beside_writers = False

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._path = directory / DATABASE

    def prepare(self) -> None:
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"The store directory cannot be made ({error.strerror}). Choose one the gateway may write to."
            ) from None

    def may_hold_tenants(self) -> bool:
        return self._path.exists()

    def engine(self, *, writes: bool, connections: int = 1) -> Engine:
        return sqlite_engine(self._path, writes=writes, connections=connections)

    def admit(self, handle: Handle) -> None:
        """Whoever writes is alone already."""

    def mark(self, _engine: Engine) -> int:
        """Deleted rows are overwritten as they go; what is left of them stands in the log, all of it."""
        return 0

    def sweep(self, engine: Engine, _mark: int) -> bool:
        return checkpoint(engine)

    def copy_to(self, target: Path) -> None:
        with closing(sqlite3.connect(self._path)) as original, closing(sqlite3.connect(target)) as copy:
            original.backup(copy)

    def put_back(self, copy: Path) -> None:
        put_back(copy, self._path)


def sqlite_engine(path: Path, *, writes: bool, connections: int = 1) -> Engine:
    """An engine on one SQLite file.

    Writers begin IMMEDIATE: a deferred transaction that reads and then writes fails at once under contention,
    whatever its busy timeout. ``hide_parameters`` keeps values out of error texts.
    """
    url = URL.create("sqlite+pysqlite", database=str(path))
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
        connect_args={"factory": _Connection},
    )
    pragmas = _PRAGMAS if writes else _PRAGMAS_OF_READERS
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.execute(begin)

    @event.listens_for(engine, "checkin")
    def tidy(connection: Any, _record: object) -> None:
        # None where the connection was found broken.
        if connection is not None:
            connection.close_cursors()

    return engine


def checkpoint(engine: Engine) -> bool:
    """Move the write-ahead log into the database and empty it, so that erased bytes are in neither.

    A reader can hold the log; SQLite then answers busy and does nothing: False.
    """
    with engine.connect() as connection:
        # Past SQLAlchemy: a checkpoint inside a transaction would wait for itself.
        driver: Any = connection.connection.driver_connection
        # It waits for readers with the right to write in its hand: not for as long as a writer waits for it.
        driver.execute(_busy_timeout(CHECKPOINT_TIMEOUT_SECONDS))
        try:
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            driver.execute(_busy_timeout(BUSY_TIMEOUT_SECONDS))
    return not busy


def _busy_timeout(seconds: float) -> str:
    return f"PRAGMA busy_timeout={int(seconds * 1000)}"
