"""Tenants whose keys are not to be had: they are neither read nor served, and somebody has to know."""

from collections.abc import Iterable

from gateway.app.parts import Parts
from gateway.app.tenants import TenantOverview
from gateway.errors import KeyUnavailable, RestoredStore
from gateway.store.unlock import unlock


async def locked_tenants(parts: Parts, overviews: Iterable[TenantOverview]) -> dict[str, list[str]]:
    """Tenants that cannot be unlocked though they may be served, by the sentence that says why.

    Each by its name, or by its id where the name is locked up as well.
    """
    locked: dict[str, list[str]] = {}
    for overview in overviews:
        if overview.standing.authorization.state.may_serve:
            try:
                await unlock(parts.keyring, overview.standing)
            except (KeyUnavailable, RestoredStore) as error:
                named = overview.standing.tenant if overview.record is None else overview.name
                locked.setdefault(str(error), []).append(named)
    return locked
