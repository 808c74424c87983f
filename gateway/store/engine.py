"""The database engines: one that writes, one that only reads, and what SQLite must be told."""

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BUSY_TIMEOUT_SECONDS = 30
CHECKPOINT_TIMEOUT_SECONDS = 0.1
# Feed pages, the pulse and admissions read side by side: a few slow pages must not delay a fence.
READERS = 8
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
    """Lets go of its locks when it is closed.

    SQLite keeps a closed connection, its transaction and its locks alive while one of its statements is
    unfinished, as a cancelled task leaves it; every later write would wait for the garbage collector.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._cursors = WeakSet[sqlite3.Cursor]()

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        cursor = super().cursor(*arguments, **options)
        self._cursors.add(cursor)
        return cursor

    def close(self) -> None:
        for cursor in list(self._cursors):
            cursor.close()
        super().close()


def sqlite_engine(path: Path, *, writes: bool) -> AsyncEngine:
    """An engine on one SQLite file.

    Writers begin IMMEDIATE: a deferred transaction that reads and then writes fails at once under contention,
    whatever its busy timeout. ``hide_parameters`` keeps values out of error texts.
    """
    url = URL.create("sqlite+aiosqlite", database=str(path))
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=1 if writes else READERS,
        max_overflow=0,
        connect_args={"factory": _Connection},
    )
    pragmas = _PRAGMAS if writes else _PRAGMAS_OF_READERS
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        # Past SQLAlchemy: one trip to the driver's thread in place of three.
        driver: Any = connection.connection.dbapi_connection
        driver.run_async(lambda database: database.execute(begin))

    return engine


async def truncate_log(
    engine: AsyncEngine, pause: Callable[[float], Awaitable[None]], attempts: int = 50
) -> bool:
    """Move the write-ahead log into the database and empty it, so that erased bytes are in neither.

    A reader can hold the log; SQLite then answers busy and does nothing. False if it stayed busy.
    """
    for _ in range(attempts):
        async with engine.connect() as connection:
            # Past SQLAlchemy: a checkpoint inside a transaction would wait for itself.
            driver: Any = (await connection.get_raw_connection()).driver_connection
            if await _checkpoint(driver):
                return True
        await pause(0.1)
    return False


async def _checkpoint(driver: Any) -> bool:
    # It waits for readers with the right to write in its hand: not for as long as a writer may wait for it.
    await driver.execute_fetchall(_busy_timeout(CHECKPOINT_TIMEOUT_SECONDS))
    try:
        ((busy, _, _),) = await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        await driver.execute_fetchall(_busy_timeout(BUSY_TIMEOUT_SECONDS))
    return not busy


def _busy_timeout(seconds: float) -> str:
    return f"PRAGMA busy_timeout={int(seconds * 1000)}"
