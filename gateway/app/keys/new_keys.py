"""Keys for who is about to be recorded. Whoever made one destroys it if they were not."""

import asyncio
from collections.abc import Awaitable

from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.legal_hold import HoldId
from gateway.vault.keys import DataKeyOwner


async def make_data_key(parts: Parts, tenant: TenantId, owner: DataKeyOwner) -> None:
    """Not left while it is being made: one that was destroyed by then would come back."""
    await _made(parts.keys.create_data_key(tenant, owner))


async def make_hold_key(parts: Parts, tenant: TenantId, hold: HoldId) -> None:
    """As ``make_data_key``, for what a legal hold will keep."""
    await _made(parts.keys.create_hold_key(tenant, hold))


async def _made(making: Awaitable[None]) -> None:
    ended = asyncio.Event()

    async def make() -> None:
        try:
            await making
        finally:
            ended.set()

    try:
        await asyncio.shield(make())
    finally:
        await ended.wait()
