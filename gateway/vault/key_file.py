"""A key in a file: the key's id, 8 bytes, then the key, wrapped or as it is.

The id is computed from the key, so that a damaged file is known.
"""

import os
from pathlib import Path
from typing import NamedTuple

from gateway.errors import KeyUnavailable
from gateway.vault.files import create_file, read_file, refuse_destroyed
from gateway.vault.secret import KEY_BYTES, KEY_ID_BYTES, KeyId, SecretKey

KEY_SUFFIX = ".key"


class KeptKey(NamedTuple):
    """What a key's file holds."""

    id: KeyId
    wrapped: bytes


def random_key() -> SecretKey:
    return SecretKey(os.urandom(KEY_BYTES))


def key_content(key: SecretKey, wrapped: bytes) -> bytes:
    return key.id + wrapped


def create_key(path: Path) -> None:
    """Put a random key there as it is, unless one is there."""
    key = random_key()
    create_file(path, key_content(key, key.use(bytes)))


def open_key(path: Path) -> SecretKey:
    """A key that stands in its file as it is."""
    kept = read_key(path)
    return opened_key(kept, SecretKey(kept.wrapped))


def read_key(path: Path) -> KeptKey:
    """Raises KeyUnavailable where there is none, KeyDestroyed where there was one."""
    try:
        content = read_file(path)
    except FileNotFoundError:
        refuse_destroyed(path)
        raise KeyUnavailable(
            "A key is not there: it was never made, or its volume is not mounted. What it seals stays closed."
        ) from None
    return KeptKey(KeyId(content[:KEY_ID_BYTES]), content[KEY_ID_BYTES:])


def opened_key(kept: KeptKey, key: SecretKey) -> SecretKey:
    """The key, if it is the one that was kept there."""
    if key.id != kept.id or key.use(len) != KEY_BYTES:
        raise damaged()
    return key


def damaged() -> KeyUnavailable:
    return KeyUnavailable(
        "A key file is damaged and was left as it is. What it seals stays closed until an undamaged copy of "
        "the file is put back; without one, withdraw the tenant and add it again."
    )
