"""What is asked of a token endpoint, how often, and what comes of odd answers."""

from collections.abc import AsyncIterator, Mapping

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from connectors.errors import AccessDoubtful, ConnectorError, ScopeTooSmall, Throttled, Unreachable
from connectors.token_endpoint import REPLY_BYTES_MAX, TokenEndpoint
from connectors.transport import Limits, Transport
from tests.connectors.tls_host import TlsHost, free, said, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENDPOINT = "/token"
LIMITS = Limits(
    attempts_max=3,
    first_wait_seconds=0.001,
    wait_seconds_max=0.001,
    patience_seconds=5,
    body_bytes_max=REPLY_BYTES_MAX,
)
GOOD = {
    "token_type": "Bearer",
    "access_token": "access",
    "expires_in": 3599,
    "refresh_token": "refresh",
    "id_token": "id",
    "scope": "https://calendars.example/Calendars.Read openid",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host() -> AsyncIterator[TlsHost]:
    async with serving() as host:
        yield host


@pytest_asyncio.fixture(loop_scope="module")
async def endpoint(host: TlsHost) -> AsyncIterator[TokenEndpoint]:
    host.clear()
    host.answers(ENDPOINT, said(200, GOOD))

    async def us() -> Mapping[str, str]:
        return {"client_id": "us"}

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=host.tls)) as session:
        yield TokenEndpoint(
            Transport(session, free, host.url, limits=LIMITS),
            host.url + ENDPOINT,
            scopes=("Calendars.Read", "openid"),
            family="them",
            authentication=us,
            refusal=lambda _: AccessDoubtful("refused"),
        )


def without(*names: str, **changed: object) -> web.Response:
    return said(200, {name: value for name, value in GOOD.items() if name not in names} | changed)


async def test_a_code_is_shown_with_its_verifier_and_where_it_was_sent(
    host: TlsHost, endpoint: TokenEndpoint
) -> None:
    reply = await endpoint.redeem("code", "verifier", "https://us.example/back?x=1&y")
    assert (reply.access_token, reply.refresh_token, reply.id_token) == ("access", "refresh", "id")
    assert host.forms == [
        {
            "grant_type": "authorization_code",
            "code": "code",
            "code_verifier": "verifier",
            "redirect_uri": "https://us.example/back?x=1&y",
            "client_id": "us",
        }
    ]


async def test_a_refresh_asks_for_no_more_than_before(host: TlsHost, endpoint: TokenEndpoint) -> None:
    assert (await endpoint.refresh("held")).access_token == "access"  # noqa: S105  of a test
    assert host.forms == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "held",
            "scope": "Calendars.Read openid",
            "client_id": "us",
        }
    ]


async def test_a_code_is_sent_once_and_a_refresh_token_again(host: TlsHost, endpoint: TokenEndpoint) -> None:
    host.answers(ENDPOINT, said(503, {}))
    with pytest.raises(Unreachable):
        await endpoint.redeem("code", "verifier", "uri")
    assert len(host.asked) == 1
    with pytest.raises(Unreachable):
        await endpoint.refresh("held")
    assert len(host.asked) == 1 + LIMITS.attempts_max


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (without("refresh_token"), "them_offline_scope_missing"),
        (without("id_token"), "them_openid_scope_missing"),
        (without(scope="openid"), "them_calendar_scope_missing"),
        (without(scope=""), "them_calendar_scope_missing"),
        (without(scope="Calendars.ReadBasic XCalendars.Read"), "them_calendar_scope_missing"),
    ],
)
async def test_what_a_person_left_out_is_named(
    host: TlsHost, endpoint: TokenEndpoint, answer: web.Response, code: str
) -> None:
    host.answers(ENDPOINT, answer)
    with pytest.raises(ScopeTooSmall) as caught:
        await endpoint.redeem("code", "verifier", "uri")
    assert caught.value.code == code


async def test_a_refresh_brings_neither_of_them_and_may_bring_less(
    host: TlsHost, endpoint: TokenEndpoint
) -> None:
    host.answers(ENDPOINT, without("refresh_token", "id_token", "scope"), without(scope="openid"))
    reply = await endpoint.refresh("held")
    assert reply.refresh_token == ""
    assert endpoint.granted(reply) == {"Calendars.Read", "openid"}
    with pytest.raises(ScopeTooSmall, match="them_calendar_scope_missing"):
        await endpoint.refresh("held")


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (said(400, {"error": "x"}), AccessDoubtful, "refused"),
        (said(302, {}, Location="https://elsewhere.example"), AccessDoubtful, "refused"),
        (said(429, {}, Retry_After="77"), Throttled, "throttled"),
        (said(200, b"<html>"), Unreachable, "them_unreadable"),
        (said(200, b"[" * 9_000), Unreachable, "them_unreadable"),
        (said(200, b"\xff"), Unreachable, "them_unreadable"),
        (said(200, {}), Unreachable, "them_unreadable"),
        (said(200, GOOD | {"access_token": 5}), Unreachable, "them_unreadable"),
        (said(200, GOOD | {"access_token": ""}), Unreachable, "them_unreadable"),
        (said(200, GOOD | {"access_token": "a\r\nX-Evil: b"}), Unreachable, "them_unreadable"),
        (said(200, GOOD | {"access_token": "a\n"}), Unreachable, "them_unreadable"),
        (said(200, GOOD | {"access_token": "a b"}), Unreachable, "them_unreadable"),
        (without(refresh_token=5), Unreachable, "them_unreadable"),
    ],
)
async def test_refusals_and_odd_answers(
    host: TlsHost, endpoint: TokenEndpoint, answer: web.Response, kind: type[ConnectorError], code: str
) -> None:
    host.answers(ENDPOINT, answer)
    with pytest.raises(ConnectorError) as caught:
        await endpoint.refresh("held")
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert caught.value.__context__ is None


async def test_an_answer_without_end_is_none(host: TlsHost, endpoint: TokenEndpoint) -> None:
    host.answers(ENDPOINT, without(padding="x" * REPLY_BYTES_MAX))
    with pytest.raises(ConnectorError, match="body_too_large"):
        await endpoint.refresh("held")
