"""LocalKeyService: keys in a directory of this machine, the embedded default.

    DIRECTORY/                              0700, files 0600
      service.key
      tenants/TENANT/
        encryption.1.key                    version 1; never leaves this folder
        credentials.key  index.key  evidence.key
        data.OWNER.1.key                    an authorization's or a subject's, wrapped under encryption.1.key
        epoch.AUTHORIZATION.7               empty: epoch 7 was reached
        *.destroyed                         empty: that key was destroyed
        *.new                               a crash's left-over, never in use

Names are ids of ours, which are random. Whoever can copy the directory can copy the keys: it belongs on a
volume of its own, without snapshots, and in no backup but the evidence keys' own.
"""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.errors import KeyUnavailable
from gateway.vault.key_directory import open_key_directory, share_file_system
from gateway.vault.key_file import create_key, open_key
from gateway.vault.keys import DataKeyOwner, KeyService, RemainingKey, TenantPurpose
from gateway.vault.secret import SecretKey
from gateway.vault.tenant_folder import TenantFolder

#: What an id of ours may look like: nothing that means something to a file system.
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

Result = TypeVar("Result")


class LocalKeyService:
    """A key service whose keys are files.

    ``data_directory`` is where the store keeps its files, None if it keeps none on this machine. Raises
    ConfigurationError if the directory is open to others, a symbolic link, another user's, or not apart
    from the data. It is made if it is not there.
    """

    def __init__(self, directory: Path, data_directory: Path | None = None) -> None:
        self._directory = open_key_directory(directory, data_directory)

    def shares_file_system(self, data_directory: Path) -> bool:
        """Whether one snapshot or image of a volume would hold both keys and data."""
        return share_file_system(self._directory, data_directory)

    async def create_tenant(self, tenant: TenantId) -> None:
        await _in_thread(self._folder(tenant).create)

    async def create_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> None:
        folder, name = self._folder(tenant), _checked(owner)
        await _in_thread(lambda: folder.create_data_key(name))

    async def open_key(self, tenant: TenantId, purpose: TenantPurpose) -> SecretKey:
        folder = self._folder(tenant)
        return await _in_thread(lambda: folder.open_key(purpose))

    async def open_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> SecretKey:
        folder, name = self._folder(tenant), _checked(owner)
        return await _in_thread(lambda: folder.open_data_key(name))

    async def service_key(self) -> SecretKey:
        return await _in_thread(self._service_key)

    async def destroy_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> None:
        folder, name = self._folder(tenant), _checked(owner)
        await _in_thread(lambda: folder.destroy_data_key(name))

    async def destroy_credentials(self, tenant: TenantId) -> None:
        await _in_thread(self._folder(tenant).destroy_credentials)

    async def destroy_tenant_keys(self, tenant: TenantId) -> None:
        await _in_thread(self._folder(tenant).destroy_keys)

    async def remaining(self, tenant: TenantId) -> tuple[RemainingKey, ...]:
        folder = self._folder(tenant)
        return await _in_thread(lambda: tuple(folder.remaining()))

    async def epoch(self, tenant: TenantId, authorization: AuthorizationId) -> int:
        folder, name = self._folder(tenant), _checked(authorization)
        return await _in_thread(lambda: folder.epoch(name))

    async def raise_epoch(self, tenant: TenantId, authorization: AuthorizationId, epoch: int) -> None:
        folder, name = self._folder(tenant), _checked(authorization)
        await _in_thread(lambda: folder.raise_epoch(name, epoch))

    def _folder(self, tenant: str) -> TenantFolder:
        return TenantFolder(self._directory / "tenants" / _checked(tenant))

    def _service_key(self) -> SecretKey:
        path = self._directory / "service.key"
        create_key(path)
        return open_key(path)


_: type[KeyService] = LocalKeyService


def _checked(name: str) -> str:
    if NAME.fullmatch(name) is None:
        raise KeyUnavailable(
            "That is no id of a tenant, an authorization or a subject of ours, so it has no keys."
        )
    return name


async def _in_thread(work: Callable[[], Result]) -> Result:
    """Run what waits for the disk, off the event loop."""
    try:
        return await asyncio.to_thread(work)
    except OSError as error:
        raise KeyUnavailable(
            f"The key directory could not be read or written ({error.strerror}). Nothing was lost; "
            "check that its volume is mounted and writable, then try again."
        ) from error
