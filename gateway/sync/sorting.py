"""A page, minimized and sorted by what becomes of its items."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from connectors.port import Page
from gateway.booking import BookingId, SeriesId
from gateway.minimization.minimize import Minimizer
from gateway.minimization.outcome import Outcome, Put, Reason, Unknown
from gateway.minimization.personal import PersonalMinimizer
from gateway.minimization.places import Bookable
from gateway.minimization.receipt import Met

# Items minimized before others get the loop: about a millisecond's work, and a usual page.
SLICE_ITEMS = 250


@dataclass(slots=True)
class Sorted:
    """What one page came to; of an item that it names twice, the last.

    ``puts`` by the id of their row. ``gone`` occupy nothing, by the provider's id as well. ``blind``: the
    page held an item without an id, which may be any of those absent.
    """

    puts: dict[BookingId, Put] = field(default_factory=dict)
    gone: dict[str, BookingId] = field(default_factory=dict)
    unclear: list[BookingId] = field(default_factory=list)
    blind: bool = False
    reasons: Counter[str] = field(default_factory=Counter)
    #: Of which series bookings are.
    series: dict[BookingId, SeriesId] = field(default_factory=dict)
    #: Series of which nothing is left but what the round has met, and those that keep whatever they had.
    retold: set[SeriesId] = field(default_factory=set)
    spared: set[SeriesId] = field(default_factory=set)
    #: For the receipt. One that names several places was read for each of them.
    met: Met = field(default_factory=lambda: Met([], {}))

    @property
    def understood(self) -> bool:
        return not (self.unclear or self.blind or self.spared)

    def kept(self) -> list[BookingId]:
        """Every id that occupies its place, or may."""
        return [*self.puts, *self.unclear]


async def sort_page(page: Page, minimizer: Minimizer) -> Sorted:
    """Minimize a page in slices, so that a long one does not hold the loop."""
    result = Sorted()
    items = page.items
    result.met.read.extend(items)
    taken = result.met.taken.setdefault(minimizer.place, [])
    for start in range(0, len(items), SLICE_ITEMS):
        if start:
            await asyncio.sleep(0)
        for item in items[start : start + SLICE_ITEMS]:
            outcome = minimizer.minimize(item)
            if isinstance(outcome, Put):
                taken.append(outcome)
                continue
            result.reasons[outcome.reason.value] += 1
            if not isinstance(outcome, Unknown):
                result.gone[str(item.id)] = outcome.id
            elif outcome.id is None:
                result.blind = True
            else:
                result.unclear.append(outcome.id)
    result.puts = {put.booking.id: put for put in taken}
    return result


async def sort_personal(
    page: Page,
    minimizer: PersonalMinimizer,
    *,
    identify: Callable[[str, BookingId], BookingId],
    identify_series: Callable[[str], SeriesId],
) -> Sorted:
    """Minimize a page of a person's calendar. What an event became before and becomes no more has gone."""
    result, taken = Sorted(), 0
    for item in page.items:
        if taken >= SLICE_ITEMS:
            await asyncio.sleep(0)
            taken = 0
        if item.id is None:
            result.met.read.append(item)
            result.blind = True
            result.reasons[Reason.NO_ID.value] += 1
            continue
        outcomes = minimizer.minimize(item)
        # One event may name hundreds of resources.
        count = max(len(outcomes or ()), 1)
        taken += count
        result.met.read.extend([item] * count)
        _take(result, outcomes, identify_series(item.id), partial(identify, item.id))
        for place, outcome in outcomes or ():
            if isinstance(outcome, Put):
                result.met.taken.setdefault(place, []).append(outcome)
    return result


def _take(
    result: Sorted,
    outcomes: Sequence[tuple[Bookable, Outcome]] | None,
    series: SeriesId,
    identify: Callable[[BookingId], BookingId],
) -> None:
    if outcomes is None:
        result.spared.add(series)
        result.reasons[Reason.BAD_ITEM.value] += 1
        return
    is_unknown = any(isinstance(outcome, Unknown) for _, outcome in outcomes)
    (result.spared if is_unknown else result.retold).add(series)
    if not outcomes:
        result.reasons[Reason.NO_RESOURCE.value] += 1
    for _, outcome in outcomes:
        if not isinstance(outcome, Put):
            result.reasons[outcome.reason.value] += 1
            continue
        # Its row is the item's own, as long as it is told under that id: the same event may stand in a
        # calendar twice, and an item may become another event.
        row = identify(outcome.booking.id)
        result.puts[row] = outcome
        result.series[row] = series
