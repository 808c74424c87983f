"""Receipts: what was counted of a tenant's events, by day (UTC).

To read them takes no key: they are numbers.
"""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import func, select

from gateway.booking import TenantId
from gateway.clock import DAY_MILLISECONDS
from gateway.receipt import Count, What
from gateway.store.handle import Handle
from gateway.store.scope import Scope
from gateway.store.statements import add_up
from gateway.store.tables import bucket_of, receipts


def day_of(milliseconds: int) -> int:
    """The day of a moment, in days since 1970, UTC."""
    return milliseconds // DAY_MILLISECONDS


class ReceiptRows:
    """The receipts of one tenant within one transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, counts: Mapping[Count, int]) -> None:
        """Add to what was counted today."""
        scope = self._scope
        today = (scope.bucket, scope.tenant, day_of(scope.now))
        rows = [
            (*today, one.what.value, one.field, one.by, one.ring, number) for one, number in counts.items()
        ]
        add_up(scope.dialect).run(scope.handle, rows)


def counted(handle: Handle, tenant: TenantId, first: int, last: int) -> Counter[Count]:
    """What was counted of a tenant from the first day to the last, both included."""
    key = (receipts.c.what, receipts.c.field, receipts.c.party, receipts.c.ring)
    found = (
        select(*key, func.sum(receipts.c.number))
        .where(
            receipts.c.bucket == bucket_of(tenant),
            receipts.c.tenant == tenant,
            receipts.c.day.between(first, last),
        )
        .group_by(*key)
    )
    rows = handle.execute(found)
    # PostgreSQL adds whole numbers up to a decimal one.
    return Counter({Count(What(what), field, by, ring): int(total) for what, field, by, ring, total in rows})
