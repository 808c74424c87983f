"""A person at Google connects their own calendar."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

from connectors.delegation import DelegatedGrant
from connectors.errors import (
    AccessLost,
    ConnectorError,
    CredentialRefused,
    Malformed,
    SignInNeeded,
    Unreachable,
)
from connectors.google.client import PROJECT_RATE, USER_RATE, GoogleConnector, Urls
from connectors.google.delegation import CALENDAR_SCOPE, GoogleDelegation, LinkedAccount
from connectors.pkce import new_verifier, nonce
from connectors.port import Connector
from connectors.quota import Quotas
from connectors.sandbox.truth import Provider
from tests.connectors.google.test_google_client import worded
from tests.connectors.tls_host import TlsHost, free, identified, serving
from tests.contracts.connector import LIMITS, Gate, Host, Meeting, hosting
from tests.contracts.delegation import CLOCK, REDIRECT_URI, STATE, Booth, DelegationContract

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    folder: Path = tmp_path_factory.mktemp("google-delegation")
    async with hosting(Provider.GOOGLE, folder) as host:
        yield host


def client(changed: dict[str, Any] | None = None) -> bytes:
    """A web client's file."""
    urls = {"auth_uri": "https://x.example/a", "token_uri": "https://x.example/t"}
    return json.dumps(
        {"web": {"client_id": "us", "client_secret": "secret", **urls, **(changed or {})}}
    ).encode()


def delegation(host: Host, gate: Gate, **changed: str) -> GoogleDelegation:
    url = host.handout.google_url
    file = json.loads(host.sandbox.identity.web_client.file(url))
    file["web"] |= changed
    return GoogleDelegation(
        host.session,
        gate,
        json.dumps(file).encode(),
        clock=CLOCK,
        limits=LIMITS,
    )


class GoogleBooth(Booth):
    """Persons of any domain, and of none."""

    family = "google"
    calendar_scope = CALENDAR_SCOPE
    rotates = False
    revokes = True

    def connector(self, grant: DelegatedGrant) -> Connector:
        return GoogleConnector(
            self.host.session,
            self.gate,
            LinkedAccount(grant),
            Quotas(9, application=PROJECT_RATE, user=USER_RATE).of(self.host.tenant.id, self.person.id),
            clock=self.sandbox.clock,
            urls=Urls(self.host.handout.google_url, self.host.handout.google_url),
            limits=LIMITS,
        )

    def worded(self, meeting: Meeting) -> dict[str, Any]:
        return worded(meeting)


class TestGoogle(DelegationContract):
    """The refresh token stays the same."""

    @pytest.fixture
    def booth(self, host: Host) -> GoogleBooth:
        gate = Gate()
        return GoogleBooth(host, gate, delegation(host, gate))

    async def test_a_link_knows_its_domain(self, booth: GoogleBooth) -> None:
        assert (await booth.link()).organization == "kestrel.example"
        booth.consent.is_consumer = True
        assert (await booth.link()).organization is None

    async def test_it_asks_for_consent_each_time_and_for_nothing_from_before(
        self, booth: GoogleBooth
    ) -> None:
        query = URL(booth.delegation.begin(STATE, new_verifier(), REDIRECT_URI)).query
        assert (query["access_type"], query["prompt"]) == ("offline", "consent")
        assert "include_granted_scopes" not in query

    @pytest.mark.parametrize(
        ("fault", "kind"),
        [
            ("session-ended", SignInNeeded),
            ("code-malformed", SignInNeeded),
            ("grant-revoked", AccessLost),
            ("account-deleted", AccessLost),
            ("policy-enforced", AccessLost),
            ("client-deleted", CredentialRefused),
        ],
    )
    async def test_googles_refusals_of_a_link(
        self, booth: GoogleBooth, fault: str, kind: type[ConnectorError]
    ) -> None:
        grant = await booth.grant()
        with booth.fault(fault), pytest.raises(ConnectorError) as caught:
            await grant.token()
        assert type(caught.value) is kind

    async def test_a_secret_that_is_not_ours_is_our_own_fault(self, booth: GoogleBooth) -> None:
        booth.delegation = delegation(booth.host, booth.gate, client_secret="guessed")  # noqa: S106  of a test
        with pytest.raises(CredentialRefused, match="google_account_refused"):
            await booth.link()

    async def test_giving_back_may_fail_and_then_says_so(self, booth: GoogleBooth) -> None:
        link = await booth.link()
        booth.sandbox.faults.refuse("google.revoke", 503, LIMITS.attempts_max)
        with pytest.raises(Unreachable):
            await booth.delegation.revoke(link)
        assert await booth.delegation.revoke(link)

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"[]",
            b"{}",
            b"\xff",
            b'{"installed": {"client_id": "us", "client_secret": "s", "token_uri": "https://x.example/t"}}',
            b'{"web": {"client_id": "us", "client_secret": "secret"}}',
            client({"client_id": 5}),
            client({"token_uri": "http://x.example/t"}),
            client({"auth_uri": "http://x.example/a"}),
        ],
    )
    async def test_a_file_that_cannot_be_used_is_refused_at_once(
        self, booth: GoogleBooth, content: bytes
    ) -> None:
        with pytest.raises(CredentialRefused, match="google_client_unusable") as caught:
            GoogleDelegation(booth.host.session, booth.gate, content, clock=CLOCK)
        assert caught.value.__context__ is None


VERIFIER = new_verifier()


@pytest_asyncio.fixture(loop_scope="module")
async def google() -> AsyncIterator[tuple[TlsHost, GoogleDelegation]]:
    """A Google that answers as it is told."""
    async with (
        serving() as google,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=google.tls)) as session,
    ):
        urls = {"auth_uri": f"{google.url}/auth", "token_uri": f"{google.url}/token"}
        web = {"client_id": "us", "client_secret": "ours", **urls}
        yield google, GoogleDelegation(session, free, json.dumps({"web": web}).encode(), clock=CLOCK)


def answered(google: TlsHost, **changed: Any) -> None:
    good = {
        "iss": "accounts.google.com",
        "aud": "us",
        "sub": "118",
        "hd": "corp.example",
        "nonce": nonce(VERIFIER),
        "exp": CLOCK().timestamp() + 60,
    }
    google.answers("/token", identified(**(good | changed)))


@pytest.mark.parametrize("issuer", ["accounts.google.com", "https://accounts.google.com"])
async def test_google_writes_itself_in_two_ways(
    google: tuple[TlsHost, GoogleDelegation], issuer: str
) -> None:
    answered(google[0], iss=issuer)
    link = await google[1].redeem("code", VERIFIER, REDIRECT_URI)
    assert (link.account, link.organization, link.calendar) == ("118", "corp.example", "primary")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"iss": "https://accounts.google.com/"}, "id_token_elsewhere"),
        ({"aud": "them"}, "id_token_elsewhere"),
        ({"nonce": nonce(new_verifier())}, "id_token_elsewhere"),
        ({"nonce": None}, "id_token_elsewhere"),
        ({"exp": 1}, "id_token_expired"),
        ({"sub": ""}, "id_token_unreadable"),
        ({"sub": None}, "id_token_unreadable"),
    ],
)
async def test_a_person_who_cannot_be_told_is_not_linked(
    google: tuple[TlsHost, GoogleDelegation], changed: dict[str, Any], code: str
) -> None:
    answered(google[0], **changed)
    with pytest.raises(Malformed, match=code):
        await google[1].redeem("code", VERIFIER, REDIRECT_URI)


async def test_it_goes_to_the_pages_that_the_file_names(host: Host) -> None:
    real = GoogleDelegation(host.session, Gate(), client(), clock=CLOCK)
    url = URL(real.begin(STATE, new_verifier(), REDIRECT_URI))
    assert str(url.with_query(None)) == "https://x.example/a"
    assert "myaccount.google.com" in real.removal


async def test_who_is_told_of_asks_for_an_address_once_and_of_no_refresh_token(host: Host) -> None:
    """Google tells what becomes of accounts whose address may be known; links of before know none."""
    gate = Gate()
    before = GoogleBooth(host, gate, delegation(host, gate))
    file = host.sandbox.identity.web_client.file(host.handout.google_url)
    told = GoogleDelegation(host.session, gate, file, clock=CLOCK, is_told=True, limits=LIMITS)
    after = GoogleBooth(host, gate, told)
    link = await after.link()
    address = "https://www.googleapis.com/auth/userinfo.email"
    assert link.scopes == {CALENDAR_SCOPE, "openid", address}
    assert after.person.address not in f"{link.account} {link.calendar} {link.scopes}"
    for one in (link, await before.link()):
        assert await told.grant(one, after.shelf).token()
    after.consent.withheld = frozenset({address})
    assert (await after.link()).scopes == {CALENDAR_SCOPE, "openid"}
