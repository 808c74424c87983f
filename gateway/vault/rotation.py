"""Rotation: a new version of a tenant's encryption key, under which all its data keys are wrapped anew.

In order: the new version is made and said to be in use; what stands under older ones is wrapped under it;
nobody wraps under them any more; what still was meanwhile follows; they are destroyed. Data keys stay what
they are, so nothing that they seal is touched, and whoever opens or makes one meanwhile can. A crash anywhere
leaves what the same call completes, by any process, also by several at once.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from gateway.booking import TenantId
from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.vault.data_key_files import Stand
from gateway.vault.files import destroy_file, in_thread, refuse_destroyed
from gateway.vault.key_file import KeptKey, key_content, opened_key, read_key
from gateway.vault.keys import Purpose
from gateway.vault.tenant_folder import TenantFolder
from gateway.vault.wrapping import WrappingKey, WrappingKeys, WrapsTogether

#: So many at a time are asked of the service, and made durable together: each barrier waits for all that the
#: machine has to write.
AT_ONCE = 16
TOGETHER = 16_384


class Rotation:
    """Renews one tenant's encryption key. All methods raise KeyUnavailable."""

    def __init__(self, tenant: TenantId, folder: TenantFolder, wrapping: WrappingKeys) -> None:
        self._tenant = tenant
        self._folder = folder
        self._wrapping = wrapping
        self._room = asyncio.Semaphore(AT_ONCE)

    async def reach(self, version: int, at: int) -> None:
        """Let all data keys stand under that version or a newer one, and older versions be destroyed."""
        await in_thread(partial(refuse_destroyed, self._folder.key(Purpose.ENCRYPTION)))
        if await in_thread(self._folder.version) < version:
            await self._begin(version, at)
        *older, newest = await in_thread(self._folder.versions_left)
        if older:
            await self._wrap_anew(newest)
            for one in older:
                await in_thread(partial(self._folder.supersede, one))
            await self._wrap_anew(newest)
        for one in older:
            await self.destroy_version(one)

    async def destroy_version(self, version: int) -> None:
        """Destroy a version: nobody wraps under it first, and then it is nowhere."""
        await in_thread(partial(self._folder.supersede, version))
        await self._wrapping.destroy(self._key(version))
        await in_thread(partial(destroy_file, self._folder.version_key(version)))
        await in_thread(partial(self._folder.mark_gone, version))

    async def _begin(self, version: int, at: int) -> None:
        await self._wrapping.create(self._key(version))
        try:
            await in_thread(partial(self._folder.begin_version, version, at))
        except KeyDestroyed:
            # The tenant was withdrawn meanwhile.
            await self.destroy_version(version)
            raise

    async def _wrap_anew(self, version: int) -> None:
        # Again: what was wrapped under another version since, by somebody who rotates as well, is read there.
        while older := await in_thread(partial(self._folder.data_keys.outdated, version)):
            for start in range(0, len(older), TOGETHER):
                await self._wrap_together(older[start : start + TOGETHER], version)

    async def _wrap_together(self, some: Sequence[Stand], version: int) -> None:
        read = await in_thread(lambda: [(stand, self._kept(stand)) for stand in some])
        kept = [(stand, one) for stand, one in read if one is not None]
        found = await self._wrapped(kept, version)
        wrapped = {
            stand[0]: one for (stand, _), one in zip(kept, found, strict=True) if isinstance(one, bytes)
        }
        # Whoever destroyed one meanwhile goes on from the version that it stood under last.
        with suppress(KeyDestroyed):
            await in_thread(partial(self._folder.data_keys.replace, version, wrapped))
        for (stand, _), one in zip(kept, found, strict=True):
            if isinstance(one, BaseException) and await in_thread(self._path(stand).exists):
                raise one

    async def _wrapped(
        self, kept: Sequence[tuple[Stand, KeptKey]], version: int
    ) -> Sequence[bytes | BaseException]:
        """What stood there, wrapped under a version, or why it is not: it may not stand there any more."""
        if isinstance(self._wrapping, WrapsTogether):
            older = [(self._key(stand[1]), one) for stand, one in kept]
            return await self._wrapping.wrap_anew(older, self._key(version))
        each = (self._wrapped_singly(stand, one, version) for stand, one in kept)
        return await asyncio.gather(*each, return_exceptions=True)

    async def _wrapped_singly(self, stand: Stand, kept: KeptKey, version: int) -> bytes:
        async with self._room:
            key = opened_key(kept, await self._wrapping.unwrap(self._key(stand[1]), kept.wrapped))
            return key_content(key, await self._wrapping.wrap(self._key(version), key))

    def _kept(self, stand: Stand) -> KeptKey | None:
        """What stands there; None if it does not any more."""
        try:
            return read_key(self._path(stand))
        except KeyUnavailable:
            return None

    def _path(self, stand: Stand) -> Path:
        return self._folder.data_keys.path(*stand)

    def _key(self, version: int) -> WrappingKey:
        return WrappingKey(self._tenant, Purpose.ENCRYPTION, version)
