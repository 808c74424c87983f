"""What comes before a tenant is read or served: what was withdrawn, and what may be told, as it is now."""

from functools import partial

import structlog

from gateway.app.cascades import open_cascade
from gateway.app.consumers.overview import settle_revocations
from gateway.app.parts import Parts
from gateway.app.terms.narrowing import settle_rules
from gateway.booking import TenantId
from gateway.errors import GatewayError
from gateway.store.registry import known_standing, standings
from gateway.withdrawal.giving_back import Revoke
from gateway.withdrawal.replaying import Replay

log = structlog.get_logger()


class Preparation:
    """Withholds every tenant's keys until a store that was put back is made true, and rules are obeyed.

    Consumers come first: what was revoked is revoked again.
    """

    def __init__(self, parts: Parts, revoke: Revoke) -> None:
        self._parts = parts
        self._replay = Replay(parts.store, parts.keyring, parts.keys, open_cascade(parts, revoke))
        self._waiting = set[TenantId]()
        self._consumers_settled = False

    async def begin(self) -> None:
        """Look at every tenant. One whose keys are not to be had waits, and nobody works for it meanwhile."""
        for standing in await self._parts.store.read(standings):
            self._parts.keyring.withhold(standing.tenant)
            self._waiting.add(standing.tenant)
        await self.go_on()

    async def go_on(self) -> None:
        """Try those again that wait: all of them, until no consumer reads that was revoked."""
        if not await self._settle_consumers():
            return
        for tenant in sorted(self._waiting):
            try:
                await self._prepare(tenant)
            except GatewayError as error:
                log.warning("tenant_not_opened", tenant=tenant, code=type(error).__name__)
                continue
            self._waiting.discard(tenant)
            self._parts.keyring.release(tenant)

    async def _settle_consumers(self) -> bool:
        if not self._consumers_settled:
            try:
                await settle_revocations(self._parts)
            except GatewayError as error:
                log.warning("consumers_not_settled", code=type(error).__name__)
                return False
            self._consumers_settled = True
        return True

    async def _prepare(self, tenant: TenantId) -> None:
        parts, look = self._parts, partial(known_standing, tenant=tenant)
        standing = await parts.store.read(look)
        if standing.authorization.state.is_open:
            await self._replay.of_tenant(standing)
            standing = await parts.store.read(look)
        if standing.authorization.state.is_open:
            await settle_rules(parts, standing)
