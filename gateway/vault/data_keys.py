"""DataKeys: the data keys of tenants, each wrapped under a version of its tenant's encryption key."""

from functools import partial

from gateway.booking import TenantId
from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.vault.data_key_files import NO_VERSION, no_key
from gateway.vault.files import in_thread, refuse_destroyed
from gateway.vault.key_file import KeptKey, key_content, opened_key, read_key
from gateway.vault.keys import Purpose
from gateway.vault.secret import SecretKey
from gateway.vault.tenant_folder import TenantFolder
from gateway.vault.wrapping import WrappingKey, WrappingKeys

#: So often a rotation may come between before one key is made or opened.
TRIES = 5


class DataKeys:
    """Makes and opens data keys, also while they are being wrapped anew. All methods raise KeyUnavailable."""

    def __init__(self, wrapping: WrappingKeys) -> None:
        self._wrapping = wrapping
        #: Under which version a tenant's were found last: to look for the newest takes a whole folder.
        self._likely = dict[TenantId, int]()

    async def create(self, tenant: TenantId, folder: TenantFolder, owner: str) -> None:
        """Make the owner's data key, unless there is one.

        Two processes that do so at once agree if they find the same version; owners' ids are random.
        """
        for _ in range(TRIES):
            version = await in_thread(partial(_version_for, folder, owner))
            if version == NO_VERSION or await self._made(tenant, folder, owner, version):
                return
        raise _rotating()

    async def open(self, tenant: TenantId, folder: TenantFolder, owner: str) -> SecretKey:
        """The owner's data key, unwrapped."""
        version = self._likely.get(tenant, NO_VERSION)
        if version == NO_VERSION:
            version = await in_thread(partial(_newest, folder, owner))
        for _ in range(TRIES):
            try:
                key = await self._opened(tenant, folder, owner, version)
            except KeyDestroyed:
                raise
            except KeyUnavailable:
                newest = await in_thread(partial(_newest, folder, owner))
                if newest == version:
                    raise
                # It was not there, or was wrapped anew while it was being opened.
                version = newest
            else:
                self._likely[tenant] = version
                return key
        raise _rotating()

    async def _made(self, tenant: TenantId, folder: TenantFolder, owner: str, version: int) -> bool:
        """Whether the key is there for good. False if its version was superseded meanwhile."""
        try:
            key, wrapped = await self._wrapping.generate(WrappingKey(tenant, Purpose.ENCRYPTION, version))
        except KeyUnavailable:
            if await in_thread(folder.version) == version:
                raise
            return False
        await in_thread(partial(folder.data_keys.add, version, {owner: key_content(key, wrapped)}))
        # Who supersedes says so first and looks for files afterwards: one of the two sees the other.
        if await in_thread(partial(folder.is_superseded, version)):
            await in_thread(partial(folder.data_keys.remove, owner, version))
            return False
        return True

    async def _opened(self, tenant: TenantId, folder: TenantFolder, owner: str, version: int) -> SecretKey:
        def read() -> KeptKey:
            refuse_destroyed(folder.key(Purpose.ENCRYPTION))
            folder.data_keys.refuse_destroyed(owner)
            return read_key(folder.data_keys.path(owner, version))

        kept = await in_thread(read)
        under = WrappingKey(tenant, Purpose.ENCRYPTION, version)
        return opened_key(kept, await self._wrapping.unwrap(under, kept.wrapped))


def _version_for(folder: TenantFolder, owner: str) -> int:
    """Under which version to wrap an owner's new key; 0 if there is a key."""
    refuse_destroyed(folder.key(Purpose.ENCRYPTION))
    return NO_VERSION if folder.data_keys.newest(owner) else folder.version()


def _newest(folder: TenantFolder, owner: str) -> int:
    refuse_destroyed(folder.key(Purpose.ENCRYPTION))
    newest = folder.data_keys.newest(owner)
    if newest == NO_VERSION:
        raise no_key()
    return newest


def _rotating() -> KeyUnavailable:
    return KeyUnavailable("A tenant's encryption key is renewed again and again. Try again in a minute.")
