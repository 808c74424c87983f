"""How long it takes until a tenant's bookings are unreadable: by their keys, and row by row."""

import time
from typing import NamedTuple

from gateway.store.withdrawals import WithdrawalRow
from gateway.withdrawal.giving_back import nothing_to_revoke
from gateway.withdrawal.ordered_steps import Step
from gateway.withdrawal.steps import Steps
from tests.benchmarks.ours import Ours


class Shredding(NamedTuple):
    """Wall milliseconds, for much of it is waiting for the disk."""

    keys: float
    rows: float


async def shred(ours: Ours) -> Shredding:
    """Destroy the keys of a tenant, then overwrite its rows."""
    parts = ours.installation.parts
    steps = Steps(parts.store, parts.keyring, parts.keys, nothing_to_revoke)
    withdrawal = WithdrawalRow(ours.tenant, "erasure", "authorization", None, fenced_at=0)
    return Shredding(
        await _milliseconds(steps.shred, withdrawal), await _milliseconds(steps.erase, withdrawal)
    )


async def _milliseconds(step: Step, withdrawal: WithdrawalRow) -> float:
    begun = time.perf_counter()
    await step(withdrawal)
    return (time.perf_counter() - begun) * 1e3
