"""Rules that are new: what is stored under others is narrowed at once, calendar by calendar.

Each calendar is one transaction that notes the rules it obeys: a pass that was cut off goes on from there.
What new rules widen is asked of the providers anew, by rounds.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

import msgspec
import structlog

from gateway.booking import CalendarId, ResourceId
from gateway.errors import GatewayError
from gateway.minimization.lattice import Disclosure, meet
from gateway.minimization.personal import Places
from gateway.minimization.places import Bookable, Listed
from gateway.store.bookings import Placement
from gateway.store.persons import PersonsCalendar, persons_naming
from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.sync.narrowing import Shown, kept_of, narrow_copies_of, narrow_stored
from gateway.sync.personal_reading import rules_for_persons
from gateway.sync.tenancy import Sight
from gateway.vault.keyring import Keyring

log = structlog.get_logger()

#: Told how many calendars of how many have been narrowed.
OnProgress = Callable[[int, int], None]


async def obey(
    store: Store,
    keyring: Keyring,
    sight: Sight,
    consent: Disclosure,
    now: datetime,
    on_progress: OnProgress,
) -> None:
    """Narrow all that is stored of a tenant under other rules than those in force.

    ``consent`` is the ceiling of persons' own authorizations. Whose key is not to be had holds up no other.
    """
    listed = await store.look(sight.fence, sight.keys, _listed)
    waiting = await store.look(sight.fence, sight.keys, partial(not_obeying, sight=sight))
    persons = await _persons(store, sight, listed)
    for number, calendar in enumerate(sorted(waiting), start=1):
        narrow = partial(_narrow, sight=sight, calendar=calendar, place=listed[calendar].place, now=now)
        await store.turn(sight.fence, sight.keys, narrow)
        on_progress(number, len(waiting) + len(persons))
    places = {one.address.lower(): one.place for one in listed.values()}
    theirs = replace(sight, legal_ceiling=consent, places=places)
    for number, person in enumerate(persons, start=len(waiting) + 1):
        try:
            await _narrow_persons(store, keyring, theirs, person, now)
        except GatewayError as error:
            log.warning("copies_not_narrowed", tenant=sight.tenant.id, code=type(error).__name__)
        on_progress(number, len(waiting) + len(persons))


def not_obeying(transaction: Transaction, *, sight: Sight) -> list[CalendarId]:
    """The calendars of places whose bookings were made under other rules than those in force."""
    held = transaction.calendars.rules()
    listed = _listed(transaction).items()
    return [calendar for calendar, one in listed if held.get(calendar) != sight.rules(one.place)]


def _listed(transaction: Transaction) -> dict[CalendarId, Listed]:
    details = transaction.calendars.details().items()
    return {calendar: msgspec.json.decode(one, type=Listed) for calendar, one in details}


def _narrow(
    transaction: Transaction, *, sight: Sight, calendar: CalendarId, place: Bookable, now: datetime
) -> None:
    row = transaction.calendars.load(calendar)
    if row is not None:
        narrow_stored(transaction, sight, Placement(calendar, row.generation), place, now)
        transaction.calendars.obey(calendar, sight.rules(place))


async def _persons(store: Store, sight: Sight, listed: Mapping[CalendarId, Listed]) -> list[PersonsCalendar]:
    if sight.tenant.registration.persons is None:
        return []
    resources = {one.place.resource.id for one in listed.values()}
    return await store.read(partial(persons_naming, tenant=sight.tenant.id, resources=resources))


async def _narrow_persons(
    store: Store, keyring: Keyring, sight: Sight, person: PersonsCalendar, now: datetime
) -> None:
    fence = Fence(sight.tenant.id, person.authorization, person.epoch, within=sight.fence)
    keys = await keyring.tenant(sight.tenant.id, person.authorization)
    rules, shown = rules_for_persons(sight, sight.places), _shown(sight, sight.places, now)

    def narrow(transaction: Transaction) -> None:
        if transaction.calendars.obeyed(person.calendar) != rules:
            narrow_copies_of(transaction, calendar=person.calendar, index=keys.index, shown=shown)
            transaction.calendars.obey(person.calendar, rules)

    await store.turn(fence, keys, narrow)


def _shown(sight: Sight, places: Places, now: datetime) -> dict[ResourceId, Shown]:
    """What may be seen of each resource, whichever of its places it is: a copy does not tell."""
    shown = dict[ResourceId, Shown]()
    for place in places.values():
        one = Shown(sight.kept(place, of_person=True), kept_of(place, now))
        other = shown.get(place.resource.id, one)
        shown[place.resource.id] = Shown(meet(one.disclosure, other.disclosure), max(one.start, other.start))
    return shown
