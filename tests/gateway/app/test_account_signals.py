"""What Graph tells of accounts and of our application goes through the one door, and does what it should."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.accounts import AccountChange, AccountEvent, ApplicationState
from connectors.sandbox.consent import PLACES_ROLE, USERS_ROLE
from connectors.sandbox.directory import AgeGroup, MinorConsent
from connectors.sandbox.identity import Identity
from gateway.app.reconnecting import withdraw_credentials
from gateway.app.signals import account_signals
from gateway.app.signals.account_claims import ACCOUNT_CLAIMS, APPLICATION_CLAIMS, Wording
from gateway.app.signals.asking import open_asker
from gateway.app.signals.hearing import Hearing
from gateway.app.signals.streams import Streams
from gateway.app.signals.transmitters import follow_accounts
from gateway.app.tenants import resume_tenant, withdraw_tenant
from gateway.authorization import State, SuspensionReason
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError, Fenced
from gateway.signals.signal import Signal
from gateway.signals.transmitter import ASK_MILLISECONDS, Followed, TransmitterKind
from gateway.store.registry import Registry
from gateway.tenant import Provider
from gateway.withdrawal.door import Door
from tests.fakes.installation import Installation
from tests.fakes.provider import FakeProvider
from tests.fakes.signalled import ANAS_ID, WENDLAS_ID
from tests.fakes.site import AMBER
from tests.gateway.app.office import POLL, Office, office

SUSPENDED = State.SUSPENDED, SuspensionReason.REVOCATION_CLAIMED
OF_BOTH = 2
WORKS = {"roles": (PLACES_ROLE, USERS_ROLE), "is_enabled": True, "is_blocked": False}
WEEK = timedelta(days=7)


class Death(Exception):
    """The process ends."""


class DyingDoor(Door):
    """Does what it is told, and dies before whoever told it knows."""

    async def receive(self, tenant: TenantId, channel: str, signals: Sequence[Signal]) -> None:
        await super().receive(tenant, channel, signals)
        raise Death


@pytest.fixture
async def empty(installation: Installation, tmp_path: Path, identity: Identity) -> AsyncIterator[Office]:
    """Asked once, about a tenant of whose people we know nobody."""
    async with office(installation, tmp_path, identity, peopled=False) as opened:
        assert await opened.look() is None
        yield opened


@pytest.fixture
async def asked(installation: Installation, tmp_path: Path, identity: Identity) -> AsyncIterator[Office]:
    """Asked once, so that all that follows is told."""
    async with office(installation, tmp_path, identity) as opened:
        assert await opened.look() is None
        assert await opened.told() == []
        yield opened


async def test_who_is_deleted_for_good_is_burnt(asked: Office) -> None:
    for name in (WENDLAS_ID, ANAS_ID):
        asked.directory.delete(name)
        asked.directory.purge(name)
    assert await asked.later() is None
    assert (await asked.row()).pause == ASK_MILLISECONDS
    assert await asked.told() == [("deleted", "person", "burn")] * OF_BOTH
    assert await asked.scene.subject() is None
    assert await asked.scene.link() in (None, (State.WITHDRAWN, None))
    assert await asked.scene.state() is State.ACTIVE


@pytest.mark.parametrize("how", ["deleted", "disabled", "minor"])
async def test_who_can_come_back_is_suspended_and_comes_back_to_nothing(asked: Office, how: str) -> None:
    directory = asked.directory
    for name in (WENDLAS_ID, ANAS_ID):
        if how == "deleted":
            directory.delete(name)
        elif how == "disabled":
            directory.change(name, is_enabled=False)
        else:
            directory.change(name, age_group=AgeGroup.MINOR)
    # What is told on two pages is told of once.
    asked.sandbox.faults.ask("graph.duplicate-item")
    await asked.later()
    assert await asked.told() == [("disabled", "person", "suspend")] * OF_BOTH
    asked.sandbox.faults.clear()
    for name in (WENDLAS_ID, ANAS_ID):
        if how == "deleted":
            directory.restore(name)
        else:
            directory.change(
                name, is_enabled=True, age_group=AgeGroup.MINOR, minor_consent=MinorConsent.GRANTED
            )
            directory.change(name, is_admin=True)
    await asked.later()
    assert (await asked.told())[OF_BOTH:] == [("restored", "person", "ignore")] * OF_BOTH
    assert await asked.scene.link() == SUSPENDED
    subject = await asked.scene.subject()
    assert subject is not None
    assert subject.suspended_at is not None
    # A minor's key is not destroyed by a signal: the clock ends it, as that of others.
    assert subject.erase_at is not None


async def test_where_sessions_end_tokens_are_let_go_of_once(asked: Office) -> None:
    # When they ended before anybody asked is no news.
    long_ago = asked.directory.clock() - timedelta(days=300)
    asked.directory.change(ANAS_ID, sessions_valid_from=long_ago)
    await asked.later()
    first = ("restored", "person", "ignore")
    assert await asked.told() == [first]
    before = await asked.here.standing(asked.scene.site.tenant)
    for name in (WENDLAS_ID, ANAS_ID):
        asked.directory.change(name, sessions_valid_from=asked.directory.clock() + timedelta(minutes=2))
    await asked.later()
    ended = [("sessions_ended", "person", "ignore"), ("sessions_ended", "person", "refresh")]
    rest = [first] * OF_BOTH
    assert sorted(await asked.told()) == sorted([first, *ended, *rest])
    after = await asked.here.standing(asked.scene.site.tenant)
    assert after.persons_epoch > before.persons_epoch
    assert after.authorization == before.authorization
    for name in (WENDLAS_ID, ANAS_ID):
        asked.directory.change(name, age_group=AgeGroup.ADULT)
    await asked.later()
    assert sorted(await asked.told()) == sorted([first, *ended, *rest, *rest])


async def test_a_process_that_dies_behind_the_door_is_followed_by_one_that_is_told_the_same(
    asked: Office,
) -> None:
    asked.directory.change(WENDLAS_ID, is_enabled=False)
    before = await asked.followed()
    asked.here.clock.move(POLL)
    parts = asked.here.parts
    with pytest.raises(Death):
        await asked.look(asked.process(DyingDoor(parts.store, parts.keyring, parts.metrics)))
    assert await asked.followed() == before
    assert await asked.told() == [("disabled", "person", "suspend")]
    await asked.later()
    assert await asked.told() == [("disabled", "person", "suspend")]
    assert (await asked.followed()).rounds == before.rounds + 1
    # What happens again is told again.
    asked.directory.change(WENDLAS_ID, is_enabled=True)
    await asked.later()
    asked.directory.change(WENDLAS_ID, is_enabled=False)
    await asked.later()
    assert [claim for claim, _, _ in await asked.told()] == ["disabled", "restored", "disabled"]


async def test_a_storm_about_strangers_writes_nothing_and_asks_within_bounds(empty: Office) -> None:
    empty.hire(2000)
    before, followed = Counter(empty.sandbox.requests), await empty.followed()
    assert await empty.later() is None
    assert await empty.told() == []
    assert empty.requests(before) == {
        "entra.discovery": 1, "entra.token": 1, "graph.application": 1, "graph.users-delta": 20,
    }  # fmt: skip
    assert (await empty.followed()).rounds == followed.rounds + 1


async def test_one_visit_ends_and_the_next_goes_on(asked: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_signals, "PAGES_MAX", 1)
    asked.hire(150)
    asked.directory.change(WENDLAS_ID, is_enabled=False)
    asked.here.clock.move(POLL)
    now = milliseconds(asked.here.clock())
    soon = now + account_signals.MORE_MILLISECONDS
    assert await asked.signals.look(asked.scene.site.tenant, await asked.row()) == (soon, None)
    assert await asked.told() == []
    later = now + ASK_MILLISECONDS
    assert await asked.signals.look(asked.scene.site.tenant, await asked.row()) == (later, None)
    assert await asked.told() == [("disabled", "person", "suspend")]


async def test_a_slow_provider_ends_a_visit_as_well(empty: Office) -> None:
    empty.hire(250)

    async def take_long() -> None:
        empty.here.clock.move(timedelta(seconds=8))

    empty.before = take_long
    before = Counter(empty.sandbox.requests)
    assert await empty.later() is None
    # The application, and two pages; the rest when it is visited again, soon.
    assert empty.requests(before)["graph.users-delta"] == 2
    assert await empty.look() is None
    assert empty.requests(before)["graph.users-delta"] == 3


async def test_what_nobody_remembers_is_said_and_asked_from_now_on(asked: Office) -> None:
    asked.directory.change(WENDLAS_ID, is_enabled=False)
    assert await asked.later(WEEK) is None
    assert await asked.told() == [("watch_lost", "tenant", "recreate")]
    assert await asked.later() is None
    asked.directory.change(ANAS_ID, is_enabled=False)
    assert await asked.later() is None
    assert [claim for claim, _, _ in await asked.told()] == ["watch_lost", "disabled"]
    # Once it is lost again, that is said again.
    asked.sandbox.expire_sync_tokens()
    await asked.later()
    assert [claim for claim, _, _ in await asked.told()] == ["watch_lost", "disabled", "watch_lost"]
    assert await asked.scene.state() is State.ACTIVE


async def test_an_application_that_works_no_more_suspends_its_tenant(empty: Office) -> None:
    sandbox, works = empty.sandbox, empty.consent
    ways: dict[str, Callable[[], None]] = {
        "disabled": lambda: setattr(empty.consent, "is_enabled", False),
        "blocked": lambda: setattr(empty.consent, "is_blocked", True),
        "unconsented": lambda: setattr(empty.consent, "roles", (USERS_ROLE,)),
        "entra_app_missing": lambda: sandbox.world.consent_removed.add(empty.company.id),
        "gone": lambda: sandbox.faults.ask("graph.identity-not-found"),
    }
    for word, change in ways.items():
        change()
        before = Counter(sandbox.requests)
        assert await empty.later() == word
        claim = "application_blocked" if word == "blocked" else "grant_lost"
        assert (await empty.told())[-1] == (claim, "tenant", "suspend")
        assert await empty.scene.state() is State.SUSPENDED
        # Of accounts nobody is asked any more; nor of anything, while it is suspended.
        assert "graph.users-delta" not in empty.requests(before)
        before = Counter(sandbox.requests)
        assert await empty.later() == account_signals.NOT_READ
        assert empty.requests(before) == {}
        sandbox.world.consents[empty.company.id] = replace(works, **WORKS)
        sandbox.world.consent_removed.clear()
        sandbox.faults.clear()
        await resume_tenant(empty.here.parts, empty.scene.site.tenant)
        assert await empty.later() is None
    assert len(await empty.told()) == len(ways)


async def test_what_was_claimed_once_is_claimed_again_only_where_it_was_otherwise_since(
    empty: Office,
) -> None:
    tenant = empty.scene.site.tenant
    empty.consent.is_enabled = False
    await empty.later()
    await resume_tenant(empty.here.parts, tenant)
    assert await empty.later() == "disabled"
    # The admin has said that the grant stands: their word holds until something is told anew.
    assert await empty.scene.state() is State.ACTIVE
    empty.consent.is_enabled = True
    assert await empty.later() is None
    empty.consent.is_enabled = False
    await empty.later()
    assert await empty.scene.state() is State.SUSPENDED
    assert [claim for claim, _, _ in await empty.told()] == ["grant_lost"] * 2


async def test_our_own_credential_says_nothing_of_the_tenant(empty: Office) -> None:
    # An expired secret; others are told so too.
    empty.sandbox.faults.ask("entra.aadsts7000222")
    for _ in range(3):
        assert await empty.later() == "entra_credential_refused"
    assert await empty.told() == [("credential_refused", "tenant", "ignore")]
    assert await empty.scene.state() is State.ACTIVE
    empty.sandbox.faults.clear()
    assert await empty.later() is None
    empty.sandbox.faults.ask("entra.aadsts700027")
    assert await empty.later() == "entra_credential_refused"
    assert [effect for _, _, effect in await empty.told()] == ["ignore"] * 2


async def test_what_proves_nothing_does_nothing(empty: Office) -> None:
    followed = await empty.followed()
    for fault in ("entra.unavailable", "entra.aadsts-unknown", "graph.unavailable", "graph.throttled-long"):
        empty.sandbox.faults.clear()
        empty.sandbox.faults.ask(fault)
        assert await empty.later() not in (None, "disabled", "gone")
        assert (await empty.told(), await empty.followed()) == ([], followed)
    assert await empty.scene.state() is State.ACTIVE


async def test_a_permission_that_is_missing_is_told_and_no_error_of_the_tenant(empty: Office) -> None:
    empty.consent.roles = (PLACES_ROLE,)
    assert await empty.later() == account_signals.ACCOUNTS_NOT_COVERED
    assert (await empty.told(), await empty.scene.state()) == ([], State.ACTIVE)
    assert (await empty.row()).heard_at == milliseconds(empty.here.clock())
    empty.sandbox.faults.refuse("graph.application", 403, 9)
    assert await empty.later() == account_signals.NOTHING_COVERED
    assert (await empty.row()).heard_at != milliseconds(empty.here.clock())
    empty.consent.roles = (PLACES_ROLE, USERS_ROLE)
    assert await empty.later() == account_signals.APPLICATION_NOT_COVERED
    assert (await empty.told(), await empty.scene.state()) == ([], State.ACTIVE)
    empty.sandbox.faults.clear()
    assert await empty.later() is None


async def test_where_the_application_is_not_told_of_what_its_token_shows_is(empty: Office) -> None:
    empty.sandbox.faults.refuse("graph.application", 403, 9)
    assert await empty.later() == account_signals.APPLICATION_NOT_COVERED
    empty.consent.roles = (USERS_ROLE,)
    assert await empty.later() == "unconsented"
    assert await empty.scene.state() is State.SUSPENDED


async def test_of_what_was_never_there_nothing_is_lost(
    installation: Installation, tmp_path: Path, identity: Identity
) -> None:
    async with office(installation, tmp_path, identity, peopled=False) as opened:
        opened.consent.roles = (USERS_ROLE,)
        assert await opened.look() == "unconsented"
        opened.consent.roles = (PLACES_ROLE, USERS_ROLE)
        assert await opened.later() is None
        assert await opened.told() == []


async def test_a_grant_that_has_yet_to_arrive_is_none_that_was_lost(empty: Office) -> None:
    here = empty.here
    empty.scene.site.tenant = tenant = await here.onboard(FakeProvider(AMBER), name="Harbour Works anew")
    await empty.follow()
    empty.sandbox.world.consent_removed.add(empty.company.id)
    assert await empty.later() == "entra_app_missing"
    assert (await here.standing(tenant)).authorization.state is State.ACTIVE
    assert await empty.later(timedelta(hours=27)) == "entra_app_missing"
    assert (await here.standing(tenant)).authorization.state is State.SUSPENDED


async def test_once_a_tenant_moves_on_not_one_request_more_is_sent(empty: Office) -> None:
    empty.hire(300)
    empty.directory.change(WENDLAS_ID, is_enabled=False)
    passed = Counter[str]()

    async def suspend_at_the_third() -> None:
        passed["requests"] += 1
        if passed["requests"] == 3:
            await suspend(empty)

    empty.before = suspend_at_the_third
    before = Counter(empty.sandbox.requests)
    with pytest.raises(Fenced):
        await empty.later()
    # One about our application, one page of accounts; the second page was not asked for.
    assert [empty.requests(before)[kind] for kind in ("graph.application", "graph.users-delta")] == [1, 1]
    assert await empty.later() == account_signals.NOT_READ


async def suspend(asked: Office) -> None:
    def change(registry: Registry) -> None:
        before = registry.standing(asked.scene.site.tenant).authorization
        registry.change(before, before.suspend(SuspensionReason.RESTRICTED))

    await asked.here.store.administer(change)


async def test_whoever_may_not_be_read_is_asked_nothing_about(empty: Office) -> None:
    row, tenant = await empty.row(), empty.scene.site.tenant
    before = Counter(empty.sandbox.requests)
    for end in (withdraw_credentials, withdraw_tenant):
        await end(empty.here.parts, tenant)
        empty.here.clock.move(POLL)
        _, reason = await empty.signals.look(tenant, row)
        assert (reason, empty.requests(before)) == (account_signals.NOT_READ, {})


def test_whatever_a_provider_can_tell_claims_something_and_shows_nobody() -> None:
    assert ACCOUNT_CLAIMS.keys() == set(AccountEvent)
    claimless = set(ApplicationState) - APPLICATION_CLAIMS.keys()
    assert claimless == {ApplicationState.WORKS, ApplicationState.NOT_TOLD}
    told = Wording("trm_1", Followed(), 0).of_account(AccountChange("somebody", AccountEvent.DISABLED))
    assert told is not None
    assert "somebody" not in repr(told)


async def test_a_stream_of_the_providers_is_visited_as_often_as_it_is_due(empty: Office) -> None:
    parts = empty.here.parts
    async with open_asker() as asker:
        hearing = Hearing(parts, empty.scene.door, asker)
        streams = Streams(parts, hearing, asker, empty.signals.look, owner="one")
        empty.consent.roles = (PLACES_ROLE,)
        given = Counter(empty.sandbox.requests)
        for minutes, looks in ((0, 1), (4, 1), (1, 2), (5, 3)):
            empty.here.clock.move(timedelta(minutes=minutes))
            await streams.visit()
            assert empty.requests(given)["graph.application"] == looks
    assert (await empty.row()).reason == account_signals.ACCOUNTS_NOT_COVERED


async def test_one_is_enough_and_only_where_graph_can_tell(empty: Office) -> None:
    parts = empty.here.parts
    with pytest.raises(ConfigurationError, match="asked about this tenant already"):
        await empty.follow()
    elsewhere = await empty.here.onboard(FakeProvider(AMBER), name="Elsewhere", whose=Provider.GOOGLE)
    with pytest.raises(ConfigurationError, match="calendars are elsewhere"):
        await follow_accounts(parts, await empty.here.standing(elsewhere), TransmitterKind.GRAPH)
    other = await empty.here.onboard(FakeProvider(AMBER), name="Another")
    with pytest.raises(ConfigurationError, match="--refused-mailbox is empty"):
        await follow_accounts(parts, await empty.here.standing(other), TransmitterKind.GRAPH, " ")
