"""What Google is asked about accounts and about our application, and what it tells, over the wire."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from connectors.accounts import AccountEvent, ApplicationState
from connectors.errors import (
    AccessDenied,
    AccessDoubtful,
    AccessLost,
    ConnectorError,
    CredentialRefused,
    CursorExpired,
    Unreachable,
)
from connectors.google.accounts import Clients, GoogleTeller
from connectors.google.grant import (
    AUDIT_SCOPE,
    DIRECTORY_SCOPE,
    EVENTS_SCOPE,
    USERS_SCOPE,
    AccountKey,
    ServiceAccount,
)
from connectors.port import Cursor
from connectors.quota import Allowance
from connectors.sandbox.consent import Consent
from connectors.sandbox.credentials import ServiceAccount as Registered
from connectors.sandbox.credentials import WebClient
from connectors.sandbox.directory import Account
from connectors.sandbox.grant_command import Authorize, Remove, TakeBack, settle
from connectors.sandbox.truth import Provider
from tests.contracts.connector import LIMITS, Host, hosting
from tests.contracts.teller import TellerContract, TellingOffice, fresh, story

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANOTHER = "200000000000000000002"
PERMISSIONS = frozenset({EVENTS_SCOPE, DIRECTORY_SCOPE})


class Office(TellingOffice):
    """Google's. Its time goes on by itself, as the stand-ins' does not."""

    kind, tokens, per_page = "google.users", "google.token", 500

    def __init__(self, host: Host, read_as: str | None = None) -> None:
        self.passed = timedelta()
        self.customer = "my_customer"
        self._read_as = read_as or host.tenant.read_as
        super().__init__(host)

    def clock(self) -> datetime:
        return self.sandbox.clock() + self.passed

    def another(self) -> GoogleTeller:
        host = self.host
        key = AccountKey(host.handout.google_file.read_bytes())
        account = ServiceAccount(host.session, self.gate, key, self._read_as, limits=LIMITS)
        return GoogleTeller(
            host.session,
            self.gate,
            account,
            partial(account.granted, PERMISSIONS),
            Allowance(),
            clients=Clients(key.names, WebClient.id),
            permissions=PERMISSIONS,
            clock=self.clock,
            customer=self.customer,
            directory_url=host.handout.google_url,
            limits=LIMITS,
            meter=self.measure,
        )

    def uncover(self) -> None:
        self.consent.undelegated = frozenset({USERS_SCOPE})

    def settle(self, act: Authorize | Remove | TakeBack) -> None:
        settle(act, self.sandbox.world, self.company)

    def remove(self, client: str = Registered.client_id) -> None:
        """An admin ends a client's delegation; ours goes on, as it does for some users for hours."""
        self.settle(Remove(self.company.id, client))
        self.sandbox.world.consent_removed.clear()

    async def removed(self, since: Cursor) -> list[datetime | None]:
        return [at for page in await self.pages(since) for at in page.removed]

    async def end(self, since: Cursor) -> Cursor:
        return (await self.pages(since))[-1].cursor


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    folder: Path = tmp_path_factory.mktemp("google-accounts")
    async with hosting(Provider.GOOGLE, folder, calendars=2) as host:
        yield host


@pytest.fixture
def office(host: Host) -> Iterator[Office]:
    # Entries of the logs stand where others have put them: each test begins two days later.
    host.sandbox.advance(2 * 86_400)
    yield from (Office(host) for _ in fresh(host, Consent()))


class TestGoogle(TellerContract):
    """What any teller owes."""


async def test_suspended_archived_and_deleted_are_told_and_whoever_works_is_not(office: Office) -> None:
    directory = office.directory
    suspended, archived, deleted, purged, restored, back, works = (office.somebody for _ in range(7))
    since = await office.now()
    directory.change(suspended, is_enabled=False)
    directory.change(archived, is_archived=True)
    for name in (deleted, purged, restored):
        directory.delete(name)
    directory.purge(purged)
    directory.restore(restored)
    for enabled in (False, True):
        directory.change(back, is_enabled=enabled)
    told = story(await office.told(since))
    found = {name: told.get(name) for name in (suspended, archived, deleted, purged, restored, back, works)}
    assert found == {
        suspended: [AccountEvent.DISABLED],
        archived: [AccountEvent.DISABLED],
        deleted: [AccountEvent.DELETED],
        # Of these nothing is there to be told of: gone for good between two listings, or as they were.
        purged: None, restored: None, back: None, works: None,
    }  # fmt: skip


async def test_an_address_that_is_used_again_is_another_account(office: Office) -> None:
    name, since = office.somebody, await office.now()
    office.directory.delete(name)
    office.directory.add(Account(id="the-next", name="Next Name", address=f"{name}@kestrel.example"))
    told = story(await office.told(since))
    assert (told[name], "the-next" in told) == ([AccountEvent.DELETED], False)


async def test_three_members_of_a_user_and_no_more_cross_the_wire(office: Office) -> None:
    since = await office.now()
    office.directory.change(office.somebody, is_enabled=False)
    await office.told(since)
    rows = [row for body in office.bodies for row in msgspec.json.decode(body).get("users", ())]
    assert {name for row in rows for name in row} == {"id", "suspended", "archived"}


async def test_the_directory_is_listed_once_a_day_and_goes_on_where_it_was(office: Office) -> None:
    since = await office.now()
    for _ in range(office.per_page):
        office.directory.change(office.somebody, is_enabled=False)
    pages = await office.pages(since)
    whole = {change.account for page in pages for change in page.changes}
    half = next(page for page in pages if page.changes)
    office.sandbox.advance(30 * 3600)
    rest = await office.pages(half.cursor)
    assert {change.account for page in rest for change in page.changes} == whole - {
        change.account for change in half.changes
    }
    # What began thirty hours ago has ended by now; the next one is due at once, and then in a day.
    for hours, is_due in ((0, True), (23, False), (1, True)):
        office.sandbox.advance(hours * 3600)
        rest = await office.pages(rest[-1].cursor)
        assert any(page.changes for page in rest) is is_due, hours


@pytest.mark.parametrize("how", ["forgotten", "old"])
async def test_a_listing_whose_place_is_forgotten_begins_anew(office: Office, how: str) -> None:
    since = await office.now()
    for _ in range(office.per_page):
        office.directory.change(office.somebody, is_enabled=False)
    whole = {change.account for change in await office.told(since)}
    half = next(page.cursor for page in await office.pages(since) if page.changes)
    if how == "forgotten":
        office.sandbox.expire_sync_tokens()
        assert await office.told(half) == []
        half = await office.end(half)
    else:
        office.passed = timedelta(days=2)
    assert {change.account for change in await office.told(half)} == whole


async def test_a_delegation_that_is_removed_is_told_once_and_only_if_it_was_ours(office: Office) -> None:
    since = await office.now()
    assert await office.removed(since) == []
    office.remove(ANOTHER)
    office.settle(Authorize(office.company.id, Registered.client_id))
    assert await office.removed(since) == []
    office.remove()
    pages = await office.pages(since)
    assert [at for page in pages for at in page.removed] == [office.sandbox.clock()]
    assert await office.removed(pages[-1].cursor) == []
    # Who reads again from before is told the same; what happens again is told again.
    assert await office.removed(since) == [office.sandbox.clock()]
    office.remove()
    assert await office.removed(pages[-1].cursor) == [office.sandbox.clock()]


async def test_what_a_person_took_back_from_us_is_told_by_their_id(office: Office) -> None:
    person, since = office.company.people[2], await office.now()
    office.settle(TakeBack(office.company.id, ANOTHER, person.address))
    assert not [one for one in await office.told(since) if one.what is AccountEvent.CONSENT_REVOKED]
    office.settle(TakeBack(office.company.id, WebClient.id, person.address))
    told = [one for one in await office.told(since) if one.what is AccountEvent.CONSENT_REVOKED]
    assert [(one.account, one.at) for one in told] == [(person.id, office.sandbox.clock())]


async def test_of_the_logs_nobodys_address_crosses_the_wire_nor_what_others_were_granted(
    office: Office,
) -> None:
    person, since = office.company.people[2], await office.now()
    office.remove()
    for client in (WebClient.id, ANOTHER):
        office.settle(TakeBack(office.company.id, client, person.address))
    await office.told(since)
    logs = [body for body in office.bodies if b"items" in body]
    assert len(logs) == 2
    for body in logs:
        assert b"@" not in body.replace(Registered.email.encode(), b"")
        assert b"ipAddress" not in body
        assert ANOTHER.encode() not in body


async def test_what_reaches_a_log_hours_late_is_told(office: Office) -> None:
    since = await office.now()
    office.sandbox.notifier.faults.plan("activity-late")
    office.remove()
    happened_at = office.sandbox.clock()
    # Everybody has read past its time before it is there.
    for _ in range(5):
        office.sandbox.advance(3600)
        assert await office.removed(since) == []
        since = await office.end(since)
    office.sandbox.advance(3600)
    assert await office.removed(since) == [happened_at]
    assert await office.removed(await office.end(since)) == []


async def test_many_entries_are_read_to_their_end(office: Office) -> None:
    since = await office.now()
    for _ in range(1100):
        office.remove()
    assert len(await office.removed(since)) == 1100


@pytest.mark.parametrize("scope", [USERS_SCOPE, AUDIT_SCOPE])
@pytest.mark.parametrize("how", ["undelegated", "withheld"])
async def test_one_scope_that_is_missing_keeps_nothing_else_from_being_told(
    office: Office, scope: str, how: str
) -> None:
    name, since = office.somebody, await office.now()
    office.directory.change(name, is_enabled=False)
    office.remove()
    setattr(office.consent, how, frozenset({scope}))
    office.teller = office.another()
    is_log_told = scope == USERS_SCOPE
    expected = ApplicationState.WORKS if is_log_told else ApplicationState.NOT_TOLD
    assert await office.teller.application() is expected
    if not is_log_told:
        pages = await office.pages(since)
        assert (name in story(change for page in pages for change in page.changes)) is True
        assert [at for page in pages for at in page.removed] == []
        # Once it is told, what nobody read meanwhile still is.
        setattr(office.consent, how, frozenset())
        office.teller = office.another()
        assert await office.removed(pages[-1].cursor) == [office.sandbox.clock()]
        return
    told = list[datetime | None]()

    async def read() -> None:
        async for page in office.teller.account_changes(since):
            told.extend(page.removed)

    with pytest.raises(AccessDenied):
        await read()
    assert told == [office.sandbox.clock()]


async def test_whoever_is_no_administrator_is_told_of_neither(host: Host, office: Office) -> None:
    plain = Office(host, read_as=office.company.people[3].address)
    assert await plain.teller.application() is ApplicationState.NOT_TOLD
    with pytest.raises(AccessDenied):
        await plain.pages(None)


async def test_nothing_that_is_left_of_a_grant_is_no_grant(office: Office) -> None:
    office.consent.withheld = frozenset({EVENTS_SCOPE})
    assert await office.teller.application() is ApplicationState.WORKS
    office.consent.withheld = PERMISSIONS
    assert await office.teller.application() is ApplicationState.UNCONSENTED


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        ("google.delegation-missing", AccessLost, "google_delegation_missing"),
        ("google.scopes-reduced", AccessLost, "google_delegation_reduced"),
        ("google.policy-enforced", AccessLost, "google_blocked_by_policy"),
        ("google.user-missing", AccessLost, "google_reader_missing"),
        ("google.signature-invalid", CredentialRefused, "google_key_refused"),
        ("google.grant-unknown", AccessDoubtful, None),
    ],
)
async def test_where_no_token_is_given_that_is_told(
    office: Office, fault: str, expected: type[ConnectorError], code: str | None
) -> None:
    office.sandbox.faults.ask(fault)
    with pytest.raises(expected) as refused:
        await office.teller.application()
    assert code in {None, refused.value.code}


async def test_a_log_that_fails_says_nothing_of_the_grant(office: Office) -> None:
    office.sandbox.faults.refuse("google.activities", 503, 9)
    with pytest.raises(Unreachable):
        await office.teller.application()


async def test_logs_that_do_not_reach_back_so_far_are_said_to_be_lost(office: Office) -> None:
    since = await office.now()
    office.passed = timedelta(days=179)
    await office.pages(since)
    office.passed = timedelta(days=180)
    with pytest.raises(CursorExpired):
        await office.pages(since)
    # Of logs that were never told nothing is lost.
    office.consent.undelegated = frozenset({AUDIT_SCOPE})
    office.teller = office.another()
    assert await office.teller.application() is ApplicationState.NOT_TOLD
    await office.pages(since)


async def test_a_customer_that_the_logs_do_not_take_is_left_to_whoever_is_read_as(office: Office) -> None:
    office.customer = office.company.read_as.partition("@")[2]
    office.teller = office.another()
    assert await office.teller.application() is ApplicationState.WORKS
