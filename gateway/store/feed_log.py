"""Reading the log for a consumer: entries in order, with what they refer to opened."""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType

import msgspec
from msgspec.structs import replace
from sqlalchemy import Row, Select, Table, bindparam, select

from gateway.authorization import SERVING, AuthorizationId
from gateway.booking import Freshness
from gateway.entry import TOLD_AHEAD, Entry, EntryKind, ResourceState
from gateway.errors import KeyUnavailable
from gateway.store.handle import Handle
from gateway.store.registry import Standing
from gateway.store.tables import authorizations, bookings, bucket_of, entries, resources, tenants
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import TenantKeys


def _behind(table: Table, statement: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    """So many rows of a tenant behind a position, in order."""
    mine = (table.c.bucket == bindparam("bucket")) & (table.c.tenant == bindparam("tenant"))
    behind = statement.where(mine, table.c.position > bindparam("after"))
    return behind.order_by(table.c.position).limit(bindparam("most"))


# Built once: that takes longer than running them.
_BOOKINGS = _behind(
    bookings,
    select(
        *(bookings.c[name] for name in ("position", "minute", "id", "told_as", "resource", "epoch", "body")),
        *(bookings.c.authorization, authorizations.c.state),
    ).outerjoin_from(
        bookings,
        authorizations,
        (authorizations.c.bucket == bookings.c.bucket)
        & (authorizations.c.tenant == bookings.c.tenant)
        & (authorizations.c.id == bookings.c.authorization),
    ),
)
_ENTRIES = _behind(
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
_NOTICES = _ENTRIES.where(entries.c.kind.in_(TOLD_AHEAD))


#: Keys of persons' authorizations that are at hand; None: they were asked for and are not to be had.
PersonalKeys = Mapping[AuthorizationId, TenantKeys | None]


class KeysWanted(Exception):
    """What is to be told is sealed by persons' keys that nobody has asked for yet."""

    def __init__(self, authorizations: frozenset[AuthorizationId]) -> None:
        super().__init__()
        self.authorizations = authorizations


class FeedLog:
    """One tenant's log within one reading transaction."""

    def __init__(self, handle: Handle, standing: Standing) -> None:
        self._handle = handle
        self._tenant = standing.tenant

    def horizon(self) -> int:
        """Up to where removals have been forgotten: a cursor behind it is too old."""
        one = (tenants.c.bucket == bucket_of(self._tenant)) & (tenants.c.id == self._tenant)
        found = self._handle.execute(select(tenants.c.horizon).where(one))
        return int(found.scalar_one())

    def notices(self, after: int, limit: int) -> list[Entry]:
        """Only what makes a consumer hide or delete all of the tenant; needs no key."""
        return [self._entry(row) for row in self._rows(_NOTICES, after, limit)]

    def entries(
        self, keys: TenantKeys, after: int, limit: int, persons: PersonalKeys = MappingProxyType({})
    ) -> list[Entry]:
        """Entries after a position, in order, bodies opened.

        Raises KeysWanted where keys are not among those of ``persons``, KeyUnavailable where they are not to
        be had.
        """
        rows = self._rows(_BOOKINGS, after, limit)
        wanted = frozenset(row.authorization for row in rows if _is_told(row) and row.authorization)
        if not wanted <= persons.keys():
            raise KeysWanted(wanted)
        bodies = {authorization: _bodies(persons[authorization]) for authorization in wanted}
        of_bookings = self._of_bookings(rows, {**bodies, None: keys.column("bookings", "body")})
        of_others = self._of_others(keys.column("resources", "body"), after, limit)
        in_order = heapq.merge(of_bookings, of_others, key=lambda entry: entry.position)
        return list(islice(in_order, limit))

    def _of_bookings(
        self,
        rows: Iterable[Row[tuple[object, ...]]],
        bodies: Mapping[AuthorizationId | None, SealedColumn],
    ) -> Iterator[Entry]:
        for row in rows:
            entry = Entry(
                tenant=self._tenant,
                position=row.position,
                minute=row.minute,
                kind=EntryKind.BOOKING_REMOVED,
                resource_id=row.resource,
                booking_id=row.told_as or row.id,
            )
            if _is_told(row):
                opened = msgspec.Raw(bodies[row.authorization].open(row.id, row.epoch, row.body))
                entry = replace(entry, kind=EntryKind.BOOKING_PUT, booking=opened, revision=row.position)
            yield entry

    def _of_others(self, bodies: SealedColumn, after: int, limit: int) -> Iterator[Entry]:
        for row in self._rows(_ENTRIES, after, limit):
            entry = self._entry(row)
            if entry.kind is EntryKind.RESOURCE_PUT:
                opened = msgspec.Raw(bodies.open(row.resource, row.epoch, row.body))
                entry = replace(entry, resource=opened)
            elif entry.kind is EntryKind.RESOURCE_STATE:
                state = ResourceState(Freshness(row.freshness), row.since, row.reason)
                entry = replace(entry, state=state)
            yield entry

    def _entry(self, row: Row[tuple[object, ...]]) -> Entry:
        kind = EntryKind(row.kind)
        return Entry(
            tenant=self._tenant,
            position=row.position,
            minute=row.minute,
            kind=kind,
            resource_id=row.resource,
            erasure=row.note if kind is EntryKind.TENANT_ERASED else None,
            reason=row.note if kind is EntryKind.TENANT_SUSPENDED else None,
        )

    def _rows(
        self, statement: Select[tuple[object, ...]], after: int, limit: int
    ) -> Sequence[Row[tuple[object, ...]]]:
        key = {"bucket": bucket_of(self._tenant), "tenant": self._tenant}
        return self._handle.execute(statement, {**key, "after": after, "most": limit}).all()


def _is_told(row: Row[tuple[object, ...]]) -> bool:
    """Whether a booking stands for consumers: what hangs on a person's authorization, while that serves."""
    return row.body is not None and (row.authorization is None or row.state in SERVING)


def _bodies(keys: TenantKeys | None) -> SealedColumn:
    if keys is None:
        raise KeyUnavailable("The key of a person's authorization is not to be had, so it is not told.")
    return keys.column("bookings", "body")
