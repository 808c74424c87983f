"""What SQLite must be told, on every connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.store.engine import sqlite_engine, truncate_log

BOUND_SECONDS = 10
READERS = 4
TOLD = {
    "journal_mode": "wal",
    "synchronous": 2,
    "busy_timeout": 30_000,
    "foreign_keys": 1,
    "secure_delete": 1,
    "wal_autocheckpoint": 8000,
    "temp_store": 2,
}


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = sqlite_engine(tmp_path / "some.db", writes=True)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE counter (id TEXT PRIMARY KEY, value INTEGER)"))
        await connection.execute(text("INSERT INTO counter VALUES ('one', 0)"))
    yield engine
    await engine.dispose()


@pytest.fixture
async def reader(tmp_path: Path, writer: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    engine = sqlite_engine(tmp_path / "some.db", writes=False)
    yield engine
    await engine.dispose()


async def value(connection: AsyncConnection) -> int:
    return int((await connection.execute(text("SELECT value FROM counter"))).scalar_one())


async def told(connection: AsyncConnection, pragma: str) -> object:
    return (await connection.execute(text(f"PRAGMA {pragma}"))).scalar_one()


@pytest.mark.parametrize("pragma", TOLD)
async def test_every_connection_is_told(writer: AsyncEngine, reader: AsyncEngine, pragma: str) -> None:
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(reader.connect()) for _ in range(READERS)]
        connections.append(await stack.enter_async_context(writer.connect()))
        assert {await told(connection, pragma) for connection in connections} == {TOLD[pragma]}


async def test_only_the_writer_can_write(writer: AsyncEngine, reader: AsyncEngine) -> None:
    async with reader.begin() as connection:
        with pytest.raises(OperationalError):
            await connection.execute(text("UPDATE counter SET value = 7"))
    async with writer.begin() as connection:
        assert await value(connection) == 0


async def test_many_who_read_and_then_write_never_find_it_locked(tmp_path: Path, writer: AsyncEngine) -> None:
    engines = [sqlite_engine(tmp_path / "some.db", writes=True) for _ in range(3)]

    async def count(engine: AsyncEngine) -> None:
        for _ in range(30):
            async with engine.begin() as connection:
                number = await value(connection)
                await connection.execute(text("UPDATE counter SET value = :number"), {"number": number + 1})

    async with asyncio.timeout(BOUND_SECONDS):
        await asyncio.gather(*(count(engine) for engine in engines))
    async with writer.begin() as connection:
        assert await value(connection) == 90
    for engine in engines:
        await engine.dispose()


async def test_a_reading_sees_one_moment(writer: AsyncEngine, reader: AsyncEngine) -> None:
    async with reader.begin() as reading:
        before = await value(reading)
        async with writer.begin() as connection:
            await connection.execute(text("UPDATE counter SET value = 7"))
        assert await value(reading) == before


async def test_a_closed_connection_lets_go_of_an_unfinished_statement(
    writer: AsyncEngine, tmp_path: Path
) -> None:
    other = sqlite_engine(tmp_path / "some.db", writes=True)
    connection = await other.connect()
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    unfinished = await driver.cursor()
    await unfinished.execute("BEGIN IMMEDIATE")
    await unfinished.execute("UPDATE counter SET value = 7 RETURNING value")
    await connection.invalidate()
    async with asyncio.timeout(BOUND_SECONDS), writer.begin() as writing:
        assert await value(writing) == 0
    await connection.close()
    await other.dispose()


async def test_errors_do_not_tell_values(writer: AsyncEngine) -> None:
    async with writer.connect() as connection:
        with pytest.raises(IntegrityError) as raised:
            await connection.execute(
                text("INSERT INTO counter VALUES (:id, :value)"), {"id": "one", "value": 424242}
            )
    assert "424242" not in str(raised.value)


async def test_an_emptied_log_is_empty(writer: AsyncEngine, tmp_path: Path) -> None:
    log = tmp_path / "some.db-wal"
    assert log.stat().st_size > 0
    assert await truncate_log(writer, asyncio.sleep)
    assert log.stat().st_size == 0


async def test_emptying_a_log_waits_for_its_readers_within_a_bound(
    writer: AsyncEngine, reader: AsyncEngine
) -> None:
    pauses = list[float]()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async with asyncio.timeout(BOUND_SECONDS):
        async with reader.begin() as reading:
            await value(reading)
            async with writer.begin() as connection:
                await connection.execute(text("UPDATE counter SET value = 7"))
            assert not await truncate_log(writer, pause, attempts=3)
        assert len(pauses) == 3
        assert await truncate_log(writer, pause)
    async with writer.connect() as connection:
        assert await told(connection, "busy_timeout") == 30_000


async def test_emptying_a_log_goes_on_once_the_reader_has_left(
    writer: AsyncEngine, reader: AsyncEngine
) -> None:
    reading = await reader.connect()
    await value(reading)
    async with writer.begin() as connection:
        await connection.execute(text("UPDATE counter SET value = 7"))

    async def leave(_: float) -> None:
        await reading.close()

    async with asyncio.timeout(BOUND_SECONDS):
        assert await truncate_log(writer, leave)
