"""The algorithms that the vault builds on, against Wycheproof's vectors (found beside a checkout)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from gateway.vault.keyed_hash import BLOCK_BYTES, KeyedHash
from gateway.vault.secret import SecretKey

VECTORS = Path(__file__).parents[4] / "shared" / "data" / "wycheproof"

pytestmark = pytest.mark.skipif(
    not VECTORS.is_dir(), reason="no Wycheproof beside this checkout; see test_published_vectors"
)

# What the vault never uses: AES-GCM nonces of other than 96 bits, and HMAC keys longer than a block.
NONCE_BITS = 96


def vectors(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    document = json.loads((VECTORS / f"{name}_test.json").read_bytes())
    for group in document["testGroups"]:
        for vector in group["tests"]:
            yield group, {key: _bytes_of(key, value) for key, value in vector.items()}


def _bytes_of(key: str, value: object) -> object:
    return bytes.fromhex(value) if isinstance(value, str) and key not in {"comment", "result"} else value


def test_aes_gcm() -> None:
    checked = 0
    for group, vector in vectors("aes_gcm"):
        if group["ivSize"] != NONCE_BITS:
            continue
        cipher, sealed = AESGCM(vector["key"]), vector["ct"] + vector["tag"]
        if vector["result"] == "valid":
            assert cipher.encrypt(vector["iv"], vector["msg"], vector["aad"]) == sealed
            assert cipher.decrypt(vector["iv"], sealed, vector["aad"]) == vector["msg"]
        else:
            with pytest.raises(InvalidTag):
                cipher.decrypt(vector["iv"], sealed, vector["aad"])
        checked += 1
    assert checked == 197


def test_aes_key_wrap() -> None:
    checked = 0
    for _, vector in vectors("aes_wrap"):
        if vector["result"] == "valid":
            assert aes_key_wrap(vector["key"], vector["msg"]) == vector["ct"]
            assert aes_key_unwrap(vector["key"], vector["ct"]) == vector["msg"]
        else:
            with pytest.raises(InvalidUnwrap):
                aes_key_unwrap(vector["key"], vector["ct"])
        checked += 1
    assert checked == 165


def test_hkdf_sha512() -> None:
    checked = ours = 0
    for _, vector in vectors("hkdf_sha512"):
        if vector["result"] == "valid":
            derived = HKDF(SHA512(), vector["size"], vector["salt"], vector["info"]).derive(vector["ikm"])
            assert derived == vector["okm"]
            if not vector["salt"] and vector["size"] <= BLOCK_BYTES:
                assert SecretKey(vector["ikm"]).derive(vector["info"])[: vector["size"]] == derived
                ours += 1
        else:
            with pytest.raises(ValueError, match="larger"):
                HKDF(SHA512(), vector["size"], vector["salt"], vector["info"])
        checked += 1
    assert (checked, ours) == (83, 19)


def test_hmac_sha256() -> None:
    checked = 0
    for group, vector in vectors("hmac_sha256"):
        if len(vector["key"]) > BLOCK_BYTES:
            continue
        tag = KeyedHash(vector["key"]).digest(vector["msg"])[: group["tagSize"] // 8]
        assert (tag == vector["tag"]) is (vector["result"] == "valid")
        checked += 1
    assert checked == 168
