import asyncio
import gc
import weakref
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from threading import Event, Thread, current_thread

import pytest

from gateway.vault import blocking
from gateway.vault.blocking import OneThread


@pytest.fixture
async def thread() -> AsyncIterator[OneThread]:
    thread = OneThread("test")
    yield thread
    thread.close()


class Made:
    pass


def fail() -> None:
    raise KeyError


async def test_all_runs_in_one_thread_and_in_order(thread: OneThread) -> None:
    told: list[int] = []

    def tell(number: int) -> Thread:
        told.append(number)
        return current_thread()

    (one,) = {*await asyncio.gather(*(thread.call(partial(tell, number)) for number in range(9)))}
    assert told == [*range(9)]
    # Nobody waits for it when the process ends.
    assert one is not current_thread()
    assert one.daemon


async def test_what_it_raises_is_raised(thread: OneThread) -> None:
    with pytest.raises(KeyError):
        await thread.call(fail)
    assert await thread.call(lambda: 1) == 1


async def test_what_was_made_is_held_by_whoever_asked_alone(thread: OneThread) -> None:
    gone = Event()
    gc.disable()
    try:
        made = await thread.call(Made)
        weakref.finalize(made, gone.set)
        del made
        assert await asyncio.to_thread(gone.wait, 10)
    finally:
        gc.enable()


async def test_nor_is_what_an_error_left_behind(thread: OneThread) -> None:
    gone = Event()

    def fail_with_it() -> None:
        made = Made()
        weakref.finalize(made, gone.set)
        raise KeyError(made)

    gc.disable()
    try:
        with suppress(KeyError):
            await thread.call(fail_with_it)
        assert await asyncio.to_thread(gone.wait, 10)
    finally:
        gc.enable()


async def test_what_was_not_begun_in_time_is_never_begun(
    thread: OneThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, told = Event(), Event(), []

    def hang() -> None:
        begun.set()
        go_on.wait(60)

    async with asyncio.TaskGroup() as group:
        first = group.create_task(thread.call(hang))
        await asyncio.to_thread(begun.wait, 60)
        monkeypatch.setattr(blocking, "WAIT_SECONDS", 0.01)
        with pytest.raises(TimeoutError):
            await thread.call(lambda: told.append(1))
        go_on.set()
        await first
    monkeypatch.setattr(blocking, "WAIT_SECONDS", 60.0)
    await thread.call(lambda: None)
    assert told == []


async def test_whoever_is_late_holds_up_nobody_and_is_let_in_again(
    thread: OneThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = Event()
    monkeypatch.setattr(blocking, "WAIT_SECONDS", 0.01)
    with pytest.raises(TimeoutError):
        await thread.call(lambda: go_on.wait(60))
    monkeypatch.setattr(blocking, "WAIT_SECONDS", 60.0)
    with pytest.raises(TimeoutError):
        await thread.call(lambda: None)
    free = thread._free
    go_on.set()
    assert await asyncio.to_thread(free.wait, 60)
    assert await thread.call(lambda: 2) == 2
