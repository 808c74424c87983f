"""Suspension: what follows when a provider proves that a grant is gone. Nothing is destroyed."""

from gateway.authorization import SuspensionReason
from gateway.entry import EntryKind
from gateway.errors import Fenced
from gateway.store.registry import Registry
from gateway.store.store import Store
from gateway.sync.tenancy import Tenancy


async def suspend(store: Store, tenancy: Tenancy, reason: SuspensionReason) -> None:
    """Suspend a tenant and tell consumers to hide it. Raises Fenced if its epoch moved on meanwhile."""

    def write(registry: Registry) -> None:
        standing = registry.standing(tenancy.tenant.id)
        if standing.authorization.epoch != tenancy.fence.epoch:
            raise Fenced(
                "The authorization has moved on since its grant was found lost; nothing was written."
            )
        registry.change(standing.authorization, standing.authorization.suspend(reason))
        registry.announce(tenancy.tenant.id, EntryKind.TENANT_SUSPENDED, reason)

    await store.administer(write)
