"""Copies of the database: making one, and counting what of it the keys still open."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.booking import TenantId
from gateway.errors import KeyUnavailable, Unreadable
from gateway.store.engine import sqlite_engine
from gateway.store.registry import Standing, standings
from gateway.store.tables import bookings, bucket_of
from gateway.vault.columns import SealedColumn
from gateway.vault.keys import KeyService


class Readable(NamedTuple):
    """Of a tenant's sealed bookings in a copy, how many open."""

    opened: int
    records: int


async def copy_database(source: Path, target: Path) -> None:
    """Copy a whole database while it is in use, as a backup would."""
    await asyncio.to_thread(_copy, source, target)


async def count_readable(copy: Path, keys: KeyService) -> dict[TenantId, Readable]:
    """Try every sealed booking of a copy with the key that sealed it, if the key service still has it."""
    engine = sqlite_engine(copy, writes=False)
    try:
        async with engine.connect() as connection:
            found = await standings(connection)
            return {standing.tenant: await _count(connection, standing, keys) for standing in found}
    finally:
        await engine.dispose()


async def _count(connection: AsyncConnection, standing: Standing, keys: KeyService) -> Readable:
    sealed = select(bookings.c.id, bookings.c.epoch, bookings.c.body).where(
        bookings.c.bucket == bucket_of(standing.tenant),
        bookings.c.tenant == standing.tenant,
        bookings.c.body.is_not(None),
    )
    records = (await connection.execute(sealed)).all()
    try:
        key = await keys.open_data_key(standing.tenant, standing.authorization.id)
    except KeyUnavailable:
        return Readable(0, len(records))
    column = SealedColumn(
        key, region=standing.region, tenant=standing.tenant, table="bookings", column="body"
    )
    opened = 0
    for booking, epoch, body in records:
        try:
            column.open(booking, epoch, body)
        except Unreadable:
            continue
        opened += 1
    return Readable(opened, len(records))


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)
