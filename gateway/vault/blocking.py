"""OneThread: runs what blocks and cannot be told to stop, without anybody having to wait for its end."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from threading import Event, Thread
from typing import TypeVar

WAIT_SECONDS = 5.0

Result = TypeVar("Result")


class OneThread:
    """Runs functions one after the other, in a thread that no process waits for when it ends."""

    def __init__(self, name: str) -> None:
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        #: Set once that has ended which somebody last gave up waiting for.
        self._free = Event()
        self._free.set()
        Thread(target=self._run, name=name, daemon=True).start()

    async def call(self, work: Callable[[], Result]) -> Result:
        """What ``work`` returns or raises. Raises TimeoutError where that takes too long.

        What was begun goes on then. Until it ends, everybody else is told so at once.
        """
        if not self._free.is_set():
            raise TimeoutError
        made, ended = Future[Result](), Event()
        self._queue.put(partial(_do, work, made, ended))
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                return await asyncio.wrap_future(made)
        except TimeoutError:
            if made.running():
                self._free = ended
            raise
        finally:
            # Else an error, its traceback and this frame hold each other, and with them keys.
            del made

    def close(self) -> None:
        """Let the thread end, once it has done what it was told before."""
        self._queue.put(None)

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            work()
            # It holds what it made, which may be a key.
            del work


def _do(work: Callable[[], Result], made: Future[Result], ended: Event) -> None:
    try:
        if made.set_running_or_notify_cancel():
            made.set_result(work())
    except BaseException as error:  # noqa: BLE001  whoever waits is told, whatever it is
        made.set_exception(error)
    finally:
        ended.set()
        del made, work
