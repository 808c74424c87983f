"""Legal holds as they stand, whatever became of their tenant. Of its keys only that of evidence is needed."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Table, and_, delete, select, update

from gateway.booking import TenantId
from gateway.errors import Fenced
from gateway.legal_hold import HeldBooking, HoldId, HoldState, LegalHold
from gateway.store.handle import Handle
from gateway.store.registry import Registry
from gateway.store.row_lock import lock_row
from gateway.store.tables import bucket_of, held, holds
from gateway.store.withdrawals import NEVER
from gateway.vault.columns import SealedColumn

#: The columns under the evidence key, and under a hold's own.
RECORD = ("holds", "record")
HELD = ("held", "record")

#: For so long whoever undoes or lifts a hold is left alone.
PATIENCE_MILLISECONDS = 60_000
#: Of these nothing is left to do.
AT_REST = frozenset({HoldState.STANDING, HoldState.LIFTED})


class HoldRow(NamedTuple):
    """A hold, its record sealed. Times are epoch milliseconds."""

    tenant: TenantId
    id: HoldId
    state: HoldState
    epoch: int
    changed_at: int
    due_at: int
    record: bytes

    def opened(self, column: SealedColumn) -> LegalHold:
        """What is recorded of it. Raises Unreadable, KeyUnavailable."""
        return msgspec.json.decode(column.open(self.id, self.epoch, self.record), type=LegalHold)


_COLUMNS = [holds.c[name] for name in HoldRow._fields]


def holds_of(handle: Handle, tenant: TenantId | None = None) -> list[HoldRow]:
    """The holds of a tenant, or of all, the first first."""
    mine = (holds.c.bucket == bucket_of(tenant)) & (holds.c.tenant == tenant) if tenant else holds.c.id != ""
    rows = handle.execute(select(*_COLUMNS).where(mine).order_by(holds.c.tenant, holds.c.id))
    return [HoldRow(*row)._replace(state=HoldState(row.state)) for row in rows]


def hold_of(handle: Handle, tenant: TenantId, hold: HoldId) -> HoldRow | None:
    """One of them, which nobody else changes until this transaction ends."""
    lock_row(handle, tenant)
    return next((row for row in holds_of(handle, tenant) if row.id == hold), None)


def known_holds(handle: Handle, tenant: TenantId, column: SealedColumn) -> dict[HoldId, LegalHold]:
    """The holds of a tenant that stand and may be named."""
    standing = [row for row in holds_of(handle, tenant) if row.state is HoldState.STANDING]
    opened = {row.id: row.opened(column) for row in standing}
    return {hold: record for hold, record in opened.items() if not record.sealed}


def held_by(handle: Handle, row: HoldRow, column: SealedColumn) -> Iterator[HeldBooking]:
    """All that a hold keeps, opened with its own key."""
    kept = select(held.c.number, held.c.epoch, held.c.record).where(_of(held, row)).order_by(held.c.number)
    for one in handle.execute(kept):
        opened = column.open(row_name(row.id, one.number), one.epoch, one.record)
        yield msgspec.json.decode(opened, type=HeldBooking)


def row_name(hold: str, number: int) -> str:
    """Under which name what is held is sealed."""
    return f"{hold} {number}"


def rewrite(registry: Registry, row: HoldRow, record: LegalHold, column: SealedColumn) -> None:
    """Write what is recorded of a hold anew."""
    sealed = column.seal(row.id, row.epoch, msgspec.json.encode(record))
    registry.handle.execute(update(holds).where(_of(holds, row)).values(record=sealed))


def advance(registry: Registry, row: HoldRow, state: HoldState) -> None:
    """Let a hold stand in another state; whoever does so is left alone for a while.

    Raises Fenced if it is not what it was.
    """
    lock_row(registry.handle, row.tenant)
    due_at = NEVER if state in AT_REST else registry.now + PATIENCE_MILLISECONDS
    same = _of(holds, row) & (holds.c.state == row.state) & (holds.c.due_at == row.due_at)
    values = {"state": state, "changed_at": registry.now, "due_at": due_at}
    if registry.handle.execute(update(holds).where(same).values(values)).rowcount != 1:
        raise Fenced("Another process deals with that hold just now. Look at it again.")


def empty(registry: Registry, row: HoldRow) -> None:
    """Delete what a hold kept."""
    lock_row(registry.handle, row.tenant)
    registry.handle.execute(delete(held).where(_of(held, row)))


def erase(registry: Registry, row: HoldRow) -> None:
    """Delete a hold that never stood, and what it kept by then."""
    empty(registry, row)
    registry.handle.execute(delete(holds).where(_of(holds, row)))


def end(registry: Registry, row: HoldRow) -> None:
    """Let a hold be over that is lifted, and stay as proof that it was."""
    lock_row(registry.handle, row.tenant)
    over = {"state": HoldState.LIFTED, "changed_at": registry.now, "due_at": NEVER}
    registry.handle.execute(update(holds).where(_of(holds, row)).values(over))


def _of(table: Table, row: HoldRow) -> ColumnElement[bool]:
    own = (table.c.bucket == bucket_of(row.tenant)) & (table.c.tenant == row.tenant)
    return and_(own, (table.c.id if table is holds else table.c.hold) == row.id)
