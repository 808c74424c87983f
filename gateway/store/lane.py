"""Lane: threads that each hold a connection, and the transactions that wait for one of them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import structlog
from sqlalchemy import Engine

from gateway.errors import StoreBusy
from gateway.store.driver_errors import code_of, driver_errors, gave_way, was_rolled_back
from gateway.store.handle import Handle
from gateway.store.turnstile import Turnstile

log = structlog.get_logger()

#: How long a transaction waits for the one before it, before it has begun.
WAIT_SECONDS = 30.0
#: How often one is begun that gives way to others.
TRIES = 5

Result = TypeVar("Result")


class Lane:
    """Runs transactions, each a plain function, as many at once as it has threads.

    A transaction is one trip to its thread and back, and awaits nothing on its way: none stays open while
    something else is waited for, and a cancelled caller leaves none half done.
    """

    def __init__(self, engine: Engine, threads: int) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")
        self._free = Turnstile(threads)

    async def transaction(self, work: Callable[[Handle], Result], *, urgent: bool = False) -> Result:
        """Begin, work, commit; roll back whatever it raises. Raises StoreBusy for what the driver says.

        The work may be begun anew, where two waited for each other: it touches nothing but what it is handed.
        """
        return await self.call(lambda engine: _transaction(engine, work), urgent=urgent)

    async def call(self, function: Callable[[Engine], Result], *, urgent: bool = False) -> Result:
        """Run a function with the engine. Once begun it runs to its end, even if the caller is cancelled.

        What is ``urgent`` is begun before all that waits.
        """
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._free.enter(urgent=urgent)
        except TimeoutError:
            raise _busy() from None
        try:
            running = asyncio.get_running_loop().run_in_executor(self._threads, function, self._engine)
        except RuntimeError:
            # It was closed while this one waited.
            self._free.leave()
            raise _busy() from None
        running.add_done_callback(self._ended)
        try:
            return await asyncio.shield(running)
        except driver_errors(self._engine) as error:
            log.warning("store_refused", code=code_of(error))
            raise _busy() from None
        finally:
            # Else an error, its traceback and this frame hold each other, and with them keys and plaintext.
            del running

    async def close(self) -> None:
        """Let what runs end, and close the connections."""
        await asyncio.shield(asyncio.to_thread(self._close))

    def _close(self) -> None:
        self._threads.shutdown()
        self._engine.dispose()

    def _ended(self, running: "asyncio.Future[Result]") -> None:
        self._free.leave()
        if not running.cancelled():
            # Looked at here, because a caller that was cancelled never will.
            running.exception()


def _transaction(engine: Engine, work: Callable[[Handle], Result]) -> Result:
    for _ in range(TRIES - 1):
        try:
            return _one_transaction(engine, work)
        except driver_errors(engine) as error:
            if not gave_way(error):
                raise
    return _one_transaction(engine, work)


def _one_transaction(engine: Engine, work: Callable[[Handle], Result]) -> Result:
    is_done = False
    try:
        with engine.begin() as handle:
            result = work(handle)
            is_done = True
    except driver_errors(engine) as error:
        if is_done and not was_rolled_back(error):
            raise StoreBusy(
                "The connection to the database was lost as something was committed: whether it was stored "
                "is not known here. Look at what is there before it is tried again."
            ) from None
        raise
    return result


def _busy() -> StoreBusy:
    return StoreBusy(
        "The database did not answer in time, or cannot be written. Nothing of this was stored; try it "
        "again. If it lasts, look for a process that holds the database and for room on its volume."
    )
