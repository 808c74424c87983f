"""A small world that changes for weeks, all drawn from one seed: the same seed makes the same weeks."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.chance import Chance
from connectors.sandbox.dialects import DIALECTS
from connectors.sandbox.directory import Person
from connectors.sandbox.truth import Provider, Resource, Tenant, World
from gateway.tenant import Mode
from tests.system.canaries import Canaries, Fate, Plot
from tests.system.changing_world import NOW, ZONE
from tests.system.soak_changes import Changes
from tests.system.soak_invitations import uid_member
from tests.system.soak_meetings import Meetings
from tests.system.soak_premises import identity, people, room

#: Employers, and how each is read.
EMPLOYERS = {
    "north": (Provider.MICROSOFT, Mode.SNAPSHOT),
    "south": (Provider.MICROSOFT, Mode.DELTA),
    "east": (Provider.GOOGLE, Mode.SNAPSHOT),
}
#: How many events rooms begin with: the second with more than the brake lets go at once.
EVENTS = (12, 26)
#: Whose people may connect calendars of their own, and how many work there beside who reads for us.
PEOPLED, PEOPLE = ("north", "east"), 3
_ROOMS_MAX = 4
_CHANGES_MAX = 3


class MovingWorld(World):
    """A world whose places come, go and move."""

    def refurnish(self, tenant: Tenant, calendars: Mapping[str, Calendar]) -> None:
        """Let a tenant have these places from now on."""
        tenants = [tenant if one.id == tenant.id else one for one in self.tenants]
        fresh, known = World(self.now, tenants, calendars), next(iter(self._calendars.values()))
        fresh.follow(known.clock)
        if known.watcher is not None:
            fresh.tell(known.watcher)
        self.tenants, self._calendars, self._places = fresh.tenants, fresh._calendars, fresh._places


class SoakWorld:
    """Three employers; ``happen`` takes all of them one step on.

    Each has a room for each number of ``events``. By place: ``deleted`` are ids gone for good, ``uids`` tell
    of each id what all copies of it have in common. ``known_as`` are places' ids by every address they had.
    """

    def __init__(
        self, seed: int, canaries: Canaries, events: tuple[int, ...] = EVENTS, people: int = PEOPLE
    ) -> None:
        self._seed = seed
        self._events = events
        self._people = people
        self._plot = Plot(canaries, "world")
        self._calendars: dict[str, Calendar] = {}
        self._made = 0
        self.deleted: dict[str, set[str]] = {}
        self.uids: dict[str, dict[str, str]] = {}
        self.known_as: dict[str, str] = {}
        tenants = [self._tenant(name) for name in EMPLOYERS]
        self.world = MovingWorld(NOW, tenants, self._calendars)
        self._meetings = {name: Meetings(self._calendars, self._plot.below(name)) for name in PEOPLED}
        for name, meetings in self._meetings.items():
            meetings.begin(self._named(name), Chance(seed, name, "meetings"), NOW)
        self._note_uids()

    def places(self) -> Iterable[tuple[Tenant, Resource, Calendar]]:
        """Everything that can be booked, with its calendar."""
        for tenant in self.world.tenants:
            for place in tenant.resources:
                yield tenant, place, self._calendars[place.address]

    def people(self, employer: str) -> list[Person]:
        """Who may connect calendars of their own."""
        return [*self._named(employer).people[1:]]

    def calendar(self, address: str) -> Calendar:
        return self._calendars[address]

    def happen(self, step: int, now: datetime) -> None:
        """Everything that happens in one step."""
        before = {place.id: self._ids(calendar) for _, place, calendar in self.places()}
        for tenant in self.world.tenants:
            if (chance := Chance(self._seed, step, tenant.name, "places")).once_in(12):
                self._refurnish(tenant, chance, now)
        for _, place, calendar in self.places():
            chance = Chance(self._seed, step, place.id)
            plot = self._plot.below(f"{place.id}/{step}")
            Changes(calendar, chance, plot, now).happen(chance.below(_CHANGES_MAX + 1))
            gone = before.get(place.id, set()) - self._ids(calendar)
            self.deleted.setdefault(place.id, set()).update(gone)
        for name, meetings in self._meetings.items():
            meetings.happen(self._named(name), Chance(self._seed, step, name, "meetings"), now)
        self._note_uids()

    def _named(self, employer: str) -> Tenant:
        return next(tenant for tenant in self.world.tenants if tenant.name == employer)

    def _refurnish(self, tenant: Tenant, chance: Chance, now: datetime) -> None:
        """One place of a tenant is renamed, gets another address, is torn down, or a new one is built."""
        places = list(tenant.resources)
        at = chance.below(len(places))
        plot = self._plot.below(f"{tenant.name}/change-{self._number()}")
        match chance.below(4):
            case 0:
                places[at] = replace(places[at], name=plot.text("name", Fate.DISCLOSED))
            case 1:
                calendar = self._calendars.pop(places[at].address)
                places[at] = replace(places[at], address=plot.address("address"))
                calendar.address = places[at].address
                self._calendars[calendar.address] = calendar
            case 2 if len(places) > 1:
                del self._calendars[places.pop(at).address]
            case _ if len(places) < _ROOMS_MAX:
                places.append(self._room(tenant.name, tenant.provider, 3, now))
            case _:
                pass
        changed = replace(tenant, resources=tuple(places))
        self.world.refurnish(changed, self._calendars)

    def _tenant(self, name: str) -> Tenant:
        provider, _ = EMPLOYERS[name]
        plot = self._plot.below(name)
        staff = people(plot, name, self._people if name in PEOPLED else 0)
        for one in staff:
            self._calendars[one.address] = Calendar(one.address, ZONE, DIALECTS[provider], lambda: NOW)
        places = tuple(self._room(name, provider, count, NOW) for count in self._events)
        known_as = identity(name, provider)
        return Tenant(name=name, provider=provider, zone=ZONE, id=known_as, people=staff, resources=places)

    def _room(self, tenant: str, provider: Provider, events: int, now: datetime) -> Resource:
        plot = self._plot.below(f"{tenant}/room-{self._number()}")
        place = room(plot)
        calendar = Calendar(place.address, ZONE, DIALECTS[provider], lambda: now)
        self._calendars[place.address] = calendar
        changes = Changes(calendar, Chance(self._seed, place.id), plot, now)
        for _ in range(events):
            changes.add()
        changes.add_series()
        return place

    def _note_uids(self) -> None:
        for _, place, calendar in self.places():
            member = uid_member(calendar)
            told = {event_id: event[member] for event_id, event in calendar.events.items() if member in event}
            self.uids.setdefault(place.id, {}).update(told)
            self.known_as[place.address] = place.id

    def _ids(self, calendar: Calendar) -> set[str]:
        """Of what stands. Google keeps tombstones, which tell no times."""
        return {event_id for event_id, event in calendar.events.items() if "start" in event}

    def _number(self) -> int:
        self._made += 1
        return self._made
