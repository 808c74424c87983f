"""A person at Microsoft connects their own calendar."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

from connectors.delegation import DelegatedGrant
from connectors.errors import (
    AccessDenied,
    AccessDoubtful,
    AccessLost,
    ConnectorError,
    CredentialRefused,
    Malformed,
    PersonExcluded,
    ScopeTooSmall,
    Unreachable,
)
from connectors.microsoft.client import GRAPH_URL, MAILBOX_RATE, MicrosoftConnector
from connectors.microsoft.delegation import CONSUMERS, MicrosoftDelegation
from connectors.microsoft.grant import Application
from connectors.microsoft.refusal import ENTRA_ROWS
from connectors.pkce import new_verifier, nonce
from connectors.port import Connector
from connectors.proof import ERRORS, Proof
from connectors.quota import Quotas
from connectors.sandbox.aadsts import AADSTS
from connectors.sandbox.consent import Ending
from connectors.sandbox.directory import AgeGroup, Directory, MinorConsent
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
    hosts = {"login_url": host.handout.entra_url, "graph_url": host.handout.graph_url}
    options: dict[str, Any] = {**hosts, **changed}
    return MicrosoftDelegation(host.session, gate, application, clock=CLOCK, limits=LIMITS, **options)


class EntraBooth(Booth):
    """Persons who may be of any directory."""

    family = "entra"
    calendar_scope = "Calendars.ReadBasic"
    person_scopes = frozenset({"User.Read"})
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

    @property
    def directory(self) -> Directory:
        return self.sandbox.world.directories[self.host.tenant.id]


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

    @pytest.mark.parametrize("consent", [None, MinorConsent.DENIED])
    async def test_a_minor_without_a_parents_consent_is_left_out_before_anything_is_read(
        self, booth: EntraBooth, consent: MinorConsent | None
    ) -> None:
        booth.directory.change(booth.person.id, age_group=AgeGroup.MINOR, minor_consent=consent)
        before = booth.sandbox.requests.copy()
        with pytest.raises(PersonExcluded, match="person_minor"):
            await booth.link()
        asked = booth.sandbox.requests - before
        assert {kind for kind in asked if kind.startswith("graph")} == {"graph.me"}

    @pytest.mark.parametrize(
        ("age", "consent"),
        [
            (None, None),
            (AgeGroup.ADULT, None),
            (AgeGroup.NOT_ADULT, None),
            (AgeGroup.MINOR, MinorConsent.GRANTED),
            (AgeGroup.MINOR, MinorConsent.NOT_REQUIRED),
        ],
    )
    async def test_whoever_else_the_directory_classes_is_let_in(
        self, booth: EntraBooth, age: AgeGroup | None, consent: MinorConsent | None
    ) -> None:
        booth.directory.change(booth.person.id, age_group=age, minor_consent=consent)
        assert (await booth.link()).account == booth.person.id

    async def test_an_account_that_the_directory_has_disabled_is_left_out(self, booth: EntraBooth) -> None:
        booth.sandbox.faults.order("graph.me-disabled", times=1)
        with pytest.raises(PersonExcluded, match="person_disabled"):
            await booth.link()
        assert (await booth.link()).account == booth.person.id

    async def test_a_class_of_age_that_nobody_knows_is_left_out(self, booth: EntraBooth) -> None:
        booth.sandbox.faults.order("graph.me-age-unknown", times=1)
        with pytest.raises(PersonExcluded, match="person_minor"):
            await booth.link()

    async def test_no_directory_is_asked_about_consumers(self, booth: EntraBooth) -> None:
        booth.consent.is_consumer = True
        booth.directory.change(booth.person.id, age_group=AgeGroup.MINOR)
        before = booth.sandbox.requests["graph.me"]
        assert (await booth.link()).is_consumer
        assert booth.sandbox.requests["graph.me"] == before

    async def test_whoever_lets_us_ask_nothing_about_them_is_not_linked(self, booth: EntraBooth) -> None:
        booth.consent.withheld = frozenset({"User.Read"})
        with pytest.raises(ScopeTooSmall, match="entra_user_scope_missing"):
            await booth.link()

    async def test_what_the_directory_cannot_tell_links_nobody(self, booth: EntraBooth) -> None:
        for fault, kind in {"unavailable": Unreachable, "access-denied": AccessDenied}.items():
            booth.sandbox.faults.order(f"graph.{fault}", "1-99")
            with pytest.raises(kind):
                await booth.link()
            booth.sandbox.faults.clear()

    async def test_an_account_that_was_disabled_for_a_while_has_its_link_again(
        self, booth: EntraBooth
    ) -> None:
        grant = await booth.grant()
        booth.directory.change(booth.person.id, is_enabled=False)
        with pytest.raises(AccessLost, match="entra_user_disabled"):
            await grant.token()
        booth.directory.change(booth.person.id, is_enabled=True)
        assert await grant.token()

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
        hosts: dict[str, Any] = {"login_url": entra.url, "graph_url": f"{entra.url}/graph"}
        yield entra, MicrosoftDelegation(session, free, application, clock=CLOCK, **hosts)


ME = "/graph/v1.0/me"


def answered(entra: TlsHost, **changed: Any) -> None:
    entra.answers(ME, said(200, {"accountEnabled": True}))
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


@pytest.mark.parametrize(
    ("told", "kind", "code"),
    [
        ({"accountEnabled": True, "legalAgeGroupClassification": "UNDEFINED"}, None, ""),
        ({"accountEnabled": True, "legalAgeGroupClassification": "aDuLt", "new": 1}, None, ""),
        ({"accountEnabled": True, "legalAgeGroupClassification": "minorWithoutParentalConsent"},
         PersonExcluded, "person_minor"),
        ({"accountEnabled": True, "legalAgeGroupClassification": ""}, PersonExcluded, "person_minor"),
        ({"accountEnabled": False, "legalAgeGroupClassification": "Adult"},
         PersonExcluded, "person_disabled"),
        ({"accountEnabled": True, "legalAgeGroupClassification": 7}, Malformed, "person_unreadable"),
        ({"accountEnabled": "True"}, Malformed, "person_unreadable"),
        ({"accountEnabled": None}, Malformed, "person_unreadable"),
        ({}, Malformed, "person_unreadable"),
        (b"<html>", Malformed, "person_unreadable"),
    ],
)  # fmt: skip
async def test_what_the_directory_says_decides_who_is_linked(
    entra: tuple[TlsHost, MicrosoftDelegation], told: Any, kind: type[ConnectorError] | None, code: str
) -> None:
    answered(entra[0])
    entra[0].answers(ME, said(200, told))
    if kind is None:
        assert (await entra[1].redeem("code", VERIFIER, REDIRECT_URI)).account == PERSON
        assert entra[0].headers[-1]["Authorization"] == "Bearer access"
        assert entra[0].queries[-1] == {"$select": "accountEnabled,legalAgeGroupClassification"}
    else:
        with pytest.raises(kind, match=code):
            await entra[1].redeem("code", VERIFIER, REDIRECT_URI)


async def test_a_fresh_token_that_graph_refuses_twice_links_nobody(
    entra: tuple[TlsHost, MicrosoftDelegation],
) -> None:
    answered(entra[0])
    entra[0].answers(ME, said(401, {}), said(200, {"accountEnabled": True}))
    assert (await entra[1].redeem("code", VERIFIER, REDIRECT_URI)).account == PERSON
    entra[0].answers(ME, said(401, {}))
    with pytest.raises(AccessDoubtful, match="token_refused"):
        await entra[1].redeem("code", VERIFIER, REDIRECT_URI)


async def test_it_goes_to_entras_own_pages(host: Host) -> None:
    pem = host.handout.microsoft_file.read_text()
    real = MicrosoftDelegation(
        host.session, Gate(), Application("us", pem, pem), clock=CLOCK, graph_url=GRAPH_URL
    )
    url = URL(real.begin(STATE, new_verifier(), REDIRECT_URI))
    assert str(url.with_query(None)) == "https://login.microsoftonline.com/common/oauth2/v2.0/authorize"
    assert (url.query["client_id"], url.query["response_mode"]) == ("us", "query")
    assert "account.live.com" in real.removal
