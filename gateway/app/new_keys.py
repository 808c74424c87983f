"""Keys for who is about to be recorded. Whoever made one destroys it if they were not."""

import asyncio

from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.vault.keys import DataKeyOwner


async def make_data_key(parts: Parts, tenant: TenantId, owner: DataKeyOwner) -> None:
    """Not left while it is being made: one that was destroyed by then would come back."""
    ended = asyncio.Event()

    async def make() -> None:
        try:
            await parts.keys.create_data_key(tenant, owner)
        finally:
            ended.set()

    try:
        await asyncio.shield(make())
    finally:
        await ended.wait()
