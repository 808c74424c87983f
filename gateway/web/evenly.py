"""Evenly: answers whose time does not tell what was found."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

Result = TypeVar("Result")

#: Longer than whatever differs between a look-up that finds somebody and one that does not.
BEAT_SECONDS = 0.25


async def evenly(work: Awaitable[Result]) -> Result:
    """What comes of it, or what it raises, at the end of a beat: however long it took within one."""
    began = asyncio.get_running_loop().time()
    result = await evenly_refused(work)
    await _rest(began)
    return result


async def evenly_refused(work: Awaitable[Result]) -> Result:
    """What comes of it, at once; what it raises, at the end of a beat."""
    began = asyncio.get_running_loop().time()
    try:
        return await work
    except Exception:
        await _rest(began)
        raise


async def _rest(began: float) -> None:
    await asyncio.sleep(BEAT_SECONDS - (asyncio.get_running_loop().time() - began) % BEAT_SECONDS)
