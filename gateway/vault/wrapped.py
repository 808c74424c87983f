"""WrappedKeyService: keys stand wrapped in the key directory, and what wraps them is a service of its own.

    DIRECTORY/                              0700, files 0600
      service.key  log.key                  the installation's own, and what signs its log, wrapped
      log.1.7                               empty: log 1 reached 7 leaves
      tenants/TENANT/
        credentials.key  index.key  evidence.key    each wrapped under a wrapping key of its own
        data.OWNER.1.key                    an authorization's or a subject's, wrapped under ENCRYPTION
        hold.HOLD.key                       a legal hold's, wrapped under a wrapping key of its own
        epoch.AUTHORIZATION.7               empty: epoch 7 was reached
        *.destroyed                         empty: that key was destroyed, or is being destroyed
        *.new                               a crash's left-over, never in use
      officers/0.sealed                     who confirms what concerns holds: public keys, signed
      records/TENANT/NAME.sealed            what was withdrawn or asked for, under the evidence key
      backups/BACKUP.taken.NUMBER           empty: a copy of the store was made then; .drilled: it was tried

Names are ids of ours, which are random. The directory belongs on a volume of its own, without snapshots, and
in no backup but that of the evidence keys and of what signs the log.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.legal_hold import HoldId
from gateway.vault.chronicle import (
    DRILLED,
    OFFICERS,
    RECORDS,
    TAKEN,
    add_record,
    forget_backup,
    forget_record,
    forget_records,
    known_backups,
    known_revocations,
    mark_backup,
    mark_revocation,
    records,
)
from gateway.vault.files import (
    bury,
    create_file,
    create_marker,
    destroy_file,
    highest,
    in_thread,
    is_made,
    refuse_destroyed,
)
from gateway.vault.key_directory import LOG, LOG_KEY, SERVICE_KEY, TENANTS
from gateway.vault.key_file import key_content, opened_key, read_key
from gateway.vault.keys import (
    Custody,
    DataKeyOwner,
    KeyService,
    KnownBackup,
    Purpose,
    RemainingKey,
    TenantPurpose,
)
from gateway.vault.secret import SecretKey
from gateway.vault.tenant_folder import TenantFolder
from gateway.vault.wrapping import SERVICE, WRAPPING_PURPOSES, WrappingKey, WrappingKeys

#: What an id of ours may look like: nothing that means something to a file system, or in an address.
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class WrappedKeyService:
    """A key service over a key directory that was opened, and whatever wraps what stands there."""

    def __init__(self, directory: Path, wrapping: WrappingKeys) -> None:
        self._directory = directory
        self._wrapping = wrapping

    @property
    def custody(self) -> Custody:
        return self._wrapping.custody

    async def create_tenant(self, tenant: TenantId) -> None:
        folder = self._folder(tenant)
        await in_thread(folder.create)
        for purpose in WRAPPING_PURPOSES:
            path, under = folder.key(purpose), WrappingKey(tenant, purpose)
            await in_thread(partial(refuse_destroyed, path))
            await self._wrapping.create(under)
            if purpose is not Purpose.ENCRYPTION:
                await self._make(path, under)

    async def create_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> None:
        path = self._folder(tenant).data_key(_checked(owner))
        await self._make(path, WrappingKey(tenant, Purpose.ENCRYPTION))

    async def open_key(self, tenant: TenantId, purpose: TenantPurpose) -> SecretKey:
        folder = self._folder(tenant)
        return await self._open(folder.key(purpose), WrappingKey(tenant, purpose))

    async def open_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> SecretKey:
        folder, name = self._folder(tenant), _checked(owner)
        await in_thread(partial(refuse_destroyed, folder.key(Purpose.ENCRYPTION)))
        return await self._open(folder.data_key(name), WrappingKey(tenant, Purpose.ENCRYPTION))

    async def create_hold_key(self, tenant: TenantId, hold: HoldId) -> None:
        path, under = self._folder(tenant).hold_key(_checked(hold)), WrappingKey(hold, Purpose.HOLD)
        await in_thread(partial(refuse_destroyed, path))
        await self._wrapping.create(under)
        await self._make(path, under)

    async def open_hold_key(self, tenant: TenantId, hold: HoldId) -> SecretKey:
        path = self._folder(tenant).hold_key(_checked(hold))
        return await self._open(path, WrappingKey(hold, Purpose.HOLD))

    async def destroy_hold_key(self, tenant: TenantId, hold: HoldId) -> None:
        # What is absent beside the installation's key is destroyed, and not another service's.
        (await self.service_key()).drop()
        path = self._folder(tenant).hold_key(_checked(hold))
        await self._destroyed(path, WrappingKey(hold, Purpose.HOLD))

    async def officers(self) -> Sequence[bytes]:
        kept = await in_thread(partial(records, self._directory / OFFICERS))
        return [kept[name] for name in sorted(kept, key=int)]

    async def record_officers(self, number: int, record: bytes) -> None:
        await in_thread(partial(add_record, self._directory / OFFICERS, str(number), record))

    async def service_key(self) -> SecretKey:
        return await self._own(SERVICE_KEY)

    async def log_key(self) -> SecretKey:
        return await self._own(LOG_KEY)

    async def log_size(self, log: int) -> int:
        return await in_thread(lambda: highest(self._directory, f"{LOG}.{log}"))

    async def raise_log_size(self, log: int, size: int) -> None:
        await in_thread(lambda: create_marker(self._directory / f"{LOG}.{log}.{size}"))

    async def keep_record(self, tenant: TenantId, name: str, record: bytes) -> None:
        folder = self._directory / RECORDS / _checked(tenant)
        await in_thread(partial(add_record, folder, _checked(name), record))

    async def kept_records(self, tenant: TenantId) -> Mapping[str, bytes]:
        folder = self._directory / RECORDS / _checked(tenant)
        return await in_thread(partial(records, folder))

    async def forget_record(self, tenant: TenantId, name: str) -> None:
        folder = self._directory / RECORDS / _checked(tenant)
        await in_thread(partial(forget_record, folder, _checked(name)))

    async def record_revocation(self, consumer: str) -> None:
        await in_thread(partial(mark_revocation, self._directory, _checked(consumer)))

    async def revocations(self) -> frozenset[str]:
        return await in_thread(partial(known_revocations, self._directory))

    async def register_backup(self, backup: str, taken_at: int) -> None:
        await in_thread(partial(mark_backup, self._directory, _checked(backup), TAKEN, taken_at))

    async def record_drill(self, backup: str, drilled_at: int) -> None:
        await in_thread(partial(mark_backup, self._directory, _checked(backup), DRILLED, drilled_at))

    async def forget_backup(self, backup: str) -> None:
        await in_thread(partial(forget_backup, self._directory, _checked(backup)))

    async def backups(self) -> Mapping[str, KnownBackup]:
        return await in_thread(partial(known_backups, self._directory))

    async def destroy_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> None:
        path = self._folder(tenant).data_key(_checked(owner))
        await in_thread(partial(destroy_file, path))

    async def destroy_credentials(self, tenant: TenantId) -> None:
        await self._destroy(tenant, Purpose.CREDENTIALS)

    async def destroy_tenant_keys(self, tenant: TenantId) -> None:
        for purpose in (Purpose.ENCRYPTION, Purpose.CREDENTIALS, Purpose.INDEX):
            await self._destroy(tenant, purpose)
        await in_thread(self._folder(tenant).destroy_data_keys)

    async def destroy_evidence(self, tenant: TenantId) -> None:
        # Who cannot open them is not who wrapped them: what is absent there is not destroyed.
        (await self.service_key()).drop()
        with suppress(KeyDestroyed):
            (await self.open_key(tenant, Purpose.EVIDENCE)).drop()
        await self._destroy(tenant, Purpose.EVIDENCE)
        await in_thread(partial(forget_records, self._directory / RECORDS / tenant))

    async def remaining(self, tenant: TenantId) -> tuple[RemainingKey, ...]:
        folder = self._folder(tenant)
        kept = await in_thread(lambda: tuple(folder.remaining()))
        wrapping = await self._wrapping.remaining(tenant)
        unseen = sorted(wrapping.keys() - {key.purpose for key in kept if key.purpose})
        return (*kept, *(RemainingKey(purpose, None, wrapping[purpose]) for purpose in unseen))

    async def epoch(self, tenant: TenantId, authorization: AuthorizationId | HoldId) -> int:
        folder, name = self._folder(tenant), _checked(authorization)
        return await in_thread(lambda: folder.epoch(name))

    async def raise_epoch(
        self, tenant: TenantId, authorization: AuthorizationId | HoldId, epoch: int
    ) -> None:
        folder, name = self._folder(tenant), _checked(authorization)
        await in_thread(lambda: folder.raise_epoch(name, epoch))

    def _folder(self, tenant: str) -> TenantFolder:
        return TenantFolder(self._directory / TENANTS / _checked(tenant))

    async def _own(self, name: str) -> SecretKey:
        """A key of the installation's, made if it is not there."""
        path = self._directory / name
        if not await in_thread(path.exists):
            await self._wrapping.create(SERVICE)
            await self._make(path, SERVICE)
        return await self._open(path, SERVICE)

    async def _make(self, path: Path, under: WrappingKey) -> None:
        """Put a random key there, unless one is there."""
        if not await in_thread(partial(is_made, path)):
            key, wrapped = await self._wrapping.generate(under)
            await in_thread(partial(create_file, path, key_content(key, wrapped)))

    async def _open(self, path: Path, under: WrappingKey) -> SecretKey:
        await in_thread(partial(refuse_destroyed, path))
        kept = await in_thread(partial(read_key, path))
        return opened_key(kept, await self._wrapping.unwrap(under, kept.wrapped))

    async def _destroy(self, tenant: TenantId, purpose: Purpose) -> None:
        await self._destroyed(self._folder(tenant).key(purpose), WrappingKey(tenant, purpose))

    async def _destroyed(self, path: Path, under: WrappingKey) -> None:
        """Out of use here at once, whether or not the service answers; then there; last what it wraps."""
        await in_thread(partial(bury, path))
        await self._wrapping.destroy(under)
        await in_thread(partial(destroy_file, path))


_: type[KeyService] = WrappedKeyService


def _checked(name: str) -> str:
    if NAME.fullmatch(name) is None:
        raise KeyUnavailable(
            "That is no id of a tenant, an authorization or a subject of ours, so it has no keys."
        )
    return name
