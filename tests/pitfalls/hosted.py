"""One company at the stand-ins, read by the real connector into a real store, and a consumer of the log."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from pathlib import Path

import aiohttp
import pytest

from connectors.google.client import PROJECT_RATE, USER_RATE, GoogleConnector, Urls
from connectors.google.grant import AccountKey, ServiceAccount
from connectors.microsoft.client import MAILBOX_RATE, MicrosoftConnector, Mode
from connectors.microsoft.grant import Application, EntraGrant
from connectors.port import Admission, Connector
from connectors.quota import Quotas
from connectors.raw import PlaceKind, RawPlace
from connectors.sandbox.calendar import Calendar
from connectors.sandbox.dialects import DIALECTS
from connectors.sandbox.handout import Handout, write_credentials
from connectors.sandbox.identity import Identity
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider, Tenant, World
from connectors.sandbox.world import generate
from gateway.authorization import State
from gateway.booking import Booking, Freshness, TenantId
from gateway.clock import system_clock
from gateway.entry import EntryKind
from gateway.store.calendars import CalendarRow
from tests.contracts.connector import LIMITS
from tests.fakes.installation import PAST_A_POLL, Installation
from tests.fakes.log_fold import LogFold
from tests.fakes.provider import FakeProvider
from tests.pitfalls.words import GOOGLE, GRAPH, NOW, Item, Words

PUT, REMOVED, STATE = EntryKind.BOOKING_PUT, EntryKind.BOOKING_REMOVED, EntryKind.RESOURCE_STATE

#: Makes a connector that asks before each request.
Connect = Callable[[Admission], Connector]

#: How a company is read.
SNAPSHOT, DELTA, SYNC = "snapshot", "delta", "sync"
EVERY = (SNAPSHOT, DELTA, SYNC)

#: What the stand-in calls the requests of a round.
KINDS = {SNAPSHOT: "graph.view", DELTA: "graph.delta", SYNC: "google.events"}


def read_as(*ways: str) -> pytest.MarkDecorator:
    """Run a test once for each way of reading."""
    return pytest.mark.parametrize("hosted", ways, indirect=True)


class Behind(FakeProvider):
    """A provider that is read by a real connector."""

    def __init__(self, connect: Connect) -> None:
        super().__init__()
        self._connect = connect

    def connect(self, admit: Admission) -> Connector:
        return self._connect(admit)


@dataclass
class Hosted:
    """A company whose room is empty until something is put there. The stand-in's clock stands still."""

    way: str
    sandbox: Sandbox
    company: Tenant
    installation: Installation
    connect: Connect
    consumer: LogFold = field(default_factory=LogFold)
    _tenant: TenantId | None = None

    @property
    def words(self) -> Words:
        return GOOGLE if self.way == SYNC else GRAPH

    @property
    def kind(self) -> str:
        return KINDS[self.way]

    def fault(self, name: str, times: int | None = None) -> None:
        """Order one of the provider's faults."""
        family = self.kind.partition(".")[0]
        name, _, when = name.partition("@")
        self.sandbox.faults.order(f"{family}.{name}", when or "1", times)

    @property
    def calendar(self) -> Calendar:
        """The room's calendar."""
        return self.sandbox.world.calendar(self.company.resources[0].address)

    @property
    def tenant(self) -> TenantId:
        assert self._tenant is not None
        return self._tenant

    async def hold(self, *items: Item, policy: str = "occupancy") -> None:
        """Onboard the company while its room holds these, read it, and tell a consumer."""
        self.calendar.load(items)
        self._tenant = await self.installation.onboard(Behind(self.connect), policy=policy)
        await self.installation.sync()
        await self._news()

    async def later(self, after: timedelta = PAST_A_POLL) -> list[EntryKind]:
        """Let time pass and everything due be read; what the consumer is told then."""
        self.installation.clock.move(after)
        await self.installation.sync()
        return await self._news()

    async def _news(self) -> list[EntryKind]:
        news = await self.installation.news(self.tenant, self.consumer)
        return [kind for kind in news if kind is not EntryKind.RESOURCE_PUT]

    @property
    def bookings(self) -> list[Booking]:
        """What the consumer has, by start."""
        return sorted(self.consumer.bookings.values(), key=lambda booking: booking.start)

    def freshness(self) -> Freshness:
        (state,) = self.consumer.states.values()
        return state.freshness

    @property
    def place(self) -> RawPlace:
        """The room as the directory lists it."""
        room = self.company.resources[0]
        return RawPlace(room.id, room.address, PlaceKind.ROOM, room.name)

    async def row(self) -> CalendarRow:
        """How far the room's calendar has been read."""
        row = await self.installation.calendar(self.tenant, self.place)
        assert row is not None
        return row

    @property
    def counted(self) -> str:
        """What the gateway counts."""
        return self.installation.parts.metrics.exposition().decode()

    async def state(self) -> State:
        """What became of the authorization."""
        return (await self.installation.standing(self.tenant)).authorization.state


@asynccontextmanager
async def host(
    way: str, installation: Installation, identity: Identity, folder: Path
) -> AsyncIterator[Hosted]:
    """The stand-ins, and a company that is read so. Its token is asked for once."""
    world = _empty_world()
    provider = Provider.GOOGLE if way == SYNC else Provider.MICROSOFT
    company = next(one for one in world.tenants if one.provider is provider)
    async with Sandbox(world, lambda: NOW, system_clock(), identity=identity) as sandbox:
        handout = write_credentials(sandbox, folder)
        tls = ssl.create_default_context(cafile=handout.authority_file)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls)) as session:
            if way == SYNC:
                connect = _google(handout, company, session)
            else:
                connect = _microsoft(handout, company, session, tls, Mode(way))
            yield Hosted(way, sandbox, company, installation, connect)


@cache
def _companies() -> tuple[Tenant, ...]:
    return generate(7, calendars_per_tenant=1, now=NOW).tenants


def _empty_world() -> World:
    calendars = {
        address: Calendar(address, company.zone, DIALECTS[company.provider], lambda: NOW)
        for company in _companies()
        for address in company.addresses
    }
    return World(NOW, _companies(), calendars)


async def _admitted() -> None:
    """Tokens are asked for whatever the epoch."""


def _microsoft(
    handout: Handout, company: Tenant, session: aiohttp.ClientSession, tls: ssl.SSLContext, mode: Mode
) -> Connect:
    pem = handout.microsoft_file.read_text()
    application = Application(handout.client_id, pem, pem)
    return partial(
        MicrosoftConnector,
        session,
        grant=EntraGrant(application, company.id, tls, login_urls=[handout.entra_url]),
        quota=Quotas(9, calendar=MAILBOX_RATE).of(company.id),
        clock=system_clock(),
        graph_url=handout.graph_url,
        mode=mode,
        limits=LIMITS,
    )


def _google(handout: Handout, company: Tenant, session: aiohttp.ClientSession) -> Connect:
    key, reader = AccountKey(handout.google_file.read_bytes()), company.read_as
    return partial(
        GoogleConnector,
        session,
        account=ServiceAccount(session, _admitted, key, reader, limits=LIMITS),
        quota=Quotas(9, application=PROJECT_RATE, user=USER_RATE).of(company.id, reader),
        clock=system_clock(),
        urls=Urls(handout.google_url, handout.google_url),
        limits=LIMITS,
    )
