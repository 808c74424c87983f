"""Placing legal holds: their effects in order. Either all of one stands, or nothing is left of it.

A hold's row comes before its key and goes after it. So no key is there without a row that names it, and where
a hold stands its key is there.
"""

import asyncio
from functools import partial

import msgspec

from gateway.app.holds.lifting import STOOD, log_delay, settle
from gateway.app.keys.new_keys import make_hold_key
from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.errors import Fenced, GatewayError, KeyUnavailable, UnknownName
from gateway.legal_hold import HeldBooking, HoldId, HoldState, HoldStep, LegalHold
from gateway.store.contents import ExportKeys
from gateway.store.handle import Handle
from gateway.store.legal_holds import (
    HELD,
    hold_of,
)
from gateway.store.persons import persons_open
from gateway.store.placing import Found
from gateway.store.registry import Standing, known_standing
from gateway.store.store import Fence
from gateway.store.subjects import subjects_of
from gateway.store.transaction import Transaction
from gateway.store.unlock import open_keys
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import TenantKeys
from gateway.vault.keys import DataKeyOwner

#: So many bookings are sealed in one transaction: a fence waits for no more.
SLICE = 1_000

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
    parts: Parts, standing: Standing, keys: ExportKeys, hold: HoldId, asked: LegalHold, step: HoldStep
) -> LegalHold:
    """Copy what is asked for under a key of its own. Either all of it stands when this returns, or nothing.

    Raises UnknownName where nothing is there, or it is too late; Fenced where it has to be tried again.
    """
    tenant, fence, employer = standing.tenant, Fence.of(standing), keys.employer
    turn = partial(parts.store.turn, fence, employer)

    def find(transaction: Transaction) -> Found:
        return transaction.holds.found(asked.subset, keys.others)

    try:
        found = await parts.store.look(fence, employer, find)
        if not found.bookings:
            raise UnknownName("Nothing is stored of what you asked to hold. Nothing was made.")
        record = msgspec.structs.replace(
            asked, bookings=len(found.bookings), subjects=found.subjects, persons=found.persons
        ).after(step)
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
    except Fenced:
        await _refuse_too_late(parts, tenant)
        raise
    await _tell_that_it_stands(parts, tenant, hold)
    return record


def _keep(
    transaction: Transaction, hold: HoldId, first: int, some: list[HeldBooking], column: SealedColumn
) -> None:
    transaction.holds.keep(hold, first, some, column)


async def _tell_that_it_stands(parts: Parts, tenant: TenantId, hold: HoldId) -> None:
    try:
        await parts.keys.raise_epoch(tenant, hold, STOOD)
    except KeyUnavailable as error:
        # It stands: whoever serves tells the key service.
        log_delay(error)


async def _undo(parts: Parts, tenant: TenantId, hold: HoldId) -> None:
    try:
        # Behind whatever the one writer has begun.
        row = await parts.store.administer(lambda registry: hold_of(registry.handle, tenant, hold))
        if row is not None and row.state is HoldState.PLACING:
            await settle(parts, tenant, hold)
    except GatewayError as error:
        # Whoever comes next settles it.
        log_delay(error)


async def _refuse_too_late(parts: Parts, tenant: TenantId) -> None:
    standing = await parts.store.read(partial(known_standing, tenant=tenant))
    if not standing.authorization.state.is_open:
        raise UnknownName(TOO_LATE) from None
