"""Reading the log for a consumer: entries in order, with what they refer to opened."""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Row, Select

from gateway.authorization import SERVING, AuthorizationId
from gateway.booking import BookingId, Freshness, ResourceId, SubjectId, with_booker
from gateway.entry import ERASURES, Entry, EntryKind, ResourceState
from gateway.errors import KeyUnavailable, Unreadable
from gateway.purpose import Minimized, Purpose
from gateway.store.facets import LAST, revision
from gateway.store.feed_statements import (
    ERASED_SUBJECTS,
    NOTICES,
    OF_RESOURCE,
    OF_TENANT,
    STANDING,
    horizon,
    of_bookings,
)
from gateway.store.handle import Handle
from gateway.store.registry import Standing
from gateway.store.tables import bucket_of
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import TenantKeys
from gateway.vault.keys import DataKeyOwner

#: Keys of persons' authorizations and of subjects at hand; None: they were asked for, and are not to be had.
PersonalKeys = Mapping[DataKeyOwner, TenantKeys | None]


_position = attrgetter("position")


class _BookingRow(NamedTuple):
    """What ``feed_statements`` select of a booking: of a row of SQLAlchemy, members are slow to read."""

    position: int
    minute: int
    id: BookingId
    told_as: BookingId | None
    resource: ResourceId
    epoch: int
    body: bytes | None
    whole: int
    facets: bytes | None
    authorization: AuthorizationId | None
    subject: SubjectId | None
    booker: bytes | None
    state: str | None

    @property
    def serves(self) -> bool:
        """Whether it hangs on the employer's authorization, or on a person's that serves."""
        return self.authorization is None or self.state in SERVING


class KeysWanted(Exception):
    """What is to be told is sealed by persons' or subjects' keys that nobody has asked for yet."""

    def __init__(self, owners: frozenset[DataKeyOwner]) -> None:
        super().__init__()
        self.owners = owners


class FeedLog:
    """One tenant's log within one reading transaction, as one purpose shows it; or that of one resource."""

    def __init__(
        self, handle: Handle, standing: Standing, purpose: Purpose, *, resource: ResourceId | None = None
    ) -> None:
        self._handle = handle
        self._resource = resource
        self._statements = OF_TENANT if resource is None else OF_RESOURCE
        self._tenant = standing.tenant
        self._purpose = purpose

    def horizon(self) -> int:
        """Up to where removals have been forgotten: a cursor behind it is too old."""
        key = (bucket_of(self._tenant), self._tenant)
        ((known,),) = horizon(self._handle.dialect.name).fetch(self._handle, key)
        return int(known)

    def notices(self, after: int, limit: int) -> list[Entry]:
        """Only what makes a consumer hide or delete all of the tenant; needs no key."""
        return [self._entry(row) for row in self._rows(NOTICES, after, limit)]

    def erased_subjects(self, after: int, limit: int) -> list[Entry]:
        """Only what makes a consumer delete what it keeps of a subject; needs no key."""
        return [self._entry(row) for row in self._rows(ERASED_SUBJECTS, after, limit)]

    def entries(
        self, keys: TenantKeys, after: int, limit: int, persons: PersonalKeys = MappingProxyType({})
    ) -> list[Entry]:
        """Entries after a position, in order, bodies opened.

        Raises KeysWanted where keys are not among those of ``persons``, KeyUnavailable where they are not to
        be had. Where a subject's key is not, the booking is told without its booker.
        """
        of_bookings = self._opened(self._of_facets(after, limit), keys, persons)
        of_others = self._of_others(keys.column("resources", "body"), after, limit)
        in_order = heapq.merge(of_bookings, of_others, key=_position)
        return list(islice(in_order, limit))

    def standing(
        self, resource: ResourceId, keys: TenantKeys, persons: PersonalKeys = MappingProxyType({})
    ) -> list[Entry]:
        """What stands in a resource now, as what put it there is told. Raises as ``entries`` does."""
        key = {"bucket": bucket_of(self._tenant), "tenant": self._tenant, "resource": resource}
        rows = list[_BookingRow]()
        for statement in STANDING:
            rows += map(_BookingRow._make, self._handle.execute(statement, key))
        return list(self._opened([row for row in rows if row.body is not None and row.serves], keys, persons))

    def _opened(
        self, rows: Sequence[_BookingRow], keys: TenantKeys, persons: PersonalKeys
    ) -> Iterator[Entry]:
        """What rows tell of bookings. Raises KeysWanted, KeyUnavailable."""
        told = [row for row in rows if row.body is not None and row.serves]
        sealing = {row.authorization for row in told if row.authorization is not None}
        wanted: set[DataKeyOwner] = set(sealing)
        if self._purpose.shows_booker:
            wanted |= {row.subject for row in told if row.booker is not None and row.subject is not None}
        if not wanted <= persons.keys():
            raise KeysWanted(frozenset(wanted))
        bodies: dict[AuthorizationId | None, SealedColumn] = {None: keys.column("bookings", "body")}
        bodies |= {authorization: _bodies(persons[authorization]) for authorization in sealing}
        return self._of_bookings(rows, bodies, persons)

    def _of_bookings(
        self,
        rows: Iterable[_BookingRow],
        bodies: Mapping[AuthorizationId | None, SealedColumn],
        persons: PersonalKeys,
    ) -> Iterator[Entry]:
        for row in rows:
            kind, shown, moves = EntryKind.BOOKING_REMOVED, None, row.whole + LAST
            if row.body is not None and row.serves:
                kept = Minimized.unpacked(bodies[row.authorization].open(row.id, row.epoch, row.body))
                booker = self._booker(row, persons)
                if booker is not None:
                    kept = kept._replace(body=with_booker(kept.body, booker))
                kind, shown = EntryKind.BOOKING_PUT, msgspec.Raw(self._purpose.narrow(kept))
                moves = revision(row.whole, row.facets, self._purpose.facets)
            yield Entry(
                tenant=self._tenant,
                position=row.position,
                minute=row.minute,
                kind=kind,
                resource_id=row.resource,
                booking_id=row.told_as or row.id,
                booking=shown,
                revision=moves,
            )

    def _booker(self, row: _BookingRow, persons: PersonalKeys) -> str | None:
        """Who booked; None where it is not told, or their key is not to be had: the place stays taken."""
        if row.booker is None or row.subject is None or not self._purpose.shows_booker:
            return None
        keys = persons[row.subject]
        try:
            return (
                None
                if keys is None
                else keys.column("bookings", "booker").open(row.id, row.epoch, row.booker).decode()
            )
        except (KeyUnavailable, Unreadable):
            return None

    def _of_facets(self, after: int, limit: int) -> list[_BookingRow]:
        """Bookings of which something shows, each where that moved last."""
        values, dialect = self._parameters(after, limit), self._handle.dialect.name
        newest, older = (
            map(_BookingRow._make, one.fetch(self._handle, one.ordered(values)))
            for one in of_bookings(dialect, of_resource=self._resource is not None)
        )
        # Two runs that are in order already, so sorting is merging.
        return sorted((*newest, *older), key=_position)[:limit]

    def _of_others(self, bodies: SealedColumn, after: int, limit: int) -> Iterator[Entry]:
        for row in self._rows(self._statements.others, after, limit):
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
            erasure=row.note if kind in ERASURES else None,
            reason=row.note if kind is EntryKind.TENANT_SUSPENDED else None,
        )

    def _rows(
        self, statement: Select[tuple[object, ...]], after: int, limit: int
    ) -> Sequence[Row[tuple[object, ...]]]:
        return self._handle.execute(statement, self._parameters(after, limit)).all()

    def _parameters(self, after: int, limit: int) -> dict[str, Any]:
        key = {"bucket": bucket_of(self._tenant), "tenant": self._tenant, "shown": self._purpose.facets}
        return {**key, "after": after, "most": limit, "resource": self._resource}


def _bodies(keys: TenantKeys | None) -> SealedColumn:
    if keys is None:
        raise KeyUnavailable("The key of a person's authorization is not to be had, so it is not told.")
    return keys.column("bookings", "body")
