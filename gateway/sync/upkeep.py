"""Upkeep: what time alone changes. Knowledge grows stale, old removals are forgotten."""

import asyncio

import structlog

from gateway.booking import Freshness
from gateway.errors import GatewayError, StoreBusy
from gateway.store.registry import Standing, standings
from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.store.unlock import unlock
from gateway.sync import schedule
from gateway.vault.keyring import Keyring, TenantKeys

log = structlog.get_logger()


class Upkeep:
    """Visits every tenant that is served, also those that cannot be read: theirs is what grows old."""

    def __init__(self, store: Store, keyring: Keyring) -> None:
        self._store = store
        self._keyring = keyring

    async def run(self, stop: asyncio.Event) -> None:
        """Visit all tenants now and every minute, until told to stop."""
        while not stop.is_set():
            try:
                await self.visit_all()
            except StoreBusy:
                log.warning("upkeep_waits_for_the_store")
            try:
                await asyncio.wait_for(stop.wait(), schedule.UPKEEP_SECONDS)
            except TimeoutError:
                continue

    async def visit_all(self) -> None:
        """One visit to each tenant; one that fails does not hold up the others."""
        for standing in await self._store.read(standings):
            if standing.authorization.state.may_serve:
                try:
                    await self._visit(standing)
                except GatewayError as error:
                    log.info("upkeep_stopped", tenant=standing.tenant, code=type(error).__name__)

    async def _visit(self, standing: Standing) -> None:
        authorization = standing.authorization
        fence = Fence(standing.tenant, authorization.id, authorization.epoch)
        keys = await unlock(self._keyring, standing)
        await age_resources(self._store, fence, keys)
        await forget_removals(self._store, fence, keys)


async def age_resources(store: Store, fence: Fence, keys: TenantKeys) -> None:
    """Say of every resource that has missed its polls since when it is stale, and after a day unknown."""
    await store.turn(fence, keys, _age_all)


async def forget_removals(store: Store, fence: Fence, keys: TenantKeys) -> None:
    """Forget removals that every reader had 30 days to meet; a cursor from before is told to start again."""
    await store.turn(fence, keys, _forget_old)


def _forget_old(transaction: Transaction) -> None:
    transaction.bookings.forget_removed(transaction.now - schedule.REMOVALS_KEPT_MILLISECONDS)


def _age_all(transaction: Transaction) -> None:
    now = transaction.now
    _age(transaction, Freshness.FRESH, Freshness.STALE, now - schedule.STALE_AFTER_MILLISECONDS)
    _age(transaction, Freshness.STALE, Freshness.UNKNOWN, now - schedule.UNKNOWN_AFTER_MILLISECONDS)


def _age(transaction: Transaction, young: Freshness, old: Freshness, completed_before: int) -> None:
    overdue = transaction.resources.overdue(completed_before, young)
    for resource, completed_at in overdue.items():
        transaction.resources.set_state(resource, old, since=completed_at, reason="polls_missed")
