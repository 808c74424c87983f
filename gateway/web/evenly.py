"""Evenly: answers whose time does not tell what was found."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

Result = TypeVar("Result")

#: Longer than whatever differs between a look-up that finds somebody and one that does not.
BEAT_SECONDS = 0.25


async def evenly(work: Awaitable[Result]) -> Result:
    """What comes of it, or what it raises, at the end of a beat: however long it took within one."""
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def rest() -> None:
        await asyncio.sleep(BEAT_SECONDS - (loop.time() - began) % BEAT_SECONDS)

    try:
        result = await work
    except Exception:
        await rest()
        raise
    await rest()
    return result
