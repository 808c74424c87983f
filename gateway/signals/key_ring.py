"""Key ring: the public keys of who signs, as its JSON Web Key Set (RFC 7517) lists them. Pure.

A key that signs nothing, is of a kind that is not taken, or is too weak, is as if it were not listed.
"""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from msgspec import Raw
from msgspec.json import Decoder

from gateway.signals.members import UNREADABLE, elements, members

DOCUMENT_BYTES_MAX = 64 * 2**10
#: More than any transmitter lists. A longer list is not looked through: the key in question may be the last.
KEYS_MAX = 32
#: Shorter keys are weak; longer ones, and other exponents, cost us as much as their owner likes.
RSA_BITS = range(2048, 4096 + 1)
#: The kind of key of each algorithm that is taken: not a shared secret, and not none at all.
KINDS = MappingProxyType({"RS256": "RSA", "PS256": "RSA", "ES256": "EC"})

_EXPONENT, _CURVE = "AQAB", "P-256"

PublicKey = RSAKey | ECKey


class KeyRing(NamedTuple):
    """Public keys, by their ids and each algorithm that they are for."""

    keys: Mapping[tuple[str, str], PublicKey]


class _Key(msgspec.Struct):
    """What is read of a key: private members are not among it."""

    kid: str
    kty: str
    alg: str | None = None
    use: str = "sig"
    key_ops: tuple[str, ...] = ("verify",)
    n: str = ""
    e: str = ""
    crv: str = ""
    x: str = ""
    y: str = ""

    @property
    def algorithms(self) -> list[str]:
        """By what it may have signed."""
        if self.use != "sig" or "verify" not in self.key_ops:
            return []
        return [name for name, kind in KINDS.items() if kind == self.kty and self.alg in {None, name}]

    def public(self) -> PublicKey | None:
        """None for a key that is not taken. Raises JoseError or ValueError for one that is broken."""
        if self.kty == "RSA" and self.e == _EXPONENT and _bits(self.n) in RSA_BITS:
            return RSAKey.import_key({"kty": "RSA", "n": self.n, "e": self.e})
        if self.kty == "EC" and self.crv == _CURVE:
            return ECKey.import_key({"kty": "EC", "crv": self.crv, "x": self.x, "y": self.y})
        return None


_KEY = Decoder(_Key)


def key_ring(document: bytes) -> KeyRing | None:
    """The keys in a JSON Web Key Set; None if it is none, is too long, or has no key that we take."""
    listed = members(document) if len(document) <= DOCUMENT_BYTES_MAX else None
    written = elements(listed or {}, "keys")
    if len(written) > KEYS_MAX:
        return None
    found: dict[tuple[str, str], PublicKey] = {}
    for one in written:
        _add(found, one)
    return KeyRing(MappingProxyType(found)) if found else None


def _add(found: dict[tuple[str, str], PublicKey], written: Raw) -> None:
    """Add a key, unless one of its name is there."""
    try:
        key = _KEY.decode(written)
        public = key.public() if key.algorithms else None
    except (*UNREADABLE, JoseError):
        return
    if public is not None:
        for algorithm in key.algorithms:
            found.setdefault((key.kid, algorithm), public)


def _bits(number: str) -> int:
    """How long a number is (RFC 7518, Base64urlUInt). Raises ValueError."""
    return int.from_bytes(urlsafe_b64decode(number + "=" * (-len(number) % 4)), "big").bit_length()
