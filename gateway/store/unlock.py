"""Unlock: a tenant's keys, unless the store is older than the key service knows."""

from gateway.clock import milliseconds
from gateway.errors import KeyUnavailable, RestoredStore
from gateway.store.registry import Standing
from gateway.vault.keyring import Keyring, TenantKeys


async def unlock(keyring: Keyring, standing: Standing) -> TenantKeys:
    """The keys of a tenant as it stands, for whoever reads or serves it. Raises as ``open_keys``."""
    if keyring.withholds(standing.tenant):
        raise KeyUnavailable(
            f"Of tenant {standing.tenant} it could not be looked up yet what was withdrawn and what may be "
            "told, so nothing of it is read or served. That is tried again every few seconds; "
            "'gateway status' says what is wrong with its keys."
        )
    if standing.expires_at is not None and standing.expires_at <= milliseconds(keyring.clock()):
        raise KeyUnavailable(
            f"The time for which tenant {standing.tenant} was authorized is over, so nothing of it is read "
            "or served. 'gateway tenant renew' says until when it holds from now on; a trial has ended."
        )
    return await open_keys(keyring, standing)


async def open_keys(keyring: Keyring, standing: Standing) -> TenantKeys:
    """The keys of a tenant as it stands, also for what comes before it is read or served.

    Raises KeyUnavailable, and RestoredStore if the authorization has been at a higher epoch than the store
    knows: what was withdrawn since the backup must be withdrawn again before anything is read or served.
    """
    authorization = standing.authorization
    if await keyring.epoch(standing.tenant, authorization.id) > authorization.epoch:
        raise RestoredStore(
            f"The store is older than the keys of tenant {standing.tenant}: it was restored from a backup, "
            "and the tenant has been suspended, withdrawn or put under another policy since. Nothing of it "
            "is read or served. Start the gateway anew: it withdraws again what was withdrawn since, and the "
            "rest waits for 'gateway tenant resume'."
        )
    return await keyring.tenant(standing.tenant, authorization.id)
