"""A tenant of whose people the stand-in transmitter tells, and our side of its stream."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from msgspec.structs import replace as settings_with

from connectors.sandbox.authority import Authority
from connectors.sandbox.calendar import Event
from connectors.sandbox.signals.server import SignalTransmitter
from connectors.sandbox.signals.stream import Stream
from gateway.app.signals.asking import Asker, open_asker
from gateway.app.signals.hearing import Hearing
from gateway.app.signals.streams import Streams
from gateway.app.signals.transmitters import Registered, add_transmitter, list_transmitters, load_transmitter
from gateway.booking import TenantId
from gateway.clock import system_clock
from gateway.signals.transmitter import Transmitter, TransmitterKind
from gateway.store.registry import Standing
from gateway.store.signals import SignalRow, signals_of
from gateway.store.transmitters import TransmitterRow
from gateway.withdrawal.door import Door
from tests.fakes.installation import Installation
from tests.fakes.provider import FakeProvider

NOT_YET = timedelta(0)
PAST_A_POLL, PAST_A_LOOK = timedelta(seconds=31), timedelta(minutes=11)
PAST_A_LEASE = timedelta(minutes=3)
HOUR = timedelta(hours=1)


async def no_provider(_tenant: TenantId, _row: TransmitterRow) -> tuple[int, str | None]:
    raise AssertionError("None of these tells of accounts by being their provider.")


@dataclass
class Line:
    """One tenant, one transmitter, and whoever visits it. ``name``: how we know it."""

    installation: Installation
    transmitter: SignalTransmitter
    asker: Asker
    tenant: TenantId
    name: str = ""
    streams: Streams = field(init=False)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self, asker: Asker | None = None) -> None:
        """As a process does that has just started, and knows no keys."""
        parts = self.installation.parts
        door = Door(parts.store, parts.keyring, parts.metrics)
        asker = asker or self.asker
        self.streams = Streams(parts, Hearing(parts, door, asker), asker, no_provider, owner="visitor")

    async def add(
        self,
        kind: TransmitterKind = TransmitterKind.SSF_POLL,
        *,
        issuer: str | None = None,
        token: str | None = None,
        asker: Asker | None = None,
        organization: str | None = None,
    ) -> Registered:
        """Agree on a stream, as an admin does whom the transmitter knows."""
        added = await add_transmitter(
            self.installation.parts,
            await self.standing(),
            asker or self.asker,
            kind=kind,
            issuer=issuer or self.transmitter.issuer,
            token=token or self.transmitter.streams.admit("gateway"),
            organization=organization,
        )
        self.name = added.id
        return added

    async def visit(self, after: timedelta = NOT_YET) -> TransmitterRow:
        """Let time pass and everything due be asked; how the transmitter stands then."""
        self.installation.clock.move(after)
        await self.streams.visit()
        return await self.row()

    async def tell(self, name: str, subject: Event, *faults: str, **members: object) -> str:
        """Let the transmitter tell something; returns the token's id."""
        for fault in faults:
            self.transmitter.faults.order(fault, times=1)
        (id_,) = self.transmitter.tell(name, subject, **members)
        return id_

    @property
    def stream(self) -> Stream:
        """The transmitter's side of it."""
        return self.transmitter.stream

    async def standing(self) -> Standing:
        return await self.installation.standing(self.tenant)

    async def row(self) -> TransmitterRow:
        rows = await list_transmitters(self.installation.parts, await self.standing())
        return next(row for row in rows if row.id == self.name)

    async def rows(self) -> list[TransmitterRow]:
        return await list_transmitters(self.installation.parts, await self.standing())

    async def known(self) -> Transmitter:
        """Our side of it."""
        return await load_transmitter(self.installation.parts, await self.standing(), self.name)

    async def signals(self) -> list[SignalRow]:
        """What was done, the newest first."""
        return await self.installation.store.read(partial(signals_of, tenant=self.tenant, most=100))

    def reached_at(self, url: str) -> None:
        """Let transmitters reach us there."""
        parts = self.installation.parts
        listen = settings_with(parts.settings.listen, public_url=url)
        self.installation.parts = replace(parts, settings=settings_with(parts.settings, listen=listen))


@asynccontextmanager
async def open_line(installation: Installation, tenant: TenantId | None = None) -> AsyncIterator[Line]:
    """A transmitter, and a tenant that has agreed on nothing with it yet."""
    async with AsyncExitStack() as stack:
        asker = await stack.enter_async_context(open_asker())
        stand_in = SignalTransmitter(installation.clock, Authority(system_clock()()))
        transmitter = await stack.enter_async_context(stand_in)
        tenant = tenant or await installation.onboard(FakeProvider())
        yield Line(installation, transmitter, asker, tenant)
