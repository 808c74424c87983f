"""Wrapping keys that nobody has but a service in this process's memory; and one that is not to be trusted."""

import hmac
import os
from collections.abc import Iterable, Mapping

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from gateway.errors import KeyUnavailable
from gateway.vault.key_file import random_key
from gateway.vault.keys import Custody
from gateway.vault.secret import SecretKey
from gateway.vault.wrapping import WrappingKey, WrappingKeys, outliving


class HeldWrapping:
    """Random keys by name. What is destroyed is nowhere."""

    def __init__(self) -> None:
        self.held = dict[WrappingKey, bytes]()

    @property
    def custody(self) -> Custody:
        return Custody("a test", "the operating system", "AES-256-KW")

    async def create(self, key: WrappingKey) -> None:
        self.held.setdefault(key, self.made(key))

    def made(self, _key: WrappingKey) -> bytes:
        return os.urandom(32)

    async def generate(self, key: WrappingKey) -> tuple[SecretKey, bytes]:
        made = random_key()
        return made, await self.wrap(key, made)

    async def wrap(self, key: WrappingKey, secret: SecretKey) -> bytes:
        return aes_key_wrap(self._known(key), secret.use(bytes))

    async def unwrap(self, key: WrappingKey, wrapped: bytes) -> SecretKey:
        try:
            return SecretKey(aes_key_unwrap(self._known(key), wrapped))
        except InvalidUnwrap:
            raise KeyUnavailable("It was wrapped by another.") from None

    async def destroy(self, key: WrappingKey) -> None:
        self._known(outliving(key))
        self.held.pop(key, None)

    async def remaining(self, keys: Iterable[WrappingKey]) -> Mapping[WrappingKey, None]:
        return {key: None for key in keys if key in self.held}

    def _known(self, key: WrappingKey) -> bytes:
        if key not in self.held:
            raise KeyUnavailable("There is no such key.")
        return self.held[key]


class DerivedWrapping(HeldWrapping):
    """Keys made from a secret that survives them: whoever has it makes any of them again."""

    def __init__(self, secret: bytes) -> None:
        super().__init__()
        self._secret = secret

    def made(self, key: WrappingKey) -> bytes:
        return hmac.digest(self._secret, f"{key.owner}.{key.name}".encode(), "sha256")


_: tuple[type[WrappingKeys], ...] = (HeldWrapping, DerivedWrapping)
