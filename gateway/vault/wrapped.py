"""WrappedKeyService: keys stand wrapped in the key directory, and what wraps them is a service of its own.

    DIRECTORY/                              0700, files 0600
      service.key                           the installation's own, wrapped
      tenants/TENANT/
        credentials.key  index.key  evidence.key    each wrapped under a wrapping key of its own
        data.OWNER.1.key                    an authorization's or a subject's, wrapped under ENCRYPTION
        epoch.AUTHORIZATION.7               empty: epoch 7 was reached
        *.destroyed                         empty: that key was destroyed, or is being destroyed
        *.new                               a crash's left-over, never in use

Names are ids of ours, which are random. The directory belongs on a volume of its own, without snapshots, and
in no backup but the evidence keys' own.
"""

import re
from contextlib import suppress
from functools import partial
from pathlib import Path

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.vault.files import bury, create_file, destroy_file, in_thread, is_made, refuse_destroyed
from gateway.vault.key_directory import SERVICE_KEY, TENANTS
from gateway.vault.key_file import key_content, opened_key, read_key
from gateway.vault.keys import DataKeyOwner, KeyService, Purpose, RemainingKey, TenantPurpose
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

    async def service_key(self) -> SecretKey:
        path = self._directory / SERVICE_KEY
        if not await in_thread(path.exists):
            await self._wrapping.create(SERVICE)
            await self._make(path, SERVICE)
        return await self._open(path, SERVICE)

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

    async def remaining(self, tenant: TenantId) -> tuple[RemainingKey, ...]:
        folder = self._folder(tenant)
        kept = await in_thread(lambda: tuple(folder.remaining()))
        wrapping = await self._wrapping.remaining(tenant)
        unseen = sorted(wrapping.keys() - {key.purpose for key in kept if key.purpose})
        return (*kept, *(RemainingKey(purpose, None, wrapping[purpose]) for purpose in unseen))

    async def epoch(self, tenant: TenantId, authorization: AuthorizationId) -> int:
        folder, name = self._folder(tenant), _checked(authorization)
        return await in_thread(lambda: folder.epoch(name))

    async def raise_epoch(self, tenant: TenantId, authorization: AuthorizationId, epoch: int) -> None:
        folder, name = self._folder(tenant), _checked(authorization)
        await in_thread(lambda: folder.raise_epoch(name, epoch))

    def _folder(self, tenant: str) -> TenantFolder:
        return TenantFolder(self._directory / TENANTS / _checked(tenant))

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
        """Out of use here at once, whether or not the service answers; then there; last what it wraps."""
        path = self._folder(tenant).key(purpose)
        await in_thread(partial(bury, path))
        await self._wrapping.destroy(WrappingKey(tenant, purpose))
        await in_thread(partial(destroy_file, path))


_: type[KeyService] = WrappedKeyService


def _checked(name: str) -> str:
    if NAME.fullmatch(name) is None:
        raise KeyUnavailable(
            "That is no id of a tenant, an authorization or a subject of ours, so it has no keys."
        )
    return name
