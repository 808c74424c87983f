"""Statements over traces, compiled once from Core like those of the hot path."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, literal_column, select, update
from sqlalchemy import insert as plain_insert

from gateway.store.statement import Statement, among
from gateway.store.tables import bookings, traces

#: Written out, since every parameter is the caller's.
_NONE: ColumnElement[int] = literal_column("0")


def _one_booking() -> list[Any]:
    return [traces.c[name] == bindparam(f"of_{name}") for name in ("bucket", "tenant", "calendar", "id")]


@cache
def lookup_traces(dialect: str) -> Statement:
    """What was told, by ids: (bucket, tenant, calendar, *ids)."""
    columns = ("id", "epoch", "body", "subject", "minute", "position", "whole", "moved", "facets")
    found = select(*(bookings.c[name] for name in columns)).where(
        bookings.c.bucket == bindparam("of_bucket"),
        bookings.c.tenant == bindparam("of_tenant"),
        bookings.c.calendar == bindparam("of_calendar"),
        among(bookings.c.id, dialect),
        bookings.c.moved != _NONE,
    )
    return Statement(found, dialect)


@cache
def add_traces(dialect: str) -> Statement:
    """Insert whole traces, in column order."""
    return Statement(plain_insert(traces), dialect)


@cache
def leave_behind(dialect: str) -> Statement:
    """Take from a booking's traces what has moved: (what has not, what has, bucket, tenant, calendar, id)."""
    left: dict[str, Any] = {
        "moved": traces.c.moved.bitwise_and(bindparam("still")),
        "later": traces.c.later.bitwise_or(bindparam("gone")),
    }
    return Statement(update(traces).where(*_one_booking()).values(left), dialect)


@cache
def forget_traces(dialect: str) -> Statement:
    """Delete those of a booking's traces of which nothing is left: (bucket, tenant, calendar, id)."""
    return Statement(delete(traces).where(*_one_booking(), traces.c.moved == _NONE), dialect)


@cache
def delete_traces(dialect: str) -> Statement:
    """Delete all of a booking's traces: (bucket, tenant, calendar, id)."""
    return Statement(delete(traces).where(*_one_booking()), dialect)


@cache
def take_over_traces(dialect: str) -> Statement:
    """Let traces be another booking's: (its calendar and id, bucket, tenant, calendar, id)."""
    heir: dict[str, Any] = {"calendar": bindparam("to_calendar"), "id": bindparam("to_id")}
    return Statement(update(traces).where(*_one_booking()).values(heir), dialect)
