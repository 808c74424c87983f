"""A store put back from a copy: what was withdrawn since is withdrawn again before anything is served.

What else has raised its epoch since, such as a narrower policy, nobody knows any more: that tenant is
suspended until its admin confirms what is in force.
"""

from functools import partial

import structlog
from msgspec.structs import replace

from gateway.authorization import Authorization, SuspensionReason
from gateway.booking import TenantId
from gateway.store.links import become
from gateway.store.registry import Registry, Standing, known_standing, standings
from gateway.store.store import Fence, Store
from gateway.store.withdrawals import withdrawals_of
from gateway.vault.keyring import Keyring
from gateway.vault.keys import KeyService
from gateway.withdrawal.cascade import Cascade
from gateway.withdrawal.recording import Recorded, opened

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
        records = await self._keys.recorded_withdrawals(tenant)
        known = {row.id for row in await self._store.read(partial(withdrawals_of, tenant=tenant))}
        missing = await opened(
            self._keyring, tenant, {name: records[name] for name in records.keys() - known}
        )
        own = standing.authorization.id
        # Where all of it was withdrawn, nothing is left to withdraw of anybody.
        missing = [one for one in missing if _is_tenants(one[1], own)] or missing
        if not any(_is_tenants(one, own) for _, one in missing):
            await self._suspend_if_behind(standing.authorization)
        for name, recorded in missing:
            await self._withdraw(tenant, name, recorded)
        return len(missing)

    async def _suspend_if_behind(self, seen: Authorization) -> None:
        highest = await self._keys.epoch(seen.tenant, seen.id)
        if highest <= seen.epoch:
            return

        def write(registry: Registry) -> bool:
            before = registry.standing(seen.tenant).authorization
            if before.epoch >= highest:
                # Another process has raised it meanwhile: this store is not behind.
                return False
            after = before.suspend(SuspensionReason.POLICY_UNCONFIRMED) if before.state.may_read else before
            become(registry, before, replace(after, epoch=highest + 1))
            registry.release_work(seen.tenant)
            return True

        if await self._store.administer(write):
            await self._keys.raise_epoch(seen.tenant, seen.id, highest + 1)
            log.warning("restored_tenant_suspended", tenant=seen.tenant)

    async def _withdraw(self, tenant: TenantId, name: str, recorded: Recorded) -> None:
        if recorded.subject is None:
            lease = await self._cascade.fence_again(tenant, recorded.authorization, name)
        else:
            authorization = (await self._store.read(partial(known_standing, tenant=tenant))).authorization
            keys = await self._keyring.tenant(tenant, authorization.id)
            fence = Fence(tenant, authorization.id, authorization.epoch)
            lease = await self._cascade.fence_subject_again(
                fence, keys, recorded.subject, recorded.found_by, name
            )
        if lease is not None:
            log.warning("withdrawal_replayed", tenant=tenant, erasure=name)
            await self._cascade.drive(lease)


def _is_tenants(recorded: Recorded, own: str) -> bool:
    return recorded.subject is None and recorded.authorization == own
