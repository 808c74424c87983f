"""Access tokens of the stand-ins, and who holds one."""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from aiohttp import hdrs, web

from connectors.sandbox.seal import Seal

LIFETIME = timedelta(seconds=3599)
_JWT_DOTS = 2


class Badge(msgspec.Struct, frozen=True, tag="badge"):
    """What a token grants: a tenant's data, on behalf of a person (Google) or of ourselves.

    A Google service account that acts for itself holds one of no tenant. ``generation`` is that of a
    person's own consent, under which their calendar alone is read; None of what an admin granted.
    """

    tenant: str
    subject: str
    scopes: tuple[str, ...]
    until: datetime
    generation: int | None = None


class Signature(msgspec.Struct, frozen=True, tag="signature"):
    """The last part of a token whose other parts can be read by anybody."""

    badge: Badge
    digest: str


def issued(seal: Seal, badge: Badge) -> dict[str, object]:
    """The JSON of a token endpoint, RFC 6749 5.1, with an opaque token."""
    return _reply(seal.close(badge))


def issued_jwt(seal: Seal, badge: Badge, claims: dict[str, Any]) -> dict[str, object]:
    """The same with a JWT, as Entra's are. Nobody but the stand-ins can tell whether it was altered."""
    times = {"iat": int((badge.until - LIFETIME).timestamp()), "exp": int(badge.until.timestamp())}
    head, body = _part({"typ": "JWT", "alg": "HS256"}), _part(claims | times)
    signature = seal.close(Signature(badge, _digest(f"{head}.{body}")))
    return _reply(f"{head}.{body}.{signature}")


def opened(seal: Seal, token: str) -> Badge | None:
    """What a token grants or did; None if it is unknown or altered."""
    if token.count(".") != _JWT_DOTS:
        return seal.open(token, Badge)
    text, _, last = token.rpartition(".")
    signature = seal.open(last, Signature)
    return signature.badge if signature is not None and signature.digest == _digest(text) else None


def badge(seal: Seal, request: web.Request, now: datetime) -> Badge | None:
    """Whose request this is; None if its token is missing, unknown, altered or expired."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    held = opened(seal, token) if scheme.lower() == "bearer" else None
    return held if held is not None and held.until > now else None


def _reply(token: str) -> dict[str, object]:
    return {"token_type": "Bearer", "expires_in": int(LIFETIME.total_seconds()), "access_token": token}


def _part(content: dict[str, Any]) -> str:
    return urlsafe_b64encode(msgspec.json.encode(content)).decode().rstrip("=")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
