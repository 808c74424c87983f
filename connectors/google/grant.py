"""A service account that acts for a user of the customer, by domain-wide delegation.

Google lets the key act as any user of the customer for the delegated scopes; only our policy confines it.
developers.google.com/identity/protocols/oauth2/service-account.
"""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import aiohttp
import google.auth.exceptions
import google.auth.jwt
import msgspec

from connectors.errors import CredentialRefused, Unreachable
from connectors.google.refusal import grant_refusal
from connectors.port import Admission
from connectors.transport import Answer, Limits, Transport

EVENTS_SCOPE = "https://www.googleapis.com/auth/calendar.events.readonly"
DIRECTORY_SCOPE = "https://www.googleapis.com/auth/admin.directory.resource.calendar.readonly"

_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
#: Google expects its own token endpoint as audience, wherever the request is sent.
_AUDIENCE = "https://oauth2.googleapis.com/token"
#: A token is renewed this long before its end, and kept no longer than a day.
_MARGIN_SECONDS = 225
_LIFETIME_SECONDS_MAX = 86_400

# Signs claims about now, as google-auth does for a grant; the library has no types.
_Claims: Any = google.auth.jwt.Credentials


class TokenReply(msgspec.Struct):
    """What is read of a token endpoint's answer."""

    access_token: str
    expires_in: int = 0


class _KeyFile(msgspec.Struct):
    """Where a key's tokens are had; the rest of the file is read by google-auth."""

    token_uri: str


class ServiceAccount:
    """A service account's key, used for one user. ``key`` is the JSON file's content.

    Raises CredentialRefused at once if the key cannot be used.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        admit: Admission,
        key: bytes,
        read_as: str,
        *,
        limits: Limits | None = None,
    ) -> None:
        self._claims, self._token_url = _opened(key, read_as)
        self._transport = Transport(session, admit, self._token_url.rpartition("/")[0], limits=limits)

    def grant(self, scope: str) -> "DelegatedGrant":
        claims = self._claims.with_claims(additional_claims={"scope": scope})
        return DelegatedGrant(self._transport, self._token_url, claims)


def _opened(key: bytes, read_as: str) -> tuple[Any, str]:
    """What signs, and where tokens are had. The error of a bad key may quote it: it is left behind."""
    claims, token_url = None, ""
    with suppress(ValueError, TypeError, KeyError, google.auth.exceptions.GoogleAuthError):
        token_url = msgspec.json.decode(key, type=_KeyFile).token_uri
        info = msgspec.json.decode(key, type=dict[str, str])
        claims = _Claims.from_service_account_info(info, audience=_AUDIENCE, subject=read_as)
    if claims is None or not token_url.startswith("https://"):
        raise CredentialRefused("google_key_unusable")
    return claims, token_url


class DelegatedGrant:
    """Tokens for one scope: where one is not delegated, the others still work."""

    def __init__(self, transport: Transport, token_url: str, claims: Any) -> None:
        self._transport = transport
        self._token_url = token_url
        self._claims = claims
        self._single_flight = asyncio.Lock()
        self._token = ""
        self._good_until = 0.0

    async def token(self) -> str:
        """Raises AccessLost, CredentialRefused, Throttled, Unreachable."""
        async with self._single_flight:
            if self._token and asyncio.get_running_loop().time() < self._good_until:
                return self._token
            return await self._renewed()

    def forget(self, token: str) -> None:
        if token == self._token:
            self._token = ""

    async def _renewed(self) -> str:
        asked_at = asyncio.get_running_loop().time()
        self._claims.refresh(None)
        form = {"grant_type": _GRANT_TYPE, "assertion": self._claims.token.decode()}
        reply = _read(await self._transport.post_form(self._token_url, form))
        lifetime = min(reply.expires_in, _LIFETIME_SECONDS_MAX) - _MARGIN_SECONDS
        self._token, self._good_until = reply.access_token, asked_at + lifetime
        return self._token


def _read(answer: Answer) -> TokenReply:
    if answer.status != HTTPStatus.OK:
        raise grant_refusal(answer)
    try:
        return msgspec.json.decode(answer.body, type=TokenReply, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    raise Unreachable("google_unreadable")
