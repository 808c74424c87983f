"""A service account that acts for itself, or for a user of the customer by domain-wide delegation.

Delegated, Google lets the key act as any user of the customer for those scopes; only our policy confines it.
developers.google.com/identity/protocols/oauth2/service-account.
"""

from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Protocol

import aiohttp
import google.auth.exceptions
import google.auth.jwt
import msgspec

from connectors.errors import AccessLost, CredentialRefused, Unreachable
from connectors.google.refusal import grant_refusal
from connectors.google.signing_key import credentials
from connectors.kept_token import FreshToken, KeptToken
from connectors.port import Admission
from connectors.transport import Answer, Grant, Limits, Transport

EVENTS_SCOPE = "https://www.googleapis.com/auth/calendar.events.readonly"
FREEBUSY_SCOPE = "https://www.googleapis.com/auth/calendar.events.freebusy"
DIRECTORY_SCOPE = "https://www.googleapis.com/auth/admin.directory.resource.calendar.readonly"
#: For who wants us to be told what becomes of accounts, and of our delegation; they open no calendar.
USERS_SCOPE = "https://www.googleapis.com/auth/admin.directory.user.readonly"
AUDIT_SCOPE = "https://www.googleapis.com/auth/admin.reports.audit.readonly"
ACCOUNT_SCOPES = frozenset({USERS_SCOPE, AUDIT_SCOPE})

_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
#: Google expects its own token endpoint as audience, wherever the request is sent.
_AUDIENCE = "https://oauth2.googleapis.com/token"

# The library has no types.
_jwt: Any = google.auth.jwt


class Account(Protocol):
    """Whoever a connector reads as."""

    def grant(self, scope: str) -> Grant: ...


class TokenReply(msgspec.Struct):
    """What is read of a token endpoint's answer."""

    access_token: str
    expires_in: int = 0
    scope: str | None = None


class _KeyFile(msgspec.Struct):
    """Where a key's tokens are had, and whose it is; the rest of the file is of what signs."""

    token_uri: str
    client_id: str = ""
    client_email: str = ""


class AccountKey:
    """A service account's key, from its JSON file. Opening it takes long: one serves every tenant.

    Raises CredentialRefused if it cannot be used.
    """

    def __init__(self, file: bytes) -> None:
        self._claims, told = _opened(file)
        self.token_url = told.token_uri
        #: By what Google names the account.
        self.names = frozenset(filter(None, (told.client_id, told.client_email)))

    def claims(self, subject: str | None, scope: str) -> Any:
        """What signs, for itself where there is no subject."""
        return self._claims.with_claims(subject=subject, additional_claims={"scope": scope})


class ServiceAccount:
    """A service account, used for one user, or for itself."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        admit: Admission,
        key: AccountKey,
        read_as: str | None,
        *,
        limits: Limits | None = None,
    ) -> None:
        self._key = key
        self._read_as = read_as
        self._transport = Transport(session, admit, key.token_url.rpartition("/")[0], limits=limits)

    def grant(self, scope: str) -> "AccountGrant":
        return AccountGrant(self._transport, self._key.token_url, self._key.claims(self._read_as, scope))

    async def granted(self, scopes: Iterable[str]) -> frozenset[str]:
        """What fresh tokens are good for. Where Google does not tell, it is what was asked for."""
        found = frozenset[str]()
        for scope in scopes:
            grant = self.grant(scope)
            await grant.token()
            found |= {scope} if grant.scopes is None else grant.scopes
        return found

    async def granted_of(self, scopes: Iterable[str]) -> frozenset[str]:
        """Those of them for which a fresh token is given: of the others the provider says only that."""
        found = frozenset[str]()
        for scope in scopes:
            with suppress(AccessLost):
                found |= await self.granted((scope,))
        return found


def _opened(file: bytes) -> tuple[Any, _KeyFile]:
    """What signs, and where tokens are had. The error of a bad key may quote it: it is left behind."""
    claims, told = None, _KeyFile("")
    with suppress(ValueError, TypeError, KeyError, google.auth.exceptions.GoogleAuthError):
        told = msgspec.json.decode(file, type=_KeyFile)
        info = msgspec.json.decode(file, type=dict[str, str])
        claims = credentials(info, audience=_AUDIENCE, subject=None)
    if claims is None or not told.token_uri.startswith("https://"):
        raise CredentialRefused("google_key_unusable")
    return claims, told


class AccountGrant:
    """Tokens for one scope: where one is not granted, the others still work.

    ``scopes`` are those of the latest token, where Google told them: they may be fewer than were asked for.
    """

    def __init__(self, transport: Transport, token_url: str, claims: Any) -> None:
        self._transport = transport
        self._token_url = token_url
        self._claims = claims
        self.scopes: frozenset[str] | None = None
        self._kept = KeptToken(self._renewed)

    async def token(self) -> str:
        """Raises AccessLost, AccessDoubtful, CredentialRefused, Throttled, Unreachable."""
        return await self._kept.token()

    def forget(self, token: str) -> None:
        self._kept.forget(token)

    async def _renewed(self) -> FreshToken:
        form = {"grant_type": _GRANT_TYPE, "assertion": _signed(self._claims)}
        reply = _read(await self._transport.post_form(self._token_url, form))
        self.scopes = None if reply.scope is None else frozenset(reply.scope.split())
        return FreshToken(reply.access_token, reply.expires_in)


def _signed(claims: Any) -> str:
    """An assertion about now. The library always names a subject: one that acts for itself has none."""
    claims.refresh(None)
    assertion: bytes = claims.token
    said = _jwt.decode(assertion, verify=False)
    if said["sub"] is None:
        del said["sub"]
        assertion = _jwt.encode(claims.signer, said)
    return assertion.decode()


def _read(answer: Answer) -> TokenReply:
    if answer.status != HTTPStatus.OK:
        raise grant_refusal(answer)
    try:
        return msgspec.json.decode(answer.body, type=TokenReply, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    raise Unreachable("google_unreadable")
