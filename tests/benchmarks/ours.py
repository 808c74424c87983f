"""The product itself, from page bytes to commit: claim, turn, wire, minimization, plan, vault, store.

Only the network is left out: what answers has the pages at hand.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from connectors.paging import Round
from connectors.port import Admission, CalendarAddress, Cursor, Page, Projection, Window
from connectors.raw import PlaceKind, RawEvent, RawPlace, Unclear
from gateway.app.standins import CONTROLLER
from gateway.app.tenants import add_tenant
from gateway.booking import TenantId
from gateway.store.store import Store
from gateway.store.tables import calendars, directories
from gateway.sync.directory import DirectoryLook
from gateway.sync.tenancies import Tenancies
from gateway.sync.turn import Turns
from gateway.tenant import Connection, Provider, Registration
from tests.fakes.installation import Installation, open_installation

#: What a provider's wire module does with a page.
Read = Callable[[bytes, Projection], tuple[Page, str | None]]

#: Longer than it takes until calendars are due again.
A_POLL = timedelta(minutes=6)
TURNS_AT_ONCE = 8


@dataclass(frozen=True)
class Answers:
    """What a provider says of every calendar: these pages at first, and later that nothing changed."""

    bodies: Iterable[bytes]
    nothing: bytes
    read: Read


class PageConnector:
    """A Connector whose pages came already; it admits, reads and counts them as the real ones do."""

    incremental = True

    def __init__(self, admit: Admission, answers: Answers, calendars: int) -> None:
        self._admit = admit
        self._answers = answers
        self._calendars = calendars

    async def places(self) -> AsyncGenerator[tuple[RawPlace, ...], None]:
        yield tuple(
            RawPlace(
                f"place-{number}",
                f"room-{number}@rooms.example",
                PlaceKind.ROOM,
                f"Room {number}",
                capacity=8,
            )
            for number in range(self._calendars)
        )

    async def changes(
        self,
        calendar: CalendarAddress,  # noqa: ARG002  every calendar gets the same answer
        *,
        window: Window,  # noqa: ARG002  whatever it asks for
        projection: Projection,
        since: Cursor | None,
    ) -> AsyncGenerator[Page, None]:
        pages = Round()
        for body in self._answers.bodies if since is None else [self._answers.nothing]:
            await self._admit()
            page, _ = self._answers.read(body, projection)
            yield pages.take(page)

    async def event(
        self, calendar: CalendarAddress, event_id: str, *, projection: Projection
    ) -> RawEvent | Unclear | None:
        raise NotImplementedError("Nothing here contradicts itself, so no event is read again.")


class Ours:
    """One tenant whose directory has been read; its calendars wait for their turns."""

    def __init__(self, installation: Installation, tenant: TenantId, tenancies: Tenancies) -> None:
        self.installation = installation
        self.tenant = tenant
        self._tenancies = tenancies

    @property
    def store(self) -> Store:
        return self.installation.store

    async def take(self, calendars_due: int) -> None:
        """Take the turns of so many calendars, several at once as the worker does."""
        while calendars_due:
            calendars_due -= await self._take_some(min(calendars_due, TURNS_AT_ONCE))

    async def _take_some(self, limit: int) -> int:
        tenancy = (await self._tenancies.opened({self.tenant}))[self.tenant]
        turns = Turns(
            self.store, tenancy, clock=self.installation.clock, metrics=self.installation.parts.metrics
        )
        leases = await self.store.claim(calendars, tenant=self.tenant, owner="bench", limit=limit)
        async with asyncio.TaskGroup() as group:
            for lease in leases:
                group.create_task(turns.take(lease, 0.5))
        return len(leases)

    def pass_a_poll(self) -> None:
        """Let time pass until every calendar is due again."""
        self.installation.clock.move(A_POLL)


@asynccontextmanager
async def open_ours(directory: Path, answers: Answers, calendars: int) -> AsyncIterator[Ours]:
    """A new store and new keys, a tenant of the default policy, and its directory read."""
    async with open_installation(directory) as installation:
        parts = installation.parts
        tenant = await add_tenant(
            parts,
            Connection(provider=Provider.GOOGLE, directory="harbour-works.example"),
            Registration(name="Harbour Works", policy="occupancy", zone="Europe/Berlin", basis="f"),
            controller=CONTROLLER,
        )
        tenancies = Tenancies(
            parts.store,
            parts.keyring,
            lambda _, admit: PageConnector(admit, answers, calendars),
            policies=parts.rules.policies,
            legal=parts.rules.legal,
            on_refusal=lambda _, error: installation.refused.append(error),
        )
        ours = Ours(installation, tenant.id, tenancies)
        await _read_directory(ours, tenancies)
        yield ours


async def _read_directory(ours: Ours, tenancies: Tenancies) -> None:
    tenancy = (await tenancies.opened({ours.tenant}))[ours.tenant]
    (lease,) = await ours.store.claim(directories, tenant=ours.tenant, owner="bench", limit=1)
    await DirectoryLook(ours.store, tenancy, ours.installation.clock).take(lease, 0.5)
