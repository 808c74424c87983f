"""Escalations: acknowledgements that did not come in time, and whether the operator was told of them.

What employers are told stands in the same table (``messages``), and is settled alike.
"""

import secrets
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import insert, select

from gateway.booking import TenantId
from gateway.store.acknowledgements import acknowledgements_of
from gateway.store.handle import Handle
from gateway.store.leases import Lease, release
from gateway.store.row_lock import lock_row
from gateway.store.scope import TenantScope
from gateway.store.tables import bucket_of, escalations, withdrawals
from gateway.store.withdrawals import NEVER


class Escalation(NamedTuple):
    """One erasure that one consumer should have acknowledged. ``since`` is in epoch milliseconds.

    ``is_over``: it has done so meanwhile.
    """

    id: str
    erasure: str
    consumer: str
    since: int
    is_over: bool

    @property
    def fields(self) -> Mapping[str, str]:
        """What the log may tell of it."""
        return {"erasure": self.erasure, "consumer": self.consumer}


def tenants_told(handle: Handle, before: int) -> list[TenantId]:
    """Tenants of which an erasure was told before then (epoch milliseconds)."""
    found = select(withdrawals.c.tenant).distinct().where(withdrawals.c.notified_at < before)
    return sorted(handle.execute(found).scalars())


def escalate(scope: TenantScope, erasure: str, consumer: str, *, since: int) -> bool:
    """Let the operator be told, once; whether that is new."""
    lock_row(scope.handle, scope.tenant)
    same = (escalations.c.erasure == erasure) & (escalations.c.consumer == consumer)
    known = select(escalations.c.id).where(scope.own(escalations), same)
    if scope.handle.execute(known).first() is not None:
        return False
    row = {"id": f"esc_{secrets.token_urlsafe(16)}", "erasure": erasure, "consumer": consumer, "since": since}
    scope.handle.execute(
        insert(escalations).values(bucket=scope.bucket, tenant=scope.tenant, due_at=scope.now, **row)
    )
    return True


def load_escalation(handle: Handle, lease: Lease) -> Escalation | None:
    """The escalation that a lease names; None once it was forgotten."""
    tenant = TenantId(lease.tenant)
    columns = [escalations.c[name] for name in ("id", "erasure", "consumer", "since")]
    mine = (escalations.c.bucket == bucket_of(tenant)) & (escalations.c.tenant == tenant)
    row = handle.execute(select(*columns).where(mine, escalations.c.id == lease.id)).one_or_none()
    if row is None:
        return None
    said = {one.consumer for one in acknowledgements_of(handle, tenant, row.erasure)}
    return Escalation(row.id, row.erasure, row.consumer, row.since, is_over=row.consumer in said)


def settle(scope: TenantScope, lease: Lease, *, due_at: int | None, told: bool = False) -> None:
    """Write down what came of telling it; None: it is told no more. Raises Fenced if the lease was lost."""
    values = {"told_at": scope.now} if told else {}
    due = NEVER if due_at is None else due_at
    release(scope, escalations, lease, values, due_at=due, attempts=lease.attempts)
