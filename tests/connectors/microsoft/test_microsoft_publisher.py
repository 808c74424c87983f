"""Who sends what Graph's notifications hold: every token counts, and keys come from the login host alone."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

from connectors.errors import ConnectorError, Malformed, Unreachable
from connectors.microsoft.publisher import (
    KEYS_LIFE,
    KEYS_PAUSE,
    PUBLISHER_ID,
    TOKEN_LENGTH_MAX,
    TOKENS_MAX,
    Publisher,
)
from connectors.sandbox.credentials import CLIENT_ID
from connectors.sandbox.truth import Provider
from connectors.transport import Transport
from gateway.clock import system_clock
from tests.contracts.connector import LIMITS, Gate, Host, hosting
from tests.fakes.filled_store import HandClock

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALIEN = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    folder: Path = tmp_path_factory.mktemp("microsoft-publisher")
    async with hosting(Provider.MICROSOFT, folder) as host:
        yield host


class Desk:
    """A publisher at the stand-in's login host, and what the stand-in signs."""

    def __init__(self, host: Host) -> None:
        self.sandbox = host.sandbox
        self.tenant = host.tenant.id
        self.clock = HandClock()
        self.clock.now = system_clock()()
        self.login = host.handout.entra_url
        transport = Transport(host.session, Gate(), self.login, limits=LIMITS)
        self.publisher = Publisher(transport, CLIENT_ID, self.clock)

    def tokens(self, *tenants: str) -> list[str]:
        return self.sandbox.notifier._publisher.tokens(tenants or (self.tenant,))

    @property
    def asked(self) -> int:
        return self.sandbox.requests["entra.keys"]

    def forged(self, key: RSAKey = ALIEN, **claims: Any) -> str:
        """What the stand-in would say, with changes, signed by whoever holds the key."""
        own = self.sandbox.notifier._publisher._claims(self.tenant) | claims
        return jwt.encode({"alg": "RS256", "kid": key.kid}, own, key, algorithms=["RS256"])

    def signed(self, **claims: Any) -> str:
        return self.forged(self.sandbox.notifier._publisher._key, **claims)


@pytest.fixture
def desk(host: Host) -> Desk:
    return Desk(host)


async def refused(desk: Desk, tokens: list[str]) -> str:
    with pytest.raises(ConnectorError) as caught:
        await desk.publisher.directories(tokens)
    assert caught.value.__cause__ is caught.value.__context__ is None
    return caught.value.code


async def test_a_body_may_be_of_several_directories(desk: Desk) -> None:
    other = str(uuid4())
    assert await desk.publisher.directories(desk.tokens(desk.tenant, other)) == {desk.tenant, other}


async def test_keys_are_asked_for_once(desk: Desk) -> None:
    before = desk.asked
    for _ in range(3):
        await desk.publisher.directories(desk.tokens())
    assert desk.asked == before + 1
    desk.clock.move(KEYS_LIFE)
    await refused(desk, ["x.y.z"])
    assert desk.asked == before + 2


@pytest.mark.parametrize(
    "fault",
    [
        "rich-no-tokens",
        "rich-expired-token",
        "rich-wrong-audience",
        "rich-wrong-publisher",
        "rich-one-bad-token",
        "rich-unsigned-token",
        "rich-symmetric-token",
    ],
)
async def test_one_bad_token_spoils_all(desk: Desk, fault: str) -> None:
    desk.sandbox.notifier.faults.plan(fault)
    assert await refused(desk, desk.tokens()) == "content_unvouched"
    assert await desk.publisher.directories(desk.tokens()) == {desk.tenant}


async def test_a_token_of_another_directory_vouches_for_that_one(desk: Desk) -> None:
    desk.sandbox.notifier.faults.plan("rich-wrong-issuer")
    assert desk.tenant not in await desk.publisher.directories(desk.tokens())


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://sts.windows.net.example/{}/"},
        {"iss": "http://sts.windows.net/{}/"},
        {"iss": "https://sts.windows.net/{}"},
        {"iss": "https://sts.windows.net/{}/\n"},
        {"iss": "https://sts.windows.net/common/"},
        {"iss": "https://sts.chinacloudapi.cn/{}/"},
        {"iss": 5},
        {"aud": [CLIENT_ID]},
        {"aud": None},
        {"exp": None},
        {"exp": "soon"},
        {"appid": None, "azp": "somebody"},
        {"appid": ""},
        {"appid": CLIENT_ID, "azp": PUBLISHER_ID},
        {"nbf": 4_000_000_000},
    ],
)
async def test_claims_that_do_not_do(desk: Desk, claims: dict[str, Any]) -> None:
    stated = {
        name: value.format(desk.tenant) if isinstance(value, str) else value for name, value in claims.items()
    }
    assert await refused(desk, [desk.signed(**stated)]) == "content_unvouched"


async def test_entras_second_version_does_as_well(desk: Desk) -> None:
    issuer = f"{desk.login.rstrip('/')}/{desk.tenant}/v2.0"
    token = desk.signed(iss=issuer, appid="", azp=PUBLISHER_ID)
    assert await desk.publisher.directories([token]) == {desk.tenant}


async def test_what_somebody_else_signed_is_nothing(desk: Desk) -> None:
    assert await refused(desk, [desk.forged()]) == "content_unvouched"
    known = desk.sandbox.notifier._publisher._key.kid
    pretended = RSAKey.import_key(ALIEN.as_pem(private=True), {"kid": str(known)})
    assert await refused(desk, [desk.forged(pretended)]) == "content_unvouched"


async def test_new_keys_are_found_and_no_flood_asks_for_them(desk: Desk) -> None:
    await desk.publisher.directories(desk.tokens())
    before, publisher = desk.asked, desk.sandbox.notifier._publisher
    kept, publisher._key = publisher._key, ALIEN
    try:
        for _ in range(3):
            await refused(desk, desk.tokens())
        assert desk.asked == before
        desk.clock.move(KEYS_PAUSE)
        assert await desk.publisher.directories(desk.tokens()) == {desk.tenant}
        assert desk.asked == before + 1
    finally:
        publisher._key = kept


async def test_keys_that_are_no_more_vouch_for_nothing_after_a_day(desk: Desk) -> None:
    lasting = desk.signed(exp=(desk.clock() + 2 * KEYS_LIFE).timestamp())
    publisher = desk.sandbox.notifier._publisher
    assert await desk.publisher.directories([lasting]) == {desk.tenant}
    kept, publisher._key = publisher._key, ALIEN
    try:
        assert await desk.publisher.directories([lasting]) == {desk.tenant}
        desk.clock.move(KEYS_LIFE)
        await refused(desk, [lasting])
    finally:
        publisher._key = kept


@pytest.mark.parametrize(
    "tokens",
    [
        [],
        ["x"] * (TOKENS_MAX + 1),
        ["x" * (TOKEN_LENGTH_MAX + 1)],
        [""],
        ["\ud800"],
        ["a.b.c"],
        ["e30.e30.e30"],
        ["." * 100],
    ],
)
async def test_what_is_no_token(desk: Desk, tokens: list[str]) -> None:
    await desk.publisher.directories(desk.tokens())
    assert await refused(desk, tokens) == "content_unvouched"


async def test_without_keys_nothing_is_vouched_for(desk: Desk) -> None:
    desk.sandbox.faults.refuse("entra.discovery", 503, 10)
    try:
        assert await refused(desk, desk.tokens()) == "server_fault"
        assert await refused(desk, desk.tokens()) == "publisher_keys_missing"
    finally:
        desk.sandbox.faults.clear()
    desk.clock.move(KEYS_PAUSE)
    assert await desk.publisher.directories(desk.tokens()) == {desk.tenant}


async def test_keys_that_cannot_be_had_anew_vouch_for_nothing_after_a_day(desk: Desk) -> None:
    await desk.publisher.directories(desk.tokens())
    desk.clock.move(KEYS_LIFE)
    desk.sandbox.faults.refuse("entra.discovery", 503, 10)
    lasting = desk.signed(exp=(desk.clock() + KEYS_LIFE).timestamp())
    try:
        assert await refused(desk, [lasting]) == "server_fault"
        assert await refused(desk, [lasting]) == "publisher_keys_missing"
    finally:
        desk.sandbox.faults.clear()
    desk.clock.move(KEYS_PAUSE)
    assert await desk.publisher.directories([lasting]) == {desk.tenant}


async def test_who_gives_up_waiting_leaves_the_keys_to_the_next(desk: Desk) -> None:
    before = desk.asked
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await desk.publisher.directories(desk.tokens())
    assert await desk.publisher.directories(desk.tokens()) == {desk.tenant}
    assert desk.asked == before + 1


Answer = Callable[[object], Any]


@pytest.mark.parametrize(
    ("discovered", "keys", "code"),
    [
        (lambda _: [], lambda _: {}, "publisher_keys_elsewhere"),
        (lambda _: {"jwks_uri": "https://keys.example/x"}, lambda _: {}, "publisher_keys_elsewhere"),
        (lambda url: {"jwks_uri": f"{url}/keys"}, lambda _: {}, "publisher_keys_unreadable"),
        (lambda url: {"jwks_uri": f"{url}/keys"}, lambda _: [], "publisher_keys_unreadable"),
        (lambda url: {"jwks_uri": f"{url}/keys"}, lambda _: {"keys": []}, "publisher_keys_unreadable"),
        (lambda url: {"jwks_uri": f"{url}/keys"}, lambda _: {"keys": [5]}, "publisher_keys_unreadable"),
        (lambda url: {"jwks_uri": f"{url}/keys"}, lambda _: {"keys": [{}]}, "publisher_keys_unreadable"),
        (lambda url: {"jwks_uri": f"{url}/gone"}, lambda _: {}, "publisher_keys_missing"),
    ],
)
async def test_what_no_honest_login_host_says(
    host: Host, discovered: Answer, keys: Answer, code: str
) -> None:
    async def discovery(request: web.Request) -> web.Response:
        return web.json_response(discovered(request.url.origin()))

    async def listed(request: web.Request) -> web.Response:
        return web.json_response(keys(request))

    site = web.Application()
    site.router.add_get("/common/.well-known/openid-configuration", discovery)
    site.router.add_get("/keys", listed)
    running = web.AppRunner(site)
    await running.setup()
    try:
        context: ssl.SSLContext = host.sandbox.identity.authority.server_context()
        await web.TCPSite(running, "127.0.0.1", 0, ssl_context=context).start()
        url = f"https://127.0.0.1:{running.addresses[0][1]}"
        publisher = Publisher(Transport(host.session, Gate(), url, limits=LIMITS), CLIENT_ID, system_clock())
        with pytest.raises((Malformed, Unreachable), match=code):
            await publisher.directories(["a.b.c"])
    finally:
        await running.cleanup()


async def test_china_has_an_issuer_of_its_own(host: Host) -> None:
    transport = Transport(host.session, Gate(), "https://login.chinacloudapi.cn", limits=LIMITS)
    issuer = Publisher(transport, CLIENT_ID, system_clock())._issuer
    assert issuer.fullmatch(f"https://sts.chinacloudapi.cn/{host.tenant.id}/")
    assert not issuer.fullmatch(f"https://sts.windows.net/{host.tenant.id}/")
