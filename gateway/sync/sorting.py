"""A page, minimized and sorted by what becomes of its items."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from connectors.port import Page
from gateway.booking import Booking, BookingId
from gateway.minimization.minimize import Minimizer
from gateway.minimization.outcome import Put, Unknown

# Items minimized before others get the loop: about a millisecond's work, and a usual page.
SLICE_ITEMS = 250


@dataclass(slots=True)
class Sorted:
    """What one page came to.

    ``gone`` occupy nothing, by the provider's id as well. ``blind``: the page held an item without an id,
    which may be any of those absent.
    """

    bookings: list[Booking] = field(default_factory=list)
    gone: dict[str, BookingId] = field(default_factory=dict)
    unclear: list[BookingId] = field(default_factory=list)
    blind: bool = False
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def understood(self) -> bool:
        return not (self.unclear or self.blind)

    def kept(self) -> list[BookingId]:
        """Every id that occupies its place, or may."""
        return [booking.id for booking in self.bookings] + self.unclear


async def sort_page(page: Page, minimizer: Minimizer) -> Sorted:
    """Minimize a page in slices, so that a long one does not hold the loop."""
    result = Sorted()
    items = page.items
    for start in range(0, len(items), SLICE_ITEMS):
        if start:
            await asyncio.sleep(0)
        for item in items[start : start + SLICE_ITEMS]:
            outcome = minimizer.minimize(item)
            if isinstance(outcome, Put):
                result.bookings.append(outcome.booking)
                continue
            result.reasons[outcome.reason.value] += 1
            if not isinstance(outcome, Unknown):
                result.gone[str(item.id)] = outcome.id
            elif outcome.id is None:
                result.blind = True
            else:
                result.unclear.append(outcome.id)
    return result
