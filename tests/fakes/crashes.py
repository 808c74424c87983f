"""A process that dies at a chosen effect: a commit of its store, or a call of its key service."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.legal_hold import HoldId
from gateway.store.registry import Registry
from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.vault.keyring import TenantKeys
from gateway.vault.keys import (
    Custody,
    DataKeyOwner,
    KeyService,
    KeyVersion,
    KnownBackup,
    RemainingKey,
    TenantPurpose,
)
from gateway.vault.secret import SecretKey

Rows = TypeVar("Rows")
Result = TypeVar("Result")


class Crash(Exception):
    """The process is gone: whatever was not committed is lost, and nothing tidies up."""


class Fuse:
    """Lets so many effects happen. The next one crashes, before or right after it; nothing happens after."""

    def __init__(self, effects: int, *, after: bool = False) -> None:
        self.burnt = False
        self.light(effects, after=after)

    def light(self, effects: int, *, after: bool) -> None:
        """Let so many more happen."""
        self._left = effects
        self._after = after

    def before(self) -> None:
        if self.burnt or (self._left == 0 and not self._after):
            self._crash()

    def done(self) -> None:
        if self._left == 0:
            self._crash()
        self._left -= 1

    def _crash(self) -> None:
        self.burnt = True
        raise Crash


class CrashingStore(Store):
    """A store whose commits are effects. A crash before a commit rolls back."""

    def __init__(self, store: Store, fuse: Fuse) -> None:
        super().__init__(store._lanes, store._clock)
        self._fuse = fuse

    async def turn(self, fence: Fence, keys: TenantKeys, work: Callable[[Transaction], Result]) -> Result:
        result = await super().turn(fence, keys, self._fused(work))
        self._fuse.done()
        return result

    async def administer(self, work: Callable[[Registry], Result]) -> Result:
        result = await super().administer(self._fused(work))
        self._fuse.done()
        return result

    async def restrict(self, work: Callable[[Registry], Result]) -> Result:
        result = await super().restrict(self._fused(work))
        self._fuse.done()
        return result

    def _fused(self, work: Callable[[Rows], Result]) -> Callable[[Rows], Result]:
        """The same work, its commit an effect."""

        def fused(rows: Rows) -> Result:
            result = work(rows)
            self._fuse.before()
            return result

        return fused

    async def sweep(self) -> bool:
        self._fuse.before()
        emptied = await super().sweep()
        self._fuse.done()
        return emptied


class CrashingKeys:
    """A key service whose changes are effects."""

    def __init__(self, keys: KeyService, fuse: Fuse) -> None:
        self._keys = keys
        self._fuse = fuse

    @property
    def custody(self) -> Custody:
        return self._keys.custody

    async def create_tenant(self, tenant: TenantId) -> None:
        await self._effect(lambda: self._keys.create_tenant(tenant))

    async def create_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> None:
        await self._effect(lambda: self._keys.create_data_key(tenant, owner))

    async def open_key(self, tenant: TenantId, purpose: TenantPurpose) -> SecretKey:
        return await self._keys.open_key(tenant, purpose)

    async def open_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> SecretKey:
        return await self._keys.open_data_key(tenant, owner)

    async def create_hold_key(self, tenant: TenantId, hold: HoldId) -> None:
        await self._effect(lambda: self._keys.create_hold_key(tenant, hold))

    async def open_hold_key(self, tenant: TenantId, hold: HoldId) -> SecretKey:
        return await self._keys.open_hold_key(tenant, hold)

    async def destroy_hold_key(self, tenant: TenantId, hold: HoldId) -> None:
        await self._effect(lambda: self._keys.destroy_hold_key(tenant, hold))

    async def officers(self) -> Sequence[bytes]:
        return await self._keys.officers()

    async def record_officers(self, number: int, record: bytes) -> None:
        await self._effect(lambda: self._keys.record_officers(number, record))

    async def service_key(self) -> SecretKey:
        return await self._keys.service_key()

    async def log_key(self) -> SecretKey:
        return await self._keys.log_key()

    async def log_size(self, log: int) -> int:
        return await self._keys.log_size(log)

    async def raise_log_size(self, log: int, size: int) -> None:
        await self._effect(lambda: self._keys.raise_log_size(log, size))

    async def keep_record(self, tenant: TenantId, name: str, record: bytes) -> None:
        await self._effect(lambda: self._keys.keep_record(tenant, name, record))

    async def kept_records(self, tenant: TenantId) -> Mapping[str, bytes]:
        return await self._keys.kept_records(tenant)

    async def forget_record(self, tenant: TenantId, name: str) -> None:
        await self._effect(lambda: self._keys.forget_record(tenant, name))

    async def record_revocation(self, consumer: str) -> None:
        await self._effect(lambda: self._keys.record_revocation(consumer))

    async def revocations(self) -> frozenset[str]:
        return await self._keys.revocations()

    async def register_backup(self, backup: str, taken_at: int) -> None:
        await self._effect(lambda: self._keys.register_backup(backup, taken_at))

    async def record_drill(self, backup: str, drilled_at: int) -> None:
        await self._effect(lambda: self._keys.record_drill(backup, drilled_at))

    async def record_destruction(self, backup: str, destroyed_at: int) -> None:
        await self._effect(lambda: self._keys.record_destruction(backup, destroyed_at))

    async def backups(self) -> Mapping[str, KnownBackup]:
        return await self._keys.backups()

    async def key_version(self, tenant: TenantId) -> KeyVersion:
        return await self._keys.key_version(tenant)

    async def rotate(self, tenant: TenantId, version: int, at: int) -> None:
        await self._effect(lambda: self._keys.rotate(tenant, version, at))

    async def burn(self, tenant: TenantId, owner: DataKeyOwner, at: int) -> datetime | None:
        return await self._effect(lambda: self._keys.burn(tenant, owner, at))

    async def restore_evidence(self, tenant: TenantId, key: SecretKey) -> None:
        await self._effect(lambda: self._keys.restore_evidence(tenant, key))

    async def destroy_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> None:
        await self._effect(lambda: self._keys.destroy_data_key(tenant, owner))

    async def destroy_credentials(self, tenant: TenantId) -> None:
        await self._effect(lambda: self._keys.destroy_credentials(tenant))

    async def credentials_version(self, tenant: TenantId) -> int:
        return await self._keys.credentials_version(tenant)

    async def retire_credentials(self, tenant: TenantId, version: int) -> None:
        await self._effect(lambda: self._keys.retire_credentials(tenant, version))

    async def renew_credentials(self, tenant: TenantId) -> None:
        await self._effect(lambda: self._keys.renew_credentials(tenant))

    async def destroy_tenant_keys(self, tenant: TenantId) -> None:
        await self._effect(lambda: self._keys.destroy_tenant_keys(tenant))

    async def destroy_evidence(self, tenant: TenantId) -> None:
        await self._effect(lambda: self._keys.destroy_evidence(tenant))

    async def remaining(self, tenant: TenantId) -> tuple[RemainingKey, ...]:
        return await self._keys.remaining(tenant)

    async def epoch(self, tenant: TenantId, authorization: AuthorizationId | HoldId) -> int:
        return await self._keys.epoch(tenant, authorization)

    async def raise_epoch(
        self, tenant: TenantId, authorization: AuthorizationId | HoldId, epoch: int
    ) -> None:
        await self._effect(lambda: self._keys.raise_epoch(tenant, authorization, epoch))

    async def _effect(self, change: Callable[[], Awaitable[Result]]) -> Result:
        self._fuse.before()
        result = await change()
        self._fuse.done()
        return result


_: type[KeyService] = CrashingKeys
