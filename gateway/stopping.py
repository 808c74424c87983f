"""Until told to stop: how whatever runs by itself waits for its next look."""

import asyncio
from collections.abc import Awaitable


async def stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    """Wait so long, or until told to stop; whether that was told."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True


async def until_stopped(stop: asyncio.Event, work: Awaitable[None]) -> None:
    """Do it to its end, or let go of it once told to stop: for what waits for others who may hang."""
    try:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(_watch(stop), name="stop")
            await work
            watching.cancel()
    except* _StoppedError:
        pass


class _StoppedError(Exception):
    """It is time to stop."""


async def _watch(stop: asyncio.Event) -> None:
    await stop.wait()
    raise _StoppedError
