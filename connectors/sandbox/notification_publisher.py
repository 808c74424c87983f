"""Validation tokens: how Graph's publisher shows that a notification with resource data is its own."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

import msgspec
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

from connectors.sandbox.calendar import Clock
from connectors.sandbox.credentials import CLIENT_ID
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.notification_faults import NotificationFaults

#: The application that publishes Graph's notifications, the same in every tenant.
PUBLISHER_ID = "0bf30f3b-4a52-48df-9a82-234910c4a086"
_LIFE = timedelta(hours=1)


class Publisher:
    """Signs tokens, and shows the keys that check them at ``common``'s addresses of the login host."""

    def __init__(self, wall_clock: Clock, faults: NotificationFaults) -> None:
        self._now = wall_clock
        self._faults = faults

    @cached_property
    def _key(self) -> RSAKey:
        # Made when first asked for: it takes longer than most tests.
        return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)

    def routes(self) -> list[Route]:
        return [
            Route("entra.discovery", "GET", "/common/.well-known/openid-configuration", self._discovery),
            Route("entra.keys", "GET", "/common/discovery/keys", self._keys),
        ]

    async def _discovery(self, request: web.Request) -> web.Response:
        root = f"{request.url.origin()}/common"
        return json_response({
            "issuer": "https://sts.windows.net/{tenantid}/",
            "jwks_uri": f"{root}/discovery/keys",
            "authorization_endpoint": f"{root}/oauth2/authorize",
            "token_endpoint": f"{root}/oauth2/token",
            "response_types_supported": ["code", "id_token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        })  # fmt: skip

    async def _keys(self, _: web.Request) -> web.Response:
        return json_response({"keys": [self._key.as_dict(private=False)]})

    def tokens(self, tenants: Iterable[str]) -> list[str]:
        """One for each tenant that a notification tells of."""
        if self._faults.take("rich-no-tokens"):
            return []
        made = [self._token(tenant) for tenant in sorted(set(tenants))]
        if self._faults.take("rich-one-bad-token"):
            head, _, signature = made[0].rpartition(".")
            made.append(f"{head}.{signature[::-1]}")
        return made

    def _token(self, tenant: str) -> str:
        claims = self._claims(tenant)
        if self._faults.take("rich-unsigned-token"):
            return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."
        header = {"alg": "RS256", "typ": "JWT", "kid": self._key.kid}
        if self._faults.take("rich-symmetric-token"):
            return self._symmetric(header | {"alg": "HS256"}, claims)
        return jwt.encode(header, claims, self._key, algorithms=["RS256"])

    def _claims(self, tenant: str) -> dict[str, Any]:
        take = self._faults.take
        until = self._now() + (-_LIFE if take("rich-expired-token") else _LIFE)
        return {
            "aud": str(uuid4()) if take("rich-wrong-audience") else CLIENT_ID,
            "iss": f"https://sts.windows.net/{uuid4() if take('rich-wrong-issuer') else tenant}/",
            "tid": tenant,
            "appid": str(uuid4()) if take("rich-wrong-publisher") else PUBLISHER_ID,
            "iat": int((until - 2 * _LIFE).timestamp()),
            "exp": int(until.timestamp()),
            "ver": "1.0",
        }

    def _symmetric(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """As somebody forges it who knows the public key only."""
        signed = f"{_part(header)}.{_part(claims)}"
        return f"{signed}.{_text(hmac.digest(self._key.as_pem(private=False), signed.encode(), 'sha256'))}"


def _part(members: dict[str, Any]) -> str:
    return _text(msgspec.json.encode(members))


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
