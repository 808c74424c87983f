"""Leases: who may work on a due row, proved by a fencing number in every commit."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import NamedTuple

from sqlalchemy import Column, ColumnElement, Table, bindparam, literal, select, update

from gateway.booking import TenantId
from gateway.clock import MINUTE_MILLISECONDS
from gateway.errors import Fenced
from gateway.store.handle import Handle
from gateway.store.scope import Scope, TenantScope
from gateway.store.statement import Statement
from gateway.store.tables import BUCKETS, bucket_of

LEASE_MILLISECONDS = 2 * MINUTE_MILLISECONDS

#: A table of due work.
WorkTable = Table

#: What proves that a row is held, as parameters of the statements that write to it.
_HELD = ("of_bucket", "of_tenant", "of_row", "of_fencing")


class Lease(NamedTuple):
    """A row that is ours until the lease ends. ``id`` is the calendar, withdrawal or tenant itself.

    ``authorization`` is whose it is, where the table tells.
    """

    tenant: str
    id: str
    fencing: int
    attempts: int
    authorization: str | None = None


def _names(table: Table) -> tuple[Column[str], Column[str]]:
    """The columns that name a leased row inside its bucket: its tenant and itself, which may be the same."""
    _, tenant, *rest = table.primary_key
    return tenant, rest[-1] if rest else tenant


def _whose(table: Table) -> ColumnElement[str | None]:
    return table.c.get("authorization", literal(None))


def _due(table: Table, now: int) -> tuple[ColumnElement[bool], ...]:
    return table.c.due_at <= now, table.c.lease_until < now


def tenants_with_due(handle: Handle, table: Table, now: int) -> set[TenantId]:
    """Whose rows are due. Only a hint: claiming decides."""
    tenant, _ = _names(table)
    # Every bucket by name, because what is due stands behind the bucket in the index.
    due = select(tenant).distinct().where(table.c.bucket.in_(range(BUCKETS)), *_due(table, now))
    return {TenantId(row[0]) for row in handle.execute(due)}


def claim(
    handle: Handle,
    table: Table,
    *,
    tenant: TenantId,
    owner: str,
    now: int,
    limit: int,
    besides: Collection[str] = (),
    of_persons: bool | None = None,
) -> list[Lease]:
    """Take up to ``limit`` due rows of a tenant that nobody holds, longest due first, none ``besides``.

    ``of_persons``: of calendars only those of persons, or only those of places.
    """
    of_tenant, last = _names(table)
    bucket = bucket_of(tenant)
    whose = [] if of_persons is None else [table.c.resource.is_(None) == of_persons]
    due = (
        select(last)
        .where(table.c.bucket == bucket, of_tenant == tenant, *_due(table, now), last.not_in(besides), *whose)
        .order_by(table.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        # Of its own, so that PostgreSQL looks once, and takes no more than the limit.
        .cte("due")
    )
    named = last.in_(select(due.c[last.name]))
    taken = (
        update(table)
        .where(table.c.bucket == bucket, of_tenant == tenant, named, *_due(table, now))
        .values(
            lease_owner=owner,
            lease_until=now + LEASE_MILLISECONDS,
            fencing=table.c.fencing + 1,
            attempts=table.c.attempts + 1,
        )
        .returning(of_tenant, last.label("row"), table.c.fencing, table.c.attempts, _whose(table))
    )
    return [Lease(*row) for row in handle.execute(taken)]


def keep(scope: Scope, table: Table, lease: Lease, **values: object) -> None:
    """Prove and prolong a lease within a commit. Raises Fenced if another worker took it over."""
    _write(scope, table, lease, {**values, "lease_until": scope.now + LEASE_MILLISECONDS})


def release(
    scope: TenantScope,
    table: Table,
    lease: Lease,
    values: Mapping[str, object],
    *,
    due_at: int,
    attempts: int = 0,
) -> None:
    """Write what came of the work and hand its row back until it is due again. Raises Fenced as ``keep``."""
    freed = {"due_at": due_at, "lease_until": 0, "lease_owner": None, "attempts": attempts}
    _write(scope, table, lease, {**values, **freed})


def _write(scope: TenantScope, table: Table, lease: Lease, values: Mapping[str, object]) -> None:
    held = zip(_HELD, (scope.bucket, scope.tenant, lease.id, lease.fencing), strict=True)
    statement, parameters = _update(table, frozenset(values), scope.dialect), {**values, **dict(held)}
    if not statement.fetch(scope.handle, [parameters[name] for name in statement.names]):
        raise Fenced("Another worker has taken this work over after the lease ran out; nothing was written.")


@cache
def _update(table: Table, names: frozenset[str], dialect: str) -> Statement:
    """Write to a row whose lease is still held, and return it."""
    columns = (table.c.bucket, *_names(table), table.c.fencing)
    held = [column == bindparam(name) for column, name in zip(columns, _HELD, strict=True)]
    written = update(table).where(*held).values({name: bindparam(name) for name in sorted(names)})
    return Statement(written.returning(table.c.fencing), dialect)
