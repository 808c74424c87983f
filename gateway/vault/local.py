"""LocalKeyService: keys in a directory of this machine, the embedded default.

The key directory is laid out as ``wrapped.py`` says, and ``tenants/TENANT/encryption.N.key`` is the key that
wraps a tenant's data keys, version N; it never leaves its folder. Whoever can copy the directory can copy the
keys.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from gateway.errors import KeyUnavailable
from gateway.vault.files import destroy_file, in_thread
from gateway.vault.key_directory import TENANTS, open_key_directory
from gateway.vault.key_file import (
    KeptKey,
    create_key,
    damaged,
    key_content,
    open_key,
    opened_key,
    random_key,
)
from gateway.vault.keys import Custody, Purpose
from gateway.vault.secret import SecretKey
from gateway.vault.tenant_folder import TenantFolder
from gateway.vault.wrapped import WrappedKeyService
from gateway.vault.wrapping import WrappingKey, WrappingKeys, WrapsTogether


class LocalKeyService(WrappedKeyService):
    """A key service whose keys are files.

    ``data_directory`` is where the store keeps its files, None if it keeps none on this machine. Raises
    ConfigurationError if the directory is open to others, a symbolic link, another user's, or not apart
    from the data. It is made if it is not there.
    """

    def __init__(self, directory: Path, data_directory: Path | None = None) -> None:
        opened = open_key_directory(directory, data_directory)
        super().__init__(opened, LocalWrappingKeys(opened))


class LocalWrappingKeys:
    """Wraps data keys (AES-256-KW, RFC 3394) under a key in a file beside them.

    Other keys stand there as they are: whoever could take them could take the key that wraps them as well.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @property
    def custody(self) -> Custody:
        return Custody(
            "key directory", "the operating system", "data keys by AES-256-KW (RFC 3394), others by nothing"
        )

    async def create(self, key: WrappingKey) -> None:
        if _wraps(key):
            await in_thread(partial(create_key, self._path(key)))

    async def generate(self, key: WrappingKey) -> tuple[SecretKey, bytes]:
        made = random_key()
        return made, await self.wrap(key, made)

    async def wrap(self, key: WrappingKey, secret: SecretKey) -> bytes:
        if not _wraps(key):
            return secret.use(bytes)
        return _wrapped(await self._open(key), secret)

    async def unwrap(self, key: WrappingKey, wrapped: bytes) -> SecretKey:
        if not _wraps(key):
            return SecretKey(wrapped)
        return _unwrapped(await self._open(key), wrapped)

    async def wrap_anew(
        self, kept: Sequence[tuple[WrappingKey, KeptKey]], under: WrappingKey
    ) -> list[bytes | KeyUnavailable]:
        def wrap() -> list[bytes | KeyUnavailable]:
            newer = open_key(self._path(under))
            # Few: all but those that somebody else wraps just now stand under the same.
            olds = {key: _opened(self._path(key)) for key in {key for key, _ in kept}}
            return [_wrapped_anew(olds[key], one, newer) for key, one in kept]

        return await in_thread(wrap)

    async def destroy(self, key: WrappingKey) -> None:
        if _wraps(key):
            await in_thread(partial(destroy_file, self._path(key)))

    async def remaining(self, keys: Iterable[WrappingKey]) -> Mapping[WrappingKey, None]:  # noqa: ARG002  all is in the directory
        return {}

    async def _open(self, key: WrappingKey) -> SecretKey:
        return await in_thread(partial(open_key, self._path(key)))

    def _path(self, key: WrappingKey) -> Path:
        return TenantFolder(self._directory / TENANTS / key.owner).version_key(key.version)


_: type[WrappingKeys] = LocalWrappingKeys
_also: type[WrapsTogether] = LocalWrappingKeys


def _opened(path: Path) -> SecretKey | KeyUnavailable:
    try:
        return open_key(path)
    except KeyUnavailable as error:
        return error


def _wrapped_anew(
    older: SecretKey | KeyUnavailable, kept: KeptKey, newer: SecretKey
) -> bytes | KeyUnavailable:
    if isinstance(older, KeyUnavailable):
        return older
    try:
        key = opened_key(kept, _unwrapped(older, kept.wrapped))
    except KeyUnavailable as error:
        return error
    return key_content(key, _wrapped(newer, key))


def _wrapped(wrapping: SecretKey, key: SecretKey) -> bytes:
    material = key.use(bytes)
    return wrapping.use(lambda its: aes_key_wrap(its, material))


def _unwrapped(wrapping: SecretKey, wrapped: bytes) -> SecretKey:
    try:
        return SecretKey(wrapping.use(lambda its: aes_key_unwrap(its, wrapped)))
    except InvalidUnwrap:
        raise damaged() from None


def _wraps(key: WrappingKey) -> bool:
    return key.purpose is Purpose.ENCRYPTION
