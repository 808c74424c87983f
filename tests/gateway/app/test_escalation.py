"""What an operator is told of, over the wire; and where that wire may not lead."""

import base64
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from aiohttp import ClientConnectorError, ClientSession, TCPConnector, web
from aiohttp.abc import AbstractResolver, ResolveResult

from gateway.app.outgoing import escalation as escalations
from gateway.app.outgoing.escalation import checked, open_escalation, read_secret, signed
from gateway.app.outgoing.public_hosts import PublicResolver, is_public
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError
from gateway.settings import EscalationSettings
from gateway.store.escalations import Escalation
from gateway.withdrawal.outbox import NotTold
from tests.fakes.filled_store import NOON, HandClock
from tests.fakes.installation import SETTINGS

SECRET = bytes(range(32))
ONE = Escalation("esc_one", "era_one", "con_one", milliseconds(NOON), is_over=False)


def test_it_is_signed_as_the_standards_own_example() -> None:
    told = signed(
        "msg_loFOjxBNrRLzqYUf",
        1731705121,
        b'{"event_type":"ping","data":{"success":true}}',
        base64.b64decode("plJ3nmyCDGBKInavdOK15jsl"),
    )
    assert told["webhook-signature"] == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="
    assert (told["webhook-id"], told["webhook-timestamp"]) == ("msg_loFOjxBNrRLzqYUf", "1731705121")


@dataclass
class Hook:
    """An operator's address on this machine."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)
    said: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.said.append(dict(request.headers))
        return web.Response(status=self.status, headers=self.headers)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Hook"]:
        site = web.Application()
        site.router.add_route("*", "/{tail:.*}", self.take)
        running = web.AppRunner(site, access_log=None)
        await running.setup()
        try:
            await web.TCPSite(running, "127.0.0.1", 0).start()
            self.url = f"http://127.0.0.1:{running.addresses[0][1]}/hook?team=1"
            yield self
        finally:
            await running.cleanup()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with Hook().open() as opened:
        yield opened


def settings(folder: Path, url: str, secret: bytes | str = SECRET) -> EscalationSettings:
    file = folder / "secret"
    written = secret if isinstance(secret, str) else f"whsec_{base64.b64encode(secret).decode()}\n"
    file.write_text(written)
    return EscalationSettings(url=url, secret_file=str(file))


async def tell(folder: Path, url: str) -> None:
    chosen = msgspec.structs.replace(SETTINGS, escalation=settings(folder, url))
    async with open_escalation(chosen, HandClock()) as told:
        assert told is not None
        await told(ONE)


async def test_it_holds_ids_and_a_time_and_nothing_else(tmp_path: Path, hook: Hook) -> None:
    await tell(tmp_path, hook.url)
    (body,), (said,) = hook.bodies, hook.said
    assert msgspec.json.decode(body) == {
        "type": "acknowledgement.overdue",
        "timestamp": "2026-03-02T12:00:30Z",
        "data": {"erasure": "era_one", "consumer": "con_one", "since": "2026-03-02T12:00:30Z"},
    }
    expected = signed("esc_one", int(NOON.timestamp()), body, SECRET)
    assert {name.lower(): value for name, value in said.items()} | expected == {
        name.lower(): value for name, value in said.items()
    }


@pytest.mark.parametrize("status", [301, 307, 400, 404, 410, 500, 503])
async def test_anything_else_than_taken_is_not_taken(tmp_path: Path, hook: Hook, status: int) -> None:
    hook.status, hook.headers = status, {"Location": hook.url.replace("/hook", "/elsewhere")}
    with pytest.raises(NotTold):
        await tell(tmp_path, hook.url)
    assert len(hook.bodies) == 1


async def test_nobody_there_is_not_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NotTold):
            await tell(tmp_path, f"http://127.0.0.1:{taken.getsockname()[1]}/")


async def test_without_an_address_nobody_is_told() -> None:
    async with open_escalation(SETTINGS, HandClock()) as told:
        assert told is None


NOT_PUBLIC = (
    *("10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1"),  # noqa: S104  none of ours
    *("::1", "::", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:a00:1::", "name"),
    *("fec0::1", "::127.0.0.1", "64:ff9b:1::10.0.0.1", "4000::1", "3fff::1", "192.0.0.192"),
)
PUBLIC = ("1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101")


def test_what_is_public_is_known_whatever_carries_it() -> None:
    assert {one: is_public(one) for one in (*NOT_PUBLIC, *PUBLIC)} == {
        **dict.fromkeys(NOT_PUBLIC, False),
        **dict.fromkeys(PUBLIC, True),
    }


@pytest.mark.parametrize(
    "address",
    [
        "https://10.0.0.1/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://017700000001/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://127.0.0.1./",
        "https://[fec0::1]/",
        "https://ops.example:99999/",
    ],
)
def test_an_address_within_our_network_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(ConfigurationError, match="not public"):
        checked(address)


def test_names_public_addresses_and_this_machine_are_taken() -> None:
    for address in (
        "https://ops.example/hook",
        "https://1.1.1.1/",
        "http://127.0.0.1:8000/",
        "http://localhost/",
    ):
        assert str(checked(address)) == address


class Names(AbstractResolver):
    """A name that leads to where its owner wants, each time anew."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in self._answers.pop(0)
        ]

    async def close(self) -> None:
        pass


async def test_a_name_leads_to_public_addresses_alone_each_time() -> None:
    names = PublicResolver(Names(["10.0.0.1", "1.1.1.1", "127.0.0.1"], ["127.0.0.1"]))
    assert [one["host"] for one in await names.resolve("ops.example", 443)] == ["1.1.1.1"]
    with pytest.raises(OSError, match="no public address"):
        await names.resolve("ops.example", 443)


async def test_p130_a_name_that_leads_into_our_network_reaches_nobody(hook: Hook) -> None:
    port = int(hook.url.split(":")[2].partition("/")[0])
    connector = TCPConnector(resolver=PublicResolver(Names(["127.0.0.1"])), use_dns_cache=False)
    async with ClientSession(connector=connector) as session:
        with pytest.raises(ClientConnectorError):
            await session.post(f"http://ops.example:{port}/")
    assert hook.bodies == []


async def test_names_of_the_public_network_go_through_that_resolver(tmp_path: Path) -> None:
    async with escalations._open_session(checked("https://ops.example/")) as session:
        assert isinstance(session.connector, TCPConnector)
        assert isinstance(session.connector._resolver, PublicResolver)
        assert not session.trust_env


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_!!", base64.b64encode(SECRET).decode(), b"too short", bytes(65)]
)
def test_what_is_no_secret_is_refused(tmp_path: Path, secret: str | bytes) -> None:
    with pytest.raises(ConfigurationError, match="no secret of Standard Webhooks"):
        read_secret(settings(tmp_path, "https://ops.example/", secret).secret_file)
