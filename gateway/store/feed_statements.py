"""What is read of the feed's log: built once, since that takes longer than running it."""

from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, String, Table, and_, bindparam, literal_column, select

from gateway.entry import TOLD_AHEAD, EntryKind
from gateway.store.statement import Statement
from gateway.store.tables import (
    OF_PERSONS,
    authorizations,
    bookings,
    calendars,
    entries,
    resources,
    tenants,
    traces,
)


def _behind(table: Table, statement: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    """So many rows of a tenant behind a position, in order."""
    mine = (table.c.bucket == bindparam("bucket")) & (table.c.tenant == bindparam("tenant"))
    behind = statement.where(mine, table.c.position > bindparam("after"))
    return behind.order_by(table.c.position).limit(bindparam("most"))


_SHOWN = bindparam("shown", type_=Integer)
_NONE: ColumnElement[int] = literal_column("0")
_TOLD = (
    "id",
    "told_as",
    "resource",
    "epoch",
    "body",
    "whole",
    "facets",
    "authorization",
    "subject",
    "booker",
)
_AUTHORIZATION = (
    (authorizations.c.bucket == bookings.c.bucket)
    & (authorizations.c.tenant == bookings.c.tenant)
    & (authorizations.c.id == bookings.c.authorization)
)

BOOKINGS = _behind(
    bookings,
    select(
        *(bookings.c[name] for name in ("position", "minute", *_TOLD)),
        authorizations.c.state,
    )
    .outerjoin_from(bookings, authorizations, _AUTHORIZATION)
    .where(bookings.c.moved.bitwise_and(_SHOWN) != _NONE),
)
# For whom a booking's newest change shows nothing, the newest that does is told, in its own place.
TRACES = _behind(
    traces,
    select(
        *(traces.c[name] for name in ("position", "minute")),
        *(bookings.c[name] for name in _TOLD),
        authorizations.c.state,
    )
    .join_from(
        traces,
        bookings,
        and_(*(traces.c[name] == bookings.c[name] for name in ("bucket", "tenant", "calendar", "id"))),
    )
    .outerjoin(authorizations, _AUTHORIZATION)
    .where(traces.c.moved.bitwise_and(_SHOWN) != _NONE, traces.c.later.bitwise_and(_SHOWN) == _NONE),
)
_ITS_CALENDARS = select(calendars.c.id).where(
    *(calendars.c[name] == bindparam(name) for name in ("bucket", "tenant", "resource"))
)
#: What stands in one resource for consumers, of several copies of a booking one: what its own calendars tell,
#: and what persons' do. An index serves each.
STANDING = tuple(
    select(
        *(bookings.c[name] for name in ("position", "minute", *_TOLD)),
        authorizations.c.state,
    )
    .outerjoin_from(bookings, authorizations, _AUTHORIZATION)
    .where(
        *(bookings.c[name] == bindparam(name) for name in ("bucket", "tenant", "resource")),
        whose,
        bookings.c.position > 0,
        bookings.c.body.is_not(None),
    )
    for whose in (bookings.c.authorization.is_(None) & bookings.c.calendar.in_(_ITS_CALENDARS), OF_PERSONS)
)
ENTRIES = _behind(
    entries,
    select(
        *(entries.c[name] for name in ("position", "kind", "minute", "resource", "note")),
        *(resources.c[name] for name in ("epoch", "body", "freshness", "since", "reason")),
    ).outerjoin_from(
        entries,
        resources,
        (resources.c.bucket == entries.c.bucket)
        & (resources.c.tenant == entries.c.tenant)
        & (resources.c.id == entries.c.resource),
    ),
)
#: Resources that consumers were told of, in the order of their ids.
RESOURCES = (
    select(*(resources.c[name] for name in ("id", "epoch", "body", "freshness", "since", "reason")))
    .where(
        resources.c.bucket == bindparam("bucket"),
        resources.c.tenant == bindparam("tenant"),
        resources.c.id >= bindparam("first"),
        resources.c.body.is_not(None),
    )
    .order_by(resources.c.id)
    .limit(bindparam("most"))
)


@cache
def horizon(dialect: str) -> Statement:
    """Up to where removals of a tenant are forgotten: (bucket, tenant)."""
    one = [tenants.c[name] == bindparam(name) for name in ("bucket", "id")]
    return Statement(select(tenants.c.horizon).where(*one), dialect)


NOTICES = ENTRIES.where(entries.c.kind.in_(TOLD_AHEAD))
ERASED_SUBJECTS = ENTRIES.where(entries.c.kind == EntryKind.SUBJECT_ERASED)


class Rows(NamedTuple):
    """What stands in the log, as three statements: bookings, where they stand besides, and all else."""

    bookings: Select[tuple[object, ...]]
    traces: Select[tuple[object, ...]]
    others: Select[tuple[object, ...]]


@cache
def of_bookings(dialect: str, *, of_resource: bool) -> tuple[Statement, Statement]:
    """The first two of ``Rows``, of a tenant or of one resource of it, as its driver runs them."""
    rows = OF_RESOURCE if of_resource else OF_TENANT
    return Statement(rows.bookings, dialect), Statement(rows.traces, dialect)


#: Of a tenant, and of one resource of it.
OF_TENANT = Rows(BOOKINGS, TRACES, ENTRIES)
_RESOURCE = bindparam("resource", type_=String)
OF_RESOURCE = Rows(
    BOOKINGS.where(bookings.c.resource == _RESOURCE),
    TRACES.where(bookings.c.resource == _RESOURCE),
    ENTRIES.where(entries.c.resource == _RESOURCE),
)
