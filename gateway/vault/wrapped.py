"""WrappedKeyService: keys stand wrapped in the key directory, and what wraps them is a service of its own.

    DIRECTORY/                              0700, files 0600
      service.key  log.key                  the installation's own, and what signs its log, wrapped
      log.1.7                               empty: log 1 reached 7 leaves
      tenants/TENANT/
        credentials.key  index.key  evidence.key    each wrapped under a wrapping key of its own
        credentials.2.key                   the next, once that one was destroyed alone
        data.OWNER.2.key                    a data key, wrapped under version 2 of the encryption key
        hold.HOLD.key                       a legal hold's, wrapped under a wrapping key of its own
        version.2.NUMBER                    empty: since when that version is in use; the first has none
        gone.1                              empty: nothing stands wrapped under that version
        epoch.AUTHORIZATION.7               empty: epoch 7 was reached
        *.destroyed                         empty: that key was destroyed, or is being destroyed
        *.new                               a crash's left-over, never in use
      officers/0.sealed                     who confirms what concerns holds: public keys, signed
      records/TENANT/NAME.sealed            what was withdrawn or asked for, under the evidence key
      backups/BACKUP.taken.NUMBER           empty: a copy of the store was made then; .drilled, .gone alike

Names are ids of ours, which are random. The directory belongs on a volume of its own, without snapshots, and
in no backup: evidence keys alone have copies, elsewhere (``evidence_copies.py``).
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.legal_hold import HoldId
from gateway.vault.chronicle import Chronicle, forget_records
from gateway.vault.data_keys import DataKeys
from gateway.vault.files import (
    bury,
    create_file,
    destroy_file,
    in_thread,
    is_made,
    refuse_destroyed,
    tombstone,
)
from gateway.vault.key_directory import LOG_KEY, SERVICE_KEY, TENANTS, checked
from gateway.vault.key_file import key_content, opened_key, read_key
from gateway.vault.keys import (
    Custody,
    DataKeyOwner,
    KeyService,
    KeyVersion,
    Purpose,
    RemainingKey,
    TenantPurpose,
)
from gateway.vault.rotation import Rotation
from gateway.vault.secret import SecretKey
from gateway.vault.tenant_folder import TenantFolder
from gateway.vault.wrapping import SERVICE, WRAPPING_PURPOSES, WrappingKey, WrappingKeys


class WrappedKeyService(Chronicle):
    """A key service over a key directory that was opened, and whatever wraps what stands there."""

    def __init__(self, directory: Path, wrapping: WrappingKeys) -> None:
        super().__init__(directory)
        self._wrapping = wrapping
        self._data_keys = DataKeys(wrapping)

    @property
    def custody(self) -> Custody:
        return self._wrapping.custody

    async def create_tenant(self, tenant: TenantId) -> None:
        folder = self._folder(tenant)
        await in_thread(folder.create)
        for purpose in WRAPPING_PURPOSES:
            path, under = folder.key(purpose), WrappingKey(tenant, purpose)
            await in_thread(partial(refuse_destroyed, path))
            if purpose is not Purpose.ENCRYPTION:
                await self._wrapping.create(under)
                await self._make(path, under)
            elif not await in_thread(partial(folder.is_superseded, under.version)):
                await self._wrapping.create(under)

    async def create_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> None:
        await self._data_keys.create(tenant, self._folder(tenant), checked(owner))

    async def open_key(self, tenant: TenantId, purpose: TenantPurpose) -> SecretKey:
        folder = self._folder(tenant)
        if purpose is Purpose.CREDENTIALS:
            return await self._open(*await self._credentials(tenant))
        return await self._open(folder.key(purpose), WrappingKey(tenant, purpose))

    async def open_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> SecretKey:
        return await self._data_keys.open(tenant, self._folder(tenant), checked(owner))

    async def create_hold_key(self, tenant: TenantId, hold: HoldId) -> None:
        path, under = self._folder(tenant).hold_key(checked(hold)), WrappingKey(hold, Purpose.HOLD)
        await in_thread(partial(refuse_destroyed, path))
        await self._wrapping.create(under)
        await self._make(path, under)

    async def open_hold_key(self, tenant: TenantId, hold: HoldId) -> SecretKey:
        path = self._folder(tenant).hold_key(checked(hold))
        return await self._open(path, WrappingKey(hold, Purpose.HOLD))

    async def destroy_hold_key(self, tenant: TenantId, hold: HoldId) -> None:
        # What is absent beside the installation's key is destroyed, and not another service's.
        (await self.service_key()).drop()
        path = self._folder(tenant).hold_key(checked(hold))
        await self._destroyed(path, WrappingKey(hold, Purpose.HOLD))

    async def service_key(self) -> SecretKey:
        return await self._own(SERVICE_KEY)

    async def log_key(self) -> SecretKey:
        return await self._own(LOG_KEY)

    async def key_version(self, tenant: TenantId) -> KeyVersion:
        folder = self._folder(tenant)

        def look() -> KeyVersion:
            number, left = folder.version(), folder.versions_left()
            return KeyVersion(number, folder.version_since(number), is_alone=left == [number])

        return await in_thread(look)

    async def rotate(self, tenant: TenantId, version: int, at: int) -> None:
        await Rotation(tenant, self._folder(tenant), self._wrapping).reach(version, at)

    async def burn(self, tenant: TenantId, owner: DataKeyOwner, at: int) -> datetime | None:
        await self.destroy_data_key(tenant, owner)
        folder = self._folder(tenant)
        last = await in_thread(partial(folder.data_keys.destroyed, owner))
        if last:
            # Of a tenant that was withdrawn meanwhile there is no version any more.
            with suppress(KeyDestroyed):
                await self.rotate(tenant, last + 1, at)
        return await self._gone_at(tenant, last)

    async def destroy_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> None:
        files = self._folder(tenant).data_keys
        await in_thread(partial(files.destroy, checked(owner)))

    async def destroy_credentials(self, tenant: TenantId) -> None:
        newest = await self.credentials_version(tenant)
        await self.retire_credentials(tenant, newest)
        # A process may have died before the next one stood here.
        await self._wrapping.destroy(WrappingKey(tenant, Purpose.CREDENTIALS, newest + 1))

    async def credentials_version(self, tenant: TenantId) -> int:
        return await in_thread(self._folder(tenant).credentials_version)

    async def retire_credentials(self, tenant: TenantId, version: int) -> None:
        folder = self._folder(tenant)
        for one in range(1, version + 1):
            await self._destroyed(folder.credentials_key(one), WrappingKey(tenant, Purpose.CREDENTIALS, one))
        await in_thread(partial(folder.discard_credentials, version))

    async def renew_credentials(self, tenant: TenantId) -> None:
        folder = self._folder(tenant)
        await in_thread(partial(refuse_destroyed, folder.key(Purpose.ENCRYPTION)))
        path, under = await self._credentials(tenant)
        if await in_thread(tombstone(path).exists):
            version = under.version + 1
            path, under = folder.credentials_key(version), under._replace(version=version)
        await self._wrapping.create(under)
        await self._make(path, under)
        if await in_thread(tombstone(folder.key(Purpose.ENCRYPTION)).exists):
            # The tenant was withdrawn meanwhile.
            await self._destroyed(path, under)
            await in_thread(partial(refuse_destroyed, path))

    async def destroy_tenant_keys(self, tenant: TenantId) -> None:
        folder = self._folder(tenant)
        # Nothing opens from here on, and nobody says any more that there is a newer version.
        await in_thread(partial(bury, folder.key(Purpose.ENCRYPTION)))
        rotation = Rotation(tenant, folder, self._wrapping)
        # All again, for a destruction may have been taken back; and one more than was said to be in use, for
        # a process may have died in between.
        for version in range(1, await in_thread(folder.version) + 2):
            await rotation.destroy_version(version)
        await self.destroy_credentials(tenant)
        await self._destroy(tenant, Purpose.INDEX)
        await in_thread(folder.destroy_data_keys)

    async def destroy_evidence(self, tenant: TenantId) -> None:
        # Who cannot open them is not who wrapped them: what is absent there is not destroyed.
        (await self.service_key()).drop()
        with suppress(KeyDestroyed):
            (await self.open_key(tenant, Purpose.EVIDENCE)).drop()
        await self._destroy(tenant, Purpose.EVIDENCE)
        await in_thread(partial(forget_records, self._records(tenant)))

    async def restore_evidence(self, tenant: TenantId, key: SecretKey) -> None:
        folder, under = self._folder(tenant), WrappingKey(tenant, Purpose.EVIDENCE)
        path = folder.key(Purpose.EVIDENCE)
        await in_thread(folder.create)
        await in_thread(partial(refuse_destroyed, path))
        await self._wrapping.create(SERVICE)
        await self._wrapping.create(under)
        await in_thread(partial(create_file, path, key_content(key, await self._wrapping.wrap(under, key))))

    async def remaining(self, tenant: TenantId) -> tuple[RemainingKey, ...]:
        folder = self._folder(tenant)
        kept = await in_thread(lambda: tuple(folder.remaining()))
        # One more than was said to be in use: a process may have died in between.
        newest = {
            Purpose.ENCRYPTION: await in_thread(folder.version) + 1,
            Purpose.CREDENTIALS: await in_thread(folder.credentials_version) + 1,
        }
        wrapping = await self._wrapping.remaining(
            WrappingKey(tenant, purpose, version)
            for purpose in WRAPPING_PURPOSES
            for version in range(1, newest.get(purpose, 1) + 1)
        )
        seen = {(key.purpose, key.version) for key in kept}
        return (*kept, *(_unseen(key, wrapping[key]) for key in sorted(wrapping) if _place(key) not in seen))

    async def epoch(self, tenant: TenantId, authorization: AuthorizationId | HoldId) -> int:
        folder, name = self._folder(tenant), checked(authorization)
        return await in_thread(lambda: folder.epoch(name))

    async def raise_epoch(
        self, tenant: TenantId, authorization: AuthorizationId | HoldId, epoch: int
    ) -> None:
        folder, name = self._folder(tenant), checked(authorization)
        await in_thread(lambda: folder.raise_epoch(name, epoch))

    async def _credentials(self, tenant: TenantId) -> tuple[Path, WrappingKey]:
        """The newest version of the credentials key, and what wraps it."""
        version = await self.credentials_version(tenant)
        path = self._folder(tenant).credentials_key(version)
        return path, WrappingKey(tenant, Purpose.CREDENTIALS, version)

    def _folder(self, tenant: str) -> TenantFolder:
        return TenantFolder(self._directory / TENANTS / checked(tenant))

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

    async def _gone_at(self, tenant: TenantId, last: int) -> datetime | None:
        """When the last of the versions up to ``last`` is lost for good, each destroyed; None if all are."""
        versions = [WrappingKey(tenant, Purpose.ENCRYPTION, number) for number in range(1, last + 1)]
        left = await self._wrapping.remaining(versions)
        if None in left.values():
            await self._destroy_again(tenant, [key.version for key, at in left.items() if at is None])
            left = await self._wrapping.remaining(versions)
        gone_at = [at for at in left.values() if at is not None]
        if len(gone_at) < len(left):
            raise KeyUnavailable(
                "The key service uses a key that it was told to destroy, under which a person's key was once "
                "wrapped. See who took its destruction back there."
            )
        return max(gone_at, default=None)

    async def _destroy_again(self, tenant: TenantId, versions: Sequence[int]) -> None:
        """Destroy versions whose destruction was taken back, but none that keys stand under."""
        folder = self._folder(tenant)
        newest = await in_thread(folder.version)
        for version in versions:
            if version < newest:
                await Rotation(tenant, folder, self._wrapping).destroy_version(version)

    async def _destroy(self, tenant: TenantId, purpose: Purpose) -> None:
        await self._destroyed(self._folder(tenant).key(purpose), WrappingKey(tenant, purpose))

    async def _destroyed(self, path: Path, under: WrappingKey) -> None:
        """Out of use here at once, whether or not the service answers; then there; last what it wraps."""
        await in_thread(partial(bury, path))
        await self._wrapping.destroy(under)
        await in_thread(partial(destroy_file, path))


def _place(key: WrappingKey) -> tuple[Purpose, int]:
    """What it wraps. Data keys are seen by themselves, whatever version they stand under."""
    purpose = Purpose(key.purpose)
    return purpose, key.version if purpose is Purpose.CREDENTIALS else 1


def _unseen(key: WrappingKey, gone_at: datetime | None) -> RemainingKey:
    purpose, version = _place(key)
    return RemainingKey(purpose, None, gone_at, version)


_: type[KeyService] = WrappedKeyService
