"""What a round reads of a place's calendar, and how its pages become bookings."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from connectors.port import CalendarAddress, Page, Projection, Window
from gateway.booking import BookingId, ResourceId, SeriesId
from gateway.minimization.places import Listed
from gateway.minimization.receipt import Counting
from gateway.minimization.subjects import Subjects
from gateway.store.bookings import Draft, Placement
from gateway.store.calendars import CalendarRow
from gateway.store.transaction import Transaction
from gateway.sync import schedule
from gateway.sync.sorting import Sorted, sort_page
from gateway.sync.tenancy import Tenancy


class Reading(Protocol):
    """One calendar as one round reads it: a place's, or a person's own."""

    address: CalendarAddress
    projection: Projection
    window: Window
    #: What ended by then is never kept.
    kept_from: datetime
    #: What may be seen, as a keyed hash. It stands before every cursor: read under other rules, what the
    #: cursor stands for would have been other bookings.
    rules: bytes
    #: Counts what its pages told, for the receipt.
    counting: Counting

    def identify(self, event: str) -> BookingId: ...

    def identify_series(self, series: str) -> SeriesId: ...

    async def sort(self, page: Page) -> Sorted:
        """Minimize a page."""
        ...

    def compared(self, transaction: Transaction, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """Those that are to be compared with what is stored."""
        ...

    def put(
        self, transaction: Transaction, at: Placement, drafts: Sequence[Draft], new: Collection[BookingId]
    ) -> None:
        """Store what changed; of ``new`` ones nothing is stored."""
        ...

    def remove(self, transaction: Transaction, ids: Sequence[BookingId]) -> None: ...

    def forget(self, transaction: Transaction, ids: Sequence[BookingId]) -> None: ...


class PlaceReading:
    """Reads the calendar of a place: what it tells of itself is believed."""

    def __init__(
        self, tenancy: Tenancy, row: CalendarRow, resource: ResourceId, now: datetime, subjects: Subjects
    ) -> None:
        listed = msgspec.json.decode(row.details, type=Listed)
        self.address = CalendarAddress(listed.address)
        self.projection = tenancy.projection(listed.place)
        self.rules = tenancy.rules(listed.place)
        self.counting = tenancy.counting(self.projection)
        self.window = schedule.window(now)
        self.identify = tenancy.identify(row.id, resource)
        self.identify_series = tenancy.identify_series(row.id)
        self._calendar = row.id
        self._minimizer = tenancy.minimizer(
            listed.place, self.identify, window=self.window, now=now, subjects=subjects
        )
        self.kept_from = self._minimizer.kept_from

    async def sort(self, page: Page) -> Sorted:
        result = await sort_page(page, self._minimizer)
        result.series = {self.identify(event): self.identify_series(of) for event, of in page.series.items()}
        result.retold = set(map(self.identify_series, page.retold))
        return result

    def compared(
        self,
        transaction: Transaction,  # noqa: ARG002  all of what a place tells of itself counts
        drafts: Sequence[Draft],
    ) -> Sequence[Draft]:
        return drafts

    def put(
        self, transaction: Transaction, at: Placement, drafts: Sequence[Draft], new: Collection[BookingId]
    ) -> None:
        transaction.bookings.put(at, drafts, new)
        transaction.personal.give_way(drafts)

    def remove(self, transaction: Transaction, ids: Collection[BookingId]) -> None:
        transaction.bookings.remove(self._calendar, sorted(ids))

    def forget(self, transaction: Transaction, ids: Sequence[BookingId]) -> None:
        transaction.bookings.forget(self._calendar, ids)
