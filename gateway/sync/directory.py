"""A look at a tenant's directory: which places there are, and so which calendars are read."""

from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from connectors.errors import AccessDenied, AccessLost, ConnectorError
from gateway.booking import ResourceId
from gateway.clock import Clock, milliseconds
from gateway.minimization.places import Listed, is_unread, listed
from gateway.store.bookings import Placement
from gateway.store.leases import Lease
from gateway.store.resources import ResourceRow
from gateway.store.store import Store
from gateway.store.transaction import Transaction
from gateway.sync import schedule
from gateway.sync.narrowing import narrow_stored
from gateway.sync.plan import plan_absence
from gateway.sync.tenancy import Tenancy
from gateway.sync.turn import next_attempt

# Places seldom go: a directory that loses several, and more than half of them, is looked at again.
BRAKE_FLOOR = 1


class DirectoryLook:
    """One complete look at a directory, committed as a whole."""

    def __init__(self, store: Store, tenancy: Tenancy, clock: Clock) -> None:
        self._store = store
        self._tenancy = tenancy
        self._clock = clock
        # An entry that could not be read may be any of those that seem to be absent.
        self._blind = False

    async def take(self, lease: Lease, chance: float) -> None:
        """Look once. A directory that cannot be read is postponed, and what is known of it stands.

        Raises the ConnectorError, after it was recorded.
        """
        try:
            found = await self._read()
        except ConnectorError as error:
            await self._write(partial(_postpone, lease=lease, error=error, chance=chance))
            if isinstance(error, AccessDenied):
                # Who may not list the places at all has lost what was granted.
                raise AccessLost(error.code) from None
            raise
        await self._write(lambda transaction: self._commit(transaction, lease, found))

    async def _write(self, work: Callable[[Transaction], None]) -> None:
        await self._store.turn(self._tenancy.fence, self._tenancy.keys, work)

    async def _read(self) -> dict[ResourceId, Listed]:
        choice, found = self._tenancy.tenant.registration, dict[ResourceId, Listed]()
        identify = self._tenancy.resource_id
        async for places in self._tenancy.connector.places():
            for raw in places:
                self._blind |= is_unread(raw)
                entry = listed(raw, decisions=choice.places, zone=choice.zone, identify=identify)
                # Listed twice, it is the more private of both.
                twin = None if entry is None else found.get(entry.place.resource.id)
                if entry is not None and (twin is None or not twin.place.single_person):
                    found[entry.place.resource.id] = entry
        return found

    def _commit(self, transaction: Transaction, lease: Lease, found: Mapping[ResourceId, Listed]) -> None:
        known = transaction.resources.all()
        standing = {resource: row for resource, row in known.items() if row.fingerprint is not None}
        braked = transaction.directory.load().braked
        missing = set() if self._blind else standing.keys() - found.keys()
        absent, brake = plan_absence(missing, standing=len(standing), braked=braked, floor=BRAKE_FLOOR)
        for resource, entry in found.items():
            self._put(transaction, entry, known.get(resource))
        if brake:
            again_at = milliseconds(self._clock()) + schedule.LOOK_AGAIN_MILLISECONDS
            transaction.directory.brake(lease, due_at=again_at)
            return
        for resource in absent:
            transaction.resources.remove(standing[resource])
            transaction.calendars.drop(standing[resource].calendar)
        due_at = milliseconds(self._clock()) + schedule.DIRECTORY_MILLISECONDS
        transaction.directory.complete(lease, due_at=due_at)

    def _put(self, transaction: Transaction, entry: Listed, known: ResourceRow | None) -> None:
        resource, details = entry.place.resource, msgspec.json.encode(entry)
        calendar = self._tenancy.calendar_id(resource.id)
        if known is None or known.fingerprint != transaction.resources.fingerprint(resource):
            transaction.resources.put(resource, calendar, known)
        row = transaction.calendars.load(calendar)
        if row is None:
            transaction.calendars.add(calendar, resource.id, details)
        elif row.details != details:
            transaction.calendars.describe(calendar, details)
            before = msgspec.json.decode(row.details, type=Listed).place
            if self._tenancy.disclosure(before) != self._tenancy.disclosure(entry.place):
                # The next round reads it anew; until then, and if there is none, nothing shows more.
                at = Placement(calendar, row.generation)
                narrow_stored(transaction, self._tenancy, at, entry.place, self._clock())


def _postpone(transaction: Transaction, lease: Lease, error: ConnectorError, chance: float) -> None:
    due_at = next_attempt(transaction.now, lease, error, chance)
    transaction.directory.postpone(lease, due_at=due_at, reason=error.code)
