"""Streams: fetched where they are to be, and asked now and then to say that they work.

That touches them as well: one that nobody asks for is paused or deleted at its end after a while.
"""

from functools import partial

import structlog

from gateway.app.asking import Asker, NotAnswered
from gateway.app.hearing import Hearing
from gateway.app.parts import Parts
from gateway.app.transmitters import TRANSMITTERS_MAX, ask_to_verify
from gateway.booking import TenantId
from gateway.clock import HOUR_MILLISECONDS, MINUTE_MILLISECONDS, milliseconds
from gateway.errors import Fenced, GatewayError
from gateway.signals.refusal import SetRefused
from gateway.signals.stream import POLLED_BYTES_MAX, SETS_MAX, Polled, poll_request
from gateway.signals.transmitter import Caller, TransmitterKind
from gateway.store.leases import Lease
from gateway.store.registry import Registry, known_standing
from gateway.store.scope import TenantScope
from gateway.store.tables import transmitters
from gateway.store.transmitters import TransmitterRow, transmitter_of, visited
from gateway.store.withdrawals import NEVER

log = structlog.get_logger()

POLL_MILLISECONDS = MINUTE_MILLISECONDS // 2
LOOK_MILLISECONDS = 10 * MINUTE_MILLISECONDS
VERIFY_MILLISECONDS = HOUR_MILLISECONDS
#: Who was asked so many times and has not said that it works is silent.
SILENT_AFTER_MILLISECONDS = 3 * VERIFY_MILLISECONDS
#: Of one visit: who has more is visited again.
POLLS_MAX = 10
SILENT = "silent"


class Streams:
    """Visits the streams that are due. One of many: leases keep them apart."""

    def __init__(self, parts: Parts, hearing: Hearing, asker: Asker, *, owner: str) -> None:
        self._parts = parts
        self._hearing = hearing
        self._asker = asker
        self._owner = owner

    async def visit(self) -> None:
        """Fetch and ask what is due. One that fails does not hold up the others."""
        store = self._parts.store
        for tenant in sorted(await store.tenants_with_due(transmitters)):
            claimed = await store.claim(
                transmitters, tenant=tenant, owner=self._owner, limit=TRANSMITTERS_MAX
            )
            for lease in claimed:
                try:
                    await self._visit(lease)
                except Fenced:
                    # Another process visits it, or its tenant moved on: somebody comes again.
                    continue

    async def _visit(self, lease: Lease) -> None:
        tenant = TenantId(lease.tenant)
        row = await self._parts.store.read(partial(transmitter_of, lease=lease))
        kind = TransmitterKind(row.kind)
        if not kind.is_stream:
            await self._settle(lease, NEVER, None)
            return
        reason, wait = None, POLL_MILLISECONDS if kind is TransmitterKind.SSF_POLL else LOOK_MILLISECONDS
        try:
            caller = await self._hearing.opened(tenant, row.id)
            if caller is not None:
                await self._ask(caller, row)
        except NotAnswered as error:
            reason = error.code
        except SetRefused as error:
            reason = error.code
        except GatewayError as error:
            reason = type(error).__name__
        now = milliseconds(self._parts.clock())
        if reason is None and now - (row.heard_at or row.created_at) > SILENT_AFTER_MILLISECONDS:
            reason = SILENT
        if reason is not None:
            log.warning("transmitter_not_heard", tenant=tenant, transmitter=row.id, reason=reason)
        await self._settle(lease, now + wait, reason)

    async def _ask(self, caller: Caller, row: TransmitterRow) -> None:
        question, now = caller.transmitter.question, milliseconds(self._parts.clock())
        if question is None or not 0 <= now - question.asked_at < VERIFY_MILLISECONDS:
            standing = await self._parts.store.read(partial(known_standing, tenant=caller.tenant))
            await ask_to_verify(self._parts, standing, self._asker, row.id)
            # What it repeats may be among what is fetched.
            caller = await self._hearing.opened(caller.tenant, caller.id) or caller
        if caller.transmitter.kind is TransmitterKind.SSF_POLL:
            await self._fetch(caller)

    async def _fetch(self, caller: Caller) -> None:
        """All there is, and take nothing back that was not remembered. Raises NotAnswered, GatewayError."""
        agreed = caller.transmitter.agreed
        address = agreed.delivery.endpoint_url if agreed else None
        taken, refused = list[str](), dict[str, str]()
        for _ in range(POLLS_MAX):
            asked = poll_request(taken, refused, SETS_MAX)
            polled = Polled.read(
                await self._asker.post(address or "", asked, caller.transmitter.token, POLLED_BYTES_MAX)
            )
            if polled is None:
                raise NotAnswered("no_sets")
            taken, refused = [], {}
            for name, token in polled.sets.items():
                try:
                    await self._hearing.hear(caller, token.encode("ascii", "replace"))
                    taken.append(name)
                except SetRefused as error:
                    refused[name] = error.code
            if not polled.sets:
                return

    async def _settle(self, lease: Lease, due_at: int, reason: str | None) -> None:
        def write(rows: Registry) -> None:
            scope = TenantScope(handle=rows.handle, tenant=TenantId(lease.tenant), now=rows.now)
            visited(scope, lease, due_at=due_at, reason=reason)

        await self._parts.store.administer(write)
