"""Removals: what only a customer can remove at its provider after a withdrawal, and whether it is there.

Nothing of it names anybody: which directory it is about stands in the authorization's record, as evidence.
"""

from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.store.handle import Handle
from gateway.store.leases import Lease, release
from gateway.store.scope import TenantScope
from gateway.store.tables import bucket_of, removals
from gateway.store.withdrawals import NEVER


class RemovalState(StrEnum):
    """How it stands at the provider, as far as it was seen."""

    PENDING = "pending"
    GONE = "gone"
    #: The provider would tell nothing without being told of one of the customer's people.
    UNSEEN = "unseen"
    #: The same directory was onboarded again: what stands there is the new authorization's.
    GRANTED_ANEW = "granted_anew"


class Removal(NamedTuple):
    """What stands, or stood, since a withdrawal. Times are epoch milliseconds.

    ``reason`` is what the provider answered last, ``is_asked`` whether it is asked again.
    """

    since: int
    state: RemovalState
    reason: str | None
    asked_at: int | None
    is_asked: bool


def expect_removal(scope: TenantScope, authorization: AuthorizationId) -> None:
    """Let the provider be asked from now on, in the transaction that ends an authorization, or its reading.

    What was seen after an earlier end counts no more.
    """
    mine = scope.own(removals) & (removals.c.authorization == authorization)
    scope.handle.execute(delete(removals).where(mine))
    row = {"authorization": authorization, "since": scope.now, "state": RemovalState.PENDING}
    scope.handle.execute(
        insert(removals).values(bucket=scope.bucket, tenant=scope.tenant, due_at=scope.now, **row)
    )


def removal_of(handle: Handle, tenant: TenantId) -> Removal | None:
    """How it stands at a tenant's provider; None where it has not withdrawn."""
    columns = [removals.c[name] for name in ("since", "state", "reason", "asked_at", "due_at")]
    mine = (removals.c.bucket == bucket_of(tenant)) & (removals.c.tenant == tenant)
    row = handle.execute(select(*columns).where(mine).order_by(removals.c.since.desc())).first()
    if row is None:
        return None
    return Removal(row.since, RemovalState(row.state), row.reason, row.asked_at, row.due_at != NEVER)


def note_asked(
    scope: TenantScope, lease: Lease, state: RemovalState, reason: str, *, due_at: int | None
) -> None:
    """Write down what the provider answered; None: it is asked no more. Raises Fenced."""
    values = {"state": state, "reason": reason, "asked_at": scope.now}
    release(scope, removals, lease, values, due_at=NEVER if due_at is None else due_at)


def ask_later(scope: TenantScope, lease: Lease, *, due_at: int | None) -> None:
    """Leave it as it was seen last. Raises Fenced."""
    release(scope, removals, lease, {}, due_at=NEVER if due_at is None else due_at)
