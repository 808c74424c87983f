"""The pulse: twice a second every process looks at where authorizations stand and how far logs reach.

It is how a fence that another process committed is obeyed here, and what wakes readers who wait.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping

import structlog

from gateway.booking import TenantId
from gateway.errors import StoreBusy
from gateway.stopping import stopped_within
from gateway.store.registry import Standing, standings
from gateway.store.store import Store

log = structlog.get_logger()

INTERVAL_SECONDS = 0.5

#: Called once for every tenant whose epoch moved, or a person's within it, before anybody waiting is woken.
OnFence = Callable[[Standing], Awaitable[None]]


class Pulse:
    """The newest view of all standings. Waiting readers are woken only by a longer log or a moved epoch."""

    def __init__(self, store: Store, on_fence: OnFence, on_persons: OnFence | None = None) -> None:
        self._store = store
        self._on_fence = on_fence
        self._on_persons = on_persons
        self._changed = asyncio.Event()
        self.standings: Mapping[TenantId, Standing] = {}
        self._looked_at = -math.inf

    def age_seconds(self) -> float:
        """How long ago the last look was; infinite before the first."""
        return asyncio.get_running_loop().time() - self._looked_at

    async def beat(self) -> None:
        """Look once."""
        found = {standing.tenant: standing for standing in await self._store.watch(standings)}
        before, self.standings = self.standings, found
        self._looked_at = asyncio.get_running_loop().time()
        for tenant, standing in found.items():
            known = before.get(tenant)
            if known is None:
                continue
            if known.authorization.epoch != standing.authorization.epoch:
                await self._on_fence(standing)
            if self._on_persons is not None and known.persons_epoch != standing.persons_epoch:
                await self._on_persons(standing)
        if _told(before) != _told(found):
            waiting, self._changed = self._changed, asyncio.Event()
            waiting.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Look until told to stop."""
        while not stop.is_set():
            try:
                await self.beat()
            except StoreBusy:
                # A beat that is missed shows in its age, and a process that is not ready.
                log.warning("pulse_missed")
            await stopped_within(stop, INTERVAL_SECONDS)

    async def changed(self, timeout_seconds: float) -> bool:
        """Wait for something that a consumer may observe. False if nothing came in time."""
        try:
            await asyncio.wait_for(self._changed.wait(), timeout_seconds)
        except TimeoutError:
            return False
        return True


def _told(standings_by_tenant: Mapping[TenantId, Standing]) -> dict[TenantId, tuple[int, int]]:
    """What may wake a reader: a longer log, a moved epoch."""
    return {
        tenant: (standing.head, standing.authorization.epoch)
        for tenant, standing in standings_by_tenant.items()
    }
