"""Signature: whether a token was signed by a key of who it is awaited from (RFC 7515, compact). Pure."""

from typing import Any, NamedTuple

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jws import CompactSignature, JWSRegistry

from gateway.signals.key_ring import KINDS, KeyRing, PublicKey
from gateway.signals.refusal import RefusalCode, SetRefused

#: Far more than any token that tells of one event.
TOKEN_BYTES_MAX = 64 * 2**10

#: All that joserfc, or the bytes that it is given, may make it raise.
_BROKEN = (JoseError, ValueError, TypeError, RecursionError)


class _Registry(JWSRegistry):
    """A header may carry a certificate, and members that nobody knows (RFC 7515, section 4)."""

    max_header_length = 8 * 2**10


_REGISTRY = _Registry(algorithms=tuple(KINDS), strict_check_header=False)


class Opened(NamedTuple):
    """What was signed: the type that the header gives it, if any, and the bytes."""

    type: str | None
    payload: bytes


def opened(token: bytes, keys: KeyRing) -> Opened:
    """What a token holds whose signature is good. Raises SetRefused, which tells nothing of why but a key."""
    signed = _parsed(token) if len(token) <= TOKEN_BYTES_MAX else None
    header = _understood(signed)
    if signed is None or header is None:
        raise _unauthentic()
    key = keys.keys.get((header["kid"], header["alg"]))
    if key is None:
        raise SetRefused(RefusalCode.INVALID_KEY, "its key is not among those that its issuer publishes.")
    if not _is_good(signed, key):
        raise _unauthentic()
    return Opened(header.get("typ"), signed.payload)


def _parsed(token: bytes) -> CompactSignature | None:
    """None for what is no compact JWS: JWE and other serializations too."""
    try:
        return jws.extract_compact(token, registry=_REGISTRY)
    except _BROKEN:
        return None


def _understood(signed: CompactSignature | None) -> dict[str, Any] | None:
    """The header; None if it lacks a key or an algorithm of ours, or asks for something that we do not know.

    Of extensions (``crit``) we know none. What names a key other than by its id is passed over.
    """
    header: Any = None if signed is None else signed.headers()
    if not isinstance(header, dict) or "crit" in header:
        return None
    algorithm, key = header.get("alg"), header.get("kid")
    is_ours = isinstance(algorithm, str) and algorithm in KINDS
    return header if is_ours and isinstance(key, str) else None


def _is_good(signed: CompactSignature, key: PublicKey) -> bool:
    try:
        return jws.validate_compact(signed, key, registry=_REGISTRY)
    except _BROKEN:
        return False


def _unauthentic() -> SetRefused:
    return SetRefused(
        RefusalCode.AUTHENTICATION_FAILED,
        "it has to be a compact JWS, signed by a published key of its issuer (RS256, PS256 or ES256).",
    )
