"""Reading the log for a consumer: entries in order, with what they refer to opened."""

import msgspec
from sqlalchemy import Row, Select, and_, select

from gateway.booking import Freshness, TenantId
from gateway.entry import ABOUT_TENANT, Entry, EntryKind, ResourceState
from gateway.store.handle import Handle
from gateway.store.registry import Standing
from gateway.store.tables import bookings, bucket_of, entries, resources, tenants
from gateway.vault.keyring import TenantKeys


def _log(tenant: TenantId, after: int, limit: int) -> Select[tuple[object, ...]]:
    booking = and_(
        bookings.c.bucket == entries.c.bucket,
        bookings.c.tenant == entries.c.tenant,
        bookings.c.calendar == entries.c.calendar,
        bookings.c.id == entries.c.booking,
    )
    resource = and_(
        resources.c.bucket == entries.c.bucket,
        resources.c.tenant == entries.c.tenant,
        resources.c.id == entries.c.resource,
    )
    return (
        select(
            *(entries.c[name] for name in ("position", "kind", "minute", "resource", "booking", "note")),
            bookings.c.epoch.label("booking_epoch"),
            bookings.c.body.label("booking_body"),
            resources.c.epoch.label("resource_epoch"),
            resources.c.body.label("resource_body"),
            resources.c.freshness,
            resources.c.since,
            resources.c.reason,
        )
        .outerjoin_from(entries, bookings, booking)
        .outerjoin(resources, resource)
        .where(entries.c.bucket == bucket_of(tenant), entries.c.tenant == tenant, entries.c.position > after)
        .order_by(entries.c.position)
        .limit(limit)
    )


class FeedLog:
    """One tenant's log within one reading transaction."""

    def __init__(self, connection: Handle, standing: Standing) -> None:
        self._connection = connection
        self._tenant = standing.tenant

    def horizon(self) -> int:
        """Up to where removals have been forgotten: a cursor behind it is too old."""
        one = (tenants.c.bucket == bucket_of(self._tenant)) & (tenants.c.id == self._tenant)
        found = self._connection.execute(select(tenants.c.horizon).where(one))
        return int(found.scalar_one())

    def notices(self, after: int, limit: int) -> list[Entry]:
        """Only what concerns the tenant as a whole; needs no key."""
        about = _log(self._tenant, after, limit).where(entries.c.kind.in_(ABOUT_TENANT))
        return [self._entry(row) for row in self._connection.execute(about)]

    def entries(self, keys: TenantKeys, after: int, limit: int) -> list[Entry]:
        """Entries after a position, in order, bodies opened."""
        open_booking = keys.column("bookings", "body").open
        open_resource = keys.column("resources", "body").open
        told = []
        for row in self._connection.execute(_log(self._tenant, after, limit)):
            entry = self._entry(row)
            if row.kind == EntryKind.BOOKING_PUT:
                body = open_booking(row.booking, row.booking_epoch, row.booking_body)
                entry = msgspec.structs.replace(entry, booking=msgspec.Raw(body), revision=row.position)
            elif row.kind == EntryKind.RESOURCE_PUT:
                body = open_resource(row.resource, row.resource_epoch, row.resource_body)
                entry = msgspec.structs.replace(entry, resource=msgspec.Raw(body))
            elif row.kind == EntryKind.RESOURCE_STATE:
                state = ResourceState(Freshness(row.freshness), row.since, row.reason)
                entry = msgspec.structs.replace(entry, state=state)
            told.append(entry)
        return told

    def _entry(self, row: Row[tuple[object, ...]]) -> Entry:
        return Entry(
            tenant=self._tenant,
            position=row.position,
            minute=row.minute,
            kind=EntryKind(row.kind),
            resource_id=row.resource,
            booking_id=row.booking,
            erasure=row.note if row.kind == EntryKind.TENANT_ERASED else None,
            reason=row.note if row.kind == EntryKind.TENANT_SUSPENDED else None,
        )
