"""What Graph is asked about accounts and about our application, and what it tells, over the wire."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from connectors.accounts import AccountEvent, ApplicationState
from connectors.errors import (
    AccessDoubtful,
    AccessLost,
    ConnectorError,
    CredentialRefused,
    CursorExpired,
    Malformed,
    Unreachable,
)
from connectors.microsoft.accounts import USERS_ROLE, MicrosoftTeller
from connectors.microsoft.grant import Application, EntraGrant
from connectors.port import Cursor
from connectors.quota import Allowance
from connectors.sandbox.consent import PLACES_ROLE, Consent
from connectors.sandbox.directory import AgeGroup
from connectors.sandbox.truth import Provider
from tests.contracts.connector import LIMITS, Host, hosting
from tests.contracts.teller import TellerContract, TellingOffice, fresh, story

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Office(TellingOffice):
    """Microsoft's."""

    kind, tokens, per_page = "graph.users-delta", "entra.token", 100

    def uncover(self) -> None:
        self.consent.roles = (PLACES_ROLE,)

    def another(self) -> MicrosoftTeller:
        host = self.host
        pem = host.handout.microsoft_file.read_text()
        application = Application(host.handout.client_id, pem, pem)
        login_urls = [host.handout.entra_url]
        return MicrosoftTeller(
            host.session,
            self.gate,
            lambda: EntraGrant(application, host.tenant.id, host.tls, login_urls=login_urls),
            Allowance(),
            client_id=host.handout.client_id,
            permissions=frozenset({PLACES_ROLE}),
            graph_url=host.handout.graph_url,
            limits=LIMITS,
            meter=self.measure,
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    folder: Path = tmp_path_factory.mktemp("microsoft-accounts")
    async with hosting(Provider.MICROSOFT, folder, calendars=2) as host:
        yield host


@pytest.fixture
def office(host: Host) -> Iterator[Office]:
    yield from (Office(host) for _ in fresh(host, Consent(roles=(PLACES_ROLE, USERS_ROLE))))


class TestMicrosoft(TellerContract):
    """What any teller owes."""


async def test_what_becomes_of_accounts_is_told_from_now_on_and_once(office: Office) -> None:
    directory, names = office.directory, [office.somebody for _ in range(6)]
    disabled, deleted, purged, restored, young, out = names
    since = await office.now()
    directory.change(disabled, is_enabled=False)
    for one in (deleted, purged, restored):
        directory.delete(one)
    directory.purge(purged)
    directory.restore(restored)
    directory.change(young, age_group=AgeGroup.MINOR)
    directory.change(out, sessions_valid_from=directory.clock())
    directory.change(names[0], is_admin=True)
    (page,) = await office.pages(since)
    assert story(list(page.changes)) == {
        disabled: [AccountEvent.DISABLED],
        deleted: [AccountEvent.SOFT_DELETED],
        purged: [AccountEvent.DELETED],
        restored: [AccountEvent.ENABLED],
        young: [AccountEvent.MINOR],
        out: [AccountEvent.ENABLED, AccountEvent.SESSIONS_ENDED],
    }
    (ended,) = [change.at for change in page.changes if change.at is not None]
    assert ended == directory.clock()
    assert await office.told(page.cursor) == []
    # Who reads again from before is told the same.
    assert len(await office.told(since)) == 7


async def test_nobodys_name_or_address_crosses_the_wire(office: Office) -> None:
    since = await office.now()
    for _ in range(3):
        office.directory.change(office.somebody, is_enabled=False, age_group=AgeGroup.MINOR)
    await office.told(since)
    await office.teller.application()
    for account in office.directory.there():
        for body in office.bodies:
            assert account.name.encode() not in body
            assert account.address.encode() not in body
    rows = [row for body in office.bodies for row in msgspec.json.decode(body).get("value", ())]
    assert len(rows) == 3
    assert {name for row in rows for name in row} == {
        "id", "accountEnabled", "ageGroup", "consentProvidedForMinor", "signInSessionsValidFromDateTime",
    }  # fmt: skip


async def test_many_changes_come_page_by_page_each_with_where_to_go_on(office: Office) -> None:
    since = await office.now()
    names = {office.somebody for _ in range(250)}
    pages = await office.pages(since)
    assert [(len(page.changes), page.more) for page in pages] == [(100, True), (100, True), (50, False)]
    assert {change.account for page in pages for change in page.changes} == names
    assert len(await office.told(pages[0].cursor)) == 150


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("graph.link-foreign-host", "foreign_link"),
        ("graph.link-http", "foreign_link"),
    ],
)
async def test_links_that_lead_astray_are_not_followed(office: Office, fault: str, code: str) -> None:
    since, _ = await office.now(), [office.somebody for _ in range(4)]
    office.sandbox.faults.ask(fault)
    asked = office.sandbox.requests["graph.users-delta"]
    with pytest.raises(Malformed) as refused:
        await office.pages(since)
    assert refused.value.code == code
    assert office.sandbox.requests["graph.users-delta"] - asked <= 2


@pytest.mark.parametrize("fault", ["graph.gone", "graph.state-nested", "forgotten", "elsewhere"])
async def test_who_was_away_for_too_long_begins_anew(office: Office, fault: str) -> None:
    since = await office.now()
    if fault == "forgotten":
        office.sandbox.expire_sync_tokens()
    elif fault == "elsewhere":
        since = Cursor("https://graph.example/v1.0/users/delta?$deltatoken=x")
    else:
        office.sandbox.faults.ask(fault)
    with pytest.raises(CursorExpired):
        await office.pages(since)
    office.sandbox.faults.clear()
    await office.now()


async def test_a_token_ends_after_a_week(office: Office) -> None:
    since = await office.now()
    office.sandbox.advance(7 * 86_400)
    with pytest.raises(CursorExpired):
        await office.pages(since)


async def test_one_that_was_disabled_since_is_told_apart_from_one_that_is_blocked(office: Office) -> None:
    await office.teller.application()
    office.consent.is_enabled = False
    assert await office.teller.application() is ApplicationState.DISABLED
    office.consent.is_blocked = True
    assert await office.teller.application() is ApplicationState.BLOCKED
    # Who has no token of before cannot tell by whom.
    assert await office.another().application() is ApplicationState.DISABLED
    office.consent.is_enabled, office.consent.is_blocked = True, False
    assert await office.teller.application() is ApplicationState.WORKS


async def test_what_tokens_do_not_show_yet_the_directory_does(office: Office) -> None:
    held = office.another()
    await held.application()
    for blocked, enabled, expected in (
        (False, False, ApplicationState.DISABLED),
        (True, True, ApplicationState.BLOCKED),
    ):
        office.consent.is_blocked, office.consent.is_enabled = blocked, enabled
        assert await held._state(held._token) is expected
    office.sandbox.world.consent_removed.add(office.company.id)
    assert await held._state(held._token) is ApplicationState.GONE


async def test_consent_that_was_removed_shows_in_the_token(office: Office) -> None:
    office.consent.roles = (USERS_ROLE,)
    assert await office.teller.application() is ApplicationState.UNCONSENTED
    office.consent.roles = ()
    assert await office.teller.application() is ApplicationState.UNCONSENTED


@pytest.mark.parametrize(
    ("status", "expected"), [(403, ApplicationState.NOT_TOLD), (404, Unreachable), (501, Malformed)]
)
async def test_an_application_that_is_not_told_of(
    office: Office, status: int, expected: ApplicationState | type[ConnectorError]
) -> None:
    office.sandbox.faults.refuse("graph.application", status, 9)
    if isinstance(expected, ApplicationState):
        assert await office.teller.application() is expected
        return
    with pytest.raises(expected):
        await office.teller.application()


@pytest.mark.parametrize(
    ("number", "expected"),
    [(700016, AccessLost), (90002, AccessLost), (7000222, CredentialRefused), (700027, CredentialRefused)],
)
async def test_where_no_token_is_given_that_is_told(
    office: Office, number: int, expected: type[ConnectorError]
) -> None:
    await office.teller.application()
    office.sandbox.faults.ask(f"entra.aadsts{number}")
    with pytest.raises(expected):
        await office.teller.application()


async def test_whom_graph_does_not_know_is_gone_and_proves_nothing_of_accounts(office: Office) -> None:
    since = await office.now()
    office.sandbox.faults.ask("graph.identity-not-found")
    assert await office.teller.application() is ApplicationState.GONE
    with pytest.raises(AccessDoubtful):
        await office.pages(since)
