"""A whole gateway but for its web: a real store with real keys, whose providers are made up."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import IntEnum
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace as choice_with

from connectors.delegation import Link, Persist
from connectors.errors import AccessLost
from connectors.port import Admission, Connector
from connectors.raw import RawPlace
from gateway.app.parts import Parts
from gateway.app.rules import Rules, agreed_to, load_rules
from gateway.app.standins import CONTROLLER, OPERATOR
from gateway.app.tenants import add_tenant
from gateway.app.terms.amending import amend
from gateway.app.terms.narrowing import narrow_open
from gateway.booking import BookingId, CalendarId, ResourceId, TenantId
from gateway.entry import Entry, EntryKind
from gateway.errors import GatewayError, KeyUnavailable
from gateway.metrics import Metrics
from gateway.minimization.lattice import WIDEST
from gateway.minimization.places import calendar_id, resource_id
from gateway.minimization.policy import Policy
from gateway.minimization.purposes import purpose
from gateway.purpose import Purpose
from gateway.settings import GoogleSettings, Listen, MicrosoftSettings, Providers, Settings
from gateway.store.calendars import CalendarRow
from gateway.store.database import Database
from gateway.store.directories import DirectoryRow
from gateway.store.feed_log import FeedLog, KeysWanted
from gateway.store.registry import Standing, known_standing
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import Store, open_store
from gateway.store.unlock import unlock
from gateway.sync.contact import refused
from gateway.sync.persons import Persons as PersonsOpened
from gateway.sync.tenancies import Tenancies
from gateway.sync.tenancy import Tenancy
from gateway.sync.worker import Worker
from gateway.tenant import Connection, Persons, Places, Provider, Registration, Tenant
from gateway.vault.keyring import Keyring, TenantKeys
from gateway.vault.keys import DataKeyOwner, KeyService
from gateway.vault.local import LocalKeyService
from gateway.vault.wrapped import WrappedKeyService
from gateway.vault.wrapping import WrappingKeys
from gateway.withdrawal.cascade import Cascade
from tests.fakes.blank_store import lay_tables
from tests.fakes.filled_store import HandClock
from tests.fakes.log_fold import LogFold
from tests.fakes.provider import FakeProvider

REGION = "eu"
#: Read once for all tests: nobody changes them.
SHIPPED = load_rules()
#: More than any log here holds.
ALL = 100_000
#: Sees whatever is stored.
SEES_ALL = purpose("all of it", WIDEST)
PAST_A_POLL = timedelta(minutes=6)

SETTINGS = Settings(
    store="store",
    keys="keys",
    region=REGION,
    operator=OPERATOR,
    listen=Listen(public_url="https://gateway.example"),
    providers=Providers(
        microsoft=MicrosoftSettings(client_id="app-1", certificate_file="none.pem"),
        google=GoogleSettings(key_file="none.json", client_file="none.json"),
    ),
)


def calendar_of(tenancy: Tenancy, place: RawPlace) -> CalendarId:
    """Our id of a place's calendar."""
    return calendar_id(tenancy.keys.index.identifier, place.place_id)


def resource_of(tenancy: Tenancy, place: RawPlace) -> ResourceId:
    """Our id of a place."""
    return resource_id(tenancy.keys.index.identifier, place.place_id)


def events_of(tenancy: Tenancy, place: RawPlace) -> Callable[[str], BookingId]:
    """Our ids of the events in a place's calendar."""
    return tenancy.identify(calendar_of(tenancy, place), resource_of(tenancy, place))


async def lose_access(store: Store, tenancy: Tenancy) -> None:
    """Let a provider prove that a tenant's grant is gone."""
    await refused(store, tenancy, AccessLost("consent_revoked"))


async def nothing() -> None:
    """Told after every turn, and content with it."""


@dataclass
class Installation:
    """What an operator, a worker and a consumer could reach."""

    parts: Parts
    clock: HandClock
    providers: dict[TenantId, FakeProvider] = field(default_factory=dict)
    refused: list[GatewayError] = field(default_factory=list)
    #: Where providers are to tell of changes; None: they are not asked to.
    notify_url: str | None = None
    #: The links of persons as they were opened last, and what stores them once rotated; by account.
    links: dict[str, Link] = field(default_factory=dict)
    persists: dict[str, Persist] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        return self.parts.store

    def set_policy(self, name: str, **levels: IntEnum) -> None:
        """Let a name stand for *occupancy* with these levels from now on, as a file that was edited does."""
        shipped, rules = SHIPPED.policies["occupancy"], self.parts.rules
        disclosure = msgspec.structs.replace(shipped.disclosure, **levels)
        policy = Policy(name, disclosure, shipped.vocabulary, assessed=True)
        self.parts = replace(self.parts, rules=Rules({**rules.policies, name: policy}, rules.legal))

    async def agree(self, tenant: TenantId) -> None:
        """Let a tenant accept its policy as it is now, and that take effect."""
        await amend(
            self.parts, tenant, lambda choice: choice_with(choice, agreed=agreed_to(self.parts.rules, choice))
        )

    async def onboard(
        self,
        provider: FakeProvider,
        *,
        name: str | None = None,
        policy: str = "occupancy",
        places: Places | None = None,
        persons: Persons | None = None,
        basis: str = "f",
        whose: Provider = Provider.MICROSOFT,
        zone: str = "Europe/Berlin",
    ) -> TenantId:
        """A tenant whose calendars are those of a provider."""
        number = len(self.providers) + 1
        directory, usual = (
            f"00000000-0000-4000-8000-{number:012}",
            "Harbour Works" + f" {number}" * (number > 1),
        )
        tenant = await add_tenant(
            self.parts,
            Connection(provider=whose, directory=directory),
            Registration(
                name=name or usual,
                policy=policy,
                zone=zone,
                basis=basis,
                places=places or Places(),
                persons=persons,
            ),
            controller=CONTROLLER,
        )
        self.providers[tenant.id] = provider
        return tenant.id

    def connect(self, tenant: Tenant, admit: Admission) -> Connector:
        return self.providers[tenant.id].connect(admit)

    def connect_person(self, tenant: Tenant, link: Link, admit: Admission, persist: Persist) -> Connector:
        self.links[link.account] = link
        self.persists[link.account] = persist
        return self.providers[tenant.id].connect(admit)

    def tenancies(self, store: Store | None = None) -> Tenancies:
        """As another process would open them."""
        return Tenancies(
            store or self.store,
            self.parts.keyring,
            self.connect,
            policies=self.parts.rules.policies,
            legal=self.parts.rules.legal,
            on_refusal=lambda _, error: self.refused.append(error),
            notify_at=lambda _: self.notify_url,
        )

    async def tenancy(self, tenant: TenantId) -> Tenancy:
        return (await self.tenancies().opened({tenant}))[tenant]

    def worker(self, store: Store | None = None, owner: str = "worker") -> Worker:
        return Worker(
            store or self.store,
            self.tenancies(store),
            PersonsOpened(
                store or self.store,
                self.parts.keyring,
                self.connect_person,
                consent=self.parts.rules.legal.ceiling("a", personal=True),
            ),
            owner=owner,
            clock=self.clock,
            metrics=self.parts.metrics,
            chance=lambda: 0.5,
            notified=self.notify_url is not None,
        )

    async def sync(self, store: Store | None = None) -> None:
        """Read all that is due."""
        await self.worker(store).run_until_idle(nothing)

    async def sync_later(self, after: timedelta = PAST_A_POLL, store: Store | None = None) -> None:
        """Let time pass, then read all that is due by then."""
        self.clock.move(after)
        await self.sync(store)

    async def calendar(self, tenant: TenantId, place: RawPlace) -> CalendarRow | None:
        """How far a place's calendar has been read."""
        tenancy = await self.tenancy(tenant)
        calendar = calendar_of(tenancy, place)
        return await self.store.look(
            tenancy.fence, tenancy.keys, lambda transaction: transaction.calendars.load(calendar)
        )

    async def directory(self, tenant: TenantId) -> DirectoryRow:
        """How far a tenant's directory has been read."""
        tenancy = await self.tenancy(tenant)
        return await self.store.look(
            tenancy.fence, tenancy.keys, lambda transaction: transaction.directory.load()
        )

    def cascade(self, store: Store | None = None) -> Cascade:
        parts = replace(self.parts, store=store or self.store)
        keyring, keys, narrow = parts.keyring, parts.keys, partial(narrow_open, parts)
        return Cascade(parts.store, keyring, keys, owner="cascade", narrow=narrow)

    async def standing(self, tenant: TenantId) -> Standing:
        return await self.store.read(partial(known_standing, tenant=tenant))

    async def entries(self, tenant: TenantId, after: int = 0, *, purpose: Purpose = SEES_ALL) -> list[Entry]:
        """What the log tells behind a position, as a purpose shows it."""
        standing = await self.standing(tenant)
        keys = await unlock(self.parts.keyring, standing)
        try:
            return await self.store.read(
                lambda handle: FeedLog(handle, standing, purpose).entries(keys, after, ALL)
            )
        except KeysWanted as error:
            persons = {owner: await self._keys_of(tenant, owner) for owner in error.owners}
        return await self.store.read(
            lambda handle: FeedLog(handle, standing, purpose).entries(keys, after, ALL, persons)
        )

    async def _keys_of(self, tenant: TenantId, owner: DataKeyOwner) -> TenantKeys | None:
        try:
            return await self.parts.keyring.tenant(tenant, owner)
        except KeyUnavailable:
            return None

    async def news(self, tenant: TenantId, consumer: LogFold) -> list[EntryKind]:
        """What a consumer is told next, and folds."""
        before = len(consumer.told)
        consumer.take(await self.entries(tenant, consumer.position))
        return consumer.told[before:]

    async def notices(self, tenant: TenantId) -> list[Entry]:
        """What the log tells of the tenant as a whole."""
        standing = await self.standing(tenant)
        return await self.store.read(lambda handle: FeedLog(handle, standing, SEES_ALL).notices(0, ALL))


@asynccontextmanager
async def open_installation(
    directory: Path,
    clock: HandClock | None = None,
    database: Database | None = None,
    wrapping: WrappingKeys | None = None,
) -> AsyncIterator[Installation]:
    """A store and a key directory below a directory, new ones if there are none; or a store elsewhere.

    ``wrapping`` wraps what stands in the key directory, if it does not do so itself.
    """
    clock = clock or HandClock()
    data = directory / "store"
    if database is None:
        lay_tables(data)
        database = SqliteDatabase(data)
    keys: KeyService = LocalKeyService(directory / "keys", data)
    if wrapping is not None:
        keys = WrappedKeyService(directory / "keys", wrapping)
    settings = msgspec.structs.replace(SETTINGS, store=str(data), keys=str(directory / "keys"))
    async with open_store(database, clock) as store:
        yield Installation(
            Parts(
                settings=settings,
                clock=clock,
                store=store,
                keys=keys,
                keyring=Keyring(keys, region=REGION, clock=clock),
                rules=SHIPPED,
                metrics=Metrics(),
            ),
            clock,
        )
