"""What Google tells of accounts and of our delegation goes through the one door, and does what it should."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.google.grant import AUDIT_SCOPE, USERS_SCOPE
from connectors.sandbox.credentials import ServiceAccount, WebClient
from connectors.sandbox.grant_command import Authorize, GrantAct, Remove, TakeBack, settle
from connectors.sandbox.identity import Identity
from gateway.app.signals import account_signals
from gateway.app.signals.asking import open_asker
from gateway.app.signals.hearing import Hearing
from gateway.app.signals.streams import Streams
from gateway.app.signals.transmitters import follow_accounts
from gateway.app.tenants import resume_tenant
from gateway.authorization import State, SuspensionReason
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError, Fenced
from gateway.signals.transmitter import ASK_MILLISECONDS, TransmitterKind
from gateway.tenant import Provider
from tests.fakes.installation import Installation
from tests.fakes.provider import FakeProvider
from tests.fakes.signalled import ANAS_ID, WENDLAS_ID
from tests.fakes.site import AMBER
from tests.gateway.app.office import Office, office

SUSPENDED = State.SUSPENDED, SuspensionReason.REVOCATION_CLAIMED
OF_BOTH = 2
OURS, ANOTHER = ServiceAccount.client_id, "200000000000000000002"
DAY = timedelta(days=1)


@pytest.fixture
async def empty(installation: Installation, tmp_path: Path, identity: Identity) -> AsyncIterator[Office]:
    """Asked twice, about a tenant of whose people we know nobody; the second time it was listed."""
    async with office(installation, tmp_path, identity, peopled=False, whose=Provider.GOOGLE) as opened:
        assert [await opened.look(), await opened.later()] == [None, None]
        yield opened


@pytest.fixture
async def asked(installation: Installation, tmp_path: Path, identity: Identity) -> AsyncIterator[Office]:
    """Asked once; the directory is listed the next time."""
    async with office(installation, tmp_path, identity, whose=Provider.GOOGLE) as opened:
        assert await opened.look() is None
        assert await opened.told() == []
        yield opened


def act(asked: Office, done: GrantAct) -> None:
    settle(done, asked.sandbox.world, asked.company)


def remove(asked: Office, client: str) -> None:
    """In the log alone: tokens are given for hours yet."""
    act(asked, Remove(asked.company.id, client))
    asked.sandbox.world.consent_removed.clear()


@pytest.mark.parametrize("member", ["is_enabled", "is_archived"])
async def test_who_is_suspended_or_archived_is_suspended_and_comes_back_to_nothing(
    asked: Office, member: str
) -> None:
    for name in (WENDLAS_ID, ANAS_ID):
        asked.directory.change(name, **{member: member == "is_archived"})
    assert await asked.later() is None
    assert await asked.told() == [("disabled", "person", "suspend")] * OF_BOTH
    assert await asked.scene.link() == SUSPENDED
    for name in (WENDLAS_ID, ANAS_ID):
        asked.directory.change(name, **{member: member != "is_archived"})
    assert await asked.later(DAY) is None
    assert await asked.told() == [("disabled", "person", "suspend")] * OF_BOTH
    assert await asked.scene.link() == SUSPENDED
    subject = await asked.scene.subject()
    assert subject is not None
    assert subject.suspended_at is not None


async def test_who_is_deleted_is_burnt(asked: Office) -> None:
    for name in (WENDLAS_ID, ANAS_ID):
        asked.directory.delete(name)
    assert await asked.later() is None
    assert await asked.told() == [("deleted", "person", "burn")] * OF_BOTH
    assert await asked.scene.subject() is None
    assert await asked.scene.link() in (None, (State.WITHDRAWN, None))
    # An account that is restored restores nothing.
    for name in (WENDLAS_ID, ANAS_ID):
        asked.directory.restore(name)
    assert await asked.later(DAY) is None
    assert len(await asked.told()) == OF_BOTH
    assert await asked.scene.subject() is None
    assert await asked.scene.state() is State.ACTIVE


async def test_a_person_who_takes_back_what_they_granted_loses_their_link_alone(asked: Office) -> None:
    directory = asked.directory
    act(asked, TakeBack(asked.company.id, ANOTHER, directory.accounts[ANAS_ID].address))
    assert await asked.later() is None
    assert await asked.told() == []
    for name in (WENDLAS_ID, ANAS_ID):
        act(asked, TakeBack(asked.company.id, WebClient.id, directory.accounts[name].address))
    for _ in range(3):
        assert await asked.later() is None
    assert sorted(await asked.told()) == [
        ("consent_revoked", "person", "ignore"),
        ("consent_revoked", "person", "suspend"),
    ]
    assert await asked.scene.link() == SUSPENDED
    subject = await asked.scene.subject()
    assert subject is not None
    assert subject.suspended_at is None


async def test_what_was_taken_back_long_before_anybody_asked_is_no_news(
    installation: Installation, tmp_path: Path, identity: Identity
) -> None:
    async with office(installation, tmp_path, identity, whose=Provider.GOOGLE) as opened:
        remove(opened, OURS)
        act(opened, TakeBack(opened.company.id, WebClient.id, opened.directory.accounts[ANAS_ID].address))
        opened.here.clock.move(timedelta(hours=2))
        assert [await opened.look(), await opened.later(), await opened.told()] == [None, None, []]


async def test_a_delegation_that_is_removed_suspends_its_tenant_and_another_clients_does_not(
    empty: Office,
) -> None:
    remove(empty, ANOTHER)
    assert await empty.later() is None
    assert (await empty.told(), await empty.scene.state()) == ([], State.ACTIVE)
    remove(empty, OURS)
    with pytest.raises(Fenced):
        await empty.later()
    assert await empty.told() == [("grant_lost", "tenant", "suspend")]
    assert await empty.scene.state() is State.SUSPENDED
    before = Counter(empty.sandbox.requests)
    assert await empty.later() == account_signals.NOT_READ
    assert empty.requests(before) == {}
    # What was told once is told no more; what happens again is.
    act(empty, Authorize(empty.company.id, OURS))
    await resume_tenant(empty.here.parts, empty.scene.site.tenant)
    assert [await empty.later(), await empty.later()] == [None, None]
    assert await empty.scene.state() is State.ACTIVE
    remove(empty, OURS)
    with pytest.raises(Fenced):
        await empty.later()
    assert await empty.told() == [("grant_lost", "tenant", "suspend")] * 2


async def test_a_removal_that_reaches_its_log_hours_late_suspends_all_the_same(empty: Office) -> None:
    empty.sandbox.notifier.faults.plan("activity-late")
    remove(empty, OURS)
    assert await empty.later(timedelta(hours=5)) is None
    assert await empty.scene.state() is State.ACTIVE
    with pytest.raises(Fenced):
        await empty.later(timedelta(hours=1))
    assert await empty.scene.state() is State.SUSPENDED


async def test_an_application_that_works_no_more_suspends_its_tenant(empty: Office) -> None:
    sandbox = empty.sandbox
    ways: dict[str, Callable[[], None]] = {
        "google_delegation_missing": lambda: sandbox.world.consent_removed.add(empty.company.id),
        "google_delegation_reduced": lambda: sandbox.faults.ask("google.scopes-reduced"),
        "google_blocked_by_policy": lambda: sandbox.faults.ask("google.policy-enforced"),
        "google_reader_missing": lambda: empty.directory.change(empty.company.read_as, is_enabled=False),
    }
    for word, change in ways.items():
        change()
        before = Counter(sandbox.requests)
        assert await empty.later() == word
        assert (await empty.told())[-1] == ("grant_lost", "tenant", "suspend")
        assert await empty.scene.state() is State.SUSPENDED
        assert not {"google.users", "google.activities"} & empty.requests(before).keys()
        sandbox.world.consent_removed.clear()
        sandbox.faults.clear()
        empty.directory.change(empty.company.read_as, is_enabled=True)
        await resume_tenant(empty.here.parts, empty.scene.site.tenant)
        assert await empty.later() is None
    assert len(await empty.told()) == len(ways)


async def test_our_own_key_and_a_provider_that_fails_say_nothing_of_the_tenant(empty: Office) -> None:
    empty.sandbox.faults.ask("google.signature-invalid")
    assert await empty.later() == "google_key_refused"
    assert await empty.told() == [("credential_refused", "tenant", "ignore")]
    for fault in ("google.grant-unknown", "google.rate-limit-huge"):
        empty.sandbox.faults.clear()
        empty.sandbox.faults.ask(fault)
        assert await empty.later() is not None
    assert (len(await empty.told()), await empty.scene.state()) == (1, State.ACTIVE)


async def test_scopes_that_are_missing_are_told_and_keep_nothing_else_from_being_told(
    asked: Office,
) -> None:
    asked.directory.change(WENDLAS_ID, is_enabled=False)
    act(asked, TakeBack(asked.company.id, WebClient.id, asked.directory.accounts[ANAS_ID].address))
    asked.consent.undelegated = frozenset({USERS_SCOPE})
    asked.signals = asked.process()
    followed = await asked.followed()
    for _ in range(2):
        assert await asked.later() == account_signals.ACCOUNTS_NOT_COVERED
        assert await asked.told() == [("consent_revoked", "person", "suspend")]
    assert (await asked.followed()).rounds == followed.rounds + 2
    assert (await asked.row()).heard_at == milliseconds(asked.here.clock())
    asked.consent.undelegated = frozenset({AUDIT_SCOPE})
    asked.signals = asked.process()
    assert await asked.later() == account_signals.APPLICATION_NOT_COVERED
    assert (await asked.told())[1:] == [("disabled", "person", "suspend")]
    asked.consent.undelegated = frozenset({USERS_SCOPE, AUDIT_SCOPE})
    asked.signals = asked.process()
    assert await asked.later() == account_signals.NOTHING_COVERED
    assert (await asked.row()).heard_at != milliseconds(asked.here.clock())
    asked.consent.undelegated = frozenset()
    assert await asked.later() is None
    assert await asked.scene.state() is State.ACTIVE


async def test_strangers_cost_what_a_listing_costs_once_a_day_and_nothing_is_written_of_them(
    empty: Office,
) -> None:
    empty.hire(1200)
    for account in list(empty.directory.there())[:1000]:
        if account.id.startswith("a-stranger"):
            empty.directory.change(account.id, is_enabled=False)
    before = Counter(empty.sandbox.requests)
    assert await empty.later() is None
    usual = {"google.token": 2, "google.activities": 3, "google.users": 1}
    assert empty.requests(before) == usual
    before = Counter(empty.sandbox.requests)
    assert await empty.later(DAY) is None
    # Who is there, on three pages, and the deleted; tokens of the day before are gone.
    assert empty.requests(before)["google.users"] == 4
    assert await empty.told() == []


async def test_one_visit_ends_and_the_next_goes_on(asked: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_signals, "PAGES_MAX", 4)
    asked.hire(600)
    for name in (WENDLAS_ID, ANAS_ID):
        asked.directory.delete(name)
    asked.here.clock.move(DAY)
    now, tenant = milliseconds(asked.here.clock()), asked.scene.site.tenant
    soon, later = now + account_signals.MORE_MILLISECONDS, now + ASK_MILLISECONDS
    # Two pages of logs, one that ends them, and one of users.
    assert await asked.signals.look(tenant, await asked.row()) == (soon, None)
    assert await asked.told() == []
    before = Counter(asked.sandbox.requests)
    assert await asked.process().look(tenant, await asked.row()) == (soon, None)
    assert asked.requests(before)["google.users"] == 1
    assert await asked.signals.look(tenant, await asked.row()) == (later, None)
    assert await asked.told() == [("deleted", "person", "burn")] * OF_BOTH


async def test_it_is_visited_as_it_is_due_and_added_once_where_it_can_tell(empty: Office) -> None:
    parts = empty.here.parts
    async with open_asker() as asker:
        hearing = Hearing(parts, empty.scene.door, asker)
        streams = Streams(parts, hearing, asker, empty.signals.look, owner="one")
        given = Counter(empty.sandbox.requests)
        for minutes, looks in ((0, 1), (4, 1), (1, 2)):
            empty.here.clock.move(timedelta(minutes=minutes))
            await streams.visit()
            assert empty.requests(given).get("google.activities", 0) == 3 * looks
    google, graph = TransmitterKind.GOOGLE, TransmitterKind.GRAPH
    standing = await empty.here.standing(empty.scene.site.tenant)
    with pytest.raises(ConfigurationError, match="Google is asked about this tenant already"):
        await follow_accounts(parts, standing, google)
    with pytest.raises(ConfigurationError, match="Graph tells of Microsoft 365"):
        await follow_accounts(parts, standing, graph)
    elsewhere = await empty.here.onboard(FakeProvider(AMBER), name="Elsewhere")
    with pytest.raises(ConfigurationError, match="Google tells of Google Workspace"):
        await follow_accounts(parts, await empty.here.standing(elsewhere), google)
