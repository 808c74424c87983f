"""Limitation: proof whose time is over goes, of what ended within a tenant and of tenants that have ended."""

from sqlalchemy import delete, exists, or_, select

from gateway.authorization import AuthorizationKind, State
from gateway.booking import TenantId
from gateway.entry import ERASURES
from gateway.legal_hold import HoldState
from gateway.store.forgetting import raise_horizon
from gateway.store.handle import Handle
from gateway.store.row_lock import lock_row
from gateway.store.scope import TenantScope
from gateway.store.tables import (
    OF_THE_INSTALLATION,
    acknowledgements,
    authorizations,
    bucket_of,
    budgets,
    certificates,
    entries,
    escalations,
    history,
    holds,
    metadata,
    tenants,
    withdrawals,
)


def erasures_over(handle: Handle, tenant: TenantId, before: int) -> list[str]:
    """The withdrawals of a tenant that ended before then (epoch milliseconds)."""
    mine = (withdrawals.c.bucket == bucket_of(tenant)) & (withdrawals.c.tenant == tenant)
    over = select(withdrawals.c.id).where(mine, withdrawals.c.proved_at < before)
    return sorted(handle.execute(over).scalars())


def forget_proof(scope: TenantScope, before: int) -> None:
    """Forget persons' authorizations, withdrawals, holds and budgets that ended before then.

    That is in epoch milliseconds.
    """
    lock_row(scope.handle, scope.tenant)
    scope.handle.execute(delete(budgets).where(scope.own(budgets), budgets.c.spent_at < before))
    _forget_authorizations(scope, before)
    erasures = erasures_over(scope.handle, scope.tenant, before)
    told = scope.own(entries) & entries.c.kind.in_(ERASURES) & entries.c.note.in_(erasures)
    raise_horizon(scope, list(scope.handle.execute(select(entries.c.position).where(told)).scalars()))
    scope.handle.execute(delete(entries).where(told))
    for table in (acknowledgements, escalations):
        scope.handle.execute(delete(table).where(scope.own(table), table.c.erasure.in_(erasures)))
    # Of what the employer was told, no erasure is named.
    told_employer = scope.own(escalations) & escalations.c.consumer.is_(None) & (escalations.c.since < before)
    scope.handle.execute(delete(escalations).where(told_employer))
    lifted = scope.own(holds) & (holds.c.state == HoldState.LIFTED) & (holds.c.changed_at < before)
    over = [*erasures, *scope.handle.execute(select(holds.c.id).where(lifted)).scalars()]
    for table in (certificates, withdrawals, holds):
        scope.handle.execute(delete(table).where(scope.own(table), table.c.id.in_(over)))


def _forget_authorizations(scope: TenantScope, before: int) -> None:
    """Those that a cascade still has steps to take of stay: it would not know them for a person's."""
    of_persons = scope.own(authorizations) & (authorizations.c.kind == AuthorizationKind.PERSONAL)
    ended = (authorizations.c.state == State.ERASED) & (authorizations.c.changed_at < before)
    begun = scope.own(withdrawals) & withdrawals.c.proved_at.is_(None)
    unfinished = select(withdrawals.c.authorization).where(begun)
    over = select(authorizations.c.id).where(of_persons, ended, authorizations.c.id.not_in(unfinished))
    ids = list(scope.handle.execute(over).scalars())
    for table, column in ((history, history.c.authorization), (authorizations, authorizations.c.id)):
        scope.handle.execute(delete(table).where(scope.own(table), column.in_(ids)))


def tenants_over(handle: Handle, before: int) -> list[TenantId]:
    """Tenants that were erased before then (epoch milliseconds), and none of whose holds ended later."""
    # A hold that stands is of more than proof, and one that was lifted is proved for as long as all else.
    standing = or_(holds.c.state != HoldState.LIFTED, holds.c.changed_at >= before)
    of_tenant = (holds.c.bucket == authorizations.c.bucket) & (holds.c.tenant == authorizations.c.tenant)
    is_held = exists().where(of_tenant, standing)
    erased = select(authorizations.c.tenant).where(
        ~is_held,
        authorizations.c.kind == AuthorizationKind.EMPLOYER,
        authorizations.c.state == State.ERASED,
        authorizations.c.changed_at < before,
    )
    return sorted(handle.execute(erased).scalars())


def forget_tenant(handle: Handle, tenant: TenantId) -> None:
    """Delete every row of a tenant, as if it had never been."""
    bucket = bucket_of(tenant)
    for table in metadata.sorted_tables:
        if table.name not in OF_THE_INSTALLATION:
            owner = table.c.id if table is tenants else table.c.tenant
            handle.execute(delete(table).where(table.c.bucket == bucket, owner == tenant))
