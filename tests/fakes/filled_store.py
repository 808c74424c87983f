"""A real store with real keys, filled through its own doors, as sync and administration would fill it."""

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from gateway.authorization import Authorization, AuthorizationId, AuthorizationKind, SuspensionReason
from gateway.booking import (
    Booking,
    BookingId,
    CalendarId,
    Freshness,
    Resource,
    ResourceId,
    ResourceKind,
    Status,
    SubjectId,
    TenantId,
)
from gateway.drafting import draft
from gateway.entry import EntryKind
from gateway.minimization.lattice import WIDEST, Disclosure, levels_of
from gateway.residency import Residence
from gateway.store.bookings import Placement, Recognized
from gateway.store.consumers import RECORDS, ConsumerRows
from gateway.store.database import Database
from gateway.store.forgetting import forget_old, forget_removed
from gateway.store.leases import Lease
from gateway.store.registry import Registry, Standing, known_standing
from gateway.store.scope import TenantScope
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import Fence, Store, open_store
from gateway.store.transaction import Transaction
from gateway.store.unlock import unlock
from gateway.tenant import Connection, Provider, Registration, Tenant
from gateway.vault.keyring import Keyring
from gateway.vault.keys import KeyService
from gateway.vault.local import LocalKeyService
from gateway.withdrawal.cascade import Cascade
from tests.fakes.blank_store import lay_tables
from tests.fakes.records import a_record

REGION = "eu"
Result = TypeVar("Result")
#: The name of a purpose that shows whatever is stored.
ALL_OF_IT = "all of it"
NOON = datetime(2026, 3, 2, 12, 0, 30, tzinfo=UTC)


async def nothing_narrower(_tenant: TenantId) -> None:
    """For who has no rules."""


class HandClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, step: timedelta) -> None:
        self.now += step


def a_resource(name: str, capacity: int = 8) -> Resource:
    """A room of that name, which is its id as well."""
    return Resource(
        id=ResourceId(name),
        kind=ResourceKind.ROOM,
        name=f"Room {name}",
        site="Harbour",
        building=None,
        floor="2",
        capacity=capacity,
        zone="Europe/Berlin",
        external_ref=f"ref-{name}",
    )


def a_booking(name: str, room: str, people: int | None = None) -> Booking:
    """An hour in a room."""
    return Booking(
        id=BookingId(name),
        resource=ResourceId(room),
        start=NOON,
        end=NOON + timedelta(hours=1),
        all_day=None,
        zone="Europe/Berlin",
        status=Status.CONFIRMED,
        people=people,
        title=None,
        conference=None,
        booker=None,
    )


@dataclass
class FilledStore:
    """The store, its keys, and what one may do to them."""

    store: Store
    keys: KeyService
    keyring: Keyring
    clock: HandClock

    async def add_tenant(self, name: str) -> TenantId:
        """An active tenant without resources."""
        tenant, authorization = TenantId(f"ten_{name}"), AuthorizationId(f"aut_{name}")
        await self.keys.create_tenant(tenant)
        await self.keys.create_data_key(tenant, authorization)
        keys = await self.keyring.tenant(tenant, authorization)
        standing = Authorization(tenant=tenant, id=authorization, kind=AuthorizationKind.EMPLOYER).activate()
        made_up = _made_up(tenant, authorization)
        await self.store.administer(
            lambda registry: registry.add(made_up, standing, a_record(), region=REGION, keys=keys)
        )
        return tenant

    async def add_consumer(
        self, *scope: TenantId, purpose: str = ALL_OF_IT, public_key: str | None = None
    ) -> str:
        """A consumer's token."""
        name = f"flexo {secrets.token_hex(4)}"
        _, token = await self.consumers(
            lambda rows: rows.add(
                name,
                frozenset(scope),
                purpose=purpose,
                residence=Residence(REGION),
                now=0,
                public_key=public_key,
            )
        )
        return token

    async def revoke(self, token: str) -> None:
        await self.consumers(lambda rows: rows.revoke(token.partition(".")[0], now=1))

    async def bind(self, token: str, certificate: bytes) -> None:
        consumer = token.partition(".")[0]
        await self.consumers(lambda rows: rows.bind(consumer, certificate))

    async def rescope(self, token: str, *scope: TenantId) -> None:
        """Let a consumer see these tenants from now on."""
        consumer = token.partition(".")[0]

        def write(rows: ConsumerRows) -> None:
            record = rows._record(consumer)
            assert record is not None
            rows._write(consumer, msgspec.structs.replace(record, scope=sorted(scope)))

        await self.consumers(write)

    async def consumers(self, work: Callable[[ConsumerRows], Result]) -> Result:
        records = await self.keyring.service(*RECORDS)
        return await self.store.administer(lambda registry: work(ConsumerRows(registry.handle, records)))

    async def standing(self, tenant: TenantId) -> Standing:
        return await self.store.read(partial(known_standing, tenant=tenant))

    async def turn(self, tenant: TenantId, work: Callable[[Transaction], Result]) -> Result:
        """A writing transaction, as a turn of sync has it."""
        standing = await self.standing(tenant)
        keys = await unlock(self.keyring, standing)
        fence = Fence(tenant, standing.authorization.id, standing.authorization.epoch)
        return await self.store.turn(fence, keys, work)

    async def put_resource(self, tenant: TenantId, resource: Resource) -> None:
        def write(transaction: Transaction) -> None:
            known = transaction.resources.all().get(resource.id)
            transaction.resources.put(resource, known)
            if known is None or known.fingerprint is None:
                transaction.calendars.add(_calendar(resource.id), resource.id, b"{}")
                transaction.states.tell(resource.id)

        await self.turn(tenant, write)

    async def remove_resource(self, tenant: TenantId, room: str) -> None:
        await self.turn(tenant, lambda transaction: transaction.resources.remove(ResourceId(room)))

    async def set_state(self, tenant: TenantId, room: str, freshness: Freshness) -> None:
        await self.turn(
            tenant,
            lambda transaction: transaction.states.set(
                _calendar(ResourceId(room)), freshness, since=transaction.now
            ),
        )

    async def put(
        self, tenant: TenantId, *bookings: Booking, made: Disclosure = WIDEST, enrolled: bool = False
    ) -> None:
        """Store bookings of one room; whoever booked is recognized if ``enrolled`` is set."""
        standing = await self.standing(tenant)
        index, levels = (await unlock(self.keyring, standing)).index, levels_of(made)
        at = _placement(bookings[0].resource)
        whose = {name: await self._enrolled(tenant, name) for name in _bookers(bookings) if enrolled}
        drafts = [
            draft(index, one.id, one, levels, recognized=whose.get(one.booker or "")) for one in bookings
        ]
        await self.turn(tenant, lambda transaction: transaction.bookings.put(at, drafts))

    async def _enrolled(self, tenant: TenantId, booker: str) -> Recognized:
        """What seals a booker, who has a key of their own."""
        subject = SubjectId(f"sub_{booker}")
        await self.keys.create_data_key(tenant, subject)
        keys = await self.keyring.tenant(tenant, subject)
        return Recognized(subject, keys.column("bookings", "booker"))

    async def remove(self, tenant: TenantId, room: str, *names: str) -> None:
        """Remove bookings of one room."""
        ids, calendar = [BookingId(name) for name in names], _calendar(ResourceId(room))
        await self.turn(tenant, lambda transaction: transaction.bookings.remove(calendar, ids))

    async def forget(self, tenant: TenantId, room: str, *names: str) -> None:
        """Let bookings of one room age out."""
        ids, calendar = [BookingId(name) for name in names], _calendar(ResourceId(room))
        await self.turn(tenant, lambda transaction: transaction.bookings.forget(calendar, ids))

    async def see_unchanged(self, tenant: TenantId, room: str, *names: str) -> None:
        """Commit what a turn commits that meets bookings whose permitted view is what it was."""
        at = _placement(ResourceId(room))._replace(generation=2)

        def write(transaction: Transaction) -> None:
            transaction.bookings.mark_seen(at, [BookingId(name) for name in names])
            transaction.calendars.describe(at.calendar, b"{}")

        await self.turn(tenant, write)

    async def forget_removed(self, tenant: TenantId) -> None:
        """Forget removals that are a minute old."""
        await self._forget(tenant, lambda scope: forget_removed(scope, scope.now))

    async def forget_old(self, tenant: TenantId) -> None:
        """Forget all whose time is over."""
        await self._forget(tenant, forget_old)

    async def _forget(self, tenant: TenantId, work: Callable[[TenantScope], None]) -> None:
        await self.store.administer(
            lambda registry: work(TenantScope(handle=registry.handle, tenant=tenant, now=registry.now))
        )

    async def suspend(self, tenant: TenantId) -> None:
        reason = SuspensionReason.ACCESS_LOST
        active = (await self.standing(tenant)).authorization
        await self._change(active, active.suspend(reason), EntryKind.TENANT_SUSPENDED, reason)

    async def resume(self, tenant: TenantId) -> None:
        suspended = (await self.standing(tenant)).authorization
        await self._change(suspended, suspended.resume(), EntryKind.TENANT_RESUMED, None)

    async def fence(self, tenant: TenantId) -> Lease:
        """Withdraw, and leave the rest to whoever comes."""
        lease = await self._cascade.fence(tenant)
        assert lease is not None
        return lease

    async def withdraw(self, tenant: TenantId) -> str:
        """Withdraw and drive the cascade to its end; the erasure's id."""
        return (await self._cascade.drive(await self.fence(tenant))).id

    @property
    def _cascade(self) -> Cascade:
        return Cascade(self.store, self.keyring, self.keys, owner="test", narrow=nothing_narrower)

    async def _change(
        self, before: Authorization, after: Authorization, kind: EntryKind, note: str | None
    ) -> None:
        def write(registry: Registry) -> None:
            registry.change(before, after)
            registry.announce(after.tenant, kind, note)

        await self.store.administer(write)
        self.keyring.drop(after.tenant)


@asynccontextmanager
async def open_filled_store(
    directory: Path, keys: KeyService | None = None, database: Database | None = None
) -> AsyncIterator[FilledStore]:
    """A new store below a directory, or one elsewhere; and a new key directory if there are no other keys."""
    clock = HandClock()
    if database is None:
        lay_tables(directory / "store")
        database = SqliteDatabase(directory / "store")
    keys = keys or LocalKeyService(directory / "keys", directory / "store")
    async with open_store(database, clock) as store:
        yield FilledStore(store, keys, Keyring(keys, region=REGION, clock=clock), clock)


def _placement(room: ResourceId) -> Placement:
    return Placement(_calendar(room), 1)


def _calendar(room: ResourceId) -> CalendarId:
    return CalendarId(f"calendar-of-{room}")


def _made_up(tenant: TenantId, authorization: AuthorizationId) -> Tenant:
    return Tenant(
        id=tenant,
        authorization=authorization,
        connection=Connection(provider=Provider.GOOGLE, directory="C0example"),
        registration=Registration(
            name="Harbour Works", policy="occupancy", zone="Europe/Berlin", basis="contract"
        ),
    )


def _bookers(bookings: Sequence[Booking]) -> set[str]:
    return {one.booker for one in bookings if one.booker is not None}
