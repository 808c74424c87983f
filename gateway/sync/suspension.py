"""Suspension: what follows when a provider proves that a grant is gone. Nothing is destroyed."""

from gateway.authorization import SuspensionReason
from gateway.entry import EntryKind
from gateway.errors import Fenced
from gateway.store.registry import standing_of
from gateway.store.store import Store
from gateway.sync.tenancy import Tenancy


async def suspend(store: Store, tenancy: Tenancy, reason: SuspensionReason) -> None:
    """Suspend a tenant and tell consumers to hide it. Raises Fenced if its epoch moved on meanwhile."""
    async with store.administer() as (connection, registry):
        standing = await standing_of(connection, tenancy.tenant.id)
        if standing is None or standing.authorization.epoch != tenancy.fence.epoch:
            raise Fenced(
                "The authorization has moved on since its grant was found lost; nothing was written."
            )
        await registry.change(standing.authorization, standing.authorization.suspend(reason))
        await registry.announce(tenancy.tenant.id, EntryKind.TENANT_SUSPENDED, reason)
