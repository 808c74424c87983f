"""A consumer that signs its acknowledgements, well or badly."""

import base64
from datetime import UTC, datetime
from typing import Any

import msgspec
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from gateway.acknowledgement import TYPE, public_key
from gateway.store.acknowledgements import Signed

NOON = datetime(2026, 3, 2, 12, 0, 30, tzinfo=UTC)


class Signer:
    """Holds the private key."""

    def __init__(self) -> None:
        self._key = OKPKey.generate_key("Ed25519")

    @property
    def pem(self) -> bytes:
        return bytes(self._key.as_pem(private=True))

    @property
    def public_pem(self) -> bytes:
        return bytes(self._key.as_pem(private=False))

    @property
    def public(self) -> str:
        return public_key(self.public_pem)

    def jws(self, erasure: str, *, header: dict[str, Any] | None = None, **changes: object) -> str:
        """What is signed of an erasure; ``changes`` to its members, a header other than the right one."""
        return self.over(msgspec.json.encode(said(erasure) | changes), header)

    def over(self, payload: bytes, header: dict[str, Any] | None = None) -> str:
        """A signature over any bytes."""
        whole = {"alg": "Ed25519", "typ": TYPE} | (header or {})
        return jws.serialize_compact(whole, payload, self._key, algorithms=["Ed25519"])

    def over_as_named_before(self, payload: bytes) -> str:
        """The same, by the name that the algorithm has in RFC 8037, as other libraries write it."""
        head = _encoded(msgspec.json.encode({"alg": "EdDSA", "typ": TYPE}))
        key: Any = self._key.get_op_key("sign")
        signature = key.sign(f"{head}.{_encoded(payload)}".encode())
        return f"{head}.{_encoded(payload)}.{_encoded(signature)}"

    def unsigned(self, erasure: str) -> str:
        """Signed by nobody."""
        head = _encoded(msgspec.json.encode({"alg": "none", "typ": TYPE}))
        return f"{head}.{_encoded(msgspec.json.encode(said(erasure)))}."

    def by_symmetry(self, erasure: str) -> str:
        """The public key misused as a secret."""
        secret = OctKey.import_key(self.public.encode())
        header = {"alg": "HS256", "typ": TYPE}
        return jws.serialize_compact(header, msgspec.json.encode(said(erasure)), secret, algorithms=["HS256"])

    def signed(self, erasure: str) -> Signed:
        """As it is kept."""
        return Signed(self.jws(erasure), self.public)


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def said(erasure: str) -> dict[str, object]:
    """What is to be signed of a tenant's erasure."""
    return {
        "erasure": erasure,
        "scope": "tenant",
        "result": "executed",
        "executed_at": NOON,
        "copies_until": None,
    }
