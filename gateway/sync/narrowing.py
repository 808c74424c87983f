"""What is stored already obeys narrower rules at once, whether or not its provider can be read."""

from datetime import datetime

import msgspec

from gateway.booking import Booking, BookingId
from gateway.minimization.lattice import Place
from gateway.minimization.minimize import kept_from
from gateway.minimization.narrowing import narrowed
from gateway.minimization.places import Bookable, Listed
from gateway.store.bookings import Placement, draft
from gateway.store.transaction import Transaction
from gateway.sync import schedule
from gateway.sync.tenancy import Tenancy


def hide_places(transaction: Transaction, level: Place) -> None:
    """Take away resources that tell more of a place; the directory says what may be told instead."""
    told = {
        calendar: msgspec.json.decode(details, type=Listed).place
        for calendar, details in transaction.calendars.details().items()
    }
    hidden = {place.resource.id for place in told.values() if place.level > level}
    for resource in sorted(hidden):
        transaction.resources.remove(resource)
    if hidden:
        transaction.directory.make_due()


def narrow_stored(
    transaction: Transaction, tenancy: Tenancy, at: Placement, place: Bookable, now: datetime
) -> None:
    """Minimize a calendar's stored bookings again, as its place is now; tell only what changes."""
    disclosure, start = tenancy.disclosure(place), kept_from(place, schedule.window(now), now)
    drafts, past = [], list[BookingId]()
    for booking, body in transaction.bookings.bodies(at.calendar).items():
        left = narrowed(msgspec.json.decode(body, type=Booking), disclosure, start)
        if left is None:
            past.append(booking)
            continue
        fresh = draft(tenancy.keys.index, left)
        if fresh.body != body:
            drafts.append(fresh)
    transaction.bookings.put(at, drafts)
    transaction.bookings.forget(at.calendar, past)
