"""Key sets as transmitters publish them, and as others would."""

import json
from typing import Any

import pytest

from gateway.signals.key_ring import DOCUMENT_BYTES_MAX, KEYS_MAX, key_ring
from gateway.signals.signature import opened
from tests.fakes.security_events import ABSENT, ISSUER, changed, ec, encoded, jwks, over, public, rsa


def names(*keys: dict[str, Any]) -> list[tuple[str, str]] | None:
    found = key_ring(jwks(*keys))
    return None if found is None else list(found.keys)


def test_a_key_is_for_its_algorithms() -> None:
    assert names(public(rsa(), alg="PS256"), public(ec(), key_ops=["verify"], use="sig")) == [
        ("rsa-1", "PS256"),
        ("ec-1", "ES256"),
    ]
    assert names(public(rsa(), x5c=["AAAA"], x5t="AAAA", new=5)) == [("rsa-1", "RS256"), ("rsa-1", "PS256")]


def test_one_id_may_name_a_key_of_each_algorithm() -> None:
    twice = [public(rsa(), alg="RS256"), public(rsa(), alg="PS256"), public(ec(), kid="rsa-1")]
    assert names(*twice) == [("rsa-1", "RS256"), ("rsa-1", "PS256"), ("rsa-1", "ES256")]
    assert names(public(ec()), public(ec("ec-2"), kid="ec-1")) == [("ec-1", "ES256")]


BAD = {
    "no id": {"kid": ABSENT},
    "an id that is none": {"kid": 5},
    "no kind": {"kty": ABSENT},
    "a secret": {"kty": "oct", "k": "AAAA"},
    "another kind": {"kty": "OKP"},
    "for encryption": {"use": "enc"},
    "a use that is none": {"use": None},
    "to sign": {"key_ops": ["sign"]},
    "another algorithm": {"alg": "RS512"},
    "another kind's algorithm": {"alg": "ES256"},
    "no modulus": {"n": ABSENT},
    "a short modulus": {"n": "AQAB"},
    "a modulus that is none": {"n": "!" * 342},
    "a modulus of other letters": {"n": "é" * 342},
    "a padded modulus": {"n": public(rsa())["n"] + "=="},
    "a long modulus": {"n": "_" * 683 + "A" * 4},
    "a small exponent": {"e": "Aw"},
    "a large exponent": {"e": "_" * 342},
    "an object": {"kty": {"kty": "RSA"}},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD)
def test_what_cannot_be_taken_is_as_if_it_were_not_listed(changes: dict[str, Any]) -> None:
    bad = changed(public(rsa()), changes)
    assert names(bad) is None
    assert names(bad, public(ec())) == [("ec-1", "ES256")]


def test_a_point_is_on_the_right_curve() -> None:
    other = public(ec())["y"]
    assert names(public(ec("ec-2"), y=other), public(ec("ec-3", "P-384")), public(ec(), crv="P-384")) is None


@pytest.mark.parametrize("bits", [1024, 2040, 4104])
def test_an_rsa_key_is_neither_weak_nor_costly(bits: int) -> None:
    modulus = (1 << (bits - 1)) + 1
    number = modulus.to_bytes((bits + 7) // 8, "big")
    assert names(public(rsa(), n=encoded(number).decode())) is None


def test_private_keys_that_are_published_are_read_as_public_ones() -> None:
    found = key_ring(jwks(dict(rsa().as_dict(private=True)), dict(ec().as_dict(private=True))))
    assert found is not None
    assert [key.is_private for key in found.keys.values()] == [False] * 3


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b"{}",
        b'{"keys": null}',
        b'{"keys": {}}',
        b'{"keys": []}',
        b'{"keys": [null, 5, [], {}]}',
        b"\xff",
        b"[" * 9000,
        b'{"keys": [' * 9000,
    ],
)
def test_what_is_no_key_set_is_none(document: bytes) -> None:
    assert key_ring(document) is None


def test_a_set_is_bounded() -> None:
    keys = [public(ec(), kid=f"ec-{number}") for number in range(KEYS_MAX)]
    assert len(names(*keys) or ()) == KEYS_MAX
    assert names(*keys, {}) is None
    document = jwks(public(ec()))
    assert key_ring(document + b" " * (DOCUMENT_BYTES_MAX - len(document))) is not None
    assert key_ring(document + b" " * (DOCUMENT_BYTES_MAX - len(document) + 1)) is None


def test_a_key_is_used_as_it_was_published() -> None:
    found = key_ring(json.dumps({"keys": [public(ec())], "issuer": ISSUER}).encode())
    assert found is not None
    token = over(b'{"alg":"ES256","kid":"ec-1","typ":"x"}', b"hello", ec())
    assert opened(token, found) == ("x", b"hello")
