"""Chasing: acknowledgements that are overdue are brought before people, in the log and at an address."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

import structlog

from gateway.acknowledgement import DUE_HOURS, due_at
from gateway.booking import TenantId
from gateway.clock import HOUR_MILLISECONDS, MINUTE_MILLISECONDS, Clock, milliseconds
from gateway.errors import Fenced, GatewayError
from gateway.metrics import Metrics
from gateway.store.acknowledgements import ToldErasure, told_erasures
from gateway.store.consumers import RECORDS, Consumer, ConsumerRows
from gateway.store.escalations import Escalation, escalate, load_escalation, settle, tenants_told
from gateway.store.handle import Handle
from gateway.store.leases import Lease
from gateway.store.registry import Registry
from gateway.store.scope import TenantScope
from gateway.store.store import Store
from gateway.store.tables import escalations
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import Keyring
from gateway.webhook import PAUSES_SECONDS
from gateway.withdrawal.silence import silent

log = structlog.get_logger()

#: Tells an operator of one escalation. Raises NotTold.
Tell = Callable[[Escalation], Awaitable[None]]

#: Of one tenant, within a lease.
TOLD_AT_ONCE = 10


class NotTold(GatewayError):
    """An operator's address did not take an escalation; it is tried again, and stands in the log anyway."""


class Overdue(NamedTuple):
    """One erasure that one consumer should have acknowledged by now."""

    erasure: ToldErasure
    consumer: Consumer


class Chase:
    """Looks for what is overdue. One of many: leases keep them apart."""

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        clock: Clock,
        metrics: Metrics,
        *,
        tell: Tell | None,
        owner: str,
    ) -> None:
        """``tell``: None where the operator has named no address."""
        self._store = store
        self._keyring = keyring
        self._clock = clock
        self._metrics = metrics
        self._tell = tell
        self._owner = owner
        self._looked_at = -MINUTE_MILLISECONDS

    async def visit(self) -> None:
        """Look once a minute, and tell what is due to be told. Raises StoreBusy, KeyUnavailable."""
        now = milliseconds(self._clock())
        # A clock that was set back holds up no look.
        if not 0 <= now - self._looked_at < MINUTE_MILLISECONDS:
            records = await self._keyring.service(*RECORDS)
            found = await self._store.read(partial(overdue, records=records, now=now))
            # Who was revoked is escalated, but nobody can wait for it any more.
            self._metrics.acknowledgements_overdue.set(sum(one.consumer.revoked_at is None for one in found))
            for one in found:
                await self._escalate(one)
            self._looked_at = now
        if self._tell is not None:
            await self._tell_all(self._tell)

    async def _escalate(self, one: Overdue) -> None:
        told, consumer = one.erasure, one.consumer.id

        def write(rows: Registry) -> bool:
            scope = TenantScope(handle=rows.handle, tenant=told.tenant, now=rows.now)
            return escalate(scope, told.id, consumer, since=due_at(told.told_at))

        if await self._store.administer(write):
            log.warning("acknowledgement_overdue", tenant=told.tenant, erasure=told.id, consumer=consumer)

    async def _tell_all(self, tell: Tell) -> None:
        for tenant in sorted(await self._store.tenants_with_due(escalations)):
            claimed = await self._store.claim(
                escalations, tenant=tenant, owner=self._owner, limit=TOLD_AT_ONCE
            )
            for lease in claimed:
                await self._tell_one(tell, lease)

    async def _tell_one(self, tell: Tell, lease: Lease) -> None:
        found = await self._store.read(partial(load_escalation, lease=lease))
        told, due = False, None
        if not found.is_over:
            try:
                await tell(found)
                told = True
            except NotTold:
                due = self._next(lease)
                event = "escalation_not_told" if due is not None else "escalation_given_up"
                log.warning(event, tenant=lease.tenant, erasure=found.erasure, attempt=lease.attempts)

        def write(rows: Registry) -> None:
            scope = TenantScope(handle=rows.handle, tenant=TenantId(lease.tenant), now=rows.now)
            settle(scope, lease, due_at=due, told=told)

        try:
            await self._store.administer(write)
        except Fenced:
            # It took so long that another process tells it as well, under the same id.
            return

    def _next(self, lease: Lease) -> int | None:
        """When it is tried again; None after the last attempt."""
        if lease.attempts > len(PAUSES_SECONDS):
            return None
        return milliseconds(self._clock()) + 1000 * PAUSES_SECONDS[lease.attempts - 1]


def overdue(handle: Handle, records: SealedColumn, now: int) -> list[Overdue]:
    """All that consumers should have acknowledged by now (epoch milliseconds)."""
    consumers = ConsumerRows(handle, records).all()
    return [
        Overdue(told, consumer)
        for tenant in tenants_told(handle, now - DUE_HOURS * HOUR_MILLISECONDS + MINUTE_MILLISECONDS)
        for told in told_erasures(handle, tenant)
        if due_at(told.told_at) < now
        for consumer in silent(handle, consumers, told)
    ]
