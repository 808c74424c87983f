"""Copies of the database: making one, and counting what of it the keys still open."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from gateway.booking import TenantId
from gateway.errors import KeyUnavailable, Unreadable
from gateway.store.engine import sqlite_engine
from gateway.store.handle import Handle
from gateway.store.registry import Standing, standings
from gateway.store.tables import bookings, bucket_of
from gateway.vault.columns import SealedColumn
from gateway.vault.keys import KeyService


class Readable(NamedTuple):
    """Of a tenant's sealed bookings in a copy, how many open."""

    opened: int
    records: int


class SealedBooking(NamedTuple):
    """A booking as it stands in a copy."""

    id: str
    epoch: int
    body: bytes


async def copy_database(source: Path, target: Path) -> None:
    """Copy a whole database while it is in use, as a backup would."""
    await asyncio.to_thread(_copy, source, target)


async def count_readable(copy: Path, keys: KeyService) -> dict[TenantId, Readable]:
    """Try every sealed booking of a copy with the key that sealed it, if the key service still has it."""
    sealed = await asyncio.to_thread(_sealed_in, copy)
    return {standing.tenant: await _count(standing, rows, keys) for standing, rows in sealed}


def _sealed_in(copy: Path) -> list[tuple[Standing, list[SealedBooking]]]:
    engine = sqlite_engine(copy, writes=False)
    try:
        with engine.connect() as connection:
            return [(standing, _sealed_of(connection, standing)) for standing in standings(connection)]
    finally:
        engine.dispose()


def _sealed_of(connection: Handle, standing: Standing) -> list[SealedBooking]:
    sealed = select(bookings.c.id, bookings.c.epoch, bookings.c.body).where(
        bookings.c.bucket == bucket_of(standing.tenant),
        bookings.c.tenant == standing.tenant,
        bookings.c.body.is_not(None),
    )
    return [SealedBooking(*row) for row in connection.execute(sealed)]


async def _count(standing: Standing, sealed: Sequence[SealedBooking], keys: KeyService) -> Readable:
    try:
        key = await keys.open_data_key(standing.tenant, standing.authorization.id)
    except KeyUnavailable:
        return Readable(0, len(sealed))
    column = SealedColumn(
        key, region=standing.region, tenant=standing.tenant, table="bookings", column="body"
    )
    return Readable(sum(_opens(column, booking) for booking in sealed), len(sealed))


def _opens(column: SealedColumn, sealed: SealedBooking) -> bool:
    try:
        column.open(sealed.id, sealed.epoch, sealed.body)
    except Unreadable:
        return False
    return True


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)
