"""Placing and lifting legal holds: their effects in order, and what a crash between two of them left.

A hold's row comes before its key and goes after it. So no key is there without a row that names it, and where
a hold stands its key is there.
"""

import asyncio
from functools import partial

import msgspec
import structlog

from gateway.app.new_keys import make_hold_key
from gateway.app.parts import Parts
from gateway.authorization import State
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import Fenced, GatewayError, KeyDestroyed, UnknownName
from gateway.legal_hold import Deed, Entry, HeldBooking, HoldId, HoldState, LegalHold
from gateway.store.contents import ExportKeys
from gateway.store.handle import Handle
from gateway.store.history import Happened, append
from gateway.store.holding import Found
from gateway.store.legal_holds import (
    AT_REST,
    HELD,
    RECORD,
    HoldRow,
    advance,
    erase,
    hold_of,
    holds_of,
    rewrite,
)
from gateway.store.persons import persons_open
from gateway.store.registry import Registry, Standing, known_standing
from gateway.store.store import Fence
from gateway.store.subjects import subjects_of
from gateway.store.transaction import Transaction
from gateway.store.unlock import open_keys
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import TenantKeys
from gateway.vault.keys import DataKeyOwner

log = structlog.get_logger()

#: So many bookings are sealed in one transaction: a fence waits for no more.
SLICE = 1_000

#: The epoch of a hold that has stood: a store that has yet to place it was put back from before.
STOOD = 1

TOO_LATE = (
    "That tenant's authorization has ended: its keys are destroyed, or are being destroyed. It is too late "
    "to hold anything of it, and nothing was made."
)


async def holding_keys(parts: Parts, standing: Standing) -> ExportKeys:
    """All keys that seal what may be held, also of a tenant that is suspended.

    Raises UnknownName where it has ended, KeyUnavailable, RestoredStore.
    """
    if not standing.authorization.state.is_open:
        raise UnknownName(TOO_LATE)
    tenant = standing.tenant

    def owners(handle: Handle) -> list[DataKeyOwner]:
        return [*persons_open(handle, tenant), *(row.id for row in subjects_of(handle, tenant))]

    employer, others = await open_keys(parts.keyring, standing), dict[str, TenantKeys]()
    for owner in await parts.store.read(owners):
        others[owner] = await parts.keyring.tenant(tenant, owner)
    return ExportKeys(employer, others)


async def place(
    parts: Parts, standing: Standing, keys: ExportKeys, hold: HoldId, asked: LegalHold, entry: Entry
) -> LegalHold:
    """Copy what is asked for under a key of its own. Either all of it stands when this returns, or nothing.

    Raises UnknownName where nothing is there, or it is too late; Fenced where it has to be tried again.
    """
    tenant, authorization = standing.tenant, standing.authorization
    fence, employer = Fence(tenant, authorization.id, authorization.epoch), keys.employer
    turn = partial(parts.store.turn, fence, employer)

    def find(transaction: Transaction) -> Found:
        return transaction.holds.found(asked.subset, keys.others)

    try:
        found = await parts.store.look(fence, employer, find)
        if not found.bookings:
            raise UnknownName("Nothing is stored of what you asked to hold. Nothing was made.")
        record = msgspec.structs.replace(
            asked, bookings=len(found.bookings), subjects=found.subjects, persons=found.persons
        ).after(entry)
        await turn(lambda rows: rows.holds.add(hold, record))
        try:
            await make_hold_key(parts, tenant, hold)
            column = await parts.keyring.hold(tenant, hold, *HELD)
            for first in range(0, len(found.bookings), SLICE):
                some = found.bookings[first : first + SLICE]
                await turn(partial(_keep, hold=hold, first=first, some=some, column=column))
            await turn(lambda rows: rows.holds.stand(hold, found.persons_epoch, is_told=not asked.sealed))
        except (Exception, asyncio.CancelledError):
            await _undo(parts, tenant, hold)
            raise
        await parts.keys.raise_epoch(tenant, hold, STOOD)
    except Fenced:
        await _refuse_too_late(parts, tenant)
        raise
    return record


async def lift(parts: Parts, row: HoldRow, entry: Entry) -> None:
    """End a hold, once that is recorded in it. Raises Fenced where it does not stand any more."""
    column = await parts.keyring.evidence(row.tenant, *RECORD)
    await parts.store.administer(partial(_begin_lifting, row, entry, column))
    await settle(parts, row.tenant, row.id)


async def settle(parts: Parts, tenant: TenantId, hold: HoldId) -> None:
    """Go on where undoing or lifting a hold has come to: its key is destroyed, then its rows go."""
    row = await parts.store.read(partial(hold_of, tenant=tenant, hold=hold))
    if row is None or row.state in AT_REST:
        return
    if row.state is HoldState.PLACING:
        await parts.store.administer(partial(advance, row=row, state=HoldState.UNDOING))
    stays = row.state is HoldState.LIFTING
    if stays or not await parts.keys.epoch(tenant, hold):
        # Else another copy of the store may hold what its key opens.
        await parts.keys.destroy_hold_key(tenant, hold)
    await parts.store.administer(partial(erase, row=row, stays=stays))
    if stays:
        await parts.store.sweep()


async def settle_all(parts: Parts) -> None:
    """Settle every hold that nobody deals with. One that has to wait holds up no other."""
    now = milliseconds(parts.clock())
    for row in await parts.store.read(holds_of):
        if row.state not in AT_REST and row.due_at <= now:
            try:
                await settle(parts, row.tenant, row.id)
            except GatewayError as error:
                _log_delay(error)


async def look_after(parts: Parts, row: HoldRow) -> None:
    """Let the key service know of a hold that stands.

    One whose key was destroyed is lifted: this store was put back from before that.
    """
    try:
        (await parts.keys.open_hold_key(row.tenant, row.id)).drop()
    except KeyDestroyed:
        at, again = milliseconds(parts.clock()), "lifted before; this store was put back from a copy"
        await lift(parts, row, Entry(at=at, what=Deed.LIFTED, reference=again))
    else:
        await parts.keys.raise_epoch(row.tenant, row.id, STOOD)


def tell(
    registry: Registry, tenant: TenantId, record: LegalHold, what: Happened, *, days: int | None = None
) -> None:
    """Write into a tenant's history what became of a hold, unless it is by order or the tenant has ended."""
    authorization = known_standing(registry.handle, tenant).authorization
    if not record.sealed and authorization.state is not State.ERASED:
        append(registry.handle, authorization, what, at=registry.now, days=days)


def _keep(
    transaction: Transaction, hold: HoldId, first: int, some: list[HeldBooking], column: SealedColumn
) -> None:
    transaction.holds.keep(hold, first, some, column)


def _begin_lifting(row: HoldRow, entry: Entry, column: SealedColumn, registry: Registry) -> None:
    newest = hold_of(registry.handle, row.tenant, row.id)
    if newest is None or newest.state is not HoldState.STANDING:
        raise Fenced("That hold does not stand any more. 'gateway hold list' shows those that do.")
    record = newest.opened(column).after(entry)
    rewrite(registry, newest, record, column)
    advance(registry, newest, HoldState.LIFTING)
    tell(registry, row.tenant, record, Happened.HOLD_LIFTED)


async def _undo(parts: Parts, tenant: TenantId, hold: HoldId) -> None:
    try:
        # Behind whatever the one writer has begun.
        row = await parts.store.administer(lambda registry: hold_of(registry.handle, tenant, hold))
        if row is not None and row.state is HoldState.PLACING:
            await settle(parts, tenant, hold)
    except GatewayError as error:
        # Whoever comes next settles it.
        _log_delay(error)


def _log_delay(error: GatewayError) -> None:
    # Not whose: it may be by order.
    log.warning("hold_not_settled", code=type(error).__name__)


async def _refuse_too_late(parts: Parts, tenant: TenantId) -> None:
    standing = await parts.store.read(partial(known_standing, tenant=tenant))
    if not standing.authorization.state.is_open:
        raise UnknownName(TOO_LATE) from None
