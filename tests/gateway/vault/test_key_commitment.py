"""AES-GCM lets one ciphertext open under two keys. The record does not."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.errors import Unreadable
from gateway.vault.records import NONCE, open_record, record_keys
from gateway.vault.secret import SecretKey

CONTEXT = b"one place"
SALT = bytes(range(32))
BLOCK = 16
REDUCTION = 0xE1 << 120


def multiplied(left: int, right: int) -> int:
    """The product in GF(2^128) as GCM writes it, bits reversed (SP 800-38D, 6.3)."""
    product = 0
    for bit in range(127, -1, -1):
        if right >> bit & 1:
            product ^= left
        left = left >> 1 ^ (REDUCTION if left & 1 else 0)
    return product


def inverted(element: int) -> int:
    """``element`` to the power of 2^128 - 2."""
    result = 1 << 127
    for _ in range(127):
        element = multiplied(element, element)
        result = multiplied(result, element)
    return result


def encrypted(key: bytes, block: bytes) -> int:
    # Counter mode over zeros: the bare cipher that GCM is built of.
    encryptor = Cipher(algorithms.AES(key), modes.CTR(block)).encryptor()
    return int.from_bytes(encryptor.update(bytes(BLOCK)), "big")


def tag_of(key: bytes, blocks: list[int]) -> int:
    """GHASH of ``CONTEXT`` and the ciphertext's blocks, masked: what AES-GCM writes behind a ciphertext."""
    subkey, hashed = encrypted(key, bytes(BLOCK)), 0
    lengths = (len(CONTEXT) * 8) << 64 | (len(blocks) * BLOCK * 8)
    for block in (int.from_bytes(CONTEXT.ljust(BLOCK, b"\0"), "big"), *blocks, lengths):
        hashed = multiplied(hashed ^ block, subkey)
    return hashed ^ encrypted(key, NONCE + b"\x00\x00\x00\x01")


def two_key_ciphertext(first: bytes, second: bytes) -> bytes:
    """Two blocks and a tag that both keys accept: the last block is solved from the tags of a zero there."""
    blocks = [int.from_bytes(b"any sixteen byte", "big"), 0]
    squares = [
        multiplied(subkey, subkey) for subkey in (encrypted(key, bytes(BLOCK)) for key in (first, second))
    ]
    difference = tag_of(first, blocks) ^ tag_of(second, blocks)
    blocks[1] = multiplied(difference, inverted(squares[0] ^ squares[1]))
    return b"".join(part.to_bytes(BLOCK, "big") for part in (*blocks, tag_of(first, blocks)))


def test_a_ciphertext_that_two_keys_open_is_refused_by_the_commitment() -> None:
    mine, other = SecretKey(b"m" * 32), SecretKey(b"o" * 32)
    (my_cipher_key, my_commitment), (other_cipher_key, other_commitment) = (
        record_keys(key, SALT) for key in (mine, other)
    )
    forged = two_key_ciphertext(my_cipher_key, other_cipher_key)
    assert AESGCM(my_cipher_key).decrypt(NONCE, forged, CONTEXT)
    assert AESGCM(other_cipher_key).decrypt(NONCE, forged, CONTEXT)

    # Even where the ids of two keys were made to collide, one record has room for one commitment.
    assert open_record(mine, CONTEXT, b"\x01" + mine.id + SALT + my_commitment + forged)
    with pytest.raises(Unreadable):
        open_record(other, CONTEXT, b"\x01" + other.id + SALT + my_commitment + forged)
    assert open_record(other, CONTEXT, b"\x01" + other.id + SALT + other_commitment + forged)


def test_the_forgery_is_no_accident() -> None:
    with pytest.raises(InvalidTag):
        AESGCM(b"x" * 32).decrypt(NONCE, two_key_ciphertext(b"m" * 32, b"o" * 32), CONTEXT)
