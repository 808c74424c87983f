"""Streams: fetched where they are to be, and asked now and then whether they stand, and whether they work.

That touches them as well: one that nobody asks for is paused or deleted at its end after a while.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from gateway.app.parts import Parts
from gateway.app.signals.arranging import let_stand
from gateway.app.signals.asking import Asker, NotAnswered
from gateway.app.signals.fetching import Fetching
from gateway.app.signals.hearing import Hearing
from gateway.app.signals.replacing import NOT_FOUND, Replacing
from gateway.app.signals.transmitters import ask_to_verify
from gateway.booking import TenantId
from gateway.clock import MINUTE_MILLISECONDS, milliseconds
from gateway.errors import Fenced, GatewayError, StoreBusy
from gateway.signals.transmitter import Caller, TransmitterKind
from gateway.store.leases import Lease
from gateway.store.registry import Registry, known_standing
from gateway.store.scope import TenantScope
from gateway.store.tables import transmitters
from gateway.store.transmitters import TransmitterRow, transmitters_of, visited
from gateway.store.withdrawals import NEVER

log = structlog.get_logger()

POLL_MILLISECONDS = MINUTE_MILLISECONDS // 2
LOOK_MILLISECONDS = 10 * MINUTE_MILLISECONDS
SILENT, SLOW = "silent", "slow"
#: Visited at the same time, and each for so long: those that hang hold up the others for no longer.
AT_ONCE = 16
VISIT_SECONDS = 20.0


#: Asks a tenant's own provider: when it is to be asked again, and what kept it from telling all.
AskProvider = Callable[[TenantId, TransmitterRow], Awaitable[tuple[int, str | None]]]


class Streams:
    """Visits the streams that are due, and the providers. One of many: leases keep them apart."""

    def __init__(
        self, parts: Parts, hearing: Hearing, asker: Asker, ask_provider: AskProvider, *, owner: str
    ) -> None:
        self._parts = parts
        self._hearing = hearing
        self._asker = asker
        self._ask_provider = ask_provider
        self._owner = owner

    async def visit(self) -> None:
        """Fetch and ask what is due. One that fails, or hangs, does not hold up others. Raises StoreBusy."""
        room = asyncio.Semaphore(AT_ONCE)
        due = sorted(await self._parts.store.tenants_with_due(transmitters))
        async with asyncio.TaskGroup() as group:
            for tenant in due:
                # Claimed once there is room: a lease does not run out while others are waited for.
                while lease := await self._claimed(tenant, room):
                    group.create_task(self._leased(lease, room), name="stream")

    async def _claimed(self, tenant: TenantId, room: asyncio.Semaphore) -> Lease | None:
        """A lease, and room to visit what it is of; None once nothing of a tenant is due."""
        await room.acquire()
        try:
            claimed = await self._parts.store.claim(transmitters, tenant=tenant, owner=self._owner, limit=1)
        except StoreBusy:
            claimed = []
        if claimed:
            return claimed[0]
        room.release()
        return None

    async def _leased(self, lease: Lease, room: asyncio.Semaphore) -> None:
        try:
            await self._visit(lease)
        except (Fenced, StoreBusy):
            # Another process visits it, or its tenant moved on; its lease runs out, and somebody comes again.
            return
        finally:
            room.release()

    async def _visit(self, lease: Lease) -> None:
        row = await self._row(lease)
        if row is None:
            # Nobody believes it any more.
            return
        kind = TransmitterKind(row.kind)
        if kind.is_asked:
            await self._settle(lease, *await self._ask_provider(TenantId(lease.tenant), row))
            return
        if not kind.is_stream:
            await self._settle(lease, NEVER, None)
            return
        reason = await self._why(TenantId(lease.tenant), row)
        if reason is not None and reason != row.reason:
            log.warning("transmitter_not_heard", tenant=lease.tenant, transmitter=row.id, reason=reason)
        wait = POLL_MILLISECONDS if kind is TransmitterKind.SSF_POLL else LOOK_MILLISECONDS
        await self._settle(lease, milliseconds(self._parts.clock()) + wait, reason)

    async def _why(self, tenant: TenantId, row: TransmitterRow) -> str | None:
        """Ask all that is to be asked; why it does not tell as it should."""
        try:
            async with asyncio.timeout(VISIT_SECONDS):
                caller = await self._hearing.opened(tenant, row.id)
                return None if caller is None else await self._asked(caller, row)
        except TimeoutError:
            return SLOW
        except Fenced:
            # Its tenant moved on meanwhile: it is looked at anew.
            return None
        except GatewayError as error:
            return type(error).__name__

    async def _asked(self, caller: Caller, row: TransmitterRow) -> str | None:
        """The first reason of several: what cannot be asked keeps nothing from being fetched."""
        stands = await _reason(let_stand(self._asker, caller.transmitter))
        if stands == NOT_FOUND:
            stands = await _reason(Replacing(self._parts, self._asker, caller).run())
            caller = await self._hearing.opened(caller.tenant, caller.id) or caller
        works = await _reason(self._verify(caller))
        told = None
        if caller.transmitter.kind is TransmitterKind.SSF_POLL:
            # What is to be repeated may be among what is fetched.
            caller = await self._hearing.opened(caller.tenant, caller.id) or caller
            told = await _reason(Fetching(self._hearing, self._asker, caller, self._parts.clock).run())
        return stands or works or told or await self._silent(caller, row)

    async def _verify(self, caller: Caller) -> None:
        """Ask whether it works, if that was not asked lately. Raises NotAnswered, GatewayError."""
        question, now = caller.transmitter.question, milliseconds(self._parts.clock())
        pause = caller.transmitter.pause or 0
        if question is None or not 0 <= now - question.asked_at < pause:
            standing = await self._parts.store.read(partial(known_standing, tenant=caller.tenant))
            await ask_to_verify(self._parts, standing, self._asker, caller.id)

    async def _silent(self, caller: Caller, row: TransmitterRow) -> str | None:
        found = (await self._rows(caller.tenant)).get(row.id, row)._replace(pause=caller.transmitter.pause)
        return SILENT if found.unheard(milliseconds(self._parts.clock())) else None

    async def _row(self, lease: Lease) -> TransmitterRow | None:
        return (await self._rows(TenantId(lease.tenant))).get(lease.id)

    async def _rows(self, tenant: TenantId) -> dict[str, TransmitterRow]:
        rows = await self._parts.store.read(partial(transmitters_of, tenant=tenant))
        return {row.id: row for row in rows}

    async def _settle(self, lease: Lease, due_at: int, reason: str | None) -> None:
        def write(rows: Registry) -> None:
            scope = TenantScope(handle=rows.handle, tenant=TenantId(lease.tenant), now=rows.now)
            visited(scope, lease, due_at=due_at, reason=reason)

        await self._parts.store.administer(write)


async def _reason(asking: Awaitable[str | None]) -> str | None:
    """What it tells as the reason, or what keeps it from that."""
    try:
        return await asking
    except NotAnswered as error:
        return error.code
    except Fenced:
        raise
    except GatewayError as error:
        return type(error).__name__
