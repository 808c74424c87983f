"""A look at a tenant's directory: which places there are, and so which calendars are read."""

from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from connectors.errors import AccessDenied, AccessLost, ConnectorError
from gateway.booking import CalendarId
from gateway.clock import Clock, milliseconds
from gateway.minimization.places import Listed
from gateway.store.leases import Lease
from gateway.store.store import Store
from gateway.store.transaction import Transaction
from gateway.sync import schedule
from gateway.sync.leaving import take_away
from gateway.sync.listing import describe, put_resources
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

    async def _read(self) -> dict[CalendarId, Listed]:
        importer, found = self._tenancy.importer(), dict[CalendarId, Listed]()
        async for places in self._tenancy.connector.places():
            for raw in places:
                self._blind |= importer.is_unread(raw)
                entry = importer.listed(raw)
                if entry is not None:
                    _find(found, entry)
        for entry in importer.unlisted():
            _find(found, entry)
        return found

    def _commit(self, transaction: Transaction, lease: Lease, found: Mapping[CalendarId, Listed]) -> None:
        known = transaction.calendars.resources()
        braked = transaction.directory.load().braked
        missing = set() if self._blind else known.keys() - found.keys()
        absent, brake = plan_absence(missing, standing=len(known), braked=braked, floor=BRAKE_FLOOR)
        resources = {entry.place.resource.id: entry.place.resource for entry in found.values()}
        # Not for the brake: what has moved was met.
        moved = {
            calendar
            for calendar in known.keys() & found.keys()
            if known[calendar] != found[calendar].place.resource.id
        }
        changed = take_away(transaction, {*absent, *moved}, resources)
        put_resources(transaction, resources.values())
        changed |= {
            entry.place.resource.id for entry in found.values() if self._put_calendar(transaction, entry)
        }
        for resource in sorted(changed):
            transaction.states.tell(resource)
        again_in = schedule.LOOK_AGAIN_MILLISECONDS if brake else schedule.DIRECTORY_MILLISECONDS
        end = transaction.directory.brake if brake else transaction.directory.complete
        end(lease, due_at=milliseconds(self._clock()) + again_in)

    def _put_calendar(self, transaction: Transaction, entry: Listed) -> bool:
        """Store what changed of a calendar; whether it is new."""
        row = transaction.calendars.load(entry.calendar)
        if row is None:
            transaction.calendars.add(entry.calendar, entry.place.resource.id, msgspec.json.encode(entry))
            transaction.channels.add(entry.calendar)
            return True
        describe(transaction, self._tenancy, row, entry, self._clock())
        return False


def _find(found: dict[CalendarId, Listed], entry: Listed) -> None:
    # Listed twice, it is the more private of both; of equals always the same one.
    found[entry.calendar] = min(entry, found.get(entry.calendar, entry), key=_privacy)


def _privacy(entry: Listed) -> tuple[bool, str]:
    return not entry.place.single_person, entry.place.resource.id


def _postpone(transaction: Transaction, lease: Lease, error: ConnectorError, chance: float) -> None:
    due_at = next_attempt(transaction.now, lease, error, chance)
    transaction.directory.postpone(lease, due_at=due_at, reason=error.code)
