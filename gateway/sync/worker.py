"""The worker: takes what is due, a bounded number at a time, and leaves when told to."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import NamedTuple

import structlog

from connectors.errors import ConnectorError, CredentialRefused
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.clock import Clock
from gateway.errors import GatewayError, StoreBusy
from gateway.metrics import Metrics
from gateway.stopping import stopped_within
from gateway.store.leases import Lease, Sort, WorkTable
from gateway.store.store import Store
from gateway.store.tables import calendars, channels, directories
from gateway.sync.channels import ChannelTurn
from gateway.sync.contact import TELLING, answered, refused
from gateway.sync.directory import DirectoryLook
from gateway.sync.persons import Persons
from gateway.sync.recognition import informed
from gateway.sync.tenancies import Tenancies
from gateway.sync.tenancy import Tenancy
from gateway.sync.turn import Turns
from gateway.tenant import Tenant

log = structlog.get_logger()

TURNS_AT_ONCE = 10
#: One tenant's turns may all wait for a provider under load; the others' do not wait for them.
TURNS_OF_ONE_TENANT = 8
#: Of all turns so many at people's own calendars, which may be many more than places.
TURNS_AT_PERSONS = 5
CHANNEL_TURNS = 2
IDLE_SECONDS = 1.0
#: How long turns may go on after the order to stop; a turn cut off then loses nothing but its lease.
GRACE_SECONDS = 20.0

#: A random number between 0 and 1.
Chance = Callable[[], float]

#: Takes a turn; says whether another one is due at once.
Take = Callable[[Tenancy, Lease], Awaitable[bool]]


class Work(NamedTuple):
    """A turn at a row of a table."""

    tenancy: Tenancy
    table: WorkTable
    lease: Lease

    @property
    def kind(self) -> tuple[str, str]:
        """Its table's name and its tenant."""
        return self.table.name, self.lease.tenant

    @property
    def is_of_a_person(self) -> bool:
        return self.lease.authorization not in {None, self.tenancy.fence.authorization}


class Worker:
    """Runs turns. One of many: leases keep them apart."""

    def __init__(
        self,
        store: Store,
        tenancies: Tenancies,
        persons: Persons,
        *,
        owner: str,
        clock: Clock,
        metrics: Metrics,
        chance: Chance,
        notified: bool = False,
    ) -> None:
        self._store = store
        self._tenancies = tenancies
        self._persons = persons
        self._owner = owner
        self._clock = clock
        self._metrics = metrics
        self._chance = chance
        #: Whether providers are asked to tell of changes.
        self._notified = notified
        #: The tenant whose turn came last.
        self._served = TenantId("")
        self._running: dict[asyncio.Task[None], Work] = {}
        #: What a run that ends by itself has taken, and does not take again; by table and tenant.
        self._taken = defaultdict[tuple[str, str], set[str]](set)
        self._ends_by_itself = False
        #: Codes by which providers refused our own credential.
        self.refusals: set[str] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Take what is due until told to stop; then let running turns end, within a bound."""
        async with asyncio.TaskGroup() as group:
            while not stop.is_set():
                if not await self._start_what_is_due(group):
                    await self._pause(stop)
            await self._let_end()

    async def _start_what_is_due(self, group: asyncio.TaskGroup) -> int:
        try:
            return await self.start_due(group)
        except StoreBusy:
            log.warning("worker_waits_for_the_store")
            return 0

    async def start_due(self, group: asyncio.TaskGroup) -> int:
        """Start turns for what is due, as far as there is room. Returns how many."""
        started = 0
        if len(self._running) >= TURNS_AT_ONCE:
            return started
        works = [(directories, self._look_at_directory), (calendars, self._look_at_calendar)]
        if self._notified:
            # Few at a time, and before the calendars, which would leave no room for them.
            works.insert(1, (channels, self._look_at_channel))
        waiting = [(table, take, await self._store.tenants_with_due(table)) for table, take in works]
        due_at_all = set[TenantId]().union(*(tenants for _, _, tenants in waiting))
        if not due_at_all:
            return 0
        tenancies = await self._tenancies.opened(due_at_all)
        for table, take, tenants in waiting:
            due = tenants & tenancies.keys()
            # Each tenant in its turn gets a share of the room, so that large ones do not fill it.
            for tenant in sorted(due, key=lambda tenant: (tenant <= self._served, tenant)):
                if len(self._running) >= TURNS_AT_ONCE:
                    return started
                room = self._room(table, tenant, waiting=len(due))
                if room <= 0:
                    continue
                leases = await self._claim(table, tenancies[tenant].tenant, room)
                self._served = tenant
                for lease in leases:
                    self._start(group, Work(tenancies[tenant], table, lease), take)
                started += len(leases)
        return started

    async def _claim(self, table: WorkTable, tenant: Tenant, room: int) -> list[Lease]:
        """Take due rows of a tenant: of calendars those of places first, which wait for nobody's own."""
        taken = frozenset(self._taken.get((table.name, tenant.id), ()))
        claim = partial(self._store.claim, table, tenant=tenant.id, owner=self._owner, besides=taken)
        if table is not calendars or tenant.registration.persons is None:
            return await claim(limit=room)
        leases = await claim(limit=room, sort=Sort.OF_PLACES)
        running = sum(work.is_of_a_person for work in self._running.values())
        left = min(room - len(leases), TURNS_AT_PERSONS - running)
        return [*leases, *(await claim(limit=left, sort=Sort.OF_PERSONS))] if left > 0 else leases

    def _room(self, table: WorkTable, tenant: TenantId, *, waiting: int) -> int:
        """How many turns more at rows of this table a tenant may begin, of so many that wait."""
        share = max((TURNS_AT_ONCE - len(self._running)) // waiting, 1)
        works = self._running.values()
        of_tenant = sum(work.tenancy.tenant.id == tenant for work in works)
        room = min(share, TURNS_OF_ONE_TENANT - of_tenant)
        if table is channels:
            room = min(room, CHANNEL_TURNS - sum(work.table is channels for work in works))
        return room

    async def run_until_idle(self, on_turn: Callable[[], Awaitable[None]]) -> None:
        """Take everything that is due, and what becomes due by it, once. Told as turns end."""
        self._ends_by_itself = True
        async with asyncio.TaskGroup() as group:
            was_busy = True
            while was_busy:
                # While it is asked what is due, turns end: they leave room, and make more due.
                was_busy = bool(self._running)
                if await self.start_due(group):
                    was_busy = True
                elif self._running:
                    await asyncio.wait(list(self._running), return_when=asyncio.FIRST_COMPLETED)
                    await on_turn()
        await on_turn()

    def drop(self, tenant: TenantId) -> None:
        """Cancel every turn of a tenant whose epoch moved on."""
        self._tenancies.drop(tenant)
        self._persons.drop(tenant)
        for task, work in self._running.items():
            if work.tenancy.tenant.id == tenant:
                task.cancel()

    def keep_only(self, tenant: TenantId, standing: Mapping[AuthorizationId, int]) -> None:
        """Let go of every person of a tenant who does not stand at that epoch. Their turns are fenced."""
        self._persons.keep_only(tenant, standing)

    def _start(self, group: asyncio.TaskGroup, work: Work, take: Take) -> None:
        if self._ends_by_itself:
            self._taken[work.kind].add(work.lease.id)
        task = group.create_task(self._guarded(work, take), name="turn")
        self._running[task] = work
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)

    async def _guarded(self, work: Work, take: Take) -> None:
        again, tenant = False, work.tenancy.tenant.id
        try:
            again = await self._taken_on(work, take)
        except GatewayError as error:
            # It may have lost its lease to what made it due anew.
            again = True
            log.info("round_stopped", tenant=tenant, code=type(error).__name__)
        except Exception as error:  # noqa: BLE001  the worker's outermost: one calendar's bug stops no other
            # Its text may hold anything. The lease runs out, and the calendar is tried again.
            log.error("round_failed", tenant=tenant, code=type(error).__name__)  # noqa: TRY400  the text again
            self._metrics.rounds.labels("failed").inc()
        finally:
            if again:
                self._taken[work.kind].discard(work.lease.id)

    async def _taken_on(self, work: Work, take: Take) -> bool:
        """Take a turn; what its provider answered may tell of the tenant, or of the person, as well."""
        tenancy, table, lease = work
        tenancy = await self._persons.whose(tenancy, lease, self._chance())
        try:
            again = await take(tenancy, lease)
        except ConnectorError as error:
            log.info("round_postponed", tenant=tenancy.tenant.id, code=error.code)
            # Whether a provider tells of changes says nothing of what may be read.
            if isinstance(error, TELLING) and table is not channels:
                await self._refused(tenancy, error)
            return False
        if tenancy.is_degraded and table is not channels:
            await answered(self._store, tenancy)
        return again

    async def _refused(self, tenancy: Tenancy, error: ConnectorError) -> None:
        log.warning("access_refused", tenant=tenancy.tenant.id, code=error.code)
        if isinstance(error, CredentialRefused):
            self.refusals.add(error.code)
        try:
            await refused(self._store, tenancy, error)
        except GatewayError as other:
            log.info("refusal_not_recorded", tenant=tenancy.tenant.id, code=type(other).__name__)

    async def _look_at_directory(self, tenancy: Tenancy, lease: Lease) -> bool:
        tenancy = await informed(self._store, tenancy)
        await DirectoryLook(self._store, tenancy, self._clock).take(lease, self._chance())
        # It may have made due what was read before it: a place that has moved is read anew.
        for table in (calendars, channels):
            self._taken.pop((table.name, lease.tenant), None)
        await self._persons.narrow(tenancy, self._clock())
        return False

    async def _look_at_channel(self, tenancy: Tenancy, lease: Lease) -> bool:
        tenancy = await informed(self._store, tenancy)
        await ChannelTurn(self._store, tenancy, self._clock).take(lease, self._chance())
        return False

    async def _look_at_calendar(self, tenancy: Tenancy, lease: Lease) -> bool:
        tenancy = await informed(self._store, tenancy)
        turns = Turns(self._store, tenancy, clock=self._clock, metrics=self._metrics)
        return await turns.take(lease, self._chance())

    async def _pause(self, stop: asyncio.Event) -> None:
        """Until a turn ends, the order to stop comes, or it is time to look for due work again."""
        if self._running:
            await asyncio.wait(list(self._running), timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        else:
            await stopped_within(stop, IDLE_SECONDS)

    async def _let_end(self) -> None:
        if self._running:
            await asyncio.wait(list(self._running), timeout=GRACE_SECONDS)
        for task in self._running:
            task.cancel()
