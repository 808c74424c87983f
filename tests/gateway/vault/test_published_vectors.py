"""The same algorithms against vectors of NIST and the RFCs, from the ``cryptography-vectors`` package."""

import hmac
from collections.abc import Iterator
from pathlib import Path

import cryptography_vectors
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from gateway.vault.keyed_hash import BLOCK_BYTES, KeyedHash
from gateway.vault.records import LABEL, record_keys
from gateway.vault.secret import SecretKey

VECTORS = Path(cryptography_vectors.__file__).parent

Vector = dict[str, str]


def vectors(path: str) -> Iterator[Vector]:
    """``Name = value`` lines up to where a name comes again; a line of one word is a name without a value."""
    vector: Vector = {}
    for line in (VECTORS / path).read_text().splitlines():
        if not line.strip() or line[0] in "#[":
            continue
        name, _, value = line.partition("=")
        if name.strip().lower() in vector:
            yield vector
            vector = {}
        vector[name.strip().lower()] = value.strip()
    yield vector


def hexadecimal(vector: Vector, name: str) -> bytes:
    return bytes.fromhex(vector[name])


def test_aes_256_gcm() -> None:
    checked = 0
    for vector in vectors("ciphers/AES/GCM/gcmDecrypt256.rsp"):
        nonce, tag = hexadecimal(vector, "iv"), hexadecimal(vector, "tag")
        if (len(nonce), len(tag)) != (12, 16):
            continue
        cipher, sealed, bound = (
            AESGCM(hexadecimal(vector, "key")),
            hexadecimal(vector, "ct") + tag,
            hexadecimal(vector, "aad"),
        )
        if "fail" in vector:
            with pytest.raises(InvalidTag):
                cipher.decrypt(nonce, sealed, bound)
        else:
            assert cipher.decrypt(nonce, sealed, bound) == hexadecimal(vector, "pt")
        checked += 1
    assert checked == 375


def test_aes_256_key_wrap() -> None:
    checked = 0
    for vector in vectors("keywrap/kwtestvectors/KW_AE_256.txt"):
        key = hexadecimal(vector, "k")
        assert aes_key_wrap(key, hexadecimal(vector, "p")) == hexadecimal(vector, "c")
        checked += 1
    for vector in vectors("keywrap/kwtestvectors/KW_AD_256.txt"):
        key, wrapped = hexadecimal(vector, "k"), hexadecimal(vector, "c")
        if "fail" in vector:
            with pytest.raises(InvalidUnwrap):
                aes_key_unwrap(key, wrapped)
        else:
            assert aes_key_unwrap(key, wrapped) == hexadecimal(vector, "p")
        checked += 1
    assert checked == 1000


def test_hkdf_sha256() -> None:
    checked = 0
    for vector in vectors("KDF/rfc-5869-HKDF-SHA256.txt"):
        derived = HKDF(SHA256(), int(vector["l"]), hexadecimal(vector, "salt"), hexadecimal(vector, "info"))
        assert derived.derive(hexadecimal(vector, "ikm")) == hexadecimal(vector, "okm")
        checked += 1
    assert checked == 3


def test_hmac_sha256() -> None:
    checked = 0
    for vector in vectors("HMAC/rfc-4231-sha256.txt"):
        key = hexadecimal(vector, "key")
        if len(key) <= BLOCK_BYTES:
            assert KeyedHash(key).digest(hexadecimal(vector, "msg")) == hexadecimal(vector, "md")
            checked += 1
    assert checked == 4


def test_record_keys_are_one_block_of_hkdf_sha512() -> None:
    for vector in vectors("HMAC/rfc-4231-sha512.txt"):
        made = hmac.digest(hexadecimal(vector, "key"), hexadecimal(vector, "msg"), "sha512")
        assert made == hexadecimal(vector, "md")
    material, salt = bytes(range(32)), bytes(range(32, 64))
    # RFC 5869: extract, then expand; SHA-512 fills the 64 bytes with its first block.
    extracted = hmac.digest(bytes(64), material, "sha512")
    expanded = hmac.digest(extracted, LABEL + salt + b"\x01", "sha512")
    assert b"".join(record_keys(SecretKey(material), salt)) == expanded
