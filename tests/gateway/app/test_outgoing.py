"""Where a webhook may lead, looked at as it is sent."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from gateway.app.outgoing import posting as outgoing
from gateway.app.outgoing.posting import Sender, SingleLookups, open_sender, open_session, post, public_target
from gateway.app.outgoing.public_hosts import PublicResolver
from gateway.feed.delivery import Failure
from gateway.feed.settling import Taken
from tests.connectors.tls_host import TlsHost, serving
from tests.fakes.filled_store import FilledStore, a_resource
from tests.fakes.pushed import open_pushed
from tests.fakes.webhook_target import takes_all
from tests.gateway.app.test_escalation import Hook, Names


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with Hook().open() as opened:
        yield opened


NOWHERE = (
    "http://flexo.example/",
    "ftp://flexo.example/",
    "https:///hook",
    "https://user@flexo.example/",
    "https://:secret@flexo.example/",
    "https://10.0.0.1/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://169.254.169.254/latest/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[fec0::1]/",
    "https://[:::]/",
    # What ends in a number is no name: whoever connects would take it for an address, and ask no resolver.
    "https://127.0.0.1./",
    "https://127.0.0.1.:443/",
    "https://0177.0.0.1./",
    "https://0x7f.1./",
    "https://1.2.3.4.5/",
    "https://4294967296/",
    "https://256.256.256.256/",
    "https://%31%32%37.0.0.1/",
    "https://\uff11\uff12\uff17.0.0.1/",
    "https://127\u30020\u30020\u30021/",
    "https://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/",
    "https://./",
    # None at all.
    "https://flexo.example:99999/",
    "https://flexo.example\\.example/",
    "https://xn--/",
    "https://[1]/",
    "https://flexo\0.example/",
)


async def test_nothing_is_sent_to_another_network_or_in_clear() -> None:
    # A lookup or a connection would fail this test by ``tests/loopback.py``.
    async with open_sender() as sender:
        for address in NOWHERE:
            assert public_target(address) is None, address
            assert await sender.send(address, b"{}", {}) == Taken(Failure.UNREACHABLE), address


def test_names_and_public_addresses_are_taken() -> None:
    for address in (
        "https://flexo.example/hook?a=1",
        "https://flexo.example:8443/",
        "https://1.1.1.1/",
        "https://a.b.c.2x/",
    ):
        assert public_target(address) == URL(address)


class Asked(Names):
    """Remembers whom it was asked for."""

    def __init__(self, *answers: list[str]) -> None:
        super().__init__(*answers)
        self.names = list[str]()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.names.append(host)
        return await super().resolve(host, port, family)


def sender_with(resolver: AbstractResolver, tls: ssl.SSLContext) -> aiohttp.ClientSession:
    """As ``open_session`` makes it, but for whom it trusts."""
    connector = aiohttp.TCPConnector(ssl=tls, resolver=resolver, use_dns_cache=False, limit=4)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)


async def test_a_name_is_looked_up_for_each_message_and_leads_to_public_addresses_alone() -> None:
    """DNS rebinding: what was public when it was registered is not when it is sent."""
    async with serving() as host:
        port = URL(host.url).port
        names = Asked(["127.0.0.1"], ["127.0.0.1", "10.0.0.1"])
        async with sender_with(PublicResolver(names), host.tls) as session:
            for _ in range(2):
                taken = await Sender(session).send(f"https://flexo.example:{port}/", b"{}", {})
                assert taken == Taken(Failure.UNREACHABLE)
        assert (names.names, host.asked) == (["flexo.example"] * 2, [])


class Localhost(Names):
    """Looked at as if it were public: the only way in, and no installation has it."""

    def __init__(self) -> None:
        super().__init__(*[["127.0.0.1"]] * 9)


@pytest.fixture
async def tls_host() -> AsyncIterator[TlsHost]:
    async with serving() as host:
        yield host


CAME_OF_IT = {
    200: Taken(),
    204: Taken(),
    301: Taken(Failure.REDIRECTED, 60),
    307: Taken(Failure.REDIRECTED, 60),
    400: Taken(Failure.REFUSED, 60),
    410: Taken(Failure.GONE),
    429: Taken(Failure.REFUSED, 60),
    503: Taken(Failure.REFUSED, 60),
}


async def test_what_came_of_it(tls_host: TlsHost) -> None:
    url = f"https://localhost:{URL(tls_host.url).port}/hook"
    elsewhere = {"Location": f"{tls_host.url}/elsewhere", "Retry-After": "60"}
    async with sender_with(Localhost(), tls_host.tls) as session:
        for status, taken in CAME_OF_IT.items():
            tls_host.answers("/hook", web.Response(status=status, headers=elsewhere, body=b""))
            assert await Sender(session).send(url, b"{}", {"webhook-id": "msg_1"}) == taken
    assert tls_host.asked == ["/hook"] * len(CAME_OF_IT)
    assert tls_host.headers[0]["webhook-id"] == "msg_1"


async def test_a_host_that_nobody_vouches_for_is_told_nothing(tls_host: TlsHost) -> None:
    async with sender_with(Localhost(), ssl.create_default_context()) as session:
        url = f"https://localhost:{URL(tls_host.url).port}/hook"
        assert (await Sender(session).send(url, b"{}", {})).failure is Failure.UNREACHABLE
    assert tls_host.asked == []


async def test_proxies_of_the_environment_are_none_of_ours(
    hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", hook.url)
    monkeypatch.setenv("HTTPS_PROXY", hook.url)
    async with sender_with(PublicResolver(Names(["10.0.0.1"])), ssl.create_default_context()) as session:
        assert (await Sender(session).send("https://flexo.example/", b"{}", {})).failure is not None
    assert hook.bodies == []


async def test_it_is_sent_through_that_resolver_and_no_proxy() -> None:
    async with open_sender() as sender:
        session = sender._session
        assert isinstance(session.connector, aiohttp.TCPConnector)
        assert isinstance(session.connector._resolver, PublicResolver)
        assert not session.trust_env
        assert not session.connector._use_dns_cache


class Hangs(Hook):
    """Takes it, and says nothing for as long as it is asked."""

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        await self.over.wait()
        return web.Response()

    over = asyncio.Event()


async def test_who_does_not_answer_in_time_did_not_take_it() -> None:
    async with Hangs().open() as hook, open_session(None, 1) as session:
        soon = aiohttp.ClientTimeout(total=0.05)
        taken = await post(session, URL(hook.url), b"{}", {}, soon)
        Hangs.over.set()
    assert taken == Taken(Failure.UNREACHABLE)
    assert (outgoing.TIMEOUT.total, outgoing.TIMEOUT.connect) == (15, 5)


async def test_a_name_server_that_hangs_holds_up_no_other_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is looked up once at a time, however often it is asked for, and each in a thread of its own."""
    go_on, asked = threading.Event(), list[str]()

    def look_up(host: str, port: int, _family: int) -> list[ResolveResult]:
        asked.append(host)
        if host == "hangs.example":
            go_on.wait(10)
        return [
            ResolveResult(hostname=host, host="1.1.1.1", port=port, family=socket.AF_INET, proto=0, flags=0)
        ]

    monkeypatch.setattr(outgoing, "_looked_up", look_up)
    names = SingleLookups(2)
    try:
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            hanging = [group.create_task(names.resolve("hangs.example", 443)) for _ in range(5)]
            assert await names.resolve("flexo.example", 443)
            go_on.set()
        assert [one.result()[0]["host"] for one in hanging] == ["1.1.1.1"] * 5
    finally:
        go_on.set()
        await names.close()
    assert sorted(asked) == ["flexo.example", "hangs.example"]


async def test_this_machines_name_is_found_as_it_is() -> None:
    names = SingleLookups(1)
    found = await names.resolve("localhost", 443)
    assert {one["host"] for one in found} <= {"127.0.0.1", "::1"}
    await names.close()


async def test_a_consumer_is_told_over_the_wire_and_leads_nowhere_else(filled: FilledStore) -> None:
    tenant = await filled.add_tenant("one")
    await filled.put_resource(tenant, a_resource("north"))
    pushed = await open_pushed(filled, tenant)
    async with pushed.target.open() as tls, sender_with(Localhost(), tls) as session:
        send = Sender(session).send
        pushed.push._send = lambda _, body, headers: send(pushed.target.url, body, headers)
        pushed.target.says = lambda _: 307
        await pushed.visit_all()
        waiting = (await pushed.delivery()).readings[tenant].waiting
        assert (len(pushed.target.said), waiting["north"].reason) == (1, Failure.REDIRECTED)
        pushed.target.says = takes_all
        await pushed.visit_past_pauses()
    assert set(pushed.target.backend.view(tenant).resources) == {"north"}
