"""Several processes on one database: each tenant's rows have one writer at a time, and nothing is lost."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from gateway.authorization import SuspensionReason
from gateway.booking import CalendarId, TenantId
from gateway.drafting import draft
from gateway.errors import Fenced
from gateway.minimization.lattice import WIDEST, levels_of
from gateway.store.acknowledgements import acknowledge as note
from gateway.store.acknowledgements import acknowledgements_of
from gateway.store.bookings import Placement
from gateway.store.database import Database
from gateway.store.facets import ROOM
from gateway.store.notified import Ringing, ring
from gateway.store.pulse import Pulse
from gateway.store.registry import Registry, Standing
from gateway.store.store import Fence, Store, open_store
from gateway.store.tables import calendars
from gateway.store.transaction import Transaction
from gateway.vault.keyring import TenantKeys
from tests.fakes.filled_store import FilledStore, a_booking, a_resource, open_filled_store

PROCESSES, TURNS = 3, 8
BOUND_SECONDS = 30
#: Long enough for whoever is not kept waiting.
A_WHILE_SECONDS = 0.3

CALENDAR = CalendarId("calendar-of-harbour")

Result = TypeVar("Result")


@dataclass
class Crowd:
    """Processes that all work for one tenant."""

    filled: FilledStore
    stores: list[Store]
    tenant: TenantId
    fence: Fence
    keys: TenantKeys

    async def turn(self, store: Store, work: Callable[[Transaction], Result]) -> Result:
        return await store.turn(self.fence, self.keys, work)

    async def all_at_once(self, work: Callable[[Transaction], Result]) -> list[Result]:
        """Each of them does it so many times."""
        async with asyncio.timeout(BOUND_SECONDS):
            turns = (self.turn(store, work) for _ in range(TURNS) for store in self.stores)
            return list(await asyncio.gather(*turns))

    def put_one_more(self, to: Transaction) -> None:
        """A booking that is named after how many there are."""
        one = a_booking(f"booking-{to.bookings.count(CALENDAR)}", "harbour")
        to.bookings.put(Placement(CALENDAR, 1), [draft(self.keys.index, one.id, one, levels_of(WIDEST))])


@pytest.fixture
async def crowd(tmp_path: Path, database: Database) -> AsyncIterator[Crowd]:
    async with AsyncExitStack() as stack:
        filled = await stack.enter_async_context(open_filled_store(tmp_path, database=database))
        tenant = await filled.add_tenant("harbour")
        await filled.put_resource(tenant, a_resource("harbour"))
        authorization = (await filled.standing(tenant)).authorization
        stores = [
            await stack.enter_async_context(open_store(database, filled.clock)) for _ in range(PROCESSES)
        ]
        keys = await filled.keyring.tenant(tenant, authorization.id)
        yield Crowd(filled, stores, tenant, Fence(tenant, authorization.id, authorization.epoch), keys)


async def test_no_position_of_the_log_is_given_twice(crowd: Crowd) -> None:
    before = (await crowd.filled.standing(crowd.tenant)).head
    taken = await crowd.all_at_once(lambda to: to.log.reserve(2))
    positions = sorted(position for some in taken for position in some)
    assert positions == list(range(before + ROOM, before + ROOM * len(positions) + 1, ROOM))


async def test_who_reads_in_order_to_write_finds_what_others_wrote(crowd: Crowd) -> None:
    await crowd.all_at_once(crowd.put_one_more)
    stored = await crowd.turn(crowd.stores[0], lambda to: to.bookings.present(CALENDAR))
    assert stored == {f"booking-{number}" for number in range(PROCESSES * TURNS)}


async def test_who_says_the_same_at_once_says_it_once(crowd: Crowd) -> None:
    def acknowledge(registry: Registry) -> None:
        note(registry.handle, crowd.tenant, "era_1", "con_1", at=registry.now)

    await asyncio.gather(*(store.administer(acknowledge) for store in crowd.stores))
    found = partial(acknowledgements_of, tenant=crowd.tenant, erasure="era_1")
    assert len(await crowd.stores[0].read(found)) == 1


class Gate:
    """Where a transaction waits on its way."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def wait(self) -> None:
        self.reached.set()
        assert self.open.wait(BOUND_SECONDS)

    async def keeps_waiting(self, other: "asyncio.Task[object]") -> bool:
        """Whether whoever waits for it does so for a while; then it opens."""
        await asyncio.wait([other], timeout=A_WHILE_SECONDS)
        waits = not other.done()
        self.open.set()
        return waits


async def test_a_fence_falls_behind_what_others_write_and_nothing_is_written_behind_it(crowd: Crowd) -> None:
    writing, fencing, late = crowd.stores
    gate, fences = Gate(), list[Standing]()

    def write(to: Transaction) -> int:
        (position,) = to.log.reserve(1)
        gate.wait()
        return position

    async def obey(standing: Standing) -> None:
        fences.append(standing)

    pulse = Pulse(late, obey)
    await pulse.beat()

    def fence(registry: Registry) -> int:
        standing = registry.standing(crowd.tenant)
        before = standing.authorization
        registry.change(before, before.suspend(SuspensionReason.ACCESS_LOST))
        return standing.head

    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as group:
        written = group.create_task(crowd.turn(writing, write))
        await asyncio.to_thread(gate.reached.wait, BOUND_SECONDS)
        fenced = group.create_task(fencing.administer(fence))
        assert await gate.keeps_waiting(fenced)
    assert fenced.result() == written.result()
    await pulse.beat()
    assert [standing.authorization.epoch for standing in fences] == [crowd.fence.epoch + 1]
    for store in crowd.stores:
        with pytest.raises(Fenced):
            await crowd.turn(store, crowd.put_one_more)


async def test_what_a_provider_tells_as_a_round_ends_is_not_lost(crowd: Crowd) -> None:
    reading, told, _ = crowd.stores
    (lease,) = await reading.claim(calendars, tenant=crowd.tenant, owner="one", limit=1)
    gate, much_later = Gate(), 2**50

    def end(to: Transaction) -> None:
        assert to.calendars.notified_at(CALENDAR) is None
        gate.wait()
        to.calendars.complete(lease, cursor=None, full_at=None, due_at=much_later, reason=None, rules=b"")

    def tell(registry: Registry) -> None:
        ring(registry.handle, [Ringing(crowd.tenant, CALENDAR)], registry.now)

    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as group:
        group.create_task(crowd.turn(reading, end))
        await asyncio.to_thread(gate.reached.wait, BOUND_SECONDS)
        assert await gate.keeps_waiting(group.create_task(told.administer(tell)))
    assert await reading.tenants_with_due(calendars) == {crowd.tenant}
