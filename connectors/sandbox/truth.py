"""The made-up world: who is there, what can be booked, and what the calendars hold.

Provider-neutral; the events alone are in their provider's own form (see ``calendar``).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import partial

import msgspec

from connectors.sandbox.activity import Activity
from connectors.sandbox.calendar import Calendar, Clock, Event, Watcher
from connectors.sandbox.consent import Consent, Ending, PersonalConsent
from connectors.sandbox.directory import Account, Deed, Directory, Happening, Person


class Provider(StrEnum):
    """Whose cloud a company uses."""

    MICROSOFT = "microsoft"
    GOOGLE = "google"


class ResourceKind(StrEnum):
    """What sort of place can be booked."""

    ROOM = "room"
    DESK = "desk"
    DESK_POOL = "desk_pool"
    EQUIPMENT = "equipment"


class Mode(StrEnum):
    """How a place may be booked. An assigned desk is one person's."""

    RESERVABLE = "reservable"
    DROP_IN = "drop_in"
    ASSIGNED = "assigned"
    UNAVAILABLE = "unavailable"


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """A bookable place with a calendar of its own. ``user`` is the address of its one regular user."""

    id: str
    kind: ResourceKind
    name: str
    address: str
    capacity: int | None = None
    site: str | None = None
    building: str | None = None
    floor: str | None = None
    mode: Mode = Mode.RESERVABLE
    user: str | None = None


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """A company. ``id`` is its directory id at Microsoft, its customer id at Google."""

    name: str
    provider: Provider
    zone: str
    id: str
    people: tuple[Person, ...]
    resources: tuple[Resource, ...]

    @property
    def read_as(self) -> str:
        """The account that may list the directory's resources and read their calendars."""
        return self.people[0].address

    @property
    def addresses(self) -> tuple[str, ...]:
        """Of everybody and everything that has a calendar."""
        return (*(person.address for person in self.people), *(place.address for place in self.resources))


#: Is told at once what happens to a company's accounts, and what its admins and persons do.
Herald = Callable[[Tenant, Happening | Activity], None]


class World:
    """All companies and all calendars. Calendars, consents and accounts change; everything else stands still.

    ``consents`` tells by tenant id what was granted to us, ``directories`` who has an account;
    ``consent_removed`` holds the ids of tenants whose admin took our access away; ``denied`` the addresses of
    single calendars that we may not read.
    """

    def __init__(self, now: datetime, tenants: Iterable[Tenant], calendars: Mapping[str, Calendar]) -> None:
        self.now = now
        self.tenants = tuple(tenants)
        self.consents = {tenant.id: Consent() for tenant in self.tenants}
        self.consent_removed: set[str] = set()
        self.denied: set[str] = set()
        self._personal: dict[str, PersonalConsent] = {}
        self._calendars = {address.lower(): calendar for address, calendar in calendars.items()}
        self._places = {tenant.id: _place_addresses(tenant) for tenant in self.tenants}
        self.directories = {
            tenant.id: Directory(_accounts(tenant), lambda: now, partial(self._heed, tenant))
            for tenant in self.tenants
        }
        self._herald: Herald = _nobody

    def follow(self, clock: Clock) -> None:
        """Stamp changes by this clock from now on."""
        for calendar in self._calendars.values():
            calendar.clock = clock
        for directory in self.directories.values():
            directory.clock = clock

    def tell(self, watcher: Watcher) -> None:
        """Tell this watcher, and no earlier one, of each change from now on."""
        for calendar in self._calendars.values():
            calendar.watcher = watcher

    def tell_of_people(self, herald: Herald) -> None:
        """Tell this herald, and no earlier one, what happens to accounts and what people do from now on."""
        self._herald = herald

    def note(self, tenant: Tenant, activity: Activity) -> None:
        """Tell of what somebody did."""
        self._herald(tenant, activity)

    def tenant(self, tenant_id: str) -> Tenant | None:
        return next((tenant for tenant in self.tenants if tenant.id.lower() == tenant_id.lower()), None)

    def calendar(self, address: str) -> Calendar:
        """The calendar at an address; KeyError if there is none."""
        return self._calendars[address.lower()]

    def personal(self, address: str) -> PersonalConsent:
        """What the person at an address grants us of their own."""
        return self._personal.setdefault(address.lower(), PersonalConsent())

    def mailbox(self, tenant: Tenant, name: str) -> Calendar | None:
        """The calendar that a tenant knows by this address or directory id."""
        account = self.directories[tenant.id].find(name)
        address = self._places[tenant.id].get(name.lower()) if account is None else account.address
        return None if address is None else self.calendar(address)

    def events(self) -> Iterable[tuple[str, Event]]:
        """Every event of every calendar with its calendar's address, as it stands now."""
        for calendar in self._calendars.values():
            for event in calendar.events.values():
                yield calendar.address, event

    def _heed(self, tenant: Tenant, happened: Happening) -> None:
        """Who has no account, or a disabled one, cannot sign in; whoever is new begins with nothing."""
        account, address = happened.account, happened.account.address.lower()
        if happened.deed is Deed.ADDED:
            self._personal[address] = self.personal(address).succeeded()
            self._calendars[address] = self.calendar(tenant.read_as).beside(account.address)
        elif happened.deed is not Deed.PURGED:
            disabled = None if account.is_enabled else Ending.DISABLED
            self.personal(address).absence = disabled if account.is_there else Ending.DELETED
        self._herald(tenant, happened)


def _accounts(tenant: Tenant) -> Iterable[Account]:
    """The reading account is the administrator's."""
    for person in tenant.people:
        is_admin = person.address == tenant.read_as
        yield Account(id=person.id, name=person.name, address=person.address, is_admin=is_admin)


def _place_addresses(tenant: Tenant) -> dict[str, str]:
    """Addresses by everything that names a place's mailbox: itself, or a directory id."""
    named = {place.address.lower(): place.address for place in tenant.resources}
    return named | {place.id.lower(): place.address for place in tenant.resources}


def _nobody(_: Tenant, __: Happening | Activity) -> None:
    """As long as nobody asked to be told."""
