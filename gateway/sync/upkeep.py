"""Upkeep: what time alone changes. Knowledge grows stale, old removals are forgotten."""

from gateway.booking import Freshness
from gateway.store.store import Store
from gateway.store.transaction import Transaction
from gateway.sync import schedule
from gateway.sync.tenancy import Tenancy


async def age_resources(store: Store, tenancy: Tenancy) -> None:
    """Say of every resource that has missed its polls since when it is stale, and after a day unknown."""
    async with store.turn(tenancy.fence, tenancy.keys) as transaction:
        now = transaction.now
        await _age(transaction, Freshness.FRESH, Freshness.STALE, now - schedule.STALE_AFTER_MILLISECONDS)
        await _age(transaction, Freshness.STALE, Freshness.UNKNOWN, now - schedule.UNKNOWN_AFTER_MILLISECONDS)


async def _age(transaction: Transaction, young: Freshness, old: Freshness, completed_before: int) -> None:
    overdue = await transaction.resources.overdue(completed_before, young)
    for resource, completed_at in overdue.items():
        await transaction.resources.set_state(resource, old, since=completed_at, reason="polls_missed")


async def forget_removals(store: Store, tenancy: Tenancy) -> None:
    """Forget removals that every reader had 30 days to meet; a cursor from before is told to start again."""
    async with store.turn(tenancy.fence, tenancy.keys) as transaction:
        await transaction.bookings.forget_removed(transaction.now - schedule.REMOVALS_KEPT_MILLISECONDS)
