"""Statements of the hot path."""

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import (
    BigInteger,
    Table,
    bindparam,
    delete,
    func,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects import postgresql, sqlite

from gateway.purpose import ALL_FACETS
from gateway.store.handle import Handle
from gateway.store.statement import Statement, among
from gateway.store.tables import authorizations, bookings, entries, receipts, tenants

#: A usual page. With each statement that it runs SQLite's driver lets others have the interpreter, and a row
#: that is a statement waits for it anew.
ROWS_AT_ONCE = 250


def write_rows(
    table: Table, handle: Handle, rows: Sequence[tuple[Any, ...]], empty: frozenset[str] = frozenset()
) -> None:
    """Insert whole rows, in column order, but for the ``empty`` columns, in which nothing stands.

    A row of the same key is replaced, but for what stays.
    """
    dialect = handle.dialect.name
    # PostgreSQL's driver sends many at once by itself.
    together = len(rows) // ROWS_AT_ONCE * ROWS_AT_ONCE if dialect == "sqlite" else 0
    for start in range(0, together, ROWS_AT_ONCE):
        many = tuple(chain.from_iterable(rows[start : start + ROWS_AT_ONCE]))
        _upsert(table, dialect, empty, ROWS_AT_ONCE).run(handle, [many])
    _upsert(table, dialect, empty).run(handle, rows[together:])


@cache
def _upsert(table: Table, dialect: str, empty: frozenset[str], rows: int = 1) -> Statement:
    names = [column.name for column in table.columns if column.name not in empty]
    keys = [column.name for column in table.primary_key]
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    values: list[Any] = [{name: bindparam(f"{name}_{row}") for name in names} for row in range(rows)]
    statement: Any = insert(table).values(values)
    new = statement.excluded
    replaced = {
        column.name: func.coalesce(new[column.name], column) if column.info else new[column.name]
        for column in table.columns
        if column.name not in keys
    }
    return Statement(statement.on_conflict_do_update(index_elements=keys, set_=replaced), dialect)


@cache
def add_up(dialect: str) -> Statement:
    """Add numbers to a receipt, in column order."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement: Any = insert(receipts).values({column.name: bindparam(column.name) for column in receipts.c})
    more = receipts.c.number + statement.excluded.number
    keys = list(receipts.primary_key)
    return Statement(statement.on_conflict_do_update(index_elements=keys, set_={"number": more}), dialect)


@cache
def append_entries(dialect: str) -> Statement:
    """Insert whole entries, in column order."""
    return Statement(plain_insert(entries), dialect)


@cache
def forget_entries(dialect: str) -> Statement:
    """Delete entries by (bucket, tenant, position)."""
    where = [entries.c[name] == bindparam(name) for name in ("bucket", "tenant", "position")]
    return Statement(delete(entries).where(*where), dialect)


def _one_booking() -> list[Any]:
    return [bookings.c[name] == bindparam(f"of_{name}") for name in ("bucket", "tenant", "calendar", "id")]


@cache
def mark_seen(dialect: str) -> Statement:
    """Set the generation of a booking: (generation, bucket, tenant, calendar, id)."""
    return Statement(update(bookings).where(*_one_booking()).values(generation=bindparam("seen")), dialect)


@cache
def empty_bookings(dialect: str) -> Statement:
    """Leave of bookings that they were, and where they stand in the log: (bucket, tenant, calendar, id)."""
    empty = dict.fromkeys(("body", "subject", "booker", "fingerprint", "series", "uid", "facets"), null())
    return Statement(update(bookings).where(*_one_booking()).values(empty), dialect)


@cache
def remove_bookings(dialect: str) -> Statement:
    """Empty bookings at new positions of the log: (minute, position, again, bucket, tenant, calendar, id)."""
    empty = dict.fromkeys(("body", "subject", "booker", "fingerprint", "facets"), null())
    told: dict[str, Any] = {
        "minute": bindparam("at_minute"),
        "position": bindparam("at_position"),
        "whole": bindparam("at_whole"),
        "moved": literal_column(str(ALL_FACETS)),
    }
    return Statement(update(bookings).where(*_one_booking()).values(empty | told), dialect)


@cache
def place_bookings(dialect: str) -> Statement:
    """Let bookings stand elsewhere in the log: (a trace's members, bucket, tenant, calendar, id)."""
    columns = ("minute", "position", "whole", "moved", "facets")
    told: dict[str, Any] = {name: bindparam(f"at_{name}") for name in columns}
    return Statement(update(bookings).where(*_one_booking()).values(told), dialect)


@cache
def delete_bookings(dialect: str) -> Statement:
    """Delete bookings by (bucket, tenant, calendar, id)."""
    return Statement(delete(bookings).where(*_one_booking()), dialect)


@cache
def lookup_bookings(dialect: str) -> Statement:
    """Bookings of one calendar by ids: (bucket, tenant, calendar, *ids)."""
    found = select(bookings.c.id, bookings.c.fingerprint).where(
        bookings.c.bucket == bindparam("of_bucket"),
        bookings.c.tenant == bindparam("of_tenant"),
        bookings.c.calendar == bindparam("of_calendar"),
        among(bookings.c.id, dialect),
    )
    return Statement(found, dialect)


@cache
def fence_of(dialect: str) -> Statement:
    """The epoch and the state of an authorization: (bucket, tenant, id)."""
    one = [authorizations.c[name] == bindparam(name) for name in ("bucket", "tenant", "id")]
    return Statement(select(authorizations.c.epoch, authorizations.c.state).where(*one), dialect)


@cache
def raise_head(dialect: str) -> Statement:
    """Raise a tenant's counter from a multiple of a grain, and return it: (grain, how much, bucket, id)."""
    one = [tenants.c[name] == bindparam(f"of_{name}") for name in ("bucket", "id")]
    reached = tenants.c.head - tenants.c.head % bindparam("grain", type_=BigInteger)
    raised = update(tenants).where(*one).values(head=reached + bindparam("number"))
    return Statement(raised.returning(tenants.c.head), dialect)
