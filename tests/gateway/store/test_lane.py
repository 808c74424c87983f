"""Transactions in threads: whole or not at all, a bounded number at once, and never half waited for."""

import asyncio
import contextlib
import gc
import threading
import weakref
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.clock import milliseconds
from gateway.errors import StoreBusy
from gateway.store import lane as lanes
from gateway.store.handle import Handle
from gateway.store.lane import Lane
from gateway.store.sqlite import SqliteDatabase, sqlite_engine
from gateway.store.store import open_store
from tests.fakes.filled_store import HandClock

BOUND_SECONDS = 5


class OutOfLuck(Exception):
    """What a transaction may raise of its own."""


@pytest.fixture
async def lane(tmp_path: Path) -> AsyncIterator[Lane]:
    made = Lane(sqlite_engine(tmp_path / "some.db", writes=True), threads=1)
    await made.transaction(lambda handle: handle.execute(text("CREATE TABLE counter (value INTEGER)")))
    yield made
    await made.close()


def add(handle: Handle) -> None:
    handle.execute(text("INSERT INTO counter VALUES (1)"))


def count(handle: Handle) -> int:
    return int(handle.execute(text("SELECT count(*) FROM counter")).scalar_one())


class Gate:
    """A transaction that waits inside its thread until it is let on."""

    def __init__(self) -> None:
        self.begun, self.open = threading.Event(), threading.Event()

    def pass_through(self, handle: Handle) -> None:
        self.begun.set()
        assert self.open.wait(BOUND_SECONDS)
        add(handle)

    def pass_through_empty(self, _handle: Handle) -> None:
        self.begun.set()
        assert self.open.wait(BOUND_SECONDS)

    async def reached(self) -> None:
        assert await asyncio.to_thread(self.begun.wait, BOUND_SECONDS)


async def test_what_is_raised_rolls_back_and_passes(lane: Lane) -> None:
    def fail(handle: Handle) -> None:
        add(handle)
        raise OutOfLuck

    with pytest.raises(OutOfLuck):
        await lane.transaction(fail)
    assert await lane.transaction(count) == 0


async def test_what_the_driver_says_does_not_pass(lane: Lane) -> None:
    with pytest.raises(StoreBusy) as raised:
        await lane.transaction(lambda handle: handle.execute(text("SELECT secret FROM nowhere")))
    assert "nowhere" not in str(raised.value)
    assert raised.value.__suppress_context__


async def test_a_cancelled_caller_leaves_a_whole_transaction(lane: Lane) -> None:
    gate = Gate()
    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as group:
        caller = group.create_task(lane.transaction(gate.pass_through))
        await gate.reached()
        caller.cancel()
        await asyncio.wait([caller])
        gate.open.set()
    assert caller.cancelled()
    assert await lane.transaction(count) == 1


async def test_nobody_waits_forever_for_the_one_before(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "WAIT_SECONDS", 0.01)
    gate = Gate()
    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as group:
        group.create_task(lane.transaction(gate.pass_through))
        await gate.reached()
        with pytest.raises(StoreBusy):
            await lane.transaction(add)
        gate.open.set()
    # The one that gave up did not run behind its caller's back.
    assert await lane.transaction(count) == 1


async def test_closing_lets_what_runs_end(tmp_path: Path, lane: Lane) -> None:
    other = Lane(sqlite_engine(tmp_path / "some.db", writes=True), threads=1)
    gate = Gate()
    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as group:
        group.create_task(other.transaction(gate.pass_through))
        await gate.reached()
        closing = group.create_task(other.close())
        await asyncio.sleep(0)
        gate.open.set()
        await closing
    assert await lane.transaction(count) == 1


class Secret:
    """Something that must not outlive its use."""


async def test_what_a_transaction_held_goes_with_its_error(lane: Lane) -> None:
    def fail(handle: Handle, secret: Secret) -> None:
        raise OutOfLuck

    secret = Secret()
    held = weakref.ref(secret)
    gc.disable()
    try:
        with contextlib.suppress(OutOfLuck):
            await lane.transaction(partial(fail, secret=secret))
        del secret
        # The thread lets go a moment after it has told.
        async with asyncio.timeout(BOUND_SECONDS):
            while held() is not None:  # noqa: ASYNC110  a thread rings no event here
                await asyncio.sleep(0.01)
    finally:
        gc.enable()


async def test_who_waits_while_it_closes_is_told(tmp_path: Path) -> None:
    other = Lane(sqlite_engine(tmp_path / "some.db", writes=True), threads=1)
    gate = Gate()
    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as group:
        group.create_task(other.transaction(gate.pass_through_empty))
        await gate.reached()
        waiting = group.create_task(_refused(other))
        closing = group.create_task(other.close())
        while not other._threads._shutdown:  # noqa: ASYNC110  nor does this one
            await asyncio.sleep(0.01)
        gate.open.set()
        await closing
    assert waiting.result()


async def _refused(lane: Lane) -> bool:
    try:
        await lane.transaction(id)
    except StoreBusy:
        return True
    return False


async def test_a_transaction_tells_the_time_at_which_it_runs(tmp_path: Path) -> None:
    clock, gate = HandClock(), Gate()
    async with (
        open_store(SqliteDatabase(tmp_path / "store"), clock) as store,
        asyncio.timeout(BOUND_SECONDS),
        asyncio.TaskGroup() as group,
    ):
        group.create_task(store._writer.transaction(gate.pass_through_empty))
        await gate.reached()
        waiting = group.create_task(store.administer(lambda registry: registry.now))
        await asyncio.sleep(0)
        clock.move(timedelta(minutes=1))
        gate.open.set()
        assert await waiting == milliseconds(clock())
