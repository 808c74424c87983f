"""Unlock: a tenant's keys, unless the store is older than the key service knows."""

from gateway.errors import RestoredStore
from gateway.store.registry import Standing
from gateway.vault.keyring import Keyring, TenantKeys


async def unlock(keyring: Keyring, standing: Standing) -> TenantKeys:
    """The keys of a tenant as it stands.

    Raises KeyUnavailable, and RestoredStore if the authorization has been at a higher epoch than the store
    knows: what was withdrawn since the backup must be withdrawn again before anything is read or served.
    """
    authorization = standing.authorization
    if await keyring.epoch(standing.tenant, authorization.id) > authorization.epoch:
        raise RestoredStore(
            f"The store is older than the keys of tenant {standing.tenant}: it was restored from a backup, "
            "and the tenant has been suspended, withdrawn or put under another policy since. Nothing of it "
            "is read or served. Withdraw the tenant again, or restore a newer backup."
        )
    return await keyring.tenant(standing.tenant, authorization.id)
