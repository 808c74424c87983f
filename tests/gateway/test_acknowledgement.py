"""Keys of consumers, as an operator is handed them."""

import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

from gateway.acknowledgement import _ONE_ALGORITHM, LENGTH_MAX, Statement, public_key, verified
from gateway.errors import ConfigurationError
from tests.fakes.signing import Signer, said

#: RFC 8037, appendix A.4: a signature that somebody else made, by the key of A.2.
PUBLISHED_KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
PUBLISHED = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)


def test_a_key_is_taken_as_pem_and_as_jwk() -> None:
    signer = Signer()
    jwk = msgspec.json.encode({"kty": "OKP", "crv": "Ed25519", "x": signer.public, "kid": "flexo-1"})
    assert public_key(signer.public_pem) == public_key(jwk) == public_key(b" " + jwk) == signer.public


BAD = {
    "nothing": b"",
    "no key": b"\xff\x00",
    "no json": b"{",
    "an empty jwk": b"{}",
    "nested": b"{" * 50_000,
    "another curve": bytes(OKPKey.generate_key("X25519").as_pem(private=False)),
    "another kind": bytes(ECKey.generate_key("P-256").as_pem(private=False)),
    "half a key": b'{"kty":"OKP","crv":"Ed25519","x":"AAAA"}',
}


@pytest.mark.parametrize("file", BAD.values(), ids=BAD)
def test_what_is_no_such_key_is_refused(file: bytes) -> None:
    with pytest.raises(ConfigurationError, match="no Ed25519 public key"):
        public_key(file)


def test_a_private_key_is_not_taken() -> None:
    with pytest.raises(ConfigurationError, match="the consumer's alone"):
        public_key(Signer().pem)


def test_a_published_signature_verifies_by_the_older_name() -> None:
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": PUBLISHED_KEY})
    opened = jws.deserialize_compact(PUBLISHED, key, registry=_ONE_ALGORITHM)
    assert opened.payload == b"Example of Ed25519 signing"
    assert verified(PUBLISHED.encode(), PUBLISHED_KEY) is None


def test_what_is_signed_is_read_as_it_was_meant() -> None:
    signer = Signer()
    found = verified(signer.jws("era_1").encode(), signer.public)
    assert isinstance(found, Statement)
    assert (found.erasure, found.result, found.copies_until) == ("era_1", "executed", None)


@pytest.mark.parametrize("more", [b"\xff", b"\n", b"=", b"!!!!", b"."])
def test_a_signature_has_one_writing(more: bytes) -> None:
    signer = Signer()
    signed = signer.jws("era_1").encode()
    assert verified(signed, signer.public) is not None
    assert verified(signed + more, signer.public) is None
    assert verified(more + signed, signer.public) is None


def test_what_is_longer_than_any_is_not_looked_into() -> None:
    signer = Signer()
    assert (
        verified(signer.over(msgspec.json.encode(said("era_1")) + b" " * LENGTH_MAX).encode(), signer.public)
        is None
    )
