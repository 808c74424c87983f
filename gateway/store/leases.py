"""Leases: who may work on a due row, proved by a fencing number in every commit."""

from collections.abc import Collection, Mapping
from enum import Enum
from functools import cache
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Executable,
    Table,
    bindparam,
    literal,
    literal_column,
    select,
    update,
)

from gateway.booking import TenantId
from gateway.clock import MINUTE_MILLISECONDS
from gateway.errors import Fenced
from gateway.store.handle import Handle
from gateway.store.scope import Scope, TenantScope
from gateway.store.statement import Statement
from gateway.store.tables import BUCKETS, bucket_of

LEASE_MILLISECONDS = 2 * MINUTE_MILLISECONDS


class Sort(Enum):
    """Of a table whose rows are of two sorts, which: by a column that only one of them has."""

    OF_PLACES = ("resource", True)
    OF_PERSONS = ("resource", False)
    OF_THE_OPERATOR = ("consumer", True)
    OF_EMPLOYERS = ("consumer", False)

    def of(self, table: Table) -> ColumnElement[bool]:
        """Restricts a statement to that sort."""
        column, is_there = self.value
        return table.c[column].is_not(None) if is_there else table.c[column].is_(None)


#: A table of due work.
WorkTable = Table

#: What proves that a row is held, as parameters of the statements that write to it.
_HELD = ("of_bucket", "of_tenant", "of_row", "of_fencing")

#: Epoch milliseconds, as a parameter.
_NOW = bindparam("now", type_=BigInteger)


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


def _due(table: Table) -> tuple[ColumnElement[bool], ...]:
    return table.c.due_at <= _NOW, table.c.lease_until < _NOW


def tenants_with_due(handle: Handle, table: Table, now: int, sort: Sort | None = None) -> set[TenantId]:
    """Whose rows are due, all or one sort. Only a hint: claiming decides."""
    due = _with_due(table, handle.dialect.name, sort)
    return {TenantId(row[0]) for row in due.fetch(handle, [now] * len(due.names))}


@cache
def _with_due(table: Table, dialect: str, sort: Sort | None) -> Statement:
    """Tenants of due rows: (now, each time)."""
    tenant, _ = _names(table)
    # Every bucket by name, because what is due stands behind the bucket in the index.
    buckets: list[ColumnElement[int]] = [literal_column(str(number)) for number in range(BUCKETS)]
    which = [] if sort is None else [sort.of(table)]
    due = select(tenant).distinct().where(table.c.bucket.in_(buckets), *_due(table), *which)
    return Statement(due, dialect)


def claim(
    handle: Handle,
    table: Table,
    *,
    tenant: TenantId,
    owner: str,
    now: int,
    limit: int,
    besides: Collection[str] = (),
    sort: Sort | None = None,
) -> list[Lease]:
    """Take up to ``limit`` due rows of a tenant that nobody holds, longest due first, none ``besides``."""
    whose = {"of_bucket": bucket_of(tenant), "of_tenant": tenant, "besides": [*besides], "most": limit}
    taken = {**whose, "now": now, "by": owner, "until": now + LEASE_MILLISECONDS}
    return [Lease(*row) for row in handle.execute(_taking(table, sort), taken)]


@cache
def _taking(table: Table, sort: Sort | None) -> Executable:
    """Take due rows, and return them."""
    of_tenant, last = _names(table)
    mine = table.c.bucket == bindparam("of_bucket"), of_tenant == bindparam("of_tenant"), *_due(table)
    others = last.not_in(bindparam("besides", expanding=True))
    which = [] if sort is None else [sort.of(table)]
    due = (
        select(last)
        .where(*mine, others, *which)
        .order_by(table.c.due_at)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        # Of its own, so that PostgreSQL looks once, and takes no more than the limit.
        .cte("due")
    )
    return (
        update(table)
        .where(*mine, last.in_(select(due.c[last.name])))
        .values(
            lease_owner=bindparam("by"),
            lease_until=bindparam("until"),
            fencing=table.c.fencing + 1,
            attempts=table.c.attempts + 1,
        )
        .returning(of_tenant, last.label("row"), table.c.fencing, table.c.attempts, _whose(table))
    )


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
