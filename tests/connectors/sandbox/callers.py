"""Small clients of the stand-ins: enough to call them as a provider's client would."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlencode

import aiohttp
from joserfc import jws
from joserfc.jwk import RSAKey

from connectors.sandbox.credentials import CLIENT_ID
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider, Tenant
from gateway.clock import system_clock

#: The world's time.
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
WALL_CLOCK = system_clock()
IMMUTABLE = 'IdType="ImmutableId"'
_SCOPE = "https://www.googleapis.com/auth/"
READING = _SCOPE + "calendar.readonly"
OWNED = _SCOPE + "calendar.events.owned.readonly"
REDIRECT_URI = "https://gateway.example/connected?of=us"
STATE = "a state & more"
VERIFIER = "v" * 43
FREE_BUSY = _SCOPE + "calendar.events.freebusy"
USERS = _SCOPE + "admin.directory.user.readonly"
AUDIT = _SCOPE + "admin.reports.audit.readonly"
DIRECTORY = _SCOPE + "admin.directory.resource.calendar.readonly"


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: Any
    headers: Any

    @property
    def code(self) -> str:
        """The error's code or reason, in any provider's form."""
        error = self.body["error"]
        if isinstance(error, str):
            return error
        return str(error["errors"][0]["reason"] if "errors" in error else error["code"])


class Caller:
    """Calls with a token. Paths start at the stand-ins' root; whole addresses are taken as they are."""

    def __init__(self, session: aiohttp.ClientSession, sandbox: Sandbox, token: str = "") -> None:
        self._session = session
        self.sandbox = sandbox
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    @property
    def token(self) -> str:
        return self._headers["Authorization"].removeprefix("Bearer ")

    def holding(self, token: str) -> "Caller":
        return Caller(self._session, self.sandbox, token)

    async def get(self, path: str, query: Any = None, prefer: str | Sequence[str] = ()) -> Answer:
        headers = [*self._headers.items()]
        headers += [("Prefer", one) for one in ([prefer] if isinstance(prefer, str) else prefer)]
        async with self._session.get(self._url(path), params=query, headers=headers) as response:
            return Answer(response.status, await response.json(), response.headers)

    async def post(self, path: str, **body: Any) -> Answer:
        async with self._session.post(self._url(path), headers=self._headers, **body) as response:
            return Answer(response.status, await response.json(), response.headers)

    async def send(self, method: str, path: str, *, prefer: str = "", **body: Any) -> Answer:
        """Call with any method; an answer without a body has None for it."""
        headers = self._headers | ({"Prefer": prefer} if prefer else {})
        async with self._session.request(method, self._url(path), headers=headers, **body) as response:
            return Answer(response.status, json.loads(await response.read() or "null"), response.headers)

    def _url(self, path: str) -> str:
        return path if path.startswith("https:") else self.sandbox.url + path


def tenant(sandbox: Sandbox, provider: Provider) -> Tenant:
    return next(one for one in sandbox.world.tenants if one.provider is provider)


def signed(private_pem: str | bytes, header: dict[str, Any], claims: dict[str, Any]) -> str:
    registry = jws.JWSRegistry(algorithms=["PS256", "RS256"], strict_check_header=False)
    header = {name: value for name, value in header.items() if value is not None}
    return jws.serialize_compact(header, json.dumps(claims), _key(private_pem), registry=registry)


@cache
def _key(private_pem: str | bytes) -> RSAKey:
    """OpenSSL checks a key when it reads it, which takes longer than a whole test."""
    return RSAKey.import_key(private_pem)


def entra_form(sandbox: Sandbox, directory_id: str, **changed: Any) -> dict[str, str]:
    """The form of a client-credentials request; ``header`` and ``claims`` change the assertion."""
    now = WALL_CLOCK().timestamp()
    thumbprint = urlsafe_b64encode(sandbox.identity.certificate.sha256_thumbprint).decode()
    header = {"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint} | changed.pop("header", {})
    claims = {
        "aud": f"{sandbox.entra_url}/{directory_id}/oauth2/v2.0/token",
        "iss": CLIENT_ID,
        "sub": CLIENT_ID,
        "iat": now,
        "exp": now + 600,
        "jti": "one",
    }
    key = changed.pop("key", sandbox.identity.certificate.pem.partition(b"-----BEGIN CERTIFICATE")[0])
    return {
        "grant_type": "client_credentials",
        "client_id": CLIENT_ID,
        "scope": f"{sandbox.graph_url}/.default",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": signed(key, header, claims | changed.pop("claims", {})),
    } | changed


def google_form(sandbox: Sandbox, subject: str, *scopes: str, **claims: Any) -> dict[str, str]:
    """The form of a JWT-bearer request."""
    account = json.loads(sandbox.identity.account.file(""))
    now = int(WALL_CLOCK().timestamp())
    claims = {
        "iss": account["client_email"],
        "sub": subject,
        "scope": " ".join(scopes),
        "aud": "https://oauth2.googleapis.com/token",
        "iat": now,
        "exp": now + 3600,
    } | claims
    claims = {name: value for name, value in claims.items() if value is not None}
    header = {"alg": "RS256", "typ": "JWT", "kid": account["private_key_id"]}
    return {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": signed(account["private_key"], header, claims),
    }


def sign_in_query(sandbox: Sandbox, scene: str, **changed: str | None) -> str:
    """What a person is sent to ``entra.authorize`` or ``google.authorize`` with."""
    is_entra = scene.startswith("entra")
    asked = {
        "client_id": CLIENT_ID if is_entra else sandbox.identity.web_client.id,
        "response_type": "code",
        "redirect_uri": REDIRECT_URI,
        "scope": "Calendars.ReadBasic User.Read offline_access openid" if is_entra else f"{OWNED} openid",
        "state": STATE,
        "nonce": "nonce",
        "code_challenge": urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("="),
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",
    } | changed
    return urlencode({name: value for name, value in asked.items() if value is not None})


async def graph_caller(caller: Caller, directory_id: str = "") -> Caller:
    """With a token for a tenant; for the first one, if none is named."""
    directory_id = directory_id or tenant(caller.sandbox, Provider.MICROSOFT).id
    form = entra_form(caller.sandbox, directory_id)
    answer = await caller.post(f"/{directory_id}/oauth2/v2.0/token", data=form)
    return caller.holding(answer.body["access_token"])


async def google_caller(caller: Caller, *scopes: str) -> Caller:
    subject = tenant(caller.sandbox, Provider.GOOGLE).read_as
    answer = await caller.post("/google/token", data=google_form(caller.sandbox, subject, *scopes))
    return caller.holding(answer.body["access_token"])


def in_days(days: float) -> datetime:
    return NOW + timedelta(days=days)
