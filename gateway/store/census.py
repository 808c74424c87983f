"""Counts that an admin asks for. No key is needed: only states and numbers are read."""

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.booking import Freshness, TenantId
from gateway.store.tables import bookings, bucket_of, calendars, directories, resources


class Census(NamedTuple):
    """How much there is of a tenant, and how current it is."""

    calendars: int
    calendars_read: int
    #: When the calendar that waits longest was last read, epoch milliseconds; None if one never was.
    oldest_read: int | None
    bookings: int
    freshness: dict[Freshness, int]
    #: What kept the directory from being read the last time, if anything did.
    directory_reason: str | None


async def census(connection: AsyncConnection, tenant: TenantId) -> Census:
    """Count one tenant's rows."""
    bucket = bucket_of(tenant)
    of_calendars = (calendars.c.bucket == bucket) & (calendars.c.tenant == tenant)
    completed_at = calendars.c.completed_at
    read = select(func.count(), func.count(completed_at), func.min(completed_at)).where(of_calendars)
    total, completed, oldest = (await connection.execute(read)).one()
    standing = select(func.count()).where(
        bookings.c.bucket == bucket, bookings.c.tenant == tenant, bookings.c.body.is_not(None)
    )
    by_freshness = (
        select(resources.c.freshness, func.count())
        .where(resources.c.bucket == bucket, resources.c.tenant == tenant, resources.c.body.is_not(None))
        .group_by(resources.c.freshness)
    )
    reason = select(directories.c.reason).where(
        directories.c.bucket == bucket, directories.c.tenant == tenant
    )
    return Census(
        calendars=total,
        calendars_read=completed,
        oldest_read=oldest if completed == total else None,
        bookings=(await connection.execute(standing)).scalar_one(),
        freshness={Freshness(row[0]): row[1] for row in await connection.execute(by_freshness)},
        directory_reason=(await connection.execute(reason)).scalar_one_or_none(),
    )
