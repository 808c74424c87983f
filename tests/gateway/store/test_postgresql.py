"""What is PostgreSQL's alone: what it is told, refuses, gives up, and keeps of what was deleted."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from gateway.errors import ConfigurationError, StoreBusy
from gateway.store.cursors import LongCursor, keep_cursor, kept_cursor
from gateway.store.handle import Handle
from gateway.store.lane import Lane
from gateway.store.postgresql import PostgresqlDatabase
from gateway.store.store import Store, open_store
from gateway.store.tables import metadata
from tests.fakes.blank_store import blank_database, database_at
from tests.fakes.filled_store import HandClock
from tests.fakes.installation import open_installation
from tests.fakes.postgresql import Postgresql
from tests.fakes.rows import rows_of
from tests.fakes.site import meetings, open_site

BOUND_SECONDS = 20
TOLD = {
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "1min",
    "statement_timeout": "5min",
    "synchronous_commit": "on",
    "application_name": "gateway",
}


@pytest.fixture
def database(postgresql: Postgresql) -> PostgresqlDatabase:
    return blank_database(postgresql)


@pytest.fixture
def writer(database: PostgresqlDatabase) -> Iterator[Engine]:
    engine = database.engine(writes=True)
    yield engine
    engine.dispose()


@pytest.fixture
def reader(database: PostgresqlDatabase) -> Iterator[Engine]:
    engine = database.engine(writes=False)
    yield engine
    engine.dispose()


@pytest.fixture
async def lanes(database: PostgresqlDatabase) -> AsyncIterator[tuple[Lane, Lane]]:
    """Those of two processes."""
    both = Lane(database.engine(writes=True), threads=1), Lane(database.engine(writes=True), threads=1)
    yield both
    for lane in both:
        await lane.close()


def put(handle: Handle, name: str) -> None:
    values = {"id": name, "record": b"sealed"}
    handle.execute(metadata.tables["consumers"].insert().values(values))


def touch(handle: Handle, name: str) -> None:
    consumers = metadata.tables["consumers"]
    handle.execute(consumers.update().where(consumers.c.id == name).values(record=b"touched"))


def names(handle: Handle) -> list[str]:
    return list(handle.execute(text("SELECT id FROM consumers ORDER BY id")).scalars())


def backend(handle: Handle) -> int:
    return int(handle.execute(text("SELECT pg_backend_pid()")).scalar_one())


async def opened(database: PostgresqlDatabase) -> None:
    async with open_store(database, HandClock()):
        pass


def test_every_connection_is_told(writer: Engine, reader: Engine) -> None:
    for engine in (writer, reader):
        with engine.connect() as handle:
            assert {name: handle.execute(text(f"SHOW {name}")).scalar_one() for name in TOLD} == TOLD


def test_a_connection_that_a_test_left_is_as_a_new_one(
    database: PostgresqlDatabase, postgresql: Postgresql
) -> None:
    first, _ = _setting(database, "statement_timeout", "0")
    second, told = _setting(database, "synchronous_commit", "off", told=TOLD)
    third, told_again = _setting(database, "lock_timeout", "1s", told=TOLD)
    assert first == second == third
    assert told == told_again == TOLD
    postgresql.administer(f"SELECT pg_terminate_backend({third})")
    fourth, told = _setting(database, "lock_timeout", "1s", told=TOLD)
    assert (fourth != third, told) == (True, TOLD)


def _setting(
    database: PostgresqlDatabase, name: str, value: str, *, told: Iterable[str] = ()
) -> tuple[int, dict[str, str]]:
    """Which connection there is and what it was told, before it is told something else and left."""
    engine = database.engine(writes=True)
    with engine.begin() as handle:
        found = {name: handle.execute(text(f"SHOW {name}")).scalar_one() for name in told}
        handle.execute(text(f"SET {name} = '{value}'"))
        number = backend(handle)
    engine.dispose()
    return number, found


def test_only_a_writer_can_write(reader: Engine) -> None:
    with reader.connect() as handle, pytest.raises(Exception, match="read-only"):
        put(handle, "one")


def test_a_reading_sees_one_moment(writer: Engine, reader: Engine) -> None:
    with reader.begin() as reading:
        assert names(reading) == []
        with writer.begin() as handle:
            put(handle, "one")
        assert names(reading) == []


async def test_tables_are_made_from_nothing_by_one_of_several_processes(postgresql: Postgresql) -> None:
    database = database_at(postgresql, postgresql.create())
    async with AsyncExitStack() as stack:
        stores = [open_store(database, HandClock()) for _ in range(3)]
        await asyncio.gather(*(stack.enter_async_context(store) for store in stores))
    engine = database.engine(writes=False)
    with engine.connect() as handle:
        assert list(compare_metadata(MigrationContext.configure(handle), metadata)) == []
    engine.dispose()


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
async def test_one_that_keeps_texts_otherwise_is_refused(postgresql: Postgresql, encoding: str) -> None:
    name = postgresql.create(f"ENCODING '{encoding}' LOCALE 'C'")
    with pytest.raises(ConfigurationError, match="ENCODING 'UTF8' LOCALE 'C'"):
        await opened(database_at(postgresql, name))


async def test_one_of_an_unknown_version_is_refused(postgresql: Postgresql) -> None:
    name = postgresql.create()
    await opened(database_at(postgresql, name))
    postgresql.administer("UPDATE alembic_version SET version_num = '9999'", database=name)
    with pytest.raises(ConfigurationError, match="newer version"):
        await opened(database_at(postgresql, name))


async def test_who_may_not_come_in_is_told_what_to_look_at(postgresql: Postgresql, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("a wrong one\n")
    server = blank_database(postgresql)._server
    wrong = PostgresqlDatabase(server._replace(password_file=tmp_path / "password"))
    with pytest.raises(ConfigurationError, match="does not let this user in") as raised:
        await opened(wrong)
    assert "wrong one" not in str(raised.value)
    with pytest.raises(ConfigurationError, match="password_file cannot be read"):
        await opened(PostgresqlDatabase(server._replace(password_file=tmp_path / "nowhere")))
    with pytest.raises(ConfigurationError, match="certificate"):
        await opened(PostgresqlDatabase(server._replace(ca_file=tmp_path / "ca.pem")))


async def test_nothing_of_what_was_refused_is_said(lanes: tuple[Lane, Lane]) -> None:
    lane, _ = lanes
    await lane.transaction(lambda handle: put(handle, "secret"))
    with pytest.raises(StoreBusy) as raised:
        await lane.transaction(lambda handle: put(handle, "secret"))
    assert "secret" not in str(raised.value)
    assert raised.value.__suppress_context__


async def test_of_two_who_wait_for_each_other_one_begins_anew(lanes: tuple[Lane, Lane]) -> None:
    one, other = lanes
    for name in ("first", "second"):
        await one.transaction(partial(put, name=name))
    both_hold, begun = threading.Barrier(2), list[str]()

    def crossed(mine: str, theirs: str, handle: Handle) -> None:
        begun.append(mine)
        touch(handle, mine)
        if len(begun) <= 2:
            both_hold.wait(BOUND_SECONDS)
        touch(handle, theirs)

    async with asyncio.timeout(BOUND_SECONDS):
        await asyncio.gather(
            one.transaction(lambda handle: crossed("first", "second", handle)),
            other.transaction(lambda handle: crossed("second", "first", handle)),
        )
    assert len(begun) > 2


async def test_two_may_give_one_long_cursor_at_once(lanes: tuple[Lane, Lane]) -> None:
    one, _ = lanes
    await one.transaction(partial(put, name="con_1"))
    for number in range(20):
        given = LongCursor("con_1", f"name-{number}", b"sealed")
        keep = partial(keep_cursor, cursor=given, now=number)
        await asyncio.gather(*(lane.transaction(keep) for lane in lanes))
    assert await one.transaction(partial(kept_cursor, consumer="con_1", name="name-19")) == b"sealed"


async def test_a_connection_that_is_lost_costs_one_transaction(
    lanes: tuple[Lane, Lane], postgresql: Postgresql
) -> None:
    lane, _ = lanes

    def lose(handle: Handle) -> None:
        put(handle, "one")
        postgresql.administer(f"SELECT pg_terminate_backend({backend(handle)})")
        put(handle, "two")

    with pytest.raises(StoreBusy, match="Nothing of this was stored"):
        await lane.transaction(lose)
    assert await lane.transaction(names) == []


async def test_of_a_commit_that_was_not_answered_nothing_is_claimed(
    lanes: tuple[Lane, Lane], postgresql: Postgresql
) -> None:
    lane, _ = lanes

    def lose(handle: Handle) -> None:
        put(handle, "one")
        postgresql.administer(f"SELECT pg_terminate_backend({backend(handle)})")

    with pytest.raises(StoreBusy, match="whether it was stored is not known"):
        await lane.transaction(lose)


async def test_what_was_deleted_is_swept_once_nobody_sees_it(
    database: PostgresqlDatabase, reader: Engine, postgresql: Postgresql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.store.store.SWEEP_ATTEMPTS", 2)
    async with open_store(database, HandClock()) as store:
        await _put_and_delete(store)
        assert _left(postgresql, database.name) == {"canary-0", "canary-99"}
        with reader.begin() as handle:
            assert names(handle) == []
            await store.administer(lambda registry: put(registry.handle, "behind"))
            assert not await store.sweep()
        assert await store.sweep()
        assert _left(postgresql, database.name) == set()


async def _put_and_delete(store: Store) -> None:
    def write(handle: Handle) -> None:
        for number in range(100):
            put(handle, f"canary-{number}")
        handle.execute(text("ANALYZE consumers"))

    await store.administer(lambda registry: write(registry.handle))
    await store.administer(lambda registry: registry.handle.execute(text("DELETE FROM consumers")))


def _left(postgresql: Postgresql, database: str) -> set[str]:
    """What the statistics still tell of rows that are gone."""
    bounds = "SELECT histogram_bounds::text FROM pg_stats WHERE tablename = 'consumers' AND attname = 'id'"
    told = " ".join(str(row[0]) for row in postgresql.ask(bounds, database))
    return {name for name in ("canary-0", "canary-99") if name in told}


async def test_a_copy_is_put_back_whole_where_nothing_is(
    database: PostgresqlDatabase, postgresql: Postgresql, tmp_path: Path
) -> None:
    async with open_installation(tmp_path, database=database) as installation:
        await open_site(installation, *meetings(3))
        before = await rows_of(installation.store)
    database.copy_to(tmp_path / "copy.db")
    content = (tmp_path / "copy.db").read_bytes()
    with pytest.raises(ConfigurationError, match="the database is in use"):
        database.put_back(tmp_path / "copy.db")
    other = database_at(postgresql, postgresql.create())
    other.put_back(tmp_path / "copy.db")
    async with open_store(other, HandClock()) as store:
        assert await rows_of(store) == before
    assert (tmp_path / "copy.db").read_bytes() == content
