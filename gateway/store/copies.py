"""Copies of the database: making one, and counting what of it the keys still open."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import ColumnElement, select

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.errors import KeyUnavailable, Unreadable
from gateway.store.database import Database
from gateway.store.handle import Handle
from gateway.store.lane import Lane
from gateway.store.registry import Standing, standings
from gateway.store.sqlite import sqlite_engine
from gateway.store.tables import bookings, bucket_of
from gateway.vault.columns import SealedColumn
from gateway.vault.keys import KeyService


class Readable(NamedTuple):
    """Of sealed bookings in a copy, how many open."""

    opened: int
    records: int

    def and_of(self, other: "Readable") -> "Readable":
        """Of both."""
        return Readable(self.opened + other.opened, self.records + other.records)


#: Under whose authorization a booking was read.
Read = tuple[TenantId, AuthorizationId]


class SealedBooking(NamedTuple):
    """A booking as it stands in a copy; ``authorization`` is a person's, None the employer's."""

    id: str
    epoch: int
    body: bytes
    authorization: AuthorizationId | None


async def copy_database(database: Database, target: Path) -> None:
    """Write a whole database into one SQLite file while it is in use, as a backup would."""
    await asyncio.to_thread(database.copy_to, target)


async def count_readable(copy: Path, keys: KeyService) -> dict[TenantId, Readable]:
    """As ``count_by_authorization``, of each tenant."""
    counts = dict[TenantId, Readable]()
    for (tenant, _), count in (await count_by_authorization(copy, keys)).items():
        counts[tenant] = counts.get(tenant, Readable(0, 0)).and_of(count)
    return counts


async def count_by_authorization(copy: Path, keys: KeyService) -> dict[Read, Readable]:
    """Try every sealed booking of a copy with the key that sealed it, if the key service still has it."""
    lane, counts = Lane(sqlite_engine(copy, writes=False), threads=1), dict[Read, Readable]()
    try:
        for standing in await lane.transaction(standings):
            counts |= await _count(lane, standing, keys)
    finally:
        await lane.close()
    return counts


async def _count(lane: Lane, standing: Standing, keys: KeyService) -> dict[Read, Readable]:
    sealed_by = await lane.transaction(lambda handle: _authorizations(handle, standing.tenant))
    place = {"region": standing.region, "tenant": standing.tenant, "table": "bookings", "column": "body"}
    columns = dict[AuthorizationId | None, SealedColumn]()
    for authorization in sealed_by:
        try:
            key = await keys.open_data_key(standing.tenant, authorization or standing.authorization.id)
        except KeyUnavailable:
            continue
        columns[authorization] = SealedColumn(key, **place)
    return await lane.transaction(lambda handle: _readable(handle, standing, columns))


def _readable(
    handle: Handle, standing: Standing, columns: Mapping[AuthorizationId | None, SealedColumn]
) -> dict[Read, Readable]:
    own, counts = standing.authorization.id, defaultdict[Read, Readable](lambda: Readable(0, 0))
    counts[standing.tenant, own] = Readable(0, 0)
    for sealed in _sealed_of(handle, standing.tenant):
        column, read = columns.get(sealed.authorization), (standing.tenant, sealed.authorization or own)
        counts[read] = counts[read].and_of(Readable(column is not None and _opens(column, sealed), 1))
    return dict(counts)


def _authorizations(handle: Handle, tenant: TenantId) -> list[AuthorizationId | None]:
    return list(handle.execute(select(bookings.c.authorization).where(_of(tenant)).distinct()).scalars())


def _sealed_of(handle: Handle, tenant: TenantId) -> Iterator[SealedBooking]:
    columns = (bookings.c.id, bookings.c.epoch, bookings.c.body, bookings.c.authorization)
    return (SealedBooking(*row) for row in handle.execute(select(*columns).where(_of(tenant))))


def _of(tenant: TenantId) -> ColumnElement[bool]:
    mine = (bookings.c.bucket == bucket_of(tenant)) & (bookings.c.tenant == tenant)
    return mine & bookings.c.body.is_not(None)


def _opens(column: SealedColumn, sealed: SealedBooking) -> bool:
    try:
        column.open(sealed.id, sealed.epoch, sealed.body)
    except Unreadable:
        return False
    return True
