"""Security event tokens as bytes: signed, and as somebody forges them."""

import hmac
from base64 import urlsafe_b64encode

import msgspec
from joserfc import jwe, jws
from joserfc.jwk import ECKey, RSAKey

from connectors.sandbox.calendar import Event
from connectors.sandbox.signals.keys import ALGORITHM

TYPE = "secevent+jwt"


def signed(claims: Event, key: RSAKey, type_: str = TYPE) -> str:
    """As a receiver takes it."""
    header = {"alg": ALGORITHM, "typ": type_, "kid": key.kid}
    return jws.serialize_compact(header, msgspec.json.encode(claims), key, algorithms=[ALGORITHM])


def unsigned(claims: Event, key: RSAKey) -> str:
    """With no signature."""
    return f"{_said(claims, key, 'none')}."


def symmetric(claims: Event, key: RSAKey) -> str:
    """As whoever knows the public key only forges it."""
    said = _said(claims, key, "HS256")
    return f"{said}.{_text(hmac.digest(key.as_pem(private=False), said.encode(), 'sha256'))}"


def transplanted(claims: Event, key: RSAKey) -> str:
    """With the signature of another one."""
    head, _, _ = signed(claims, key).rpartition(".")
    _, _, signature = signed({"jti": "another"}, key).rpartition(".")
    return f"{head}.{signature}"


def encrypted(claims: Event, key: RSAKey) -> str:
    """For whoever has a key that nobody has."""
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "typ": TYPE, "kid": key.kid}
    return jwe.encrypt_compact(header, msgspec.json.encode(claims), ECKey.generate_key())


def _said(claims: Event, key: RSAKey, algorithm: str) -> str:
    header = {"alg": algorithm, "typ": TYPE, "kid": key.kid}
    return f"{_text(msgspec.json.encode(header))}.{_text(msgspec.json.encode(claims))}"


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
