"""Until told to stop: what waits for others is let go of, and what goes wrong before is told as it is."""

import asyncio

import pytest

from gateway.errors import StoreBusy
from gateway.stopping import until_stopped


@pytest.fixture
def stop() -> asyncio.Event:
    return asyncio.Event()


class Work:
    """How far it came."""

    def __init__(self) -> None:
        self.begun, self.ended = asyncio.Event(), False

    async def hang(self) -> None:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            # What has to be put back is, before anybody goes.
            await asyncio.sleep(0)
            self.ended = True


async def test_what_hangs_is_let_go_of(stop: asyncio.Event) -> None:
    work = Work()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        working = group.create_task(until_stopped(stop, work.hang()))
        await work.begun.wait()
        assert not working.done()
        stop.set()
        await working
    assert work.ended


async def test_what_ends_by_itself_is_waited_for_by_nobody(stop: asyncio.Event) -> None:
    done = list[str]()

    async def work() -> None:
        done.append("done")

    async with asyncio.timeout(5):
        await until_stopped(stop, work())
    assert done == ["done"]
    assert len(asyncio.all_tasks()) == 1


async def test_what_goes_wrong_is_told(stop: asyncio.Event) -> None:
    async def fail() -> None:
        raise StoreBusy("The store is busy.")

    with pytest.RaisesGroup(StoreBusy):
        await until_stopped(stop, fail())


async def test_who_is_cancelled_is(stop: asyncio.Event) -> None:
    work = Work()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        working = group.create_task(until_stopped(stop, work.hang()))
        await work.begun.wait()
        working.cancel()
    assert working.cancelled()
    assert work.ended
