"""Leases: who may work on a due row, proved by a fencing number in every commit."""

from typing import NamedTuple

from sqlalchemy import Column, ColumnElement, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.booking import TenantId
from gateway.clock import MINUTE_MILLISECONDS
from gateway.errors import Fenced
from gateway.store.scope import Scope
from gateway.store.tables import bucket_of

LEASE_MILLISECONDS = 2 * MINUTE_MILLISECONDS


class Lease(NamedTuple):
    """A row that is ours until the lease ends. ``id`` is the calendar, withdrawal or tenant itself."""

    tenant: str
    id: str
    fencing: int
    attempts: int


def _names(table: Table) -> tuple[Column[str], Column[str]]:
    """The columns that name a leased row inside its bucket: its tenant and itself, which may be the same."""
    _, tenant, *rest = table.primary_key
    return tenant, rest[-1] if rest else tenant


def _held(scope: Scope, table: Table, lease: Lease) -> tuple[ColumnElement[bool], ...]:
    tenant, last = _names(table)
    return (
        table.c.bucket == scope.bucket,
        tenant == scope.tenant,
        last == lease.id,
        table.c.fencing == lease.fencing,
    )


def _due(table: Table, now: int) -> tuple[ColumnElement[bool], ...]:
    return table.c.due_at <= now, table.c.lease_until < now


async def tenants_with_due(connection: AsyncConnection, table: Table, now: int) -> set[TenantId]:
    """Whose rows are due. Only a hint: claiming decides."""
    tenant, _ = _names(table)
    return {
        TenantId(row[0])
        for row in await connection.execute(select(tenant).distinct().where(*_due(table, now)))
    }


async def claim(
    connection: AsyncConnection, table: Table, *, tenant: TenantId, owner: str, now: int, limit: int
) -> list[Lease]:
    """Take up to ``limit`` due rows of a tenant that nobody holds, the longest due first."""
    of_tenant, last = _names(table)
    bucket = bucket_of(tenant)
    due = (
        select(last)
        .where(table.c.bucket == bucket, of_tenant == tenant, *_due(table, now))
        .order_by(table.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = (
        update(table)
        .where(table.c.bucket == bucket, of_tenant == tenant, last.in_(due), *_due(table, now))
        .values(
            lease_owner=owner,
            lease_until=now + LEASE_MILLISECONDS,
            fencing=table.c.fencing + 1,
            attempts=table.c.attempts + 1,
        )
        .returning(of_tenant, last.label("row"), table.c.fencing, table.c.attempts)
    )
    return [Lease(*row) for row in await connection.execute(taken)]


async def keep(scope: Scope, table: Table, lease: Lease) -> None:
    """Prove and prolong a lease within a commit. Raises Fenced if another worker took it over."""
    kept = update(table).where(*_held(scope, table, lease)).values(lease_until=scope.now + LEASE_MILLISECONDS)
    if (await scope.connection.execute(kept)).rowcount != 1:
        raise Fenced("Another worker has taken this work over after the lease ran out; nothing was written.")


async def release(scope: Scope, table: Table, lease: Lease, *, due_at: int, attempts: int = 0) -> None:
    """Hand a row back until it is due again."""
    released = (
        update(table)
        .where(*_held(scope, table, lease))
        .values(due_at=due_at, lease_until=0, lease_owner=None, attempts=attempts)
    )
    await scope.connection.execute(released)
