"""Lifting legal holds, and undoing what a crash left of one: effects in order, and each may be repeated."""

from contextlib import suppress
from functools import partial

import structlog

from gateway.app.parts import Parts
from gateway.authorization import State
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import Fenced, GatewayError, KeyDestroyed
from gateway.legal_hold import Deed, HoldId, HoldState, HoldStep, LegalHold
from gateway.store.history import Happened, append
from gateway.store.legal_holds import (
    AT_REST,
    RECORD,
    HoldRow,
    advance,
    empty,
    end,
    erase,
    hold_of,
    holds_of,
    rewrite,
)
from gateway.store.registry import Registry, known_standing
from gateway.vault.columns import SealedColumn
from gateway.withdrawal.certified import Certifier
from gateway.withdrawal.ordered_steps import StepDelayed

log = structlog.get_logger()

#: The epoch of a hold that has stood: a store that has yet to place it was put back from before.
STOOD = 1


async def lift(parts: Parts, row: HoldRow, step: HoldStep) -> None:
    """End a hold, once that is recorded in it. Raises Fenced where it does not stand any more."""
    column = await parts.keyring.evidence(row.tenant, *RECORD)
    await parts.store.administer(partial(_begin_lifting, row, step, column))
    await settle(parts, row.tenant, row.id)


async def settle(parts: Parts, tenant: TenantId, hold: HoldId) -> None:
    """Go on where undoing or lifting a hold has come to: its key is destroyed, then its rows go.

    One that was lifted is certified then, unless it is by order, of which nothing tells.
    """
    row = await parts.store.read(partial(hold_of, tenant=tenant, hold=hold))
    if row is None or row.state in AT_REST:
        return
    if row.state is HoldState.PLACING:
        await parts.store.administer(partial(advance, row=row, state=HoldState.UNDOING))
    is_lifted = row.state is HoldState.LIFTING
    if is_lifted or not await parts.keys.epoch(tenant, hold):
        # Else another copy of the store may hold what its key opens.
        await parts.keys.destroy_hold_key(tenant, hold)
    if not is_lifted:
        await parts.store.administer(partial(erase, row=row))
        return
    await parts.store.administer(partial(empty, row=row))
    await parts.store.sweep()
    await _certify(parts, row)
    await parts.store.administer(partial(end, row=row))


async def _certify(parts: Parts, row: HoldRow) -> None:
    record = row.opened(await parts.keyring.evidence(row.tenant, *RECORD))
    if record.sealed:
        return
    with suppress(KeyDestroyed):
        (await parts.keys.open_hold_key(row.tenant, row.id)).drop()
        raise StepDelayed(
            "The key service still opens the key of a legal hold that it was told to destroy, so nothing is "
            "certified; it is looked at again. If that lasts, see who put it back there."
        )
    await Certifier(parts.store, parts.keyring, parts.keys).lifted(row.tenant, row.id, record)


async def settle_all(parts: Parts) -> None:
    """Settle every hold that nobody deals with. One that has to wait holds up no other."""
    now = milliseconds(parts.clock())
    for row in await parts.store.read(holds_of):
        if row.state not in AT_REST and row.due_at <= now:
            try:
                await settle(parts, row.tenant, row.id)
            except GatewayError as error:
                log_delay(error)


async def look_after(parts: Parts, row: HoldRow) -> None:
    """Let the key service know of a hold that stands.

    One whose key was destroyed is lifted: this store was put back from before that.
    """
    try:
        (await parts.keys.open_hold_key(row.tenant, row.id)).drop()
    except KeyDestroyed:
        at, again = milliseconds(parts.clock()), "lifted before; this store was put back from a copy"
        await lift(parts, row, HoldStep(at=at, what=Deed.LIFTED, reference=again))
    else:
        await parts.keys.raise_epoch(row.tenant, row.id, STOOD)


def tell(
    registry: Registry, tenant: TenantId, record: LegalHold, what: Happened, *, days: int | None = None
) -> None:
    """Write into a tenant's history what became of a hold, unless it is by order or the tenant has ended."""
    authorization = known_standing(registry.handle, tenant).authorization
    if not record.sealed and authorization.state is not State.ERASED:
        append(registry.handle, authorization, what, at=registry.now, days=days)


def _begin_lifting(row: HoldRow, step: HoldStep, column: SealedColumn, registry: Registry) -> None:
    newest = hold_of(registry.handle, row.tenant, row.id)
    if newest is None or newest.state is not HoldState.STANDING:
        raise Fenced("That hold does not stand any more. 'gateway hold list' shows those that do.")
    record = newest.opened(column).after(step)
    rewrite(registry, newest, record, column)
    advance(registry, newest, HoldState.LIFTING)
    tell(registry, row.tenant, record, Happened.HOLD_LIFTED)


def log_delay(error: GatewayError) -> None:
    # Not whose: it may be by order.
    log.warning("hold_not_settled", code=type(error).__name__)
