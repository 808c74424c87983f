"""Work that goes on when whoever asked for it has gone away; a server that stops waits for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TypeVar

import structlog
from aiohttp import web

#: How long it may take, and so how long a server that stops may wait; what it tidies up then comes on top.
SECONDS_MAX = 15.0

log = structlog.get_logger()

Result = TypeVar("Result")


class Lasting:
    """Runs what must not be cut off half done, in tasks of a group."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group

    async def run(
        self, turn: AbstractAsyncContextManager[None], work: Callable[[], Awaitable[Result]]
    ) -> Result:
        """What comes of some work, once it is its turn. Whoever is cancelled by then does not cut it off.

        Raises TimeoutError where the work took too long.
        """
        ended: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        async with AsyncExitStack() as entering:
            await entering.enter_async_context(turn)
            self._group.create_task(_work(entering.pop_all(), work, ended))
        return await ended


LASTING = web.AppKey("lasting", Lasting)


async def lasting(site: web.Application) -> AsyncIterator[None]:
    """For as long as a site stands. Its handlers have ended by the time that this is waited for."""
    async with asyncio.TaskGroup() as group:
        site[LASTING] = Lasting(group)
        yield


async def _work(
    turn: AsyncExitStack, work: Callable[[], Awaitable[Result]], ended: asyncio.Future[Result]
) -> None:
    try:
        async with turn, asyncio.timeout(SECONDS_MAX):
            result = await work()
    except Exception as error:  # noqa: BLE001  one that passed would end whatever else lasts
        if ended.cancelled():
            # Nobody is left to be told. Its text may hold anything.
            log.info("ended_alone", code=type(error).__name__)
        else:
            ended.set_exception(error)
    else:
        if not ended.cancelled():
            ended.set_result(result)
