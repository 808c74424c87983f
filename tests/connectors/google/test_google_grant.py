import asyncio
import json
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from connectors.errors import AccessLost, ConnectorError, CredentialRefused, Throttled, Unreachable
from connectors.google.grant import EVENTS_SCOPE, AccountGrant, AccountKey, ServiceAccount
from connectors.sandbox.credentials import ServiceAccount as Registered
from connectors.transport import Limits
from tests.connectors.tls_host import TlsHost, free, said, serving
from tests.fakes.identity import one_identity

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENDPOINT = "/google/token"
READER = "reader@corp.example"
LIMITS = Limits(attempts_max=2, first_wait_seconds=0.001, wait_seconds_max=0.001, patience_seconds=5)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[TlsHost]:
    async with serving() as host:
        yield host


@pytest_asyncio.fixture(loop_scope="module")
async def session(server: TlsHost) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=server.tls)) as session:
        yield session


@pytest.fixture
def google(server: TlsHost) -> TlsHost:
    """A Google that grants."""
    server.answers(ENDPOINT, granted("first"), granted("second"))
    server.clear()
    return server


def granted(token: str, seconds: object = 3599) -> web.Response:
    return said(200, {"access_token": token, "expires_in": seconds, "token_type": "Bearer"})


def _claims(assertion: str) -> dict[str, Any]:
    part = assertion.split(".")[1]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def grant(google: TlsHost, session: aiohttp.ClientSession) -> AccountGrant:
    key = AccountKey(one_identity().account.file(google.url + ENDPOINT))
    return ServiceAccount(session, free, key, READER, limits=LIMITS).grant(EVENTS_SCOPE)


async def test_an_assertion_gets_a_token(google: TlsHost, session: aiohttp.ClientSession) -> None:
    assert await grant(google, session).token() == "first"
    (form,) = google.forms
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    claims = _claims(form["assertion"])
    assert (claims["iss"], claims["sub"], claims["scope"]) == (
        one_identity().account.email,
        READER,
        EVENTS_SCOPE,
    )
    assert (claims["aud"], claims["exp"] - claims["iat"]) == ("https://oauth2.googleapis.com/token", 3600)


async def test_an_account_that_acts_for_itself_names_no_subject(
    google: TlsHost, session: aiohttp.ClientSession
) -> None:
    account = ServiceAccount(
        session, free, AccountKey(one_identity().account.file(google.url + ENDPOINT)), None, limits=LIMITS
    )
    assert await account.grant(EVENTS_SCOPE).token() == "first"
    claims = _claims(google.forms[-1]["assertion"])
    assert "sub" not in claims
    assert (claims["iss"], claims["scope"]) == (one_identity().account.email, EVENTS_SCOPE)


@pytest.mark.parametrize(
    ("told", "scopes"), [({}, None), ({"scope": f"openid {EVENTS_SCOPE}"}, {"openid", EVENTS_SCOPE})]
)
async def test_what_a_token_was_given_for_is_known_if_it_is_told(
    google: TlsHost, session: aiohttp.ClientSession, told: dict[str, str], scopes: set[str] | None
) -> None:
    google.answers(ENDPOINT, said(200, {"access_token": "first", "expires_in": 3599} | told))
    held = grant(google, session)
    await held.token()
    assert held.scopes == scopes


async def test_a_token_is_kept_and_asked_for_by_one_at_a_time(
    google: TlsHost, session: aiohttp.ClientSession
) -> None:
    held = grant(google, session)
    assert set(await asyncio.gather(*(held.token() for _ in range(10)))) == {"first"}
    assert google.asked == [ENDPOINT]


async def test_a_token_near_its_end_is_renewed(google: TlsHost, session: aiohttp.ClientSession) -> None:
    google.answers(ENDPOINT, granted("old", "200"), granted("new"))
    held = grant(google, session)
    assert [await held.token(), await held.token(), await held.token()] == ["old", "new", "new"]


async def test_a_forgotten_token_is_replaced_once(google: TlsHost, session: aiohttp.ClientSession) -> None:
    held = grant(google, session)
    first = await held.token()
    held.forget(first)
    assert await held.token() == "second"
    held.forget(first)
    assert await held.token() == "second"


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (said(401, {"error": "unauthorized_client"}), AccessLost, "google_delegation_missing"),
        (said(401, {"error": "deleted_client"}), CredentialRefused, "google_account_refused"),
        (said(429, {}, Retry_After="77"), Throttled, "throttled"),
        (said(503, b"<html>"), Unreachable, "server_fault"),
        (said(200, b"<html>"), Unreachable, "google_unreadable"),
        (said(200, {"access_token": 5}), Unreachable, "google_unreadable"),
        (said(200, {}), Unreachable, "google_unreadable"),
    ],
)
async def test_refusals_and_failures(
    google: TlsHost,
    session: aiohttp.ClientSession,
    answer: web.Response,
    kind: type[ConnectorError],
    code: str,
) -> None:
    google.answers(ENDPOINT, answer)
    with pytest.raises(ConnectorError) as caught:
        await grant(google, session).token()
    assert (type(caught.value), caught.value.code) == (kind, code)


async def test_a_key_that_cannot_be_used_is_refused_at_once() -> None:
    good = json.loads(one_identity().account.file("https://provider.example/token"))
    keys = [
        b"",
        b"[]",
        b'{"token_uri": 5}',
        json.dumps(good | {"private_key": "nonsense"}).encode(),
        json.dumps(good | {"token_uri": "http://127.0.0.1/token"}).encode(),
        json.dumps({name: value for name, value in good.items() if name != "client_email"}).encode(),
        json.dumps({name: value for name, value in good.items() if name != "private_key"}).encode(),
    ]
    for key in keys:
        with pytest.raises(CredentialRefused, match="google_key_unusable") as caught:
            AccountKey(key)
        assert caught.value.__context__ is None


async def test_one_key_is_opened_once_whatever_its_file_says_beside() -> None:
    account, another = one_identity().account, Registered()
    keys = [AccountKey(one.file(url)) for one in (account, another) for url in ("https://a", "https://b")]
    signers = [key.claims(None, EVENTS_SCOPE).signer for key in keys]
    assert signers[0] is signers[1] is not signers[2] is signers[3]
