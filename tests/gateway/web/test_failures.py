"""What a failure of ours looks like from outside, and in the log."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from gateway.errors import KeyUnavailable
from gateway.web.emission import emit
from gateway.web.failures import tell_problems


async def fail(request: web.Request) -> web.Response:
    failures: dict[str, Exception] = {
        "unexpected": RuntimeError("Anna Schmidt"),
        "timeout": TimeoutError("Anna Schmidt"),
        "keys": KeyUnavailable("The keys of Anna Schmidt are gone."),
        "too-large": web.HTTPRequestEntityTooLarge(1, 2),
        "conflict": web.HTTPConflict(),
    }
    raise failures[request.match_info["kind"]]


BODY_BYTES = 64 * 1024 * 1024
CUT = web.AppKey("cut", asyncio.Event)


async def flood(request: web.Request) -> web.Response:
    try:
        return await emit(request, bytes(BODY_BYTES), timeout_seconds=0.05)
    except ConnectionResetError:
        request.app[CUT].set()
        raise


@pytest.fixture
async def site() -> web.Application:
    site = web.Application(middlewares=[tell_problems])
    site[CUT] = asyncio.Event()
    site.add_routes([web.get("/fail/{kind}", fail), web.get("/flood", flood)])
    return site


@pytest.fixture
async def client(site: web.Application) -> AsyncIterator[ClientSession]:
    async with TestServer(site) as server, ClientSession(server.make_url("/")) as client:
        yield client


@pytest.mark.parametrize(
    ("kind", "status", "name"),
    [
        ("unexpected", 500, "unexpected"),
        ("timeout", 503, "unavailable"),
        ("keys", 503, "unavailable"),
        ("too-large", 413, "too-large"),
        ("conflict", 400, "bad-request"),
    ],
)
async def test_a_failure_is_told_without_its_contents(
    client: ClientSession, kind: str, status: int, name: str
) -> None:
    with capture_logs() as logs:
        async with client.get(f"/fail/{kind}") as answer:
            problem = msgspec.json.decode(await answer.read())
    assert (problem["status"], problem["type"]) == (status, f"/v1/problems/{name}")
    assert "Anna" not in str(problem) + str(logs)


async def test_what_was_unexpected_is_logged_by_the_name_of_its_type(client: ClientSession) -> None:
    with capture_logs() as logs:
        async with client.get("/fail/unexpected"):
            pass
    assert logs == [{"event": "request_failed", "code": "RuntimeError", "log_level": "error"}]


async def test_a_reader_too_slow_for_its_answer_is_cut_off(site: web.Application) -> None:
    with capture_logs() as logs:
        async with TestServer(site) as server:
            _, writer = await asyncio.open_connection(server.host, server.port)
            writer.write(b"GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await asyncio.wait_for(site[CUT].wait(), 5)
            writer.transport.abort()
    assert logs == []
