"""What is stored already obeys narrower rules at once, whether or not its provider can be read."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple

import msgspec
import structlog

from gateway.booking import Booking, BookingId, CalendarId, ResourceId
from gateway.drafting import draft
from gateway.errors import GatewayError
from gateway.minimization.lattice import Booker, Disclosure, Place, disclosure_of, levels_of, meet
from gateway.minimization.minimize import kept_from
from gateway.minimization.narrowing import narrowed
from gateway.minimization.places import Bookable, Listed
from gateway.purpose import Minimized
from gateway.store.bookings import Draft, Placement
from gateway.store.persons import persons_naming
from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.sync import schedule
from gateway.sync.tenancy import Sight
from gateway.vault.index import Index
from gateway.vault.keyring import Keyring, TenantKeys

log = structlog.get_logger()


class Stored(NamedTuple):
    """A booking as it stands, and whether it is told who booked."""

    kept: Minimized
    is_booked: bool


class Shown(NamedTuple):
    """How much of a resource's bookings may be seen, and from when on."""

    disclosure: Disclosure
    start: datetime


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
    transaction: Transaction, sight: Sight, at: Placement, place: Bookable, now: datetime
) -> None:
    """Minimize a calendar's stored bookings again, as its place is now; tell only what changes.

    Of a place that is somebody's own nothing that was counted is released.
    """
    if place.single_person:
        transaction.usage.drop(place.resource.id)
    stored = _stored(transaction, at.calendar)
    left = _minimized_again(stored, sight.keys.index, Shown(sight.kept(place), kept_of(place, now)))
    transaction.bookings.put(at, left.drafts)
    transaction.bookings.forget(at.calendar, left.past)


async def narrow_copies(
    store: Store, keyring: Keyring, employer: Fence, keys: TenantKeys, disclosure: Disclosure, now: datetime
) -> None:
    """Minimize again what people's calendars tell of places that are somebody's own, each under its own key.

    ``disclosure`` is that of such places. A person whose key is not to be had holds up nobody else.
    """
    own = await store.look(employer, keys, _persons_own)
    naming = partial(persons_naming, tenant=employer.tenant, resources=own.keys())
    for one in (await store.read(naming)) if own else ():
        fence = Fence(employer.tenant, one.authorization, one.epoch, within=employer)
        try:
            theirs = await keyring.tenant(fence.tenant, one.authorization)
            shown = {resource: Shown(disclosure, kept_of(place, now)) for resource, place in own.items()}
            narrow = partial(narrow_copies_of, calendar=one.calendar, index=theirs.index, shown=shown)
            await store.turn(fence, theirs, narrow)
        except GatewayError as error:
            log.warning("copies_not_narrowed", tenant=fence.tenant, code=type(error).__name__)


def _persons_own(transaction: Transaction) -> dict[ResourceId, Bookable]:
    """The places that are somebody's own, by the resources that tell of them and of no other place.

    Of a site it cannot be told which of its places a copy names: people's calendars are read anew for that.
    """
    details = transaction.calendars.details().values()
    places = [msgspec.json.decode(one, type=Listed).place for one in details]
    shared = {place.resource.id for place in places if not place.single_person}
    return {place.resource.id: place for place in places if place.resource.id not in shared}


def narrow_copies_of(
    transaction: Transaction, *, calendar: CalendarId, index: Index, shown: Mapping[ResourceId, Shown]
) -> None:
    """Minimize again what a person's calendar tells of these resources."""
    row = transaction.calendars.load(calendar)
    if row is None:
        return
    by_resource = defaultdict[ResourceId, dict[BookingId, Stored]](dict)
    for booking, stored in _stored(transaction, calendar).items():
        by_resource[msgspec.json.decode(stored.kept.body, type=Booking).resource][booking] = stored
    at = Placement(calendar, row.generation)
    for resource in shown.keys() & by_resource.keys():
        left = _minimized_again(by_resource[resource], index, shown[resource])
        transaction.personal.rewrite(at, left.drafts)
        transaction.personal.forget(calendar, left.past)


class _Left(NamedTuple):
    """What differs by now, and what has lost its place altogether."""

    drafts: list[Draft]
    past: list[BookingId]


def _stored(transaction: Transaction, calendar: CalendarId) -> dict[BookingId, Stored]:
    booked = transaction.bookings.booked(calendar)
    bodies = transaction.bookings.bodies(calendar).items()
    return {booking: Stored(kept, is_booked=booking in booked) for booking, kept in bodies}


def _minimized_again(stored: Mapping[BookingId, Stored], index: Index, shown: Shown) -> _Left:
    """What is written anew loses its booker, whose key is not at hand: the next round finds them again."""
    left = _Left([], [])
    # Which of pseudonym and user id it is does not show.
    keeps_booker = shown.disclosure.booker is Booker.USER
    for booking, (kept, is_booked) in stored.items():
        again = narrowed(msgspec.json.decode(kept.body, type=Booking), *shown)
        if again is None:
            left.past.append(booking)
            continue
        fresh = draft(index, booking, again, levels_of(meet(disclosure_of(kept.levels), shown.disclosure)))
        if fresh.minimized.body != kept.body or (is_booked and not keeps_booker):
            left.drafts.append(fresh)
    return left


def kept_of(place: Bookable, now: datetime) -> datetime:
    """What ended by then is kept of a place no more."""
    return kept_from(place, schedule.window(now), now)
