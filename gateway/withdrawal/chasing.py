"""Chasing: acknowledgements that are overdue are brought before people, in the log and at an address."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

import structlog

from gateway.acknowledgement import DUE_HOURS, due_at
from gateway.clock import HOUR_MILLISECONDS, MINUTE_MILLISECONDS, Clock, milliseconds
from gateway.metrics import Metrics
from gateway.store.acknowledgements import ToldErasure, told_erasures
from gateway.store.consumers import RECORDS, Consumer, ConsumerRows
from gateway.store.escalations import Escalation, escalate, load_escalation, tenants_told
from gateway.store.handle import Handle
from gateway.store.leases import Sort
from gateway.store.registry import Registry
from gateway.store.scope import TenantScope
from gateway.store.store import Store
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import Keyring
from gateway.withdrawal.outbox import Outbox
from gateway.withdrawal.silence import silent

log = structlog.get_logger()

#: Tells an operator of one escalation. Raises NotTold.
Tell = Callable[[Escalation], Awaitable[None]]


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
        self._outbox = Outbox[Escalation](
            store, clock, sort=Sort.OF_THE_OPERATOR, word="escalation", owner=owner
        )
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
            for tenant in await self._outbox.tenants():
                await self._outbox.tell(tenant, load_escalation, self._tell)

    async def _escalate(self, one: Overdue) -> None:
        told, consumer = one.erasure, one.consumer.id

        def write(rows: Registry) -> bool:
            scope = TenantScope(handle=rows.handle, tenant=told.tenant, now=rows.now)
            return escalate(scope, told.id, consumer, since=due_at(told.told_at))

        if await self._store.administer(write):
            log.warning("acknowledgement_overdue", tenant=told.tenant, erasure=told.id, consumer=consumer)


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
