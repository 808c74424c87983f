"""Waiting for news: the long-poll."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import hdrs

from gateway.feed.page import Page
from gateway.store.pulse import Pulse
from gateway.web.problems import TOO_MANY_WAITING, Problem

#: How many requests may wait at once, and how many may go on for as long as they are listened to.
SEATS_MAX = 256
STREAMS_MAX = 1024
RETRY_AFTER_SECONDS = 5


@asynccontextmanager
async def seat(seats: asyncio.Semaphore) -> AsyncIterator[None]:
    """A place to wait. Raises Problem if all are taken."""
    if seats.locked():
        raise Problem(TOO_MANY_WAITING, headers={hdrs.RETRY_AFTER: str(RETRY_AFTER_SECONDS)})
    async with seats:
        yield


async def news(read: Callable[[], Awaitable[Page]], pulse: Pulse, wait_seconds: float) -> Page:
    """The first page with something in it, or what is read when the time is over.

    Every wake reads anew, and one that brings nothing for this consumer goes on waiting: what others are told
    shows in no answer's time.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait_seconds
    while True:
        seen = pulse.standings
        page = await read()
        left_seconds = deadline - loop.time()
        if page.is_news or left_seconds <= 0:
            return page
        # A beat during the reading may have rung for what the reading did not see yet.
        if pulse.standings is seen:
            await pulse.changed(left_seconds)
