"""Access tokens of the stand-ins, and who holds one."""

from datetime import datetime, timedelta

import msgspec
from aiohttp import hdrs, web

from connectors.sandbox.seal import Seal

LIFETIME = timedelta(seconds=3599)


class Badge(msgspec.Struct, frozen=True, tag="badge"):
    """What a token grants: a tenant's data, on behalf of a person (Google) or of ourselves (Graph)."""

    tenant: str
    subject: str
    scopes: tuple[str, ...]
    until: datetime


def issued(
    seal: Seal, *, tenant: str, subject: str, scopes: tuple[str, ...], now: datetime
) -> dict[str, object]:
    """The JSON of a token endpoint, RFC 6749 section 5.1. These grants have no refresh token."""
    badge = Badge(tenant, subject, scopes, now + LIFETIME)
    seconds = int(LIFETIME.total_seconds())
    return {"token_type": "Bearer", "expires_in": seconds, "access_token": seal.close(badge)}


def badge(seal: Seal, request: web.Request, now: datetime) -> Badge | None:
    """Whose request this is; None if its token is missing, unknown or expired."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    held = seal.open(token, Badge) if scheme.lower() == "bearer" else None
    return held if held is not None and held.until > now else None
