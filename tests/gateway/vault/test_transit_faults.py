"""A key service that is down, sealed, slow or none: no key is had, and none is taken for destroyed."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from structlog.testing import capture_logs

from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.vault import exchange
from gateway.vault.keys import KeyService, Purpose
from tests.connectors.tls_host import serving
from tests.contracts.key_service import FIRST, A, create, keys_of, materials
from tests.fakes.transit import Transit

Use = Callable[[KeyService], Awaitable[object]]

CONTENT = "c2VjcmV0"


async def make(service: KeyService) -> None:
    await service.create_data_key(A, FIRST)


#: What needs the engine for an answer.
USES: dict[str, Use] = {
    "open": lambda service: service.open_key(A, Purpose.INDEX),
    "open data": lambda service: service.open_data_key(A, FIRST),
    "create": lambda service: service.create_tenant(A),
    "destroy": lambda service: service.destroy_tenant_keys(A),
    "remaining": lambda service: service.remaining(A),
}


@pytest.fixture(params=USES)
def use(request: pytest.FixtureRequest) -> Use:
    return USES[request.param]


@asynccontextmanager
async def answering(answer: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    """The address of something that answers everything alike."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(application) as server:
        yield str(server.make_url("/v1/transit"))


async def refused(use: Use, service: KeyService, transit: Transit) -> str:
    """What is told of it, and nothing more."""
    with capture_logs() as logs, pytest.raises(KeyUnavailable) as error:
        await use(service)
    assert not isinstance(error.value, KeyDestroyed)
    told = f"{error.value} {error.value.__cause__!r} {error.value.__context__!r} {logs}"
    for content in (CONTENT, transit.token_file.read_text().strip(), A):
        assert content not in told
    assert {line["event"] for line in logs} <= {"key_service_refuses", "key_service_silent"}
    return str(error.value)


async def test_one_that_is_sealed_has_no_keys_until_it_is_unsealed(transit: Transit) -> None:
    service = transit.service()
    await create(service)
    before = materials(await keys_of(service))
    with transit.openbao.sealed():
        told = [await refused(use, service, transit) for use in USES.values() if use is not USES["destroy"]]
    assert all("sealed" in sentence for sentence in told)
    assert materials(await keys_of(service)) == before


async def test_what_was_to_be_destroyed_is_out_of_use_though_the_service_is_down(transit: Transit) -> None:
    service = transit.service()
    await create(service)
    down = transit.service(f"http://127.0.0.1:{unused_port()}/v1/transit")
    await refused(USES["destroy"], down, transit)
    with pytest.raises(KeyDestroyed):
        await service.open_data_key(A, FIRST)
    assert Purpose.ENCRYPTION in {key.purpose for key in await service.remaining(A)}
    await service.destroy_tenant_keys(A)
    assert {key.purpose for key in await service.remaining(A)} == {Purpose.EVIDENCE}


async def test_one_that_is_down(transit: Transit, use: Use) -> None:
    await create(transit.service())
    down = transit.service(f"http://127.0.0.1:{unused_port()}/v1/transit")
    assert "does not answer" in await refused(use, down, transit)


async def test_one_whose_certificate_nobody_vouches_for(transit: Transit, use: Use) -> None:
    await create(transit.service())
    async with serving() as stranger:
        assert "certificate" in await refused(use, transit.service(f"{stranger.url}/v1/transit"), transit)
        assert stranger.asked == []


async def test_one_that_is_slow_is_waited_for_once(transit: Transit, monkeypatch: pytest.MonkeyPatch) -> None:
    await create(transit.service())
    asked: list[str] = []
    never = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        await never.wait()
        return web.Response()

    monkeypatch.setattr(exchange, "TIMEOUT", aiohttp.ClientTimeout(total=0.05))
    async with answering(answer) as url:
        slow = transit.service(url)
        for use in USES.values():
            assert "does not answer" in await refused(use, slow, transit)
        assert len(asked) == 1
        never.set()


@pytest.mark.parametrize("status", [301, 401, 403, 404, 429, 472, 473, 500, 502, 503])
async def test_one_that_refuses(transit: Transit, use: Use, status: int) -> None:
    await create(transit.service())

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"errors": [CONTENT]}, status=status)

    async with answering(answer) as url:
        await refused(use, transit.service(url), transit)


async def test_nobody_is_followed_elsewhere(transit: Transit, use: Use) -> None:
    await create(transit.service())

    async def answer(request: web.Request) -> web.Response:
        there = request.path.replace("/v1/transit", f"{transit.openbao.url}/v1/{transit.mount}")
        raise web.HTTPTemporaryRedirect(there)

    async with answering(answer) as url:
        await refused(use, transit.service(url), transit)


async def test_what_is_not_deleted_is_told(transit: Transit) -> None:
    await create(transit.service())

    async def answer(request: web.Request) -> web.Response:
        if request.method == "GET":
            return web.json_response({"data": {"name": request.path.rpartition("/")[2]}})
        return web.json_response({"errors": [CONTENT]}, status=400)

    async with answering(answer) as url:
        assert "did not delete" in await refused(USES["destroy"], transit.service(url), transit)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome to this network</html>",
        b"[" * 10_000,
        b'{"data": null}',
        json.dumps({"data": {"name": CONTENT, "plaintext": CONTENT, "ciphertext": CONTENT}}).encode(),
        b'"\xff"',
        b" " * (exchange.ANSWER_BYTES_MAX + 1),
    ],
    ids=["nothing", "a page", "deep", "no data", "others", "no text", "too much"],
)
async def test_one_that_is_none(transit: Transit, use: Use, body: bytes) -> None:
    await create(transit.service())

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    async with answering(answer) as url:
        await refused(use, transit.service(url), transit)


async def test_one_that_is_none_makes_no_key(transit: Transit) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"data": {"plaintext": "AAAA", "ciphertext": "vault:v1:AAAA"}})

    async with answering(answer) as url:
        await refused(USES["create"], transit.service(url), transit)
    assert not [*transit.directory.rglob("*.key")]


async def test_a_refused_token_is_replaced_while_it_runs(transit: Transit, use: Use) -> None:
    service = transit.service()
    await create(service)
    good = transit.token_file.read_text()
    transit.token_file.write_text("s.revoked")
    assert "token" in await refused(use, service, transit)
    transit.token_file.write_text(good)
    await use(service) if use is not USES["open data"] else await make(service)


@pytest.mark.parametrize("content", [None, "", "two words", "two\r\nlines: x", "ü"])
async def test_no_token_is_nothing_to_ask_with(transit: Transit, content: str | None) -> None:
    service = transit.service()
    await create(service)
    if content is None:
        transit.token_file.unlink()
    else:
        transit.token_file.write_text(content)
    with pytest.raises(KeyUnavailable, match="token_file"):
        await service.open_key(A, Purpose.INDEX)


async def test_what_keeps_no_key_is_no_engine(transit: Transit) -> None:
    asked = list[str]()

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path.removeprefix("/v1/transit/").partition("/")[0])
        return web.json_response({"errors": []}, status=404 if request.method == "GET" else 200)

    async with answering(answer) as url:
        assert "no key service of the kind" in await refused(USES["create"], transit.service(url), transit)
    # Nothing is wrapped under what is not there.
    assert set(asked) == {"keys"}
    assert not [*transit.directory.rglob("*.key")]


@pytest.mark.parametrize("carried", [b"", b"!", b"AAAA"])
async def test_evidence_that_was_put_back_and_damaged_since_is_no_key(
    transit: Transit, carried: bytes
) -> None:
    service = transit.service()
    await create(service)
    evidence = await service.open_key(A, Purpose.EVIDENCE)
    path = transit.directory / "tenants" / A / "evidence.key"
    path.unlink()
    await service.restore_evidence(A, evidence)
    content = path.read_bytes()
    assert (await service.open_key(A, Purpose.EVIDENCE)).id == evidence.id
    path.write_bytes(content[: content.index(b" ") + 1] + carried)
    with pytest.raises(KeyUnavailable, match="damaged"):
        await service.open_key(A, Purpose.EVIDENCE)


@pytest.mark.parametrize(("size", "is_read"), [(65_536, True), (65_537, False)])
async def test_an_answer_is_read_to_its_bound(transit: Transit, size: int, *, is_read: bool) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=bytes(size))

    async with answering(answer) as url:
        asking = exchange.Exchange(transit.session).ask("GET", url, {})
        if is_read:
            assert len((await asking).body) == size
        else:
            with pytest.raises(KeyUnavailable, match="no key service of the kind"):
                await asking


async def test_what_the_engine_refuses_is_told_and_logged(transit: Transit) -> None:
    service = transit.service()
    await create(service)
    transit.delete(f"{A}.encryption")
    with capture_logs() as logs, pytest.raises(KeyUnavailable, match="refuses to use a key"):
        await service.open_data_key(A, FIRST)
    assert {(line["event"], line["status"]) for line in logs} == {("key_service_refuses", 400)}
