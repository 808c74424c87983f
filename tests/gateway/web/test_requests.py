"""What every request is held to: tokens, parameters, addresses, and the form of refusals."""

import asyncio

import pytest

from tests.fakes.filled_store import FilledStore
from tests.gateway.web.served import Answer, Served

PROBLEM_MEMBERS = {"type", "title", "status", "detail"}


def assert_problem(answer: Answer, status: int, name: str) -> None:
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.json) >= PROBLEM_MEMBERS
    assert answer.json["type"] == f"/v1/problems/{name}"
    assert answer.json["status"] == status


@pytest.mark.parametrize(
    "credentials",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic Y29uOnNlY3JldA==",
        "Bearer a b",
        "Bearer \udcff",
        "Bearer é",
        "x" * 3000,
    ],
)
async def test_a_request_needs_a_bearer_token(served: Served, credentials: str) -> None:
    headers = {"Authorization": credentials.encode("utf-8", "surrogateescape").decode("latin-1")}
    answer = await served.ask("GET", "/v1/feed", headers=headers)
    assert_problem(answer, 401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="calendar-pii-gateway"'


async def test_a_request_without_credentials_is_asked_for_some(served: Served) -> None:
    assert_problem(await served.ask("GET", "/v1/feed"), 401, "unauthorized")


async def test_two_tokens_are_none(filled: FilledStore, served: Served) -> None:
    token = await filled.add_consumer(await filled.add_tenant("harbour"))
    async with served.client.get("/v1/feed", headers=[("Authorization", f"Bearer {token}")] * 2) as answer:
        assert answer.status == 401


async def test_a_token_that_is_not_valid_is_refused(filled: FilledStore, served: Served) -> None:
    token = await filled.add_consumer(await filled.add_tenant("harbour"))
    for wrong in (token[:-1], token.partition(".")[0], "con_nobody.secret", "."):
        answer = await served.feed(wrong)
        assert_problem(answer, 401, "unauthorized")
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


async def test_a_revoked_token_is_refused(filled: FilledStore, served: Served) -> None:
    token = await filled.add_consumer(await filled.add_tenant("harbour"))
    await filled.revoke(token)
    assert_problem(await served.feed(token), 401, "unauthorized")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=ten", "limit"),
        ("limit=-1", "limit"),
        ("limit=1.5", "limit"),
        ("limit=%D9%A1", "limit"),
        ("limit=1_0", "limit"),
        ("limit=", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("wait=31", "wait"),
        ("wait=soon", "wait"),
        ("limit=1&limit=1", "limit"),
        ("before=secret", "before"),
        ("%41nna+Schmidt=1", "unreadable"),
        ("%ff=1", "unreadable"),
    ],
)
async def test_a_bad_parameter_is_named_and_not_quoted(
    filled: FilledStore, served: Served, query: str, parameter: str
) -> None:
    token = await filled.add_consumer(await filled.add_tenant("harbour"))
    answer = await served.ask("GET", f"/v1/feed?{query}", token)
    assert_problem(answer, 400, "invalid-parameter")
    assert answer.json["parameter"] == parameter
    assert b"secret" not in answer.body


@pytest.mark.parametrize("cursor", ["", "AAAA", "é", "%00", "a" * 9000])
async def test_a_cursor_that_is_none_of_ours_is_unknown(
    filled: FilledStore, served: Served, cursor: str
) -> None:
    token = await filled.add_consumer(await filled.add_tenant("harbour"))
    assert_problem(await served.feed(token, after=cursor), 400, "unknown-cursor")


async def test_an_address_that_is_not_there(served: Served) -> None:
    assert_problem(await served.ask("GET", "/v1/feeds"), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/feed", "GET"),
        ("OPTIONS", "/v1/feed", "GET"),
        ("GET", "/v1/erasures/era_1/acknowledgement", "POST"),
        ("DELETE", "/health/live", "GET,HEAD"),
    ],
)
async def test_a_method_that_is_not_taken(served: Served, method: str, path: str, allowed: str) -> None:
    answer = await served.ask(method, path)
    assert_problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == allowed


async def test_a_head_request_has_no_body(served: Served) -> None:
    assert (await served.ask("HEAD", "/health/live")).status == 200
    refused = await served.ask("HEAD", "/v1/feed")
    assert (refused.status, refused.body) == (405, b"")


@pytest.mark.parametrize("path", ["/v1/feed", "/health/live", "/nowhere"])
async def test_every_answer_is_hardened(served: Served, path: str) -> None:
    headers = (await served.ask("GET", path)).headers
    assert headers["Server"] == "calendar-pii-gateway"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_a_line_longer_than_any_cursor_is_refused(served: Served) -> None:
    assert (await served.ask("GET", f"/v1/feed?after={'a' * 20_000}")).status == 400


async def test_what_is_no_http_leaves_nothing_in_the_log(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    address = served.client._base_url
    assert address is not None
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(b"GET /v1/feed?after=secret\xff NONSENSE\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.0 400")
    writer.close()
    await writer.wait_closed()
    assert not caplog.records


async def test_requests_are_counted_by_status(served: Served) -> None:
    await served.ask("GET", "/health/live")
    await served.ask("GET", "/nowhere")
    exposition = served.parts.metrics.exposition()
    assert b'gateway_requests_total{status="200"} 1.0' in exposition
    assert b'gateway_requests_total{status="404"} 1.0' in exposition
