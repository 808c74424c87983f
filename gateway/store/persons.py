"""Persons of a tenant: who has connected their own calendar, by our ids alone. Needs no key."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import and_, select

from gateway.authorization import READING, AuthorizationId, AuthorizationKind, State
from gateway.booking import CalendarId, ResourceId, TenantId
from gateway.store.handle import Handle
from gateway.store.registry import Registry
from gateway.store.row_lock import lock_row
from gateway.store.tables import (
    OF_PERSONS,
    authorizations,
    bookings,
    bucket_of,
    calendars,
    link_finders,
    links,
)
from gateway.store.told import few

#: What keeps a calendar from being read whose link's key is missing, or is another than sealed it.
LINK_NOT_OPENED = "link_not_opened"


class LinkRow(NamedTuple):
    """A person's link as an admin may see it: nobody's name. Times are epoch milliseconds."""

    authorization: AuthorizationId
    calendar: CalendarId
    state: State
    reason: str | None
    created_at: int
    #: When the calendar was last read completely; None before the first time.
    completed_at: int | None
    #: What kept it from being read the last time, by our code.
    kept_from: str | None

    @property
    def is_read(self) -> bool:
        """Whether its calendar is read, as far as that is up to us and the person."""
        return self.state is State.ACTIVE and self.kept_from != LINK_NOT_OPENED


def links_of(handle: Handle, tenant: TenantId) -> list[LinkRow]:
    """A tenant's links that have not ended, the oldest first. Needs no key."""
    columns = (
        *(authorizations.c.id, calendars.c.id, authorizations.c.state, authorizations.c.reason),
        *(authorizations.c.created_at, calendars.c.completed_at, calendars.c.reason),
    )
    joined = select(*columns).join_from(
        authorizations,
        calendars,
        and_(
            calendars.c.bucket == authorizations.c.bucket,
            calendars.c.tenant == authorizations.c.tenant,
            calendars.c.authorization == authorizations.c.id,
        ),
    )
    of_tenant = (authorizations.c.bucket == bucket_of(tenant)) & (authorizations.c.tenant == tenant)
    persons = joined.where(of_tenant, authorizations.c.kind == AuthorizationKind.PERSONAL)
    rows = handle.execute(persons.order_by(authorizations.c.created_at, authorizations.c.id))
    return [LinkRow(row[0], row[1], State(row[2]), *row[3:]) for row in rows]


def link_of_account(handle: Handle, tenant: TenantId, account: str) -> AuthorizationId | None:
    """Under which authorization somebody is connected, if they are."""
    lock_row(handle, tenant)
    one = select(links.c.authorization).where(
        links.c.bucket == bucket_of(tenant), links.c.tenant == tenant, links.c.account == account
    )
    return handle.execute(one).scalar()


def link_finders_of(handle: Handle, tenant: TenantId) -> dict[str, AuthorizationId]:
    """Whoever is connected, by the keyed hashes that find them. Needs no key."""
    mine = (link_finders.c.bucket == bucket_of(tenant)) & (link_finders.c.tenant == tenant)
    rows = handle.execute(select(link_finders.c.finder, link_finders.c.authorization).where(mine))
    return {row.finder: AuthorizationId(row.authorization) for row in rows}


def links_found_by(handle: Handle, tenant: TenantId, found_by: Collection[str]) -> list[AuthorizationId]:
    """Who is connected and found by any of these keyed hashes. Needs no key."""
    mine = (link_finders.c.bucket == bucket_of(tenant)) & (link_finders.c.tenant == tenant)
    found = set[AuthorizationId]()
    for some in few(found_by):
        one = select(link_finders.c.authorization).where(mine, link_finders.c.finder.in_(some))
        found.update(handle.execute(one).scalars())
    return sorted(found)


def persons_standing(handle: Handle, tenant: TenantId) -> dict[AuthorizationId, int]:
    """The persons' authorizations of a tenant under which calendars may be read, and their epochs."""
    found = select(authorizations.c.id, authorizations.c.epoch).where(
        authorizations.c.bucket == bucket_of(tenant),
        authorizations.c.tenant == tenant,
        authorizations.c.kind == AuthorizationKind.PERSONAL,
        authorizations.c.state.in_(READING),
    )
    return {AuthorizationId(row.id): row.epoch for row in handle.execute(found)}


def persons_open(handle: Handle, tenant: TenantId) -> list[AuthorizationId]:
    """The persons' authorizations of a tenant that have not ended, suspended ones among them."""
    found = select(authorizations.c.id).where(
        authorizations.c.bucket == bucket_of(tenant),
        authorizations.c.tenant == tenant,
        authorizations.c.kind == AuthorizationKind.PERSONAL,
        authorizations.c.state.not_in([State.WITHDRAWN, State.ERASED]),
    )
    return sorted(handle.execute(found).scalars())


class PersonsCalendar(NamedTuple):
    """A person's calendar, and the authorization under which its rows are opened."""

    authorization: AuthorizationId
    epoch: int
    calendar: CalendarId


def persons_naming(
    handle: Handle, tenant: TenantId, resources: Collection[ResourceId]
) -> list[PersonsCalendar]:
    """Whose calendars hold bookings of these resources, suspended persons' included."""
    naming = set[PersonsCalendar]()
    for some in few(resources):
        found = (
            select(authorizations.c.id, authorizations.c.epoch, bookings.c.calendar)
            .join_from(
                bookings,
                authorizations,
                and_(
                    authorizations.c.bucket == bookings.c.bucket,
                    authorizations.c.tenant == bookings.c.tenant,
                    authorizations.c.id == bookings.c.authorization,
                ),
            )
            .where(
                bookings.c.bucket == bucket_of(tenant),
                bookings.c.tenant == tenant,
                OF_PERSONS,
                bookings.c.resource.in_(some),
                bookings.c.body.is_not(None),
            )
            .distinct()
        )
        naming.update(PersonsCalendar(*row) for row in handle.execute(found))
    return sorted(naming)


def persons_unread(handle: Handle, tenant: TenantId, before: int) -> list[PersonsCalendar]:
    """Whose calendars may be read and were not, completely, since then (epoch milliseconds)."""
    unread = calendars.c.completed_at.is_(None) | (calendars.c.completed_at < before)
    standing = persons_standing(handle, tenant)
    found = select(calendars.c.authorization, calendars.c.id).where(
        calendars.c.bucket == bucket_of(tenant), calendars.c.tenant == tenant, unread
    )
    return [
        PersonsCalendar(row.authorization, standing[row.authorization], row.id)
        for row in handle.execute(found)
        if row.authorization in standing
    ]


def end_persons(registry: Registry, tenant: TenantId) -> None:
    """A tenant has ended, and with it whatever its people had granted within it."""
    of_tenant = (authorizations.c.bucket == bucket_of(tenant)) & (authorizations.c.tenant == tenant)
    standing = select(authorizations.c.id).where(
        of_tenant,
        authorizations.c.kind == AuthorizationKind.PERSONAL,
        authorizations.c.state != State.ERASED,
    )
    for authorization in registry.handle.execute(standing).scalars().all():
        before = registry.standing_under(tenant, authorization).authorization
        registry.change(before, before.withdraw().erase())
