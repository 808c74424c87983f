"""A withdrawal at any moment of a soak, cut off or not, and the proofs that it did what it says."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Self

from gateway.app.accountability.certificates import certificate
from gateway.app.copies.readable import copy_of_database, readable
from gateway.app.parts import Parts
from gateway.app.tenants import withdraw_tenant, withdrawals
from gateway.authorization import AuthorizationId, State
from gateway.booking import TenantId
from gateway.errors import GatewayError
from gateway.store.copies import Readable
from gateway.store.registry import known_standing
from tests.fakes.backend import TenantView
from tests.fakes.crashes import Crash, Fuse
from tests.fakes.strict_backend import StrictBackend
from tests.system.soak_audience import Audience
from tests.system.soak_house import SoakHouse
from tests.system.soak_sandbox import SoakSandbox

#: No request for a tenant's data starts later after the fence.
BAR = timedelta(seconds=1)
#: How long each answer takes meanwhile: what follows it would come past the bar.
PACE_SECONDS = 1.5
#: So that much does follow.
SHORT, SHORT_PAGES = ("graph.short-pages", "google.short-pages"), 20


@dataclass
class Withdrawal:
    """One tenant's. ``backup`` is from just before; ``told``: how much was told of it by then, by token."""

    house: SoakHouse
    tenant: TenantId
    directory: str
    backup: Path
    told: dict[str, int]

    @classmethod
    async def begin(cls, house: SoakHouse, audiences: Iterable[Audience], employer: str) -> Self:
        """The last moment before it."""
        tenant = house.tenants[employer]
        backup = house.folder / f"{tenant}.backup"
        await copy_of_database(house.gateway.parts, backup)
        told = {one.token: len(one.told(tenant)) for one in audiences}
        return cls(house, tenant, house.directory(employer), backup, told)

    async def withdraw(self, fuse: Fuse) -> None:
        """As an admin's command does. If that dies before the fence, the admin says it once more."""
        for burning in (fuse, None):
            async with self.house.command(burning) as parts:
                with suppress(Crash, GatewayError):
                    await withdraw_tenant(parts, self.tenant)
                if not (await self._state(parts)).is_open:
                    return
        raise AssertionError("a tenant could not be withdrawn")

    async def withdraw_amid(self, sandbox: SoakSandbox, requests: int, fuse: Fuse) -> None:
        """While the gateway does what is due, once so many requests for the tenant have come."""
        sandbox.pace_seconds = PACE_SECONDS
        for fault in SHORT:
            sandbox.faults.order(fault, times=SHORT_PAGES)
        async with asyncio.TaskGroup() as group:
            tending = group.create_task(self.house.tend())
            coming = group.create_task(sandbox.visits.come(self.directory, requests))
            await asyncio.wait([coming, tending], return_when=asyncio.FIRST_COMPLETED)
            coming.cancel()
            await self.withdraw(fuse)
        sandbox.pace_seconds = 0

    async def nothing_is_served(self, audiences: Iterable[Audience]) -> None:
        """However far it has come: whoever reads on or from nothing is told of no place and no booking."""
        for audience in audiences:
            await audience.read(audience.prompt)
            view = (await audience.read(StrictBackend())).view(self.tenant)
            assert not view.resources | view.states | view.bookings, "the withdrawn are served"

    async def is_done(self) -> bool:
        rows = await withdrawals(self.house.gateway.parts, self.tenant)
        return bool(rows) and rows[-1].proved_at is not None

    async def prove(
        self, sandbox: SoakSandbox, audiences: Iterable[Audience], persons: Collection[AuthorizationId]
    ) -> None:
        """Nothing of it is asked for, opens or is told any more, and whatever is of others opens.

        ``persons``: of other tenants, who have withdrawn to the end.
        """
        parts = self.house.gateway.parts
        row = (await withdrawals(parts, self.tenant))[-1]
        fenced = datetime.fromtimestamp(row.fenced_at / 1000, UTC)
        assert not sandbox.visits.after(self.directory, fenced + BAR), "the withdrawn are asked for"
        await self._none_opens(persons)
        assert await certificate(parts, self.tenant), "there is no certificate that holds"
        for audience in audiences:
            if self.tenant in audience.scope:
                for backend in (audience.prompt, await audience.read(StrictBackend())):
                    assert backend.view(self.tenant) == TenantView(erasure=row.id), "no erasure is told"
                *before, last = audience.told(self.tenant)[self.told[audience.token] :]
                assert last == "tenant.erased", "the withdrawn are told of"
                assert {*before} <= {"tenant.suspended"}, "the withdrawn are told of"

    async def _none_opens(self, persons: Collection[AuthorizationId]) -> None:
        """Neither from the store nor from the backup; all of others do."""
        parts, now = self.house.gateway.parts, self.backup.with_suffix(".now")
        await copy_of_database(parts, now)
        assert (await readable(parts, now))[self.tenant] == Readable(0, 0), "bookings of the withdrawn stand"
        found = await readable(parts, self.backup)
        assert not found[self.tenant].opened, "bookings of the withdrawn open from a backup"
        others = found.keys() & {*self.house.tenants.values()}
        gone = _records(self.backup, persons)
        assert all(found[one].opened == found[one].records - gone[one] for one in others), (
            "bookings of others do not open"
        )
        for copy in (now, self.backup):
            copy.unlink()

    async def _state(self, parts: Parts) -> State:
        return (await parts.store.read(partial(known_standing, tenant=self.tenant))).authorization.state


def _records(backup: Path, persons: Collection[AuthorizationId]) -> Counter[str]:
    """How many sealed bookings in a backup hang on these authorizations, by tenant."""
    sealed = 'SELECT tenant, "authorization" FROM bookings WHERE body IS NOT NULL'
    with closing(sqlite3.connect(backup)) as copy:
        return Counter(tenant for tenant, person in copy.execute(sealed) if person in persons)
