"""Remains: how many rows are left of what a withdrawal erased, table by table. Needs no key.

Counted from the tables themselves, and not from the list of what was deleted.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Table, func, or_, select

from gateway.authorization import AuthorizationId, AuthorizationKind
from gateway.booking import CalendarId, SubjectId, TenantId
from gateway.entry import EntryKind
from gateway.legal_hold import HoldId
from gateway.store.handle import Handle
from gateway.store.tables import (
    OF_THE_INSTALLATION,
    authorizations,
    bookings,
    bucket_of,
    calendars,
    channels,
    counted_bookers,
    entries,
    finders,
    held,
    link_finders,
    links,
    metadata,
    subjects,
    tenants,
    traces,
)

#: Evidence and the rows by which it is found; and what legal holds keep.
OUTLIVING = frozenset(
    {
        *("acknowledgements", "authorizations", "budgets", "certificates", "escalations"),
        *("held", "history", "holds", "removals", "requests", "withdrawals"),
    }
)

#: Of a booking that is only told as gone.
EMPTIED = ("body", "subject", "booker", "fingerprint", "series", "uid", "facets")

Remains = Mapping[str, int]


def of_tenant(handle: Handle, tenant: TenantId) -> Remains:
    """Of a whole tenant: of every table that does not outlive it. That it is erased is still told."""
    own = {name: table.c.tenant == tenant for name, table in _data_tables().items()}
    own["entries"] &= entries.c.kind != EntryKind.TENANT_ERASED
    counts = {name: _count(handle, table, tenant, own[name]) for name, table in _data_tables().items()}
    chosen = tenants.c.connection.is_not(None) | tenants.c.registration.is_not(None)
    return counts | {"tenants": _count(handle, tenants, tenant, (tenants.c.id == tenant) & chosen)}


def of_connection(handle: Handle, tenant: TenantId, *, is_over: bool) -> Remains:
    """Of how a provider is reached, and is to tell of changes; what ``is_over`` was counted before."""
    where = {
        tenants: (tenants.c.id == tenant) & tenants.c.connection.is_not(None),
        channels: (channels.c.tenant == tenant)
        & (channels.c.watch.is_not(None) | channels.c.secret.is_not(None)),
    }
    return {table.name: 0 if is_over else _count(handle, table, tenant, its) for table, its in where.items()}


def of_person(handle: Handle, tenant: TenantId, authorization: AuthorizationId) -> Remains:
    """Of what one person granted, and of what was read by it. That bookings are gone is still told."""
    told = or_(*(bookings.c[name].is_not(None) for name in EMPTIED))
    where = {
        links: links.c.authorization == authorization,
        link_finders: link_finders.c.authorization == authorization,
        calendars: calendars.c.authorization == authorization,
        bookings: (bookings.c.authorization == authorization) & told,
    }
    return {
        table.name: _count(handle, table, tenant, (table.c.tenant == tenant) & its)
        for table, its in where.items()
    }


def of_subject(handle: Handle, tenant: TenantId, subject: SubjectId) -> Remains:
    """Of what finds a subject, of what bookings tell of who booked, and of who is counted."""
    where = {
        subjects: subjects.c.id == subject,
        finders: finders.c.subject == subject,
        bookings: (bookings.c.subject == subject) & bookings.c.booker.is_not(None),
        counted_bookers: counted_bookers.c.subject == subject,
    }
    return {
        table.name: _count(handle, table, tenant, (table.c.tenant == tenant) & theirs)
        for table, theirs in where.items()
    }


def of_hold(handle: Handle, tenant: TenantId, hold: HoldId) -> Remains:
    """Of what a legal hold kept."""
    its = (held.c.tenant == tenant) & (held.c.hold == hold)
    return {"held": _count(handle, held, tenant, its)}


def of_place(handle: Handle, tenant: TenantId, calendar: CalendarId) -> Remains:
    """Of what was read from a place's calendar. That bookings are gone is still told."""
    told = or_(*(bookings.c[name].is_not(None) for name in EMPTIED))
    where = {
        calendars: calendars.c.id == calendar,
        bookings: (bookings.c.calendar == calendar) & told,
        traces: traces.c.calendar == calendar,
    }
    return {
        table.name: _count(handle, table, tenant, (table.c.tenant == tenant) & its)
        for table, its in where.items()
    }


def persons_of(handle: Handle, tenant: TenantId) -> int:
    """How many people have ever connected calendars of their own."""
    mine = (authorizations.c.tenant == tenant) & (authorizations.c.kind == AuthorizationKind.PERSONAL)
    return _count(handle, authorizations, tenant, mine)


def _data_tables() -> dict[str, Table]:
    apart = OUTLIVING | OF_THE_INSTALLATION | {"tenants"}
    return {name: table for name, table in metadata.tables.items() if name not in apart}


def _count(handle: Handle, table: Table, tenant: TenantId, which: ColumnElement[bool]) -> int:
    found = select(func.count()).select_from(table).where(table.c.bucket == bucket_of(tenant), which)
    return handle.execute(found).scalar_one()
