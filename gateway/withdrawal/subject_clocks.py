"""Subject clocks: whom a signal has suspended is withdrawn on a day that was told, unless taken up again."""

from functools import partial

import structlog

from gateway.booking import TenantId
from gateway.clock import DAY_MILLISECONDS, milliseconds
from gateway.errors import GatewayError
from gateway.store.registry import Registry, known_standing
from gateway.store.store import Fence
from gateway.store.subjects import SubjectRow, suspended_subjects, tell_days
from gateway.store.unlock import open_keys
from gateway.withdrawal.deadlines import ERASURE_NOTICES, days_to_tell
from gateway.withdrawal.visiting import Visitor

log = structlog.get_logger()


class SubjectClocks(Visitor):
    """Visits everybody whom a signal has suspended. Each step may be repeated, by any process."""

    async def visit_all(self) -> None:
        """Do what is due by now. One that fails does not hold up the others."""
        for tenant, row in await self._store.read(suspended_subjects):
            if self._keyring.withholds(tenant):
                continue
            try:
                await self._visit(tenant, row)
            except GatewayError as error:
                log.warning("deadline_delayed", tenant=tenant, code=type(error).__name__)

    async def _visit(self, tenant: TenantId, row: SubjectRow) -> None:
        now = milliseconds(self._clock())
        days = notice_due(row, now)
        if days is not None:
            tell = partial(_write_down, tenant=tenant, row=row, days=days)
            if await self._store.administer(tell):
                # Whoever answers for the tenant tells it: who it is about stands in 'gateway subject list'.
                log.warning("subject_erasure_notice", tenant=tenant, days=days)
        elif row.erase_at is not None and row.erase_at <= now:
            standing = await self._store.read(partial(known_standing, tenant=tenant))
            keys = await open_keys(self._keyring, standing)
            lease = await self._cascade.fence_suspended(Fence.of(standing), keys, row.id)
            if lease is not None:
                await self._cascade.drive(lease)


def notice_due(row: SubjectRow, now: int) -> int | None:
    """How many days are left at most, where that has to be told by now (epoch milliseconds) and was not."""
    if row.suspended_at is None or row.erase_at is None:
        return None
    whole = (row.erase_at - row.suspended_at) // DAY_MILLISECONDS
    told = [] if row.told_days is None else [row.told_days]
    return days_to_tell((whole, *ERASURE_NOTICES), told, begun=row.suspended_at, ends=row.erase_at, now=now)


def _write_down(registry: Registry, *, tenant: TenantId, row: SubjectRow, days: int) -> bool:
    """What ends within a day is told a day before, however late it is by then."""
    return tell_days(registry, tenant, row, days, least=DAY_MILLISECONDS)
