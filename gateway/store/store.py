"""The store: what a process opens once, and the transactions it runs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import NamedTuple, TypeVar

import msgspec
from sqlalchemy import Engine, Table, update

from gateway.authorization import AuthorizationId, State
from gateway.booking import TenantId
from gateway.clock import Clock, milliseconds
from gateway.errors import Fenced
from gateway.store import leases
from gateway.store.database import Database
from gateway.store.handle import Handle
from gateway.store.lane import Lane
from gateway.store.leases import Lease, Sort
from gateway.store.migrate import migrate
from gateway.store.registry import Registry, Standing
from gateway.store.row_lock import lock_row
from gateway.store.scope import Scope
from gateway.store.statements import fence_of
from gateway.store.tables import bucket_of, calendars
from gateway.store.transaction import Transaction
from gateway.store.withdrawals import NEVER
from gateway.vault.keyring import TenantKeys

READERS = 8
# The pulse and admissions: slow pages of the feed must not delay a fence.
WATCHERS = 2
SWEEP_ATTEMPTS = 50
SWEEP_PAUSE_SECONDS = 0.1

Result = TypeVar("Result")


class Fence(msgspec.Struct, frozen=True):
    """The epoch under which work was begun. Nothing of it is committed under another.

    ``within``: of a person's authorization the employer's fence, which has to stand as well.
    """

    tenant: TenantId
    authorization: AuthorizationId
    epoch: int
    within: "Fence | None" = None

    @classmethod
    def of(cls, standing: Standing) -> "Fence":
        """The fence of an authorization where it stands."""
        return cls(standing.tenant, standing.authorization.id, standing.authorization.epoch)


class Lanes(NamedTuple):
    """Who writes, who reads, who watches for fences, and who sweeps; and on what."""

    database: Database
    writer: Lane
    reader: Lane
    watch: Lane
    sweeper: Lane


class Store:
    """One database. Runs transactions, each a plain function that awaits nothing; holds no key.

    All methods raise StoreBusy where the database does not answer, and whatever the function raises, rolled
    back.
    """

    def __init__(self, lanes: Lanes, clock: Clock) -> None:
        self._lanes = lanes
        self.database, self._writer, self._reader, self._watch, self._sweeper = lanes
        self._clock = clock

    async def turn(self, fence: Fence, keys: TenantKeys, work: Callable[[Transaction], Result]) -> Result:
        """A writing transaction for a tenant.

        Raises Fenced, before anything else, if the epoch moved on, and for a trial: nothing is stored of one.
        """
        return await self._writer.transaction(partial(self._fenced, fence, keys, work, stores=True))

    async def look(self, fence: Fence, keys: TenantKeys, work: Callable[[Transaction], Result]) -> Result:
        """The same view for reading only. Raises Fenced if the epoch moved on."""
        return await self._reader.transaction(partial(self._fenced, fence, keys, work))

    async def check(self, fence: Fence) -> None:
        """Raise Fenced if the epoch moved on. Asked before every request to a provider."""
        await self._watch.transaction(partial(uphold, fence))

    async def administer(self, work: Callable[[Registry], Result]) -> Result:
        """A writing transaction over the registry."""
        return await self._writer.transaction(lambda handle: work(Registry(handle, self._now())))

    async def restrict(self, work: Callable[[Registry], Result]) -> Result:
        """As ``administer``, begun before all that waits: for what stops others."""
        return await self._writer.transaction(lambda handle: work(Registry(handle, self._now())), urgent=True)

    async def read(self, work: Callable[[Handle], Result]) -> Result:
        """A reading transaction: one consistent view, whatever is committed meanwhile."""
        return await self._reader.transaction(work)

    async def watch(self, work: Callable[[Handle], Result]) -> Result:
        """A short reading transaction that waits for no page of the feed: for what fences hang on."""
        return await self._watch.transaction(work)

    async def make_due(self, tenant: TenantId) -> None:
        """Let every calendar of a tenant be looked at now. Whoever calls knows something, or wants to."""
        mine = (calendars.c.bucket == bucket_of(tenant)) & (calendars.c.tenant == tenant)
        due = update(calendars).where(mine, calendars.c.due_at != NEVER)

        def write(handle: Handle) -> None:
            lock_row(handle, tenant)
            handle.execute(due.values(due_at=self._now()))

        await self._writer.transaction(write)

    async def tenants_with_due(self, table: Table, *, sort: Sort | None = None) -> set[TenantId]:
        """Whose work is due, all or one sort."""
        return await self._reader.transaction(
            lambda handle: leases.tenants_with_due(handle, table, self._now(), sort)
        )

    async def claim(
        self,
        table: Table,
        *,
        tenant: TenantId,
        owner: str,
        limit: int,
        besides: Collection[str] = (),
        sort: Sort | None = None,
    ) -> list[Lease]:
        """Take due work of a tenant, but not the rows ``besides``; all, or one sort."""
        due = partial(
            leases.claim,
            table=table,
            tenant=tenant,
            owner=owner,
            limit=limit,
            besides=besides,
            sort=sort,
        )
        return await self._writer.transaction(lambda handle: due(handle, now=self._now()))

    async def sweep(self) -> bool:
        """Leave as little as can be of rows deleted before. False while a reader still sees them."""
        mark = await self._sweeper.call(self.database.mark)
        for _ in range(SWEEP_ATTEMPTS):
            if await self._sweeper.call(lambda engine: self.database.sweep(engine, mark)):
                return True
            await asyncio.sleep(SWEEP_PAUSE_SECONDS)
        return False

    def _fenced(
        self,
        fence: Fence,
        keys: TenantKeys,
        work: Callable[[Transaction], Result],
        handle: Handle,
        *,
        stores: bool = False,
    ) -> Result:
        uphold(fence, handle, stores=stores)
        scope = Scope(
            handle=handle,
            tenant=fence.tenant,
            now=self._now(),
            authorization=fence.authorization,
            keys=keys,
            epoch=fence.epoch,
            person=None if fence.within is None else fence.authorization,
        )
        return work(Transaction(scope))

    def _now(self) -> int:
        # Asked inside a transaction: the one before it may have taken its time.
        return milliseconds(self._clock())


def uphold(fence: Fence, handle: Handle, *, stores: bool = False) -> None:
    """Raise Fenced if the epoch moved on, a person's or that of the employer around it.

    ``stores``: what comes next stores something, which is not done for a trial.
    """
    if fence.within is None:
        lock_row(handle, fence.tenant)
    else:
        uphold(fence.within, handle, stores=stores)
    one = (bucket_of(fence.tenant), fence.tenant, fence.authorization)
    found = fence_of(handle.dialect.name).fetch(handle, one)
    if [row[0] for row in found] != [fence.epoch]:
        raise Fenced("The authorization has moved on since this work began; nothing was written.")
    if stores and found[0][1] == State.TRIAL:
        raise Fenced("Nothing is stored of a trial. 'gateway tenant activate' makes more of it.")


@asynccontextmanager
async def open_store(database: Database, clock: Clock) -> AsyncIterator[Store]:
    """Open or create a database, upgraded to this version's tables.

    Raises ConfigurationError if it cannot be used or is from a newer version.
    """
    database.prepare()
    async with AsyncExitStack() as stack:
        writer = _opened(stack, database.engine(writes=True), threads=1)
        await migrate(writer, database)
        readers = database.engine(writes=False, connections=READERS + WATCHERS)
        reader, watch = (_opened(stack, readers, threads) for threads in (READERS, WATCHERS))
        sweeper = writer
        if database.sweeps_beside_writers:
            sweeper = _opened(stack, database.engine(writes=True), threads=1)
        yield Store(Lanes(database, writer, reader, watch, sweeper), clock)


def _opened(stack: AsyncExitStack, engine: Engine, threads: int) -> Lane:
    lane = Lane(engine, threads)
    stack.push_async_callback(lane.close)
    return lane
