"""The limitation period: when it is over, proof goes, and of whole tenants the key that opens it."""

from functools import partial

import structlog

from gateway.booking import TenantId
from gateway.clock import DAY_MILLISECONDS, HOUR_MILLISECONDS, Clock, milliseconds
from gateway.errors import GatewayError
from gateway.store.asked import forget_requests, requests_over
from gateway.store.consumers import RECORDS, ConsumerRows
from gateway.store.cursors import forget_cursors
from gateway.store.limitation import erasures_over, forget_proof, forget_tenant, tenants_over
from gateway.store.registry import Registry, standings
from gateway.store.scope import TenantScope
from gateway.store.store import Store
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import Keyring
from gateway.vault.keys import KeyService
from gateway.withdrawal.recording_requests import forget_recorded

log = structlog.get_logger()


class Limitation:
    """Lets go of proof that is older than so many days."""

    def __init__(self, store: Store, keyring: Keyring, keys: KeyService, clock: Clock, *, days: int) -> None:
        self._store = store
        self._keyring = keyring
        self._keys = keys
        self._clock = clock
        self._days = days
        self._looked_in = -1

    async def visit(self) -> None:
        """Look for such proof, once an hour. What has to wait for a key service is tried in the next."""
        now = milliseconds(self._clock())
        hour, before = now // HOUR_MILLISECONDS, now - self._days * DAY_MILLISECONDS
        if hour == self._looked_in:
            return
        self._looked_in = hour
        for standing in await self._store.read(standings):
            if standing.authorization.state.is_open:
                await self._forget_withdrawals(standing.tenant, before)
        for tenant in await self._store.read(partial(tenants_over, before=before)):
            await self._end(tenant)
        await self._forget_consumers(before)
        await self._store.administer(lambda registry: forget_cursors(registry.handle, registry.now))

    async def _forget_withdrawals(self, tenant: TenantId, before: int) -> None:
        try:
            # With the keys first: what stands there and not in the store is taken for withdrawn since a copy.
            for withdrawal in await self._store.read(partial(erasures_over, tenant=tenant, before=before)):
                await self._keys.forget_record(tenant, withdrawal)
            for request in await self._store.read(partial(requests_over, tenant=tenant, before=before)):
                await forget_recorded(self._keys, request)
        except GatewayError as error:
            log.warning("proof_not_ended", tenant=tenant, code=type(error).__name__)
            return
        await self._store.administer(partial(_forget_proof, tenant, before))

    async def _end(self, tenant: TenantId) -> None:
        try:
            # First: what a copy of the database holds of it does not open any more.
            await self._keys.destroy_evidence(tenant)
        except GatewayError as error:
            log.warning("proof_not_ended", tenant=tenant, code=type(error).__name__)
            return
        self._keyring.drop(tenant)
        await self._store.administer(lambda registry: forget_tenant(registry.handle, tenant))

    async def _forget_consumers(self, before: int) -> None:
        try:
            records = await self._keyring.service(*RECORDS)
            await self._store.administer(partial(_forget_consumers, records, before))
        except GatewayError as error:
            log.warning("consumers_not_forgotten", code=type(error).__name__)


def _forget_proof(tenant: TenantId, before: int, registry: Registry) -> None:
    scope = TenantScope(handle=registry.handle, tenant=tenant, now=registry.now)
    forget_proof(scope, before)
    forget_requests(scope, before)


def _forget_consumers(records: SealedColumn, before: int, registry: Registry) -> None:
    ConsumerRows(registry.handle, records).forget(before)
