"""The sealed record: what stands in the store instead of a plaintext.

    version 1 | data-key id 8 | salt 32 | commitment 32 | AES-256-GCM ciphertext and tag

HKDF-SHA-512 (RFC 5869) of the data key gives 64 bytes for each salt: a key that seals this record and no
other, and a commitment to it. The salt is part of HKDF's info, because the data key is uniform already
(section 3.3): what is the same for all records is computed once. AES-GCM alone lets one ciphertext open under
two keys; the commitment does not. There is no padding: a record shows how long its plaintext is.
"""

import os
from collections.abc import Iterator
from hmac import compare_digest

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.errors import Unreadable
from gateway.vault.secret import KEY_ID_BYTES, SecretKey

VERSION = b"\x01"
SALT_BYTES = 32
COMMITMENT_BYTES = 32

SALT_START = len(VERSION) + KEY_ID_BYTES
COMMITMENT_START = SALT_START + SALT_BYTES
CIPHERTEXT_START = COMMITMENT_START + COMMITMENT_BYTES

LABEL = b"calendar gateway record, version 1"

# A repeated nonce breaks GCM only under the same key, and every record has a key of its own.
NONCE = bytes(12)


def fresh_salts(count: int) -> Iterator[bytes]:
    """Random salts: many at once cost little more than one."""
    drawn = os.urandom(SALT_BYTES * count)
    return (drawn[start : start + SALT_BYTES] for start in range(0, len(drawn), SALT_BYTES))


def seal_record(key: SecretKey, salt: bytes, context: bytes, plaintext: bytes) -> bytes:
    """``plaintext`` sealed under a salt that was never used, bound to ``context``."""
    cipher_key, commitment = record_keys(key, salt)
    ciphertext = AESGCM(cipher_key).encrypt(NONCE, plaintext, context)
    return b"".join((VERSION, key.id, salt, commitment, ciphertext))


def open_record(key: SecretKey, context: bytes, record: bytes) -> bytes:
    """What ``seal_record`` was given. Raises Unreadable, the same for every reason."""
    if not record.startswith(VERSION + key.id):
        raise _unreadable()
    cipher_key, commitment = record_keys(key, record[SALT_START:COMMITMENT_START])
    if not compare_digest(commitment, record[COMMITMENT_START:CIPHERTEXT_START]):
        raise _unreadable()
    try:
        return AESGCM(cipher_key).decrypt(NONCE, record[CIPHERTEXT_START:], context)
    except InvalidTag:
        raise _unreadable() from None


def record_keys(key: SecretKey, salt: bytes) -> tuple[bytes, bytes]:
    """The key of one record and the commitment to it."""
    output = key.derive(LABEL + salt)
    return output[:32], output[32:]


def _unreadable() -> Unreadable:
    return Unreadable(
        "A sealed record does not open: it was altered, moved, or sealed under another key. "
        "Read its calendar anew; if that does not help, ask whether the store was restored from a backup."
    )
