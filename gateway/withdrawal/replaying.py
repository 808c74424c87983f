"""A store put back from a copy: what was withdrawn or asked for since holds again before anything is served.

What else has raised its epoch since, such as a narrower policy, nobody knows any more: that tenant is
suspended until its admin confirms what is in force.
"""

from collections.abc import Mapping
from functools import partial

import structlog
from msgspec.structs import replace

from gateway.authorization import Authorization, SuspensionReason
from gateway.booking import TenantId
from gateway.store.asked import requests_of
from gateway.store.links import become
from gateway.store.registry import Registry, Standing, known_standing, standings
from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.store.withdrawals import withdrawals_of
from gateway.vault.keyring import Keyring, TenantKeys
from gateway.vault.keys import KeyService
from gateway.withdrawal.cascade import Cascade
from gateway.withdrawal.recording import Recorded, opened
from gateway.withdrawal.recording_requests import RecordedRequest, is_request, missing_requests
from gateway.withdrawal.restricting import advance

log = structlog.get_logger()


class Replay:
    """Withdraws again what a restored store still has. In a store that was not restored it does nothing."""

    def __init__(self, store: Store, keyring: Keyring, keys: KeyService, cascade: Cascade) -> None:
        self._store = store
        self._keyring = keyring
        self._keys = keys
        self._cascade = cascade

    async def run(self) -> int:
        """Of all tenants; returns how many withdrawals were replayed. Raises GatewayError where one waits."""
        found = await self._store.read(standings)
        return sum([await self.of_tenant(one) for one in found if one.authorization.state.is_open])

    async def of_tenant(self, standing: Standing) -> int:
        """As ``run``, of one tenant whose authorization has not ended."""
        tenant = standing.tenant
        # Before the rows: whoever withdraws meanwhile commits the row first.
        records = await self._keys.kept_records(tenant)
        known = {row.id for row in await self._store.read(partial(withdrawals_of, tenant=tenant))}
        lacking = {name for name in records.keys() - known if not is_request(name)}
        missing = await opened(self._keyring, tenant, {name: records[name] for name in lacking})
        own = standing.authorization.id
        # Where all of it was withdrawn, nothing is left to withdraw of anybody.
        missing = [one for one in missing if _is_tenants(one[1], own)] or missing
        if not any(_is_tenants(one, own) for _, one in missing):
            await self._suspend_if_behind(standing.authorization)
        for name, recorded in missing:
            await self._withdraw(tenant, name, recorded)
        await self._ask_again(tenant, records)
        return len(missing)

    async def _ask_again(self, tenant: TenantId, records: Mapping[str, bytes]) -> None:
        """Requests of people stand as they stood. Whoever visits them does what else follows."""
        standing = await self._store.read(partial(known_standing, tenant=tenant))
        known = await self._store.read(partial(requests_of, tenant=tenant))
        missing = await missing_requests(self._keyring, tenant, records, known)
        if not (missing and standing.authorization.state.is_open):
            return
        fence = Fence.of(standing)
        keys = await self._keyring.tenant(tenant, fence.authorization)
        for one in missing:
            log.warning("request_replayed", tenant=tenant, kind=one.request.kind.value)
            await self._store.turn(fence, keys, partial(_stand, keys=keys, recorded=one))

    async def _suspend_if_behind(self, seen: Authorization) -> None:
        highest = await self._keys.epoch(seen.tenant, seen.id)
        if highest <= seen.epoch:
            return

        def write(registry: Registry) -> bool:
            before = registry.standing(seen.tenant).authorization
            if before.epoch >= highest:
                # Another process has raised it meanwhile: this store is not behind.
                return False
            after = before.suspend(SuspensionReason.STORE_RESTORED) if before.state.may_read else before
            # Also of what was suspended before: no answer to anything else re-opens it.
            reason = None if after.reason is None else SuspensionReason.STORE_RESTORED
            become(registry, before, replace(after, epoch=highest + 1, reason=reason))
            registry.release_work(seen.tenant)
            return True

        if await self._store.administer(write):
            await self._keys.raise_epoch(seen.tenant, seen.id, highest + 1)
            log.warning("restored_tenant_suspended", tenant=seen.tenant)

    async def _withdraw(self, tenant: TenantId, name: str, recorded: Recorded) -> None:
        if recorded.is_whole:
            lease = await self._cascade.fence_again(tenant, recorded.authorization, name)
        else:
            standing = await self._store.read(partial(known_standing, tenant=tenant))
            fence, within = Fence.of(standing), recorded.found_by
            keys = await self._keyring.tenant(tenant, fence.authorization)
            if recorded.subject is None:
                version = recorded.credentials or 0
                lease = await self._cascade.fence_credentials_again(standing, keys, version, name)
            else:
                lease = await self._cascade.fence_subject_again(fence, keys, recorded.subject, within, name)
        if lease is not None:
            log.warning("withdrawal_replayed", tenant=tenant, erasure=name)
            await self._cascade.drive(lease)


def _stand(transaction: Transaction, *, keys: TenantKeys, recorded: RecordedRequest) -> None:
    """Unless another process has made it so, just now, or taken it further."""
    request = recorded.request
    stored = transaction.requests.find(request.id)
    if stored is None or len(stored.steps) < len(request.steps):
        advance(transaction, keys.index, request, recorded.found_by)


def _is_tenants(recorded: Recorded, own: str) -> bool:
    return recorded.is_whole and recorded.authorization == own
