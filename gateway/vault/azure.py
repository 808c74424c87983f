"""AzureKeys: wrapping keys in Azure Key Vault.

A vault takes letters, digits and dashes for a name, in any case: a key is called PURPOSE-OWNER, the owner in
base 32, from the second version on PURPOSE-VERSION-OWNER. The vault has versions of its own: what a key wraps
begins with that which wrapped it. A deleted key is of no use; whoever administers the vault can recover it
until it is purged, which we do at once where the vault lets us.
"""

import asyncio
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeVar

import msgspec

from gateway.errors import KeyUnavailable
from gateway.vault.azure_vault import AzureVault, Refused
from gateway.vault.exchange import decoded, not_understood
from gateway.vault.key_file import random_key
from gateway.vault.keys import Custody
from gateway.vault.secret import SecretKey
from gateway.vault.wrapping import WrappingKey, WrappingKeys, outliving

#: An RSA key of this length wraps by this algorithm; vaults of the standard tier have no others that wrap.
RSA_BITS = 3072
ALGORITHM = "RSA-OAEP-256"
VERSION_BYTES = 32

#: A key that was deleted is known as such after a while.
LOOKS = 20
PAUSE_SECONDS = 0.5

Kind = TypeVar("Kind")


class _Key(msgspec.Struct, frozen=True):
    kid: str


class _Bundle(msgspec.Struct, frozen=True):
    key: _Key


class _Deleted(msgspec.Struct, frozen=True):
    #: Seconds since 1970.
    purged_at: int = msgspec.field(name="scheduledPurgeDate")


class _Value(msgspec.Struct, frozen=True):
    value: str


class AzureKeys:
    """Wrapping keys that a key vault holds and never gives away."""

    def __init__(self, vault: AzureVault) -> None:
        self._vault = vault

    @property
    def custody(self) -> Custody:
        return Custody(
            "Azure Key Vault", "the operating system", f"{ALGORITHM}, {RSA_BITS} bit, a key of the tenant's"
        )

    async def create(self, key: WrappingKey) -> None:
        # A second request would make a second version: those wrapped under the first still name it.
        if await self._version(key) is None:
            operations = ["wrapKey", "unwrapKey"]
            await self._vault.ask(
                "POST", f"keys/{_name(key)}/create", kty="RSA", key_size=RSA_BITS, key_ops=operations
            )
            if await self._version(key) is None:
                raise not_understood()

    async def generate(self, key: WrappingKey) -> tuple[SecretKey, bytes]:
        made = random_key()
        return made, await self.wrap(key, made)

    async def wrap(self, key: WrappingKey, secret: SecretKey) -> bytes:
        version = await self._version(key)
        if version is None:
            raise Refused(HTTPStatus.NOT_FOUND)
        return version.encode() + await self._use(key, version, "wrapkey", secret.use(bytes))

    async def unwrap(self, key: WrappingKey, wrapped: bytes) -> SecretKey:
        version = wrapped[:VERSION_BYTES].decode("ascii", errors="replace")
        if not (version.isascii() and version.isalnum()):
            raise Refused(HTTPStatus.BAD_REQUEST)
        return SecretKey(await self._use(key, version, "unwrapkey", wrapped[VERSION_BYTES:]))

    async def destroy(self, key: WrappingKey) -> None:
        if await self._is_there(key):
            await self._delete(key)
        with suppress(Refused):
            # A vault with purge protection refuses; it purges by itself, later.
            await self._vault.ask("DELETE", f"deletedkeys/{_name(key)}")

    async def remaining(self, keys: Iterable[WrappingKey]) -> Mapping[WrappingKey, datetime | None]:
        told: dict[WrappingKey, datetime | None] = {}
        for key in keys:
            if await self._is_there(key):
                told[key] = None
            elif deleted := await self._deleted(key):
                told[key] = datetime.fromtimestamp(deleted.purged_at, UTC)
        return told

    async def _use(self, key: WrappingKey, version: str, operation: str, value: bytes) -> bytes:
        path, asked = f"keys/{_name(key)}/{version}/{operation}", urlsafe_b64encode(value).rstrip(b"=")
        answer = await self._vault.ask("POST", path, alg=ALGORITHM, value=asked.decode())
        said = decoded(answer, _Value).value
        try:
            return urlsafe_b64decode(said + "=" * (-len(said) % 4))
        except ValueError:
            raise not_understood() from None

    async def _delete(self, key: WrappingKey) -> None:
        """Delete, and wait until it is seen: between the two it is neither there nor among the deleted."""
        try:
            await self._vault.ask("DELETE", f"keys/{_name(key)}")
        except Refused as error:
            # Of two that destroy at once the second is refused so.
            if error.status not in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
                raise
        for _ in range(LOOKS):
            if not await self._is_there(key) and await self._deleted(key):
                return
            await asyncio.sleep(PAUSE_SECONDS)
        raise KeyUnavailable(
            "The key vault did not delete a key that it was told to delete. It is tried again: check that "
            "nobody recovers it."
        )

    async def _is_there(self, key: WrappingKey) -> bool:
        if await self._version(key) is not None:
            return True
        # A vault that is new, or another's, holds no key of anybody.
        if await self._version(outliving(key)) is not None:
            return False
        raise KeyUnavailable(
            "The key vault knows nothing of a tenant, so none of its keys is known to be destroyed. Check "
            "that key_service.azure names the vault in which they were made."
        )

    async def _version(self, key: WrappingKey) -> str | None:
        """Of a key that can be used, or could be once it is enabled; None if there is none."""
        found = await self._found(f"keys/{_name(key)}", _Bundle)
        return None if found is None else found.key.kid.rpartition("/")[2]

    async def _deleted(self, key: WrappingKey) -> _Deleted | None:
        return await self._found(f"deletedkeys/{_name(key)}", _Deleted)

    async def _found(self, path: str, kind: type[Kind]) -> Kind | None:
        try:
            return decoded(await self._vault.ask("GET", path), kind)
        except Refused as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            return None


_: type[WrappingKeys] = AzureKeys


def _name(key: WrappingKey) -> str:
    owner = b32encode(key.owner.encode()).decode().rstrip("=")
    return f"{key.name}-{owner}"
