"""Reset: what a consumer has of a tenant is void. It stands in no log: it follows from the cursor."""

import hashlib
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import NamedTuple

from gateway.booking import TenantId
from gateway.feed.cursor import Cursor


class ResetReason(StrEnum):
    """Why what was told is void: the tenant is out of scope, or the purpose shows something else by now."""

    SCOPE = "scope"
    PURPOSE = "purpose"


class Reset(NamedTuple):
    """``id`` is the same whenever one cursor is read on from. ``minute``: epoch minutes, of the telling."""

    tenant: TenantId
    reason: ResetReason
    id: str
    minute: int


def resets(
    after: str, cursor: Cursor, *, scope: AbstractSet[TenantId], purpose: bytes, minute: int
) -> list[Reset]:
    """Which of the tenants that a cursor has read are void. Those still in scope begin from nothing."""
    void = cursor.marks.keys() - scope if cursor.purpose == purpose else cursor.marks.keys()
    name = hashlib.sha256(after.encode()).hexdigest()[:32]
    return [
        Reset(
            tenant=tenant,
            reason=ResetReason.PURPOSE if tenant in scope else ResetReason.SCOPE,
            id=name,
            minute=minute,
        )
        for tenant in sorted(void)
    ]
