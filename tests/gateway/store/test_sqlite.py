"""What SQLite must be told, on every connection."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from gateway.store.sqlite import checkpoint, sqlite_engine

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
def writer(tmp_path: Path) -> Iterator[Engine]:
    engine = sqlite_engine(tmp_path / "some.db", writes=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE counter (id TEXT PRIMARY KEY, value INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES ('one', 0)"))
    yield engine
    engine.dispose()


@pytest.fixture
def reader(tmp_path: Path, writer: Engine) -> Iterator[Engine]:
    engine = sqlite_engine(tmp_path / "some.db", writes=False, connections=READERS)
    yield engine
    engine.dispose()


def value(connection: Connection) -> int:
    return int(connection.execute(text("SELECT value FROM counter")).scalar_one())


def told(connection: Connection, pragma: str) -> object:
    return connection.execute(text(f"PRAGMA {pragma}")).scalar_one()


@pytest.mark.parametrize("pragma", TOLD)
def test_every_connection_is_told(writer: Engine, reader: Engine, pragma: str) -> None:
    with ExitStack() as stack:
        connections = [stack.enter_context(reader.connect()) for _ in range(READERS)]
        connections.append(stack.enter_context(writer.connect()))
        assert {told(connection, pragma) for connection in connections} == {TOLD[pragma]}


def test_only_the_writer_can_write(writer: Engine, reader: Engine) -> None:
    with reader.begin() as connection, pytest.raises(OperationalError):
        connection.execute(text("UPDATE counter SET value = 7"))
    with writer.begin() as connection:
        assert value(connection) == 0


def test_many_who_read_and_then_write_never_find_it_locked(tmp_path: Path, writer: Engine) -> None:
    def count(_: int) -> None:
        engine = sqlite_engine(tmp_path / "some.db", writes=True)
        for _ in range(30):
            with engine.begin() as connection:
                number = value(connection) + 1
                connection.execute(text("UPDATE counter SET value = :number"), {"number": number})
        engine.dispose()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(count, range(3)))
    with writer.begin() as connection:
        assert value(connection) == 90


def test_a_reading_sees_one_moment(writer: Engine, reader: Engine) -> None:
    with reader.begin() as reading:
        before = value(reading)
        with writer.begin() as connection:
            connection.execute(text("UPDATE counter SET value = 7"))
        assert value(reading) == before


def test_no_statement_outlives_its_transaction(writer: Engine, reader: Engine) -> None:
    with writer.begin() as connection:
        connection.execute(text("INSERT INTO counter VALUES ('two', 0), ('three', 0)"))
    with reader.begin() as reading:
        unfinished = reading.execute(text("SELECT id FROM counter"))
        assert unfinished.fetchone() is not None
    with writer.begin() as connection:
        connection.execute(text("UPDATE counter SET value = 7"))
    assert checkpoint(writer)
    unfinished.close()


def test_errors_do_not_tell_values(writer: Engine) -> None:
    with writer.connect() as connection, pytest.raises(IntegrityError) as raised:
        connection.execute(text("INSERT INTO counter VALUES (:id, :value)"), {"id": "one", "value": 424242})
    assert "424242" not in str(raised.value)


def test_an_emptied_log_is_empty(writer: Engine, tmp_path: Path) -> None:
    log = tmp_path / "some.db-wal"
    assert log.stat().st_size > 0
    assert checkpoint(writer)
    assert log.stat().st_size == 0


def test_a_log_is_not_emptied_under_a_reader(writer: Engine, reader: Engine) -> None:
    with reader.begin() as reading:
        value(reading)
        with writer.begin() as connection:
            connection.execute(text("UPDATE counter SET value = 7"))
        assert not checkpoint(writer)
    assert checkpoint(writer)
    with writer.connect() as connection:
        assert told(connection, "busy_timeout") == 30_000
