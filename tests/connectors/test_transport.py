import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
import stamina.instrumentation
from aiohttp import web
from aiohttp.test_utils import TestServer

from connectors.errors import AccessDoubtful, ConnectorError, Malformed, Throttled, Unreachable
from connectors.meter import Meter, unmetered
from connectors.quota import Allowance
from connectors.transport import Answer, Limits, Predicate, Transport, never

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LIMITS = Limits(
    attempts_max=3,
    patience_seconds=5,
    silence_seconds=0.2,
    first_wait_seconds=0.001,
    wait_seconds_max=0.002,
    body_bytes_max=1000,
)
PERSON = "anna.schmidt@corp.example"


class Provider:
    """Answers in the order told, the last one again and again; remembers what it was asked."""

    def __init__(self, *handlers: Handler) -> None:
        self.asked: list[web.Request] = []
        self._handlers = list(handlers)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        self.asked.append(request)
        handler = self._handlers.pop(0) if len(self._handlers) > 1 else self._handlers[0]
        return await handler(request)


class Token:
    """A grant that counts: token-1 until it is forgotten, then token-2, and so on."""

    def __init__(self) -> None:
        self.number = 1

    async def token(self) -> str:
        return f"token-{self.number}"

    def forget(self, token: str) -> None:
        self.number += token == f"token-{self.number}"


class Gate:
    """An admission that counts, and closes after so many."""

    def __init__(self, passes: int = 1000) -> None:
        self.passed = 0
        self._passes = passes

    async def __call__(self) -> None:
        if self.passed == self._passes:
            raise TimeoutError("the epoch moved on")
        self.passed += 1


def status(code: int, body: bytes = b"{}", **headers: str) -> Handler:
    async def answer(_: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=code, body=body, headers=named)

    return answer


async def hang_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def stay_silent(_: web.Request) -> web.Response:
    await asyncio.sleep(LIMITS.silence_seconds * 5)
    return web.Response()


async def break_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "500"})
    await response.prepare(request)
    await response.write(b"x" * 10)
    return await hang_up(request)


@asynccontextmanager
async def asking(
    provider: Provider,
    gate: Gate | None = None,
    *,
    busy: Predicate = never,
    token_is_good: Predicate = never,
    meter: Meter = unmetered,
) -> AsyncIterator[tuple[Transport, str]]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", provider.answer)
    async with TestServer(application) as server, aiohttp.ClientSession() as session:
        base = str(server.make_url("/api/"))
        transport = Transport(
            session,
            gate or Gate(),
            base,
            throttling=busy,
            token_is_good=token_is_good,
            limits=LIMITS,
            meter=meter,
        )
        yield transport, base


async def asked(provider: Provider, path: str = PERSON, gate: Gate | None = None) -> Answer:
    async with asking(provider, gate) as (transport, base):
        return await transport.get(base + path, Token(), {"Prefer": "anything"}, Allowance())


async def failure(*handlers: Handler) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        await asked(Provider(*handlers))
    return caught.value


async def test_an_answer_is_its_status_and_body() -> None:
    provider = Provider(status(200, b"body"))
    answer = await asked(provider, "a%40b/events?x=%2F&$select=id")
    assert (answer.status, answer.body) == (200, b"body")
    assert "body" not in repr(answer)
    (request,) = provider.asked
    assert request.raw_path == "/api/a%40b/events?x=%2F&$select=id"
    assert (request.headers["Authorization"], request.headers["Prefer"]) == ("Bearer token-1", "anything")


async def test_a_form_is_posted_without_a_token() -> None:
    provider = Provider(status(400, b'{"error": "invalid_grant"}'))
    async with asking(provider) as (transport, base):
        answer = await transport.post_form(base + "token", {"assertion": "a b"})
    assert answer.status == 400
    assert await provider.asked[0].text() == "assertion=a+b"
    assert "Authorization" not in provider.asked[0].headers


@pytest.mark.parametrize("fault", [status(500), status(502), status(503), status(504), hang_up, break_off])
async def test_what_passes_is_tried_again(fault: Handler) -> None:
    provider = Provider(fault, status(200))
    gate = Gate()
    assert (await asked(provider, gate=gate)).status == 200
    assert (len(provider.asked), gate.passed) == (2, 2)


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (status(500), Unreachable, "server_fault"),
        (status(503), Unreachable, "server_fault"),
        (status(503, Retry_After="0"), Throttled, "throttled"),
        (status(429), Throttled, "throttled"),
        (hang_up, Unreachable, "network"),
        (break_off, Unreachable, "network"),
        (stay_silent, Unreachable, "timeout"),
    ],
)
async def test_after_the_last_attempt_the_error_says_what_to_do(
    fault: Handler, kind: type[ConnectorError], code: str
) -> None:
    error = await failure(fault)
    assert (type(error), error.code) == (kind, code)


async def test_errors_hold_nothing_of_the_request() -> None:
    for fault in (hang_up, status(500, PERSON.encode())):
        error = await failure(fault)
        assert PERSON not in f"{error!r} {error.__context__!r} {error.__cause__!r}"
        assert error.__context__ is None


async def test_a_longer_wait_than_our_patience_is_handed_on_at_once() -> None:
    provider = Provider(status(429, Retry_After="3600"))
    with pytest.raises(Throttled) as caught:
        await asked(provider)
    assert caught.value.retry_after_seconds == 3600
    assert len(provider.asked) == 1


async def test_a_provider_may_throttle_in_a_way_of_its_own() -> None:
    provider = Provider(status(403, b"rate limit"), status(403, b"forbidden"))
    async with asking(provider, busy=lambda answer: b"rate" in answer.body) as (transport, base):
        assert (await transport.get(base, Token(), {}, Allowance())).body == b"forbidden"


async def test_a_refused_token_is_replaced_once() -> None:
    provider = Provider(status(401), status(200))
    assert (await asked(provider)).status == 200
    assert [request.headers["Authorization"] for request in provider.asked] == [
        "Bearer token-1",
        "Bearer token-2",
    ]
    assert (type(await failure(status(401))), (await failure(status(401))).code) == (
        AccessDoubtful,
        "token_refused",
    )


async def test_the_gate_stops_each_attempt_and_its_own_error_passes() -> None:
    provider = Provider(status(503))
    with pytest.raises(TimeoutError, match="epoch"):
        await asked(provider, gate=Gate(passes=1))
    assert len(provider.asked) == 1


async def test_retries_are_told_to_nobody(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    await asked(Provider(status(503), status(200)))
    assert "retry" not in caplog.text.lower() + "".join(capsys.readouterr())
    assert stamina.instrumentation.get_on_retry_hooks() == ()


async def test_redirects_are_not_followed() -> None:
    provider = Provider(status(302, Location="https://elsewhere.example/"))
    assert (await asked(provider)).status == 302
    assert len(provider.asked) == 1


async def test_a_body_is_read_up_to_its_bound() -> None:
    assert len((await asked(Provider(status(200, b"x" * 1000)))).body) == 1000
    packed = gzip.compress(b"x" * 100_000)
    for handler in (status(200, b"x" * 1001), status(200, packed, Content_Encoding="gzip")):
        error = await failure(handler)
        assert (type(error), error.code) == (Malformed, "body_too_large")


async def test_an_errors_body_is_cut_short() -> None:
    answer = await asked(Provider(status(404, b"x" * 500_000)))
    assert 0 < len(answer.body) < 200_000


async def test_a_broken_encoding_is_no_answer() -> None:
    assert (await failure(status(200, b"nonsense", Content_Encoding="gzip"))).code == "network"


@pytest.mark.parametrize(
    "link",
    [
        "https://{host}/api/x",
        "http://elsewhere.example/api/x",
        "http://{host}.elsewhere.example/api/x",
        "http://localhost:1/api/x",
        "http://user@{host}/api/x",
        "http://{host}@elsewhere.example/api/x",
        "http://{host}/other/x",
        "http://{host}/apix",
        "http://{host}/api/../other",
        "http://{host}/api/%2e%2E/other",
        "http://{host}/api/\\..\\other",
        "http://{host}/api/x\r\nHost: elsewhere.example",
        "http://{host}/api/\u2215x",
        "//{host}/api/x",
        "/api/x",
        "http://[/api/x",
        "",
        "http://{host}/api/" + "x" * 20_000,
    ],
)
async def test_a_token_never_leaves_for_another_place(link: str) -> None:
    provider = Provider(status(200))
    async with asking(provider) as (transport, base):
        url = link.format(host=base.split("/")[2])
        assert not transport.prefix.reaches(url)
        with pytest.raises(Malformed, match="foreign_link"):
            await transport.get(url, Token(), {}, Allowance())
    assert provider.asked == []


async def test_links_under_the_prefix_are_followed() -> None:
    async with asking(Provider(status(200))) as (transport, base):
        assert transport.prefix.reaches(base + "users('a')/calendarView/delta?$skiptoken=abc..def")
        assert transport.prefix.reaches(base.replace("http", "HTTP"))
