"""Clocks: what time alone does to an authorization. It expires; what is suspended for too long is erased."""

from functools import partial

import structlog

from gateway.authorization import SuspensionReason
from gateway.clock import milliseconds
from gateway.errors import GatewayError
from gateway.store.handle import Handle
from gateway.store.history import append, history_of
from gateway.store.links import become
from gateway.store.registry import Registry, Standing, standings_with_deadline
from gateway.store.restrictions import is_left_alone, lifted_at
from gateway.withdrawal.deadlines import Notice, has_expired, is_overdue, notice_due, was_told
from gateway.withdrawal.visiting import Visitor

log = structlog.get_logger()


class Clocks(Visitor):
    """Visits every authorization that has a deadline. Each step may be repeated, by any process."""

    async def visit_all(self) -> None:
        """Do what is due by now. One that fails does not hold up the others."""
        for standing in await self._store.read(standings_with_deadline):
            if self._keyring.withholds(standing.tenant):
                # A store that was put back may tell of a suspension that is over.
                continue
            try:
                await self._visit(standing)
            except GatewayError as error:
                log.warning("deadline_delayed", tenant=standing.tenant, code=type(error).__name__)

    async def _visit(self, standing: Standing) -> None:
        now = milliseconds(self._clock())
        if has_expired(standing, now):
            await self._store.administer(partial(_expire, seen=standing))
        elif is_overdue(standing, now) and await self._was_told(standing, now):
            lease = await self._cascade.fence_overdue(standing)
            if lease is not None:
                await self._cascade.drive(lease)
        else:
            notice = await self._store.administer(partial(_write_down, seen=standing))
            if notice is not None:
                self._on_notice(standing, notice)

    async def _was_told(self, standing: Standing, now: int) -> bool:
        def look(handle: Handle) -> bool:
            authorization = standing.authorization
            known = history_of(handle, standing.tenant, authorization.id)
            return was_told(standing, known, now, lifted_at(handle, authorization))

        return await self._store.read(look)


def _expire(registry: Registry, seen: Standing) -> None:
    standing = registry.standing_under(seen.tenant, seen.authorization.id)
    if has_expired(standing, registry.now):
        before = standing.authorization
        become(registry, before, before.suspend(SuspensionReason.EXPIRED))


def _write_down(registry: Registry, seen: Standing) -> Notice | None:
    standing = registry.standing_under(seen.tenant, seen.authorization.id)
    authorization = standing.authorization
    known = history_of(registry.handle, standing.tenant, authorization.id)
    if is_left_alone(registry.handle, authorization):
        return None
    notice = notice_due(standing, known, registry.now, lifted_at(registry.handle, authorization))
    if notice is not None:
        append(registry.handle, authorization, notice.what, at=registry.now, days=notice.days)
    return notice
