"""The stand-ins, a gateway beside them, and one tenant whose grant can be changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from connectors.sandbox.consent import ACCOUNT_SCOPES, Consent
from connectors.sandbox.identity import Identity
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider as Whose
from connectors.sandbox.truth import Tenant as Company
from connectors.sandbox.world import generate
from gateway.app.examining.diagnosis import Diagnosis
from gateway.app.examining.doctor import Doctor
from gateway.app.parts import Parts, open_parts
from gateway.app.providers.connecting import open_examiners
from gateway.app.standins import CONTROLLER, installation
from gateway.app.tenants import TenantOverview, add_tenant, find_tenant
from gateway.authorization import SuspensionReason
from gateway.booking import TenantId
from gateway.clock import Clock, system_clock
from gateway.store.registry import Registry
from gateway.tenant import Connection, Provider, Registration
from tests.fakes.blank_store import lay_tables
from tests.fakes.filled_store import NOON, HandClock

CLOCK = system_clock()
LATER = timedelta(days=30)


@dataclass
class Clinic:
    """Stand-ins, a gateway beside them, and one tenant."""

    sandbox: Sandbox
    parts: Parts
    clock: HandClock
    company: Company
    tenant: TenantId
    wall_clock: Clock = CLOCK

    @property
    def consent(self) -> Consent:
        return self.sandbox.world.consents[self.company.id]

    @property
    def person(self) -> str:
        """Somebody whose mailbox is none of our business."""
        return self.company.people[3].address

    async def overview(self) -> TenantOverview:
        return await find_tenant(self.parts, self.tenant)

    @asynccontextmanager
    async def doctor(self) -> AsyncIterator[Doctor]:
        async with open_examiners(self.parts.settings, self.sandbox.clock) as examine:
            yield Doctor(self.parts, examine, wall_clock=self.wall_clock)

    async def look(self, mailbox: str | None = None) -> Diagnosis:
        async with self.doctor() as doctor:
            return await doctor.diagnosis(await self.overview(), mailbox or self.person)

    async def suspend(self, reason: SuspensionReason) -> None:
        def change(registry: Registry) -> None:
            before = registry.standing(self.tenant).authorization
            registry.change(before, before.suspend(reason))

        await self.parts.store.administer(change)


@asynccontextmanager
async def clinic(folder: Path, identity: Identity, provider: Whose, grant: str) -> AsyncIterator[Clinic]:
    world = generate(7, calendars_per_tenant=2, now=NOON)
    company = next(one for one in world.tenants if one.provider is provider)
    world.consents[company.id].reach = frozenset(place.address for place in company.resources)
    world.consents[company.id].undelegated = ACCOUNT_SCOPES
    async with Sandbox(world, lambda: NOON, CLOCK, identity=identity) as sandbox:
        settings, _ = installation(sandbox, folder, port=0)
        lay_tables(folder / "store")
        async with open_parts(settings) as opened:
            clock = HandClock()
            parts = replace(opened, clock=clock)
            read_as = company.read_as if grant.startswith("delegated") else None
            reach = Connection(
                provider=Provider(provider.value), directory=company.id, grant=grant, read_as=read_as
            )
            choice = Registration(name=company.name, policy="occupancy", zone="UTC", basis="f")
            tenant = await add_tenant(parts, reach, choice, controller=CONTROLLER)
            clock.move(LATER)
            yield Clinic(sandbox, parts, clock, company, tenant.id)
