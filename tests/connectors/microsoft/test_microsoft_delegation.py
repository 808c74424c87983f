"""A person at Microsoft connects their own calendar."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from yarl import URL

from connectors.delegation import DelegatedGrant
from connectors.errors import AccessLost, ConnectorError, CredentialRefused, Malformed
from connectors.microsoft.client import MAILBOX_RATE, MicrosoftConnector
from connectors.microsoft.delegation import CONSUMERS, MicrosoftDelegation
from connectors.microsoft.grant import Application
from connectors.microsoft.refusal import ENTRA_ROWS
from connectors.pkce import new_verifier
from connectors.port import Connector
from connectors.proof import ERRORS, Proof
from connectors.quota import Quotas
from connectors.sandbox.aadsts import AADSTS
from connectors.sandbox.consent import Ending
from connectors.sandbox.truth import Provider
from tests.connectors.microsoft.test_microsoft_client import worded
from tests.contracts.connector import LIMITS, Gate, Host, Meeting, hosting
from tests.contracts.delegation import CLOCK, REDIRECT_URI, STATE, Booth, DelegationContract

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

    async def test_the_persons_own_directory_is_asked_for_tokens(self, booth: EntraBooth) -> None:
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

    async def test_an_id_token_of_another_login_host_is_none(self, booth: EntraBooth) -> None:
        verifier = new_verifier()
        code = (await booth.back(verifier))["code"]
        elsewhere = booth.host.handout.entra_url.replace("127.0.0.1", "localhost")
        with pytest.raises(ConnectorError):
            await delegation(booth.host, booth.gate, login_url=elsewhere).redeem(code, verifier, REDIRECT_URI)

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


async def test_it_goes_to_entras_own_pages(host: Host) -> None:
    pem = host.handout.microsoft_file.read_text()
    real = MicrosoftDelegation(host.session, Gate(), Application("us", pem, pem), clock=CLOCK)
    url = URL(real.begin(STATE, new_verifier(), REDIRECT_URI))
    assert str(url.with_query(None)) == "https://login.microsoftonline.com/common/oauth2/v2.0/authorize"
    assert (url.query["client_id"], url.query["response_mode"]) == ("us", "query")
    assert "account.live.com" in real.removal
