"""A transmitter of security events, well or badly behaved."""

import base64
import hmac
import json
from functools import cache
from typing import Any

from joserfc import jwe
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

from gateway.signals.expectation import Expectation
from gateway.signals.key_ring import KeyRing, key_ring

ISSUER = "https://idp.example/tenant-1"
GOOGLE = "https://accounts.google.com/"
#: In seconds, as tokens have it, and in milliseconds, as we do.
AT, NOW = 1_780_000_000, 1_780_000_060_000
STREAM = "f67e39a0a4d34d56b3aa1bc4cff0069f"

EXPECTED = Expectation(
    ISSUER,
    frozenset({"https://gateway.example/signals/1"}),
    issuers=frozenset({"https://directory.example/"}),
    tenant="org-1",
    stream=STREAM,
)
EXPECTED_OF_GOOGLE = Expectation(GOOGLE, frozenset({"1-a.apps.example", "1-b.apps.example"}))

CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
RISC = "https://schemas.openid.net/secevent/risc/event-type/"
SSF = "https://schemas.openid.net/secevent/ssf/event-type/"
OAUTH = "https://schemas.openid.net/secevent/oauth/event-type/"

INES = {"format": "iss_sub", "iss": ISSUER, "sub": "ines-id"}
GOOGLE_INES = {"subject_type": "iss-sub", "iss": GOOGLE, "sub": "ines-id"}


#: Takes a member out.
class Absent:
    """Stands for a member that is left out."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = Absent()

Json = dict[str, Any]


@cache
def rsa(id_: str = "rsa-1", bits: int = 2048) -> RSAKey:
    return RSAKey.generate_key(bits, {"kid": id_})


@cache
def ec(id_: str = "ec-1", curve: str = "P-256") -> ECKey:
    return ECKey.generate_key(curve, {"kid": id_})


def public(key: RSAKey | ECKey, **changes: object) -> Json:
    """One key as it is published."""
    return changed(dict(key.as_dict(private=False)), changes)


def jwks(*keys: Json) -> bytes:
    return json.dumps({"keys": list(keys)}).encode()


@cache
def ring() -> KeyRing:
    """What the transmitter publishes."""
    found = key_ring(jwks(public(ec(), use="sig"), public(rsa(), use="sig")))
    assert found is not None
    return found


def event(uri: str, members: Json | None = None, subject: object = INES, **changes: object) -> Json:
    """The claims of a token as SSF 1.0 has it; changes to them."""
    claims = {
        "iss": ISSUER,
        "aud": "https://gateway.example/signals/1",
        "iat": AT,
        "jti": "event-1",
        "sub_id": subject,
        "events": {uri: members or {}},
    }
    return changed(claims, changes)


def google_event(
    uri: str, members: Json | None = None, subject: object = GOOGLE_INES, **changes: object
) -> Json:
    """The claims of a token as Google makes it."""
    told = changed({"subject": subject}, members or {})
    claims = {"iss": GOOGLE, "aud": "1-b.apps.example", "iat": AT, "jti": "event-1", "events": {uri: told}}
    return changed(claims, changes)


def changed(of: Json, changes: Json) -> Json:
    return {name: value for name, value in {**of, **changes}.items() if value is not ABSENT}


def signed(claims: Json | bytes, key: RSAKey | ECKey | None = None, **header: object) -> bytes:
    """A token; of a header other than the right one if told so."""
    key = key or ec()
    right = {"alg": "RS256" if key.key_type == "RSA" else "ES256", "kid": key.kid, "typ": "secevent+jwt"}
    whole = changed(right, header)
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return over(json.dumps(whole).encode(), payload, key, str(whole.get("alg")))


def over(header: bytes, payload: bytes, key: RSAKey | ECKey, algorithm: str = "ES256") -> bytes:
    """A good signature over any header and payload; by an algorithm of the key's if that is none."""
    known = JWSRegistry.algorithms.get(algorithm)
    if known is None or known.key_type != key.key_type:
        known = JWSRegistry.algorithms["RS256" if key.key_type == "RSA" else "ES256"]
    said = encoded(header) + b"." + encoded(payload)
    return said + b"." + encoded(known.sign(said, key))


def unsigned(claims: Json) -> bytes:
    header = json.dumps({"alg": "none", "kid": ec().kid, "typ": "secevent+jwt"}).encode()
    return encoded(header) + b"." + encoded(json.dumps(claims).encode()) + b"."


def by_symmetry(claims: Json, key: RSAKey) -> bytes:
    """The public key misused as a secret."""
    header = json.dumps({"alg": "HS256", "kid": key.kid, "typ": "secevent+jwt"}).encode()
    said = encoded(header) + b"." + encoded(json.dumps(claims).encode())
    return said + b"." + encoded(hmac.digest(key.as_pem(private=False), said, "sha256"))


def encrypted(claims: Json) -> bytes:
    """A JWE for a key of ours, if we had one."""
    header = {"alg": "RSA-OAEP", "enc": "A256GCM", "kid": "rsa-1", "typ": "secevent+jwt"}
    return jwe.encrypt_compact(header, json.dumps(claims).encode(), rsa()).encode()


def encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")
