"""A copy of the database, and what the keys as they are now still open of it."""

from pathlib import Path

from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.store.copies import Readable, copy_database, count_readable


async def copy_of_database(parts: Parts, target: Path) -> None:
    """Copy the whole database, as a backup would."""
    await copy_database(parts.store.database, target)


async def readable(parts: Parts, copy: Path) -> dict[TenantId, Readable]:
    """How many of each tenant's bookings in a copy open now. Nothing that was opened before helps."""
    return await count_readable(copy, parts.keys)
