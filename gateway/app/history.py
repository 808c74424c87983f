"""What became of a tenant's authorization, as an admin sees it."""

from functools import partial

import msgspec

from gateway.app.parts import Parts
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.errors import KeyUnavailable, Unreadable
from gateway.store.history import DETAIL, HistoryRow, details_of, history_of
from gateway.store.registry import known_standing


class Chosen(msgspec.Struct, frozen=True):
    """By which policy a tenant lives, and which one it passes to."""

    policy: str
    next_policy: str | None = None

    def __str__(self) -> str:
        return self.policy if self.next_policy is None else f"{self.policy}, passing to {self.next_policy}"


async def history(
    parts: Parts, tenant: TenantId, authorization: AuthorizationId | None = None
) -> list[HistoryRow]:
    """All that happened to a tenant's authorization, or to one of its people's, the first first."""
    own = (await parts.store.read(partial(known_standing, tenant=tenant))).authorization.id
    return await parts.store.read(partial(history_of, tenant=tenant, authorization=authorization or own))


async def choices(parts: Parts, tenant: TenantId) -> dict[int, str]:
    """What a tenant chose each time, by the number of its row; nothing where the evidence does not open."""
    own = (await parts.store.read(partial(known_standing, tenant=tenant))).authorization.id
    try:
        column = await parts.keyring.evidence(tenant, *DETAIL)
        found = await parts.store.read(partial(details_of, tenant=tenant, authorization=own, column=column))
    except (KeyUnavailable, Unreadable):
        return {}
    return {number: str(msgspec.json.decode(text, type=Chosen)) for number, text in found.items()}
