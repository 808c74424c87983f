"""A key in a file: the key's id, 8 bytes, then its 32 bytes, as they are or wrapped.

Wrapped is AES-256-KW (RFC 3394), 40 bytes. The id is computed from the key, so that a damaged file is known.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from gateway.errors import KeyUnavailable
from gateway.vault.files import create_file, read_file
from gateway.vault.secret import KEY_BYTES, KEY_ID_BYTES, KeyId, SecretKey, key_id

KEY_SUFFIX = ".key"


def create_key(path: Path) -> None:
    """Put a random key there, unless one is there."""
    material = os.urandom(KEY_BYTES)
    create_file(path, key_id(material) + material)


def create_wrapped_key(path: Path, encryption_key: SecretKey) -> None:
    """Put a random key there, wrapped under ``encryption_key``, unless one is there."""
    material = os.urandom(KEY_BYTES)
    wrapped = encryption_key.use(lambda wrapping: aes_key_wrap(wrapping, material))
    create_file(path, key_id(material) + wrapped)


def open_key(path: Path) -> SecretKey:
    content = _content(path)
    return _checked(content, content[KEY_ID_BYTES:])


def open_wrapped_key(path: Path, encryption_key: SecretKey) -> SecretKey:
    content = _content(path)
    wrapped = content[KEY_ID_BYTES:]
    try:
        material = encryption_key.use(lambda wrapping: aes_key_unwrap(wrapping, wrapped))
    except InvalidUnwrap:
        raise _damaged() from None
    return _checked(content, material)


def written_id(path: Path) -> KeyId:
    """The id of the key in the file, without opening the key."""
    return KeyId(read_file(path)[:KEY_ID_BYTES])


def _content(path: Path) -> bytes:
    try:
        return read_file(path)
    except FileNotFoundError:
        raise KeyUnavailable(
            "A key is not there: it was destroyed, or never made. What it sealed stays closed."
        ) from None


def _checked(content: bytes, material: bytes) -> SecretKey:
    key = SecretKey(material)
    if len(material) != KEY_BYTES or not content.startswith(key.id):
        raise _damaged()
    return key


def _damaged() -> KeyUnavailable:
    return KeyUnavailable(
        "A key file is damaged and was left as it is. What it seals stays closed until an undamaged copy of "
        "the file is put back; without one, withdraw the tenant and add it again."
    )
