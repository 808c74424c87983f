"""What became of a tenant's authorization, as an admin sees it."""

from functools import partial

import msgspec

from gateway.app.parts import Parts
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.errors import KeyUnavailable, Unreadable
from gateway.intended import Intended
from gateway.record import InForce
from gateway.store.history import DETAIL, HistoryRow, details_of, history_of
from gateway.store.registry import known_standing
from gateway.withdrawal.answers import named_changes


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


async def changes_by_row(parts: Parts, tenant: TenantId) -> dict[int, Intended]:
    """Which intended change each row is about, by its number; nothing where the evidence does not open."""
    own = (await parts.store.read(partial(known_standing, tenant=tenant))).authorization.id
    try:
        column = await parts.keyring.evidence(tenant, *DETAIL)
        about = partial(details_of, tenant=tenant, authorization=own, column=column, of_changes=True)
        return named_changes(await parts.store.read(about))
    except (KeyUnavailable, Unreadable):
        return {}
