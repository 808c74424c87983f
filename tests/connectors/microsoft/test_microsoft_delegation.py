"""A person at Microsoft connects their own calendar."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

from connectors.delegation import DelegatedGrant
from connectors.errors import AccessLost, ConnectorError, CredentialRefused, Malformed
from connectors.microsoft.client import MAILBOX_RATE, MicrosoftConnector
from connectors.microsoft.delegation import CONSUMERS, MicrosoftDelegation
from connectors.microsoft.grant import Application
from connectors.microsoft.refusal import ENTRA_ROWS
from connectors.pkce import new_verifier, nonce
from connectors.port import Connector
from connectors.proof import ERRORS, Proof
from connectors.quota import Quotas
from connectors.sandbox.aadsts import AADSTS
from connectors.sandbox.consent import Ending
from connectors.sandbox.truth import Provider
from tests.connectors.microsoft.test_microsoft_client import worded
from tests.connectors.tls_host import TlsHost, free, identified, said, serving
from tests.contracts.connector import LIMITS, Gate, Host, Meeting, hosting
from tests.contracts.delegation import CLOCK, REDIRECT_URI, STATE, Booth, DelegationContract, Shelf

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    folder: Path = tmp_path_factory.mktemp("microsoft-delegation")
    async with hosting(Provider.MICROSOFT, folder) as host:
        yield host


def delegation(host: Host, gate: Gate, **changed: str) -> MicrosoftDelegation:
    pem = changed.pop("key", host.handout.microsoft_file.read_text())
    application = Application(host.handout.client_id, pem, pem)
    options: dict[str, Any] = {"login_url": host.handout.entra_url, **changed}
    return MicrosoftDelegation(host.session, gate, application, clock=CLOCK, limits=LIMITS, **options)


class EntraBooth(Booth):
    """Persons who may be of any directory."""

    family = "entra"
    calendar_scope = "Calendars.ReadBasic"
    rotates = True
    revokes = False

    def connector(self, grant: DelegatedGrant) -> Connector:
        return MicrosoftConnector(
            self.host.session,
            self.gate,
            grant,
            Quotas(9, calendar=MAILBOX_RATE).of(self.host.tenant.id),
            clock=self.sandbox.clock,
            graph_url=self.host.handout.graph_url,
            limits=LIMITS,
        )

    def worded(self, meeting: Meeting) -> dict[str, Any]:
        return worded(meeting)


class TestMicrosoft(DelegationContract):
    """The refresh token is another each time."""

    ages_out = frozenset({Ending.EXPIRED})

    @pytest.fixture
    def booth(self, host: Host) -> EntraBooth:
        gate = Gate()
        return EntraBooth(host, gate, delegation(host, gate))

    async def test_a_link_knows_its_directory(self, booth: EntraBooth) -> None:
        assert (await booth.link()).organization == booth.host.tenant.id
        booth.consent.is_consumer = True
        assert (await booth.link()).organization == CONSUMERS

    async def test_an_admin_may_end_it_for_all(self, booth: EntraBooth) -> None:
        link = await booth.link()
        booth.sandbox.world.consent_removed.add(booth.host.tenant.id)
        try:
            with pytest.raises(AccessLost, match="entra_app_missing"):
                await booth.delegation.grant(link, booth.shelf).token()
        finally:
            booth.sandbox.world.consent_removed.clear()

    async def test_only_one_directory_may_be_let_in(self, booth: EntraBooth) -> None:
        booth.delegation = delegation(booth.host, booth.gate, directory=booth.host.tenant.id.upper())
        assert (await booth.link()).organization == booth.host.tenant.id
        # Their account is none of the directory that was asked.
        booth.consent.is_consumer = True
        with pytest.raises(Malformed, match="id_token_elsewhere"):
            await booth.link()

    async def test_a_key_that_cannot_be_used_is_our_own_fault(self, booth: EntraBooth) -> None:
        before = booth.asked
        for key in ("nonsense", "", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"):
            ours = delegation(booth.host, booth.gate, key=key)
            with pytest.raises(CredentialRefused, match="entra_credential_unusable") as caught:
                await ours.redeem("code", new_verifier(), REDIRECT_URI)
            assert caught.value.__context__ is None
        assert booth.asked == before

    async def test_every_refusal_of_entra_means_to_a_link_what_its_table_says(
        self, booth: EntraBooth
    ) -> None:
        grant = await booth.grant()
        proofs = {number: row for row in ENTRA_ROWS for number in row.said}
        for number in AADSTS:
            row = proofs[number]
            if row.proves in {Proof.LOAD, Proof.NOTHING}:
                continue
            with booth.fault(f"aadsts{number}"), pytest.raises(ConnectorError) as caught:
                await grant.token()
            assert (type(caught.value), caught.value.code) == (ERRORS[row.proves], row.code)
        assert await grant.token()


DIRECTORY, PERSON = "11111111-aaaa-4aaa-8aaa-111111111111", "22222222-bbbb-4bbb-8bbb-222222222222"
VERIFIER = new_verifier()


@pytest_asyncio.fixture(loop_scope="module")
async def entra(host: Host) -> AsyncIterator[tuple[TlsHost, MicrosoftDelegation]]:
    """An Entra that answers as it is told."""
    pem = host.handout.microsoft_file.read_text()
    async with (
        serving() as entra,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=entra.tls)) as session,
    ):
        application = Application("us", pem, pem)
        yield entra, MicrosoftDelegation(session, free, application, clock=CLOCK, login_url=entra.url)


def answered(entra: TlsHost, **changed: Any) -> None:
    good = {
        "iss": f"{entra.url}/{DIRECTORY}/v2.0",
        "aud": "us",
        "sub": "pairwise",
        "oid": PERSON,
        "tid": DIRECTORY,
        "nonce": nonce(VERIFIER),
        "exp": CLOCK().timestamp() + 60,
    }
    entra.answers("/common/oauth2/v2.0/token", identified(**(good | changed)))


async def test_the_persons_own_directory_is_asked_for_tokens(
    entra: tuple[TlsHost, MicrosoftDelegation],
) -> None:
    answered(entra[0])
    link = await entra[1].redeem("code", VERIFIER, REDIRECT_URI)
    assert (link.account, link.organization, link.calendar) == (PERSON, DIRECTORY, PERSON)
    path = f"/{DIRECTORY}/oauth2/v2.0/token"
    entra[0].answers(path, said(200, {"access_token": "own", "expires_in": 3599}))
    assert await entra[1].grant(link, Shelf()).token() == "own"
    assert entra[0].asked[-1] == path


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"iss": f"https://login.microsoftonline.com/{DIRECTORY}/v2.0"}, "id_token_elsewhere"),
        ({"tid": PERSON}, "id_token_elsewhere"),
        ({"aud": "them"}, "id_token_elsewhere"),
        ({"nonce": nonce(new_verifier())}, "id_token_elsewhere"),
        ({"nonce": None}, "id_token_elsewhere"),
        ({"exp": 1}, "id_token_expired"),
        ({"oid": None}, "id_token_unreadable"),
        ({"oid": "../anna"}, "id_token_unreadable"),
        ({"oid": f"{PERSON}\n"}, "id_token_unreadable"),
        ({"tid": None}, "id_token_unreadable"),
        ({"tid": "common"}, "id_token_unreadable"),
    ],
)
async def test_a_person_who_cannot_be_told_is_not_linked(
    entra: tuple[TlsHost, MicrosoftDelegation], changed: dict[str, Any], code: str
) -> None:
    answered(entra[0], **changed)
    with pytest.raises(Malformed, match=code):
        await entra[1].redeem("code", VERIFIER, REDIRECT_URI)


async def test_it_goes_to_entras_own_pages(host: Host) -> None:
    pem = host.handout.microsoft_file.read_text()
    real = MicrosoftDelegation(host.session, Gate(), Application("us", pem, pem), clock=CLOCK)
    url = URL(real.begin(STATE, new_verifier(), REDIRECT_URI))
    assert str(url.with_query(None)) == "https://login.microsoftonline.com/common/oauth2/v2.0/authorize"
    assert (url.query["client_id"], url.query["response_mode"]) == ("us", "query")
    assert "account.live.com" in real.removal
