"""Outbox: what is to be told at an address stands in the store until it was told, or tried often enough."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, Protocol, TypeVar

import structlog

from gateway.booking import TenantId
from gateway.clock import Clock, milliseconds
from gateway.errors import Fenced, GatewayError
from gateway.store.escalations import settle
from gateway.store.handle import Handle
from gateway.store.leases import Lease, Sort
from gateway.store.registry import Registry
from gateway.store.row_lock import lock_row
from gateway.store.scope import TenantScope
from gateway.store.store import Store
from gateway.store.tables import escalations
from gateway.webhook import PAUSES_SECONDS

log = structlog.get_logger()

#: Of one tenant, in one visit.
TOLD_AT_ONCE = 10


class NotTold(GatewayError):
    """An address did not take what it was told; it is tried again, and stands in the store anyway."""


class ToTell(Protocol):
    """What is to be told. ``fields``: what the log may tell of it."""

    @property
    def is_over(self) -> bool: ...
    @property
    def fields(self) -> Mapping[str, str]: ...


One = TypeVar("One", bound=ToTell)


class Outbox(Generic[One]):
    """Tells one sort of escalations, within bounds. One of many: leases keep them apart."""

    def __init__(self, store: Store, clock: Clock, *, sort: Sort, word: str, owner: str) -> None:
        """``word``: how the log calls one of them."""
        self._store = store
        self._clock = clock
        self._sort = sort
        self._word = word
        self._owner = owner

    async def tenants(self) -> list[TenantId]:
        """Of whom something is due to be told. Raises StoreBusy."""
        return sorted(await self._store.tenants_with_due(escalations, sort=self._sort))

    async def tell(
        self,
        tenant: TenantId,
        load: Callable[[Handle, Lease], One | None],
        tell: Callable[[One], Awaitable[None]],
        settled: Callable[[TenantScope], object] = lambda _: None,
    ) -> None:
        """Tell what is due of a tenant, one after the other, until one is not taken.

        ``load``: None for what was taken back since it was claimed. ``settled`` is done in the transaction
        that writes down what came of each. Raises StoreBusy.
        """
        for _ in range(TOLD_AT_ONCE):
            claimed = await self._store.claim(
                escalations, tenant=tenant, owner=self._owner, limit=1, sort=self._sort
            )
            if not claimed:
                return
            (lease,) = claimed
            found = await self._load(lease, load)
            if found is not None and not await self._tell_one(lease, found, tell, settled):
                return

    async def _load(self, lease: Lease, load: Callable[[Handle, Lease], One | None]) -> One | None:
        return await self._store.read(lambda handle: load(handle, lease))

    async def _tell_one(
        self,
        lease: Lease,
        found: One,
        tell: Callable[[One], Awaitable[None]],
        settled: Callable[[TenantScope], object],
    ) -> bool:
        told, due, is_taken = False, None, True
        if not found.is_over:
            try:
                await tell(found)
                told = True
            except NotTold:
                due, is_taken = self._next(lease), False
                event = f"{self._word}_not_told" if due is not None else f"{self._word}_given_up"
                log.warning(event, tenant=lease.tenant, attempt=lease.attempts, **found.fields)

        def write(rows: Registry) -> None:
            scope = TenantScope(handle=rows.handle, tenant=TenantId(lease.tenant), now=rows.now)
            # Whoever names another address meanwhile locks it first, too.
            lock_row(scope.handle, scope.tenant)
            settle(scope, lease, due_at=due, told=told)
            settled(scope)

        try:
            await self._store.administer(write)
        except Fenced:
            # It took so long that another process tells it as well, under the same id; or it is forgotten.
            return False
        return is_taken

    def _next(self, lease: Lease) -> int | None:
        """When it is tried again; None after the last attempt."""
        if lease.attempts > len(PAUSES_SECONDS):
            return None
        return milliseconds(self._clock()) + 1000 * PAUSES_SECONDS[lease.attempts - 1]
