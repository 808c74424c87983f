"""Informing: employers are told at their own webhooks what was restricted, what is erased, and who is silent.

On its own: a suspension, a clock or a cascade waits for nobody who is told of it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from gateway.booking import TenantId
from gateway.clock import Clock
from gateway.errors import GatewayError
from gateway.store.leases import Sort
from gateway.store.messages import WEBHOOK, Message, let_go, load_message
from gateway.store.store import Store
from gateway.vault.keyring import Keyring
from gateway.withdrawal.outbox import Outbox

log = structlog.get_logger()

#: Tells an employer one message. Raises NotTold.
TellEmployer = Callable[[Message], Awaitable[None]]

#: Tenants whose employers are told at the same time: one whose address hangs holds up no other.
AT_ONCE = 16


class Informing:
    """Tells employers what is due. One of many: leases keep them apart."""

    def __init__(
        self, store: Store, keyring: Keyring, clock: Clock, *, tell: TellEmployer, owner: str
    ) -> None:
        self._keyring = keyring
        self._tell = tell
        self._outbox = Outbox[Message](
            store, clock, sort=Sort.OF_EMPLOYERS, word="employer_message", owner=owner
        )

    async def visit(self) -> None:
        """Tell what is due. One that fails, or hangs, does not hold up the others. Raises StoreBusy."""
        room = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for tenant in await self._outbox.tenants():
                group.create_task(self._visit(tenant, room), name="informing")

    async def _visit(self, tenant: TenantId, room: asyncio.Semaphore) -> None:
        async with room:
            try:
                column = await self._keyring.evidence(tenant, *WEBHOOK)
                await self._outbox.tell(tenant, partial(load_message, column=column), self._tell, let_go)
            except GatewayError as error:
                log.warning("employer_not_informed", tenant=tenant, code=type(error).__name__)
