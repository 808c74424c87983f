"""What became of a tenant's authorization, as an admin sees it."""

from functools import partial

import msgspec

from gateway.app.parts import Parts
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.errors import KeyUnavailable, Unreadable
from gateway.record import InForce
from gateway.store.history import DETAIL, HistoryRow, details_of, history_of
from gateway.store.registry import known_standing


async def history(
    parts: Parts, tenant: TenantId, authorization: AuthorizationId | None = None
) -> list[HistoryRow]:
    """All that happened to a tenant's authorization, or to one of its people's, the first first."""
    own = (await parts.store.read(partial(known_standing, tenant=tenant))).authorization.id
    return await parts.store.read(partial(history_of, tenant=tenant, authorization=authorization or own))


async def changes(parts: Parts, tenant: TenantId) -> dict[int, InForce]:
    """What held from each row on, by its number; nothing where the evidence does not open."""
    own = (await parts.store.read(partial(known_standing, tenant=tenant))).authorization.id
    try:
        column = await parts.keyring.evidence(tenant, *DETAIL)
        found = await parts.store.read(partial(details_of, tenant=tenant, authorization=own, column=column))
    except (KeyUnavailable, Unreadable):
        return {}
    return {number: msgspec.json.decode(text, type=InForce) for number, text in found.items()}
