"""What became of a legal hold is written into its record, and told in its tenant's history."""

from datetime import date
from functools import partial

from gateway.app.holds.lifting import tell
from gateway.app.parts import Parts
from gateway.errors import UnknownName
from gateway.legal_hold import Deed, HoldState, HoldStep, LegalHold
from gateway.proposal import NotConfirmed
from gateway.store.history import Happened
from gateway.store.legal_holds import RECORD, HoldRow, hold_of, rewrite
from gateway.store.registry import Registry
from gateway.vault.columns import SealedColumn

UNKNOWN = "There is no such hold that stands. 'gateway hold list' shows those that may be named."


async def write_down(
    parts: Parts, row: HoldRow, step: HoldStep, what: Happened, review: date | None = None
) -> None:
    """Write into a hold's record, and its tenant's history, what became of it; a proposal once.

    Raises UnknownName where it does not stand any more, NotConfirmed.
    """
    column = await parts.keyring.evidence(row.tenant, *RECORD)
    await parts.store.administer(partial(_write_down, row, step, what, review, column))


def _write_down(
    row: HoldRow,
    step: HoldStep,
    what: Happened,
    review: date | None,
    column: SealedColumn,
    registry: Registry,
) -> None:
    newest = hold_of(registry.handle, row.tenant, row.id)
    if newest is None or newest.state is not HoldState.STANDING:
        raise UnknownName(UNKNOWN)
    record = newest.opened(column)
    refuse_twice(record, step)
    rewrite(registry, newest, record.after(step, review), column)
    tell(registry, row.tenant, record, what, days=step.days)


def refuse_twice(record: LegalHold, step: HoldStep) -> None:
    """Raises NotConfirmed for a proposal that was carried out, and for a notice that was told."""
    is_told = step.what is Deed.NOTICED and record.notice_due(step.at) != step.days
    if is_told or (step.proposal is not None and record.was_confirmed(step.proposal)):
        raise NotConfirmed("That was done before. A proposal is good once: propose it anew.")
