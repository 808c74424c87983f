"""TransitKeys: wrapping keys in the transit engine of HashiCorp Vault or OpenBao.

Keys are named OWNER.PURPOSE, one for each purpose of a tenant and ``installation.service``, from the second
version on OWNER.PURPOSE-VERSION; the mount is one installation's alone. Nothing is used that makes keys by
itself: ``encrypt`` would make one that was destroyed anew.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from gateway.errors import KeyUnavailable
from gateway.vault.exchange import not_understood
from gateway.vault.key_file import damaged
from gateway.vault.keys import Custody
from gateway.vault.secret import KEY_BYTES, SecretKey
from gateway.vault.transit_engine import TransitEngine, data_in
from gateway.vault.wrapping import WrappingKey, WrappingKeys, outliving

#: What the engine makes of a key, in the key directory.
WRAPPED = re.compile(rb"vault:v[0-9]+:[A-Za-z0-9+/]+={0,2}")

#: Stands between a key that the engine has made, wrapped, and another that is wrapped under that one.
CARRIES = b" "

Material = Annotated[bytes, msgspec.Meta(min_length=KEY_BYTES, max_length=KEY_BYTES)]


class _Generated(msgspec.Struct, frozen=True):
    plaintext: Material
    ciphertext: str


class _Unwrapped(msgspec.Struct, frozen=True):
    plaintext: Material


class TransitKeys:
    """Wrapping keys that a transit engine holds (AES-256-GCM) and never gives away."""

    def __init__(self, engine: TransitEngine) -> None:
        self._engine = engine

    @property
    def custody(self) -> Custody:
        return Custody("transit engine", "the engine", "AES-256-GCM, a key of the tenant's")

    async def create(self, key: WrappingKey) -> None:
        await self._engine.done("POST", _path(key), type="aes256-gcm96")
        if not await self._engine.has(_name(key)):
            raise not_understood()

    async def generate(self, key: WrappingKey) -> tuple[SecretKey, bytes]:
        answer = await self._engine.done("POST", f"datakey/plaintext/{_name(key)}", bits=8 * KEY_BYTES)
        made = data_in(answer, _Generated)
        return SecretKey(made.plaintext), made.ciphertext.encode()

    async def wrap(self, key: WrappingKey, secret: SecretKey) -> bytes:
        # Under a key that the engine makes for it, since only ``encrypt`` takes what is there already.
        carrier, wrapped = await self.generate(key)
        material = secret.use(bytes)
        return wrapped + CARRIES + b64encode(carrier.use(lambda carrying: aes_key_wrap(carrying, material)))

    async def unwrap(self, key: WrappingKey, wrapped: bytes) -> SecretKey:
        outer, _, carried = wrapped.partition(CARRIES)
        opened = await self._decrypted(key, outer)
        return _carried(opened, carried) if carried else opened

    async def _decrypted(self, key: WrappingKey, wrapped: bytes) -> SecretKey:
        if WRAPPED.fullmatch(wrapped) is None:
            raise KeyUnavailable(
                "A key in the key directory was not wrapped by a transit engine, and was left as it is. Let "
                "[key_service] name what it was made under, or put an undamaged copy of its file back."
            )
        path, ciphertext = f"decrypt/{_name(key)}", wrapped.decode("ascii")
        answer = await self._engine.done("POST", path, ciphertext=ciphertext)
        return SecretKey(data_in(answer, _Unwrapped).plaintext)

    async def destroy(self, key: WrappingKey) -> None:
        if not await self._is_there(key):
            return
        # Of two that destroy at once the second is refused: what decides is the look at the end.
        await self._engine.ask("POST", f"{_path(key)}/config", deletion_allowed=True)
        await self._engine.ask("DELETE", _path(key))
        if await self._is_there(key):
            raise KeyUnavailable(
                "The key service did not delete a key that it was told to delete. Check that the token's "
                "policy allows it; deleting it is tried again."
            )

    async def remaining(self, keys: Iterable[WrappingKey]) -> Mapping[WrappingKey, None]:
        return {key: None for key in keys if await self._is_there(key)}

    async def _is_there(self, key: WrappingKey) -> bool:
        if await self._engine.has(_name(key)):
            return True
        # An engine that is new, or another's, holds no key of anybody: absence proves something only beside
        # a key that outlives it.
        if await self._engine.has(_name(outliving(key))):
            return False
        raise KeyUnavailable(
            "The key service knows nothing of a tenant, so none of its keys is known to be destroyed. "
            "Check that key_service.transit names the engine in which they were made."
        )


_: type[WrappingKeys] = TransitKeys


def _carried(carrier: SecretKey, carried: bytes) -> SecretKey:
    with suppress(ValueError, InvalidUnwrap):
        wrapped = b64decode(carried, validate=True)
        return SecretKey(carrier.use(lambda carrying: aes_key_unwrap(carrying, wrapped)))
    raise damaged()


def _name(key: WrappingKey) -> str:
    return f"{key.owner}.{key.name}"


def _path(key: WrappingKey) -> str:
    return f"keys/{_name(key)}"
