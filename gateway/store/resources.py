"""Resources: what FlexO may know of a place, and how current our knowledge of it is."""

from typing import NamedTuple

import msgspec
from sqlalchemy import Update, bindparam, delete, select, update

from gateway.booking import CalendarId, Freshness, Resource, ResourceId
from gateway.entry import EntryKind
from gateway.store.entries import EntryLog, EntryRow
from gateway.store.scope import Scope
from gateway.store.statements import upsert
from gateway.store.tables import bookings, calendars, entries, resources


class ResourceRow(NamedTuple):
    """One resource as a directory round finds it."""

    id: ResourceId
    calendar: CalendarId
    fingerprint: bytes | None
    freshness: Freshness
    since: int | None
    reason: str | None
    position: int
    state_position: int


# Built once: that takes longer than running it, and every poll ends with it.
_STATE = select(resources.c.freshness, resources.c.reason, resources.c.state_position).where(
    *(resources.c[name] == bindparam(name) for name in ("bucket", "tenant", "id"))
)


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

    def put(self, resource: Resource, calendar: CalendarId, known: ResourceRow | None) -> None:
        """Store a new or changed resource. A new one is unknown until its calendar has been read in full."""
        scope = self._scope
        standing = known is not None and known.fingerprint is not None
        # An earlier removal stays to be told: it takes away bookings that nothing else mentions again.
        superseded = [known.position] if known and standing else []
        position = self._log.append(EntryRow(EntryKind.RESOURCE_PUT, resource.id), superseded)
        body = msgspec.json.encode(resource)
        row = (
            (scope.bucket, scope.tenant, resource.id, calendar, scope.epoch)
            + (self._body.seal(resource.id, scope.epoch, body), self.fingerprint(resource), position)
            + (
                (known.freshness, known.since, known.reason, known.state_position)
                if known and standing
                else ()
            )
        )
        if not standing:
            row += (Freshness.UNKNOWN, scope.now, "not_read_yet", known.state_position if known else 0)
        upsert(resources, scope.dialect).run(scope.handle, [row])
        if not standing:
            self.set_state(resource.id, Freshness.UNKNOWN, since=scope.now, reason="not_read_yet")

    def remove(self, known: ResourceRow) -> None:
        """Empty a resource and delete its bookings, whose removal the one entry implies."""
        scope = self._scope
        of_calendar = scope.own(bookings) & (bookings.c.calendar == known.calendar)
        scope.handle.execute(delete(bookings).where(of_calendar))
        about = scope.own(entries) & (entries.c.resource == known.id)
        scope.handle.execute(delete(entries).where(about))
        position = self._log.append(EntryRow(EntryKind.RESOURCE_REMOVED, known.id))
        emptied = {"body": None, "fingerprint": None, "position": position, "state_position": 0}
        scope.handle.execute(self._one(known.id).values(**emptied))

    def set_state(
        self,
        resource: ResourceId,
        freshness: Freshness,
        *,
        since: int | None = None,
        reason: str | None = None,
    ) -> None:
        """Tell consumers how current a resource is; nothing is told where nothing changed."""
        scope = self._scope
        key = {"bucket": scope.bucket, "tenant": scope.tenant, "id": resource}
        found = scope.handle.execute(_STATE, key)
        row = found.one_or_none()
        if row is None or (row.state_position and (row.freshness, row.reason) == (freshness, reason)):
            return
        position = self._log.append(EntryRow(EntryKind.RESOURCE_STATE, resource), [row.state_position])
        values = {"freshness": freshness, "since": since, "reason": reason, "state_position": position}
        scope.handle.execute(self._one(resource).values(**values))

    def overdue(self, completed_before: int, freshness: Freshness) -> dict[ResourceId, int]:
        """Resources of that freshness whose calendar was last read in full before then, and when that was."""
        of_resource = (calendars.c.bucket == resources.c.bucket) & (calendars.c.tenant == resources.c.tenant)
        found = self._scope.handle.execute(
            select(resources.c.id, calendars.c.completed_at)
            .join(calendars, of_resource & (calendars.c.resource == resources.c.id))
            .where(self._scope.own(resources), resources.c.freshness == freshness)
            .where(calendars.c.completed_at < completed_before)
        )
        return {row.id: row.completed_at for row in found}

    def _one(self, resource: ResourceId) -> Update:
        return update(resources).where(self._scope.own(resources), resources.c.id == resource)
