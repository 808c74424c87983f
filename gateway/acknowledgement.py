"""Acknowledgement: a consumer's signed word that it has deleted what an erasure was about. Pure.

It is a compact JWS (RFC 7515) by an Ed25519 key (RFC 8037) over a closed set of members, so that what is kept
as evidence holds nothing else.
"""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from gateway.clock import HOUR_MILLISECONDS, Moment
from gateway.errors import ConfigurationError

#: Within so many hours an erasure is to be acknowledged; then people have to see to it.
DUE_HOURS = 72
#: Far more than any acknowledgement.
LENGTH_MAX = 2048
#: What it is, so that nothing else that the key has signed is taken for it (RFC 8725, section 3.11).
TYPE = "erasure-acknowledgement+jws"
#: How far a consumer's clock may be from ours.
SKEW = timedelta(minutes=5)

_NAMES = ("Ed25519", "EdDSA")
_CURVE = {"kty": "OKP", "crv": "Ed25519"}
_PUBLIC = re.compile(r"[A-Za-z0-9_-]{43}")


class ErasureScope(StrEnum):
    """What is to be deleted: everything of a tenant, or of its bookings what tells of a subject."""

    TENANT = "tenant"
    SUBJECT = "subject"


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a consumer signs. ``copies_until``: when the last copy of it is gone; None: there is none."""

    erasure: str
    scope: ErasureScope
    result: Literal["executed"]
    executed_at: Moment
    copies_until: Moment | None

    def concerns(self, erasure: str, scope: ErasureScope, *, told_at: datetime, now: datetime) -> bool:
        """Whether it is of this erasure, and of a deletion since that was told, and not of one to come."""
        is_of_it = (self.erasure, self.scope) == (erasure, scope)
        is_done = told_at - SKEW <= self.executed_at <= now + SKEW
        return is_of_it and is_done and (self.copies_until is None or self.copies_until >= self.executed_at)


class _Registry(JWSRegistry):
    """One algorithm under both of its names: EdDSA in RFC 8037, Ed25519 in RFC 9864."""

    def get_alg(self, name: str) -> Any:
        return super().get_alg(_NAMES[0] if name in _NAMES else name)


_DECODER = msgspec.json.Decoder(Statement)
_ONE_ALGORITHM = _Registry(algorithms=_NAMES)


def due_at(told_at: int) -> int:
    """Until when what was told then is to be acknowledged. Epoch milliseconds."""
    return told_at + DUE_HOURS * HOUR_MILLISECONDS


def public_key(file: bytes) -> str:
    """The public key in a PEM or JWK file, as RFC 8037 writes its ``x``. Raises ConfigurationError."""
    try:
        key = OKPKey.import_key(msgspec.json.decode(file) if file.lstrip().startswith(b"{") else file)
        told = key.as_dict(private=False)
    except (JoseError, ValueError, TypeError, LookupError, RecursionError):
        told, key = {}, None
    if key is None or told.get("crv") != _CURVE["crv"]:
        raise ConfigurationError(
            "That file is no Ed25519 public key. Give it as PEM ('openssl pkey -pubout') or as a JWK of kty "
            "OKP; nothing was recorded."
        )
    if key.is_private:
        raise ConfigurationError(
            "That file holds a private key, which is the consumer's alone. Let it hand over the public half "
            "('openssl pkey -pubout'); nothing was recorded."
        )
    return str(told["x"])


def verified(signed: bytes, key: str) -> Statement | None:
    """What was signed by a key, as ``public_key`` tells it; None: by another, or no acknowledgement."""
    if len(signed) > LENGTH_MAX or _PUBLIC.fullmatch(key) is None:
        return None
    try:
        opened = jws.deserialize_compact(
            signed, OKPKey.import_key({**_CURVE, "x": key}), registry=_ONE_ALGORITHM
        )
        header = opened.headers()
        is_such = header.keys() == {"alg", "typ"} and header["typ"] == TYPE
        return _DECODER.decode(opened.payload) if is_such else None
    except (JoseError, msgspec.MsgspecError, ValueError, TypeError, RecursionError):
        return None
