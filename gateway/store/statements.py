"""Statements of the hot path: compiled once from Core, then run by the driver's executemany."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Delete, Insert, Select, Table, Update, bindparam, delete, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.store.tables import bookings, entries

# Ids looked up in one statement; shorter lists are padded, so that one compiled text serves them all.
LOOKUP_IDS = 250


class Batch:
    """A compiled statement. Rows are tuples in the order of ``names``."""

    def __init__(self, statement: Insert | Update | Delete | Select[Any], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self.names = tuple(compiled.positiontup or ())

    async def run(self, connection: AsyncConnection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run once per row. Nothing happens for no rows."""
        if rows:
            await connection.exec_driver_sql(self.sql, list(rows))


@cache
def upsert(table: Table, dialect: Dialect) -> Batch:
    """Insert whole rows, in column order; a row of the same key is replaced."""
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    insert = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    statement: Any = insert(table).values({name: bindparam(name) for name in names})
    replaced = {name: statement.excluded[name] for name in names if name not in keys}
    return Batch(statement.on_conflict_do_update(index_elements=keys, set_=replaced), dialect)


@cache
def append_entries(dialect: Dialect) -> Batch:
    """Insert whole entries, in column order."""
    return Batch(plain_insert(entries), dialect)


@cache
def forget_entries(dialect: Dialect) -> Batch:
    """Delete entries by (bucket, tenant, position)."""
    where = [entries.c[name] == bindparam(name) for name in ("bucket", "tenant", "position")]
    return Batch(delete(entries).where(*where), dialect)


def _one_booking() -> list[Any]:
    return [bookings.c[name] == bindparam(f"of_{name}") for name in ("bucket", "tenant", "calendar", "id")]


@cache
def mark_seen(dialect: Dialect) -> Batch:
    """Set the generation of a booking: (generation, bucket, tenant, calendar, id)."""
    return Batch(update(bookings).where(*_one_booking()).values(generation=bindparam("seen")), dialect)


@cache
def delete_bookings(dialect: Dialect) -> Batch:
    """Delete bookings by (bucket, tenant, calendar, id)."""
    return Batch(delete(bookings).where(*_one_booking()), dialect)


@cache
def lookup_bookings(dialect: Dialect) -> Batch:
    """Bookings of one calendar by ``LOOKUP_IDS`` ids: (bucket, tenant, calendar, id, id, ...)."""
    found = select(bookings.c.id, bookings.c.fingerprint, bookings.c.position).where(
        bookings.c.bucket == bindparam("of_bucket"),
        bookings.c.tenant == bindparam("of_tenant"),
        bookings.c.calendar == bindparam("of_calendar"),
        bookings.c.id.in_([bindparam(f"id_{number}") for number in range(LOOKUP_IDS)]),
    )
    return Batch(found, dialect)
