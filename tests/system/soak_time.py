"""A time in which days take seconds: it passes only while everybody waits, and then at once.

Unlike a mere hourglass it knows of threads and sockets: while a thread of ours works, nobody waits.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import Any, TypeVar, TypeVarTuple, Unpack

from connectors.sandbox.calendar import Clock

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

#: Within so long of real time, whatever was sent on loopback has arrived.
_ARRIVAL_SECONDS = 0.0005
#: While a thread asks the stand-ins, which answer in the loop itself, time goes on in steps: it may wait too.
_ASKING_SECONDS, _ASKING_STEP_SECONDS = 0.002, 0.1
_ASKING = "entra"


class Tide(selectors.DefaultSelector):
    """Moves ``now``, seconds since the beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.working = 0
        self.asking = 0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if self.working or timeout is None:
            return super().select(None)
        ready = super().select(_ASKING_SECONDS if self.asking else _ARRIVAL_SECONDS)
        if not ready:
            self.now += min(timeout, _ASKING_STEP_SECONDS) if self.asking else timeout
        return ready


class Loop(asyncio.SelectorEventLoop):
    """Keeps the tide's time, and tells it of threads."""

    def __init__(self) -> None:
        self.tide = Tide()
        super().__init__(self.tide)

    def time(self) -> float:
        return self.tide.now

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        running: asyncio.Future[T] = super().run_in_executor(executor, func, *args)
        kind = "asking" if getattr(executor, "_thread_name_prefix", "") == _ASKING else "working"
        self._count(kind, 1)
        running.add_done_callback(lambda _: self._count(kind, -1))
        return running

    def _count(self, kind: str, change: int) -> None:
        setattr(self.tide, kind, getattr(self.tide, kind) + change)


def run(work: Coroutine[Any, Any, T]) -> T:
    """What comes of work in a time of its own, which starts at 0."""
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(work)


async def leap(by: timedelta) -> None:
    """Let time pass while nobody works: all that falls due meanwhile comes at its end, in its order."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, Loop)
    loop.tide.now += by.total_seconds()
    await asyncio.sleep(0)


def clock_from(start: datetime) -> Clock:
    """Tells the loop's time as a date, to threads as well."""
    loop = asyncio.get_running_loop()
    return lambda: start + timedelta(seconds=loop.time())
