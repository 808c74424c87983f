import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from connectors.errors import (
    AccessDoubtful,
    AccessLost,
    ConnectorError,
    CredentialRefused,
    Malformed,
    Throttled,
    Unreachable,
)
from connectors.microsoft.grant import Application, EntraGrant
from connectors.microsoft.login import LoginHost, Reply
from connectors.sandbox.credentials import CLIENT_ID, ClientCertificate
from gateway.clock import system_clock
from tests.connectors.tls_host import TlsHost, said, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

PEM = ClientCertificate(system_clock()()).pem.decode()
APPLICATION = Application(CLIENT_ID, PEM, PEM)
DISCOVERY = "/directory/v2.0/.well-known/openid-configuration"
ENDPOINT = "/directory/token"
PERSON = "anna.schmidt@corp.example"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[TlsHost]:
    async with serving() as host:
        yield host


@pytest.fixture
def entra(server: TlsHost) -> TlsHost:
    """An Entra that grants."""
    where = dict.fromkeys(("issuer", "authorization_endpoint", "token_endpoint"), server.url + ENDPOINT)
    server.answers(DISCOVERY, said(200, where | {"unknown": PERSON}))
    server.answers(ENDPOINT, granted("first"), granted("second"))
    server.clear()
    return server


def granted(token: str) -> web.Response:
    return said(200, {"token_type": "Bearer", "expires_in": "3599", "access_token": token})


def grant(entra: TlsHost, application: Application = APPLICATION) -> EntraGrant:
    return EntraGrant(
        application, "directory", entra.tls, login_urls=[entra.url], scope="https://graph.example/.default"
    )


async def failure(entra: TlsHost, application: Application = APPLICATION) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        await grant(entra, application).token()
    return caught.value


async def test_a_certificate_gets_a_token(entra: TlsHost) -> None:
    assert await grant(entra).token() == "first"
    form = entra.forms[-1]
    assert (form["grant_type"], form["client_id"]) == ("client_credentials", CLIENT_ID)
    assert form["scope"] == "https://graph.example/.default"
    assert form["client_assertion"].count(".") == 2


async def test_a_token_is_kept_and_asked_for_by_one_at_a_time(entra: TlsHost) -> None:
    held = grant(entra)
    assert set(await asyncio.gather(*(held.token() for _ in range(10)))) == {"first"}
    assert entra.asked == [DISCOVERY, ENDPOINT]


async def test_a_forgotten_token_is_replaced_once(entra: TlsHost) -> None:
    held = grant(entra)
    first = await held.token()
    held.forget(first)
    assert await held.token() == "second"
    held.forget(first)
    assert await held.token() == "second"
    assert entra.asked.count(ENDPOINT) == 2


async def test_a_refusal_is_not_replayed(entra: TlsHost) -> None:
    refused = said(
        400, {"error": "unauthorized_client", "error_codes": [700016], "error_description": PERSON}
    )
    entra.answers(ENDPOINT, refused, granted("after all"))
    held = grant(entra)
    with pytest.raises(AccessLost, match="entra_app_missing"):
        await held.token()
    assert await held.token() == "after all"


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (
            said(401, {"error": "invalid_client", "error_codes": [700027]}),
            CredentialRefused,
            "entra_credential_refused",
        ),
        (said(400, {"error": "invalid_grant", "error_codes": [1]}), AccessDoubtful, "entra_unknown"),
        (said(429, {}, Retry_After="77"), Throttled, "entra_throttled"),
        (said(503, b"<html>"), Unreachable, "entra_unavailable"),
        (said(200, PERSON.encode()), Unreachable, "entra_unreadable"),
        (said(200, {"hello": PERSON}), Unreachable, "entra_unreadable"),
        (said(200, {"access_token": 5}), Unreachable, "entra_unreadable"),
        (said(302, {}, Location="https://elsewhere.example"), Unreachable, "entra_unreadable"),
        (said(200, b"{" * 2**21), Unreachable, "entra_unreadable"),
    ],
)
async def test_refusals_and_failures_of_the_token_endpoint(
    entra: TlsHost, answer: web.Response, kind: type[ConnectorError], code: str
) -> None:
    entra.answers(ENDPOINT, answer)
    error = await failure(entra)
    assert (type(error), error.code) == (kind, code)
    assert not isinstance(error, Throttled) or error.retry_after_seconds == 77


async def test_a_directory_that_entra_does_not_know_is_gone(entra: TlsHost) -> None:
    entra.answers(DISCOVERY, said(400, {"error": "invalid_tenant", "error_description": PERSON}))
    error = await failure(entra)
    assert (type(error), error.code) == (AccessLost, "entra_tenant_missing")


async def test_a_failing_discovery_proves_nothing(entra: TlsHost) -> None:
    for answer in (said(503, {}), said(200, b"<html>"), said(200, {"issuer": 5})):
        entra.answers(DISCOVERY, answer)
        assert type(await failure(entra)) is Unreachable


async def test_an_assertion_never_leaves_for_another_host(entra: TlsHost) -> None:
    elsewhere = "https://elsewhere.example/token"
    where = {"issuer": "x", "authorization_endpoint": elsewhere, "token_endpoint": elsewhere}
    entra.answers(DISCOVERY, said(200, where))
    error = await failure(entra)
    assert (type(error), error.code) == (Malformed, "foreign_link")
    assert entra.asked == [DISCOVERY]


async def test_a_cloud_may_have_its_token_endpoint_at_another_of_its_hosts(entra: TlsHost) -> None:
    also = entra.url.replace("127.0.0.1", "localhost")
    where = dict.fromkeys(("issuer", "authorization_endpoint", "token_endpoint"), also + ENDPOINT)
    entra.answers(DISCOVERY, said(200, where))
    held = EntraGrant(APPLICATION, "directory", entra.tls, login_urls=[entra.url, also])
    assert await held.token() == "first"
    assert (await failure(entra)).code == "foreign_link"


async def test_a_host_that_is_not_there_proves_nothing(entra: TlsHost) -> None:
    nowhere = EntraGrant(APPLICATION, "directory", entra.tls, login_urls=["https://127.0.0.1:9"])
    with pytest.raises(Unreachable, match="entra_unreachable"):
        await nowhere.token()


@pytest.mark.parametrize(("key", "certificate"), [("nonsense", PEM), (PEM, "nonsense"), ("", ""), (PEM, "")])
async def test_a_key_that_cannot_be_used_is_our_own_fault(entra: TlsHost, key: str, certificate: str) -> None:
    error = await failure(entra, Application(CLIENT_ID, key, certificate))
    assert (type(error), error.code) == (CredentialRefused, "entra_credential_unusable")
    assert error.__context__ is None


async def test_nothing_that_entra_says_reaches_a_log(
    entra: TlsHost, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sentence = said(400, {"error": "invalid_grant", "error_description": PERSON, "claims": PERSON})
    for answer in (said(200, PERSON.encode()), sentence, said(503, PERSON.encode())):
        entra.answers(ENDPOINT, answer)
        assert PERSON not in repr(await failure(entra))
    assert PERSON not in caplog.text


async def test_msal_is_given_no_more_than_it_needs(entra: TlsHost) -> None:
    refused = {"error": "x", "error_codes": [1], "error_description": PERSON, "trace_id": PERSON}
    entra.answers(ENDPOINT, said(400, refused))
    login = LoginHost([entra.url], entra.tls)
    reply = await asyncio.to_thread(login.post, entra.url + ENDPOINT, {}, {})
    assert reply == Reply(400, '{"error":"x","error_codes":[1]}')


async def test_a_registration_shows_nothing() -> None:
    assert repr(APPLICATION) == "<Application>"
