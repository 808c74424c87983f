"""The cascade: fence, drop, shred, erase, notify. Who commits the fence drives it; anyone may take it up."""

import secrets

import msgspec
import structlog

from gateway.authorization import Authorization
from gateway.booking import TenantId
from gateway.errors import GatewayError, KeyUnavailable, UnknownName
from gateway.store.leases import Lease
from gateway.store.registry import standing_of
from gateway.store.store import Store
from gateway.store.tables import withdrawals
from gateway.store.withdrawals import WithdrawalRow, load_withdrawal
from gateway.vault.keyring import Keyring
from gateway.vault.keys import KeyService
from gateway.withdrawal.steps import NamedStep, Steps

log = structlog.get_logger()

RETRY_MILLISECONDS = 10_000


class Cascade:
    """Withdraws tenants. One of many: a lease keeps them apart."""

    def __init__(self, store: Store, keyring: Keyring, keys: KeyService, *, owner: str) -> None:
        self._store = store
        self._keys = keys
        self._steps = Steps(store, keyring, keys)
        self._owner = owner

    async def fence(self, tenant: TenantId) -> Lease | None:
        """Raise the epoch and record the withdrawal, in one transaction. None if that was done before.

        From here on nothing is read or served. Raises UnknownName, TransitionForbidden once erased.
        """
        async with self._store.administer() as (connection, registry):
            standing = await standing_of(connection, tenant)
            if standing is None:
                raise UnknownName("There is no such tenant. 'gateway tenant list' shows them all.")
            withdrawn = standing.authorization.withdraw()
            if withdrawn is standing.authorization:
                return None
            withdrawn = await self._above_what_was_known(withdrawn)
            await registry.change(standing.authorization, withdrawn)
            erasure = f"era_{secrets.token_urlsafe(16)}"
            return await registry.withdrawals.open(tenant, withdrawn.id, erasure, owner=self._owner)

    async def drive(self, lease: Lease) -> WithdrawalRow:
        """Take the steps that are not yet done, in order. Raises GatewayError where one has to wait."""
        row = await self._load(lease)
        for step in self._steps.in_order():
            if getattr(row, f"{step.name}_at") is None:
                await self._take(step, row, lease)
        async with self._store.administer() as (_, registry):
            await registry.withdrawals.close(lease)
        return await self._load(lease)

    async def resume(self) -> None:
        """Take up every unfinished withdrawal that nobody drives. One that waits does not hold up others."""
        for tenant in sorted(await self._store.tenants_with_due(withdrawals)):
            for lease in await self._store.claim(withdrawals, tenant=tenant, owner=self._owner, limit=1):
                try:
                    await self.drive(lease)
                except GatewayError as error:
                    log.warning("withdrawal_delayed", tenant=tenant, code=type(error).__name__)

    async def _take(self, step: NamedStep, row: WithdrawalRow, lease: Lease) -> None:
        try:
            await step.take(row)
        except GatewayError:
            async with self._store.administer() as (_, registry):
                await registry.withdrawals.postpone(lease, RETRY_MILLISECONDS)
            raise
        async with self._store.administer() as (_, registry):
            await registry.withdrawals.mark(lease, step.name)

    async def _load(self, lease: Lease) -> WithdrawalRow:
        async with self._store.reading() as connection:
            return await load_withdrawal(connection, lease)

    async def _above_what_was_known(self, withdrawn: Authorization) -> Authorization:
        """A restored store counts from an old epoch: go above the highest there ever was."""
        try:
            highest = await self._keys.epoch(withdrawn.tenant, withdrawn.id)
        except KeyUnavailable:
            # The fence waits for nobody. Telling the key service is a step of its own, and tried again.
            return withdrawn
        return msgspec.structs.replace(withdrawn, epoch=max(withdrawn.epoch, highest + 1))
