"""Who has to acknowledge an erasure: whoever read the tenant when it was told, and nobody else."""

import pytest

from gateway.acknowledgement import ErasureScope
from gateway.booking import TenantId
from gateway.clock import MINUTE_MILLISECONDS
from gateway.residency import Residence
from gateway.store.acknowledgements import ToldErasure
from gateway.store.consumers import Consumer
from gateway.withdrawal.silence import told

TENANT, OTHER = TenantId("ten_1"), TenantId("ten_2")
TOLD_AT = 1_000 * MINUTE_MILLISECONDS


@pytest.mark.parametrize(
    ("scope", "created", "revoked", "has_to"),
    [
        ([TENANT], -1, None, True),
        ([OTHER, TENANT], -1, None, True),
        ([OTHER], -1, None, False),
        # What is told bears its minute alone.
        ([TENANT], MINUTE_MILLISECONDS - 1, None, True),
        ([TENANT], MINUTE_MILLISECONDS, None, False),
        ([TENANT], -1, 0, True),
        ([TENANT], -2, -1, False),
        ([OTHER], -2, 1, False),
    ],
)
def test_who_read_it_when_it_was_told_has_to(
    scope: list[TenantId], created: int, revoked: int | None, *, has_to: bool
) -> None:
    consumer = Consumer(
        id="con_1",
        name="backend",
        scope=frozenset(scope),
        purpose="occupancy",
        residence=Residence("eu"),
        created_at=TOLD_AT + created,
        revoked_at=None if revoked is None else TOLD_AT + revoked,
    )
    assert (
        told([consumer], ToldErasure(TENANT, "era_1", ErasureScope.TENANT, TOLD_AT)) == [consumer]
    ) is has_to
