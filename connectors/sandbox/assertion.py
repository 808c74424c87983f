"""Signed assertions of clients (RFC 7523), as both token endpoints take them."""

from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey


class _Registry(jws.JWSRegistry):
    """With room for a certificate in the header (``x5c``)."""

    max_header_length = 16_384
    max_payload_length = 16_384


_REGISTRY = _Registry(algorithms=["PS256", "RS256"], strict_check_header=False)


class Assertion(NamedTuple):
    """A verified one: what its header and its body say."""

    header: dict[str, Any]
    claims: dict[str, Any]


def verified(text: str, key: RSAKey) -> Assertion | None:
    """The assertion, if this key signed it; None otherwise."""
    sent = text.encode().split(b".")
    try:
        token = jws.extract_compact(b".".join(part.rstrip(b"=") for part in sent), registry=_REGISTRY)
        # Some of Microsoft's clients pad the parts, and sign them so.
        token.segments["header"], token.segments["payload"] = sent[:2]
        is_signed = jws.validate_compact(token, key, registry=_REGISTRY)
        claims = msgspec.json.decode(token.payload, type=dict[str, Any])
    except (JoseError, ValueError, msgspec.MsgspecError):
        return None
    return Assertion(token.headers(), claims) if is_signed else None


def is_current(claims: dict[str, Any], now: datetime, longest: timedelta) -> bool:
    """Whether now lies before ``exp``, and ``exp`` not further ahead than allowed."""
    expires = claims.get("exp")
    # MSAL sends floats, google-auth whole seconds.
    if not isinstance(expires, int | float):
        return False
    try:
        at = datetime.fromtimestamp(expires, UTC)
    except (OverflowError, OSError, ValueError):
        return False
    return now < at <= now + longest


def decoded(value: object) -> bytes | None:
    """A thumbprint of a header, with or without padding: clients differ."""
    if not isinstance(value, str):
        return None
    try:
        return urlsafe_b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4))
    except ValueError:
        return None
