"""What a round reads of a person's own calendar: of its events, those that name a resource of the tenant."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from operator import itemgetter

import msgspec
from msgspec.structs import replace

from connectors.errors import Malformed
from connectors.port import CalendarAddress, Page, Window
from gateway.booking import BookingId, ResourceId
from gateway.minimization.minimize import Minimizer, kept_from_any
from gateway.minimization.personal import PersonalMinimizer, Places
from gateway.minimization.places import Bookable
from gateway.minimization.subjects import Subjects
from gateway.store.bookings import Draft, Placement
from gateway.store.calendars import CalendarRow
from gateway.store.personal import TooManyBookings
from gateway.store.transaction import Transaction
from gateway.sync import schedule
from gateway.sync.sorting import Sorted, sort_personal
from gateway.sync.tenancy import Sight, Tenancy, copy_ids

#: What a tombstone names is an event: its bookings, of any resource, go with it.
NOWHERE = ResourceId("")


class PersonReading:
    """Reads a person's own calendar. An event is to its bookings what a series is to its occurrences.

    Where the tenant has another place, the calendar is read in full: nothing else would tell which events
    named it before.
    """

    def __init__(self, tenancy: Tenancy, row: CalendarRow, now: datetime, subjects: Subjects) -> None:
        places = tenancy.places
        self.address = CalendarAddress(row.details.decode())
        self.projection = replace(tenancy.widest_projection(), places=True)
        self.rules = rules_for_persons(tenancy, places)
        self.counting = tenancy.counting(self.projection, of_person=True)
        self.window = schedule.window(now)
        self.kept_from = kept_from_any(places.values(), self.window, now)
        self.identify = tenancy.identify(row.id, NOWHERE)
        self.identify_series = tenancy.identify_series(row.id)
        self._calendar = row.id
        self._row = lambda event, told_as: self.identify(f"{told_as} {event}")
        prepare = partial(_minimizer, tenancy, window=self.window, now=now, subjects=subjects)
        self._minimizer = PersonalMinimizer(row.id, places, prepare)

    async def sort(self, page: Page) -> Sorted:
        return await sort_personal(
            page, self._minimizer, identify=self._row, identify_series=self.identify_series
        )

    def compared(self, transaction: Transaction, drafts: Sequence[Draft]) -> Sequence[Draft]:
        return transaction.personal.unclaimed(drafts)

    def put(
        self,
        transaction: Transaction,
        at: Placement,
        drafts: Sequence[Draft],
        new: Collection[BookingId],  # noqa: ARG002  few enough to be looked up again
    ) -> None:
        try:
            transaction.personal.put(at, drafts)
        except TooManyBookings:
            # What was stored of it stands, as of any calendar that cannot be read.
            raise Malformed("too_many_bookings") from None

    def remove(self, transaction: Transaction, ids: Sequence[BookingId]) -> None:
        transaction.personal.remove(self._calendar, ids)

    def forget(self, transaction: Transaction, ids: Sequence[BookingId]) -> None:
        transaction.personal.forget(self._calendar, ids)


def _minimizer(
    tenancy: Tenancy, place: Bookable, *, window: Window, now: datetime, subjects: Subjects
) -> Minimizer:
    identify = copy_ids(tenancy.keys.index, place.resource.id)
    return tenancy.minimizer(place, identify, window=window, now=now, of_person=True, subjects=subjects)


def rules_for_persons(sight: Sight, places: Places) -> bytes:
    """A keyed hash of all that decides which events become bookings, and which."""
    told = [
        (address, place, sight.disclosure(place, of_person=True))
        for address, place in sorted(places.items(), key=itemgetter(0))
    ]
    circumstances = {sight.circumstances(disclosure) for _, _, disclosure in told}
    return sight.keys.index.digest("rules", msgspec.json.encode(told) + b"".join(sorted(circumstances)))
