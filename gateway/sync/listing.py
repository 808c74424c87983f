"""What is listed of a tenant's places: written anew where it is not what it was, and narrowed with it."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from gateway.booking import CalendarId, Resource
from gateway.minimization.places import Listed
from gateway.minimization.regarded import Regarded
from gateway.store.bookings import Placement
from gateway.store.calendars import CalendarRow
from gateway.store.transaction import Transaction
from gateway.sync.leaving import take_away
from gateway.sync.narrowing import narrow_stored
from gateway.sync.tenancy import Sight


def put_resources(transaction: Transaction, resources: Iterable[Resource]) -> None:
    """Store those that are new or changed."""
    known = transaction.resources.all()
    for resource in resources:
        row = known.get(resource.id)
        if row is None or row.fingerprint != transaction.resources.fingerprint(resource):
            transaction.resources.put(resource, row)


def describe(transaction: Transaction, sight: Sight, row: CalendarRow, entry: Listed, now: datetime) -> None:
    """Let a stored calendar be described by another entry."""
    details = msgspec.json.encode(entry)
    if row.details == details:
        return
    transaction.calendars.describe(row.id, details)
    before = msgspec.json.decode(row.details, type=Listed).place
    if sight.disclosure(before) != sight.disclosure(entry.place):
        # The next round reads it anew; until then, and if there is none, nothing shows more.
        narrow_stored(transaction, sight, Placement(row.id, row.generation), entry.place, now)
        transaction.calendars.obey(row.id, sight.rules(entry.place))
        transaction.personal.interrupt()


def regard(transaction: Transaction, sight: Sight, now: datetime) -> None:
    """Take away what is told of places beyond what the admin says of them now, whoever can be read.

    Of those that are withdrawn that is everything.
    """
    choice = sight.tenant.registration.places
    regarded = Regarded(choice, sight.keys.index.identifier)
    _leave_out(transaction, regarded.excluded)
    for calendar, details in transaction.calendars.details().items():
        entry = msgspec.json.decode(details, type=Listed)
        again, row = regarded(entry), transaction.calendars.load(calendar)
        if again is not entry and row is not None:
            put_resources(transaction, [again.place.resource])
            describe(transaction, sight, row, again, now)


def _leave_out(transaction: Transaction, excluded: frozenset[CalendarId]) -> None:
    """Forget calendars of places that are withdrawn, and all that they told."""
    leaving = excluded & transaction.calendars.resources().keys()
    for resource in sorted(take_away(transaction, leaving)):
        # A site that stays is as current as those of its calendars that do.
        transaction.states.tell(resource)
