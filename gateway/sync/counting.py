"""Counting: each day that has ended is added to the tallies of the places that may be counted."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

import msgspec

from gateway.booking import CalendarId, ResourceId, SubjectId
from gateway.clock import DAY_MILLISECONDS
from gateway.minimization.lattice import Place as Level
from gateway.minimization.places import Listed
from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.store.usage import Taken
from gateway.tally import Interval, Place, Tally, tally_of
from gateway.usage import ENROLLED_MIN
from gateway.vault.index import Index
from gateway.vault.keyring import TenantKeys

#: So many calendars are opened in one look: a page of the feed waits for no more.
CALENDARS_AT_ONCE = 20

#: The places that may be counted, by the calendars that tell of them.
Countable = Mapping[CalendarId, Place]


class _Day(NamedTuple):
    """What one day adds: to the tallies of places, and the first of a subject's bookings to its site's."""

    tallies: dict[ResourceId, Tally]
    sites: dict[SubjectId, str]


def countable(transaction: Transaction) -> Countable:
    """Places that are told of as such, and are nobody's own; of others nothing is counted."""
    found = dict[CalendarId, Place]()
    for calendar, details in transaction.calendars.details().items():
        place = msgspec.json.decode(details, type=Listed).place
        if place.level is Level.RESOURCE and not place.single_person:
            found[calendar] = Place(place.resource.id, place.resource.site, place.resource.kind)
    return found


def site_key(index: Index, site: str | None) -> str:
    """By which keyed hash a site stands beside who booked there."""
    return index.identifier("counted site", site or "")


async def count_day(store: Store, fence: Fence, keys: TenantKeys, day: int, *, bookers: bool) -> bool:
    """Add a day that has ended, UTC, to the tallies of places whose calendars were read since.

    ``bookers``: whether it is noted who booked. Whether nothing is left to be counted of it. Raises Fenced.
    """
    places, ready = await store.look(fence, keys, partial(_uncounted, day=day))
    for some in _slices([calendar for calendar in sorted(places) if calendar in ready]):
        sliced = {calendar: places[calendar] for calendar in some}
        counted = await store.look(fence, keys, partial(_of_day, places=sliced, day=day, index=keys.index))
        await store.turn(fence, keys, partial(_add, counted=counted, day=day, bookers=bookers))
    return places.keys() <= ready


def _uncounted(transaction: Transaction, day: int) -> tuple[Countable, set[CalendarId]]:
    """The places that a day is to be counted of yet, and of which it can be."""
    done, places = transaction.usage.counted_on(day), countable(transaction)
    left = {calendar: place for calendar, place in places.items() if place.resource not in done}
    return left, transaction.calendars.fresh_since((day + 1) * DAY_MILLISECONDS)


def _of_day(transaction: Transaction, places: Countable, day: int, index: Index) -> _Day:
    found = _Day({}, {})
    first = dict[SubjectId, tuple[Interval, str]]()
    for calendar, place in places.items():
        taken = transaction.usage.taken(calendar)
        found.tallies[place.resource] = tally_of([one.interval for one in taken], day)
        site = site_key(index, place.site)
        for one in taken:
            if one.subject is not None and _begins_on(day, one):
                here = (one.interval, site)
                first[one.subject] = min(first.get(one.subject, here), here)
    found.sites.update({subject: site for subject, (_, site) in first.items()})
    return found


def _begins_on(day: int, one: Taken) -> bool:
    return bool(tally_of([one.interval], day).bookings)


def _add(transaction: Transaction, counted: _Day, day: int, *, bookers: bool) -> None:
    transaction.usage.add(day, counted.tallies)
    if not bookers:
        return
    # Whoever has withdrawn since, or asked to be left out, is not found any more.
    enrolled = {*transaction.subjects.known().enrolled.values()}
    if len(enrolled) >= ENROLLED_MIN:
        noted = {subject: site for subject, site in counted.sites.items() if subject in enrolled}
        transaction.usage.note_bookers(day, noted)


def _slices(calendars: Sequence[CalendarId]) -> Iterator[list[CalendarId]]:
    left = iter(calendars)
    while some := list(islice(left, CALENDARS_AT_ONCE)):
        yield some
