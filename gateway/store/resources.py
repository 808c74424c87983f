"""Resources: what FlexO may know of a place, and what it was told last."""

from typing import NamedTuple

import msgspec
from sqlalchemy import delete, select, tuple_, update

from gateway.booking import Freshness, Resource, ResourceId
from gateway.entry import EntryKind
from gateway.store.entries import EntryLog, EntryRow
from gateway.store.scope import Scope
from gateway.store.statements import write_rows
from gateway.store.tables import (
    OF_PERSONS,
    bookings,
    calendars,
    channels,
    entries,
    groupings,
    resources,
    tallies,
    traces,
)


class ResourceRow(NamedTuple):
    """One resource as a look at the directory finds it."""

    id: ResourceId
    fingerprint: bytes | None
    freshness: Freshness
    since: int | None
    reason: str | None
    position: int
    state_position: int

    @property
    def state(self) -> tuple[Freshness, int | None, str | None, int]:
        """What was told of it last, and where; nothing yet at position 0."""
        return self.freshness, self.since, self.reason, self.state_position


class ResourceRows:
    """The resources of one tenant within one transaction."""

    def __init__(self, scope: Scope, log: EntryLog) -> None:
        self._scope = scope
        self._log = log
        self._body = scope.keys.column("resources", "body")

    def all(self) -> dict[ResourceId, ResourceRow]:
        """Every resource of the tenant, removed ones without a fingerprint."""
        columns = [resources.c[name] for name in ResourceRow._fields]
        rows = self._scope.handle.execute(select(*columns).where(self._scope.own(resources)))
        return {row.id: ResourceRow(*row)._replace(freshness=Freshness(row.freshness)) for row in rows}

    def fingerprint(self, resource: Resource) -> bytes:
        """Keyed hash of what FlexO may know of it."""
        return self._scope.keys.index.digest("resource", msgspec.json.encode(resource))

    def put(self, resource: Resource, known: ResourceRow | None) -> None:
        """Store a new or changed resource. Of a new one nothing is known until its state is told."""
        scope = self._scope
        standing = known is not None and known.fingerprint is not None
        # An earlier removal stays to be told: it takes away bookings that nothing else mentions again.
        superseded = [known.position] if known and standing else []
        position = self._log.append(EntryRow(EntryKind.RESOURCE_PUT, resource.id), superseded)
        body = self._body.seal(resource.id, scope.epoch, msgspec.json.encode(resource))
        key = (scope.bucket, scope.tenant, resource.id)
        told = (Freshness.UNKNOWN, None, None, 0) if known is None else known.state
        row = (*key, scope.epoch, body, self.fingerprint(resource), position, *told)
        write_rows(resources, scope.handle, [row])

    def remove(self, resource: ResourceId) -> None:
        """Empty a resource; delete its calendars, and its bookings, whose removal the one entry implies.

        What was counted of it and is not released goes as well.
        """
        scope = self._scope
        its_calendars = scope.own(calendars) & (calendars.c.resource == resource)
        # Of a calendar that came from elsewhere, removals told under its former resource stay to be told.
        here = bookings.c.calendar.in_(select(calendars.c.id).where(its_calendars))
        # And those that persons' calendars tell: one index each serves the two.
        for where in (here, OF_PERSONS):
            implied = scope.own(bookings) & where & (bookings.c.resource == resource)
            theirs = tuple_(traces.c.calendar, traces.c.id).in_(
                select(bookings.c.calendar, bookings.c.id).where(implied)
            )
            scope.handle.execute(delete(traces).where(scope.own(traces), theirs))
            scope.handle.execute(delete(bookings).where(implied))
        of_channels = channels.c.calendar.in_(select(calendars.c.id).where(its_calendars))
        scope.handle.execute(
            update(channels).where(scope.own(channels), of_channels).values(due_at=scope.now)
        )
        scope.handle.execute(delete(calendars).where(its_calendars))
        for table in (entries, tallies, groupings):
            scope.handle.execute(delete(table).where(scope.own(table), table.c.resource == resource))
        position = self._log.append(EntryRow(EntryKind.RESOURCE_REMOVED, resource))
        emptied = {"body": None, "fingerprint": None, "position": position, "state_position": 0}
        one = scope.own(resources) & (resources.c.id == resource)
        scope.handle.execute(update(resources).where(one).values(**emptied))
