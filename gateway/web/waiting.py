"""Waiting for news: the long-poll."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import hdrs

from gateway.feed.page import Page
from gateway.store.pulse import Pulse
from gateway.web.problems import TOO_MANY_WAITING, Problem

#: How many requests may wait at once, and how many may go on for as long as they are listened to.
SEATS_MAX = 256
STREAMS_MAX = 1024
#: Of one token, so that no consumer keeps all others from waiting.
SEATS_EACH_MAX = 64
STREAMS_EACH_MAX = 256
RETRY_AFTER_SECONDS = 5


class Seats(asyncio.Semaphore):
    """Places to wait, and how many of them each token has taken."""

    def __init__(self, most: int, each_max: int) -> None:
        super().__init__(most)
        self.each_max = each_max
        self.taken = Counter[str]()


@asynccontextmanager
async def seat(seats: Seats, token: str) -> AsyncIterator[None]:
    """A place to wait. Raises Problem if all are taken, or too many by this token."""
    if seats.locked() or seats.taken[token] >= seats.each_max:
        raise Problem(TOO_MANY_WAITING, headers={hdrs.RETRY_AFTER: str(RETRY_AFTER_SECONDS)})
    seats.taken[token] += 1
    try:
        async with seats:
            yield
    finally:
        seats.taken[token] -= 1
        if not seats.taken[token]:
            del seats.taken[token]


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
