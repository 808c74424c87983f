"""A tenant passes from one policy to another, and what the new one does not allow is gone by then."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from connectors.errors import Unreachable
from connectors.raw import Attendee, RawEvent, Response, tainted
from gateway.app.engine import settle_epochs
from gateway.app.rules import Rules
from gateway.app.standins import write_settings
from gateway.app.tenants import find_tenant, open_tenant, withdraw_tenant
from gateway.app.terms.amending import begin_passage
from gateway.app.terms.narrowing import narrow
from gateway.app.terms.policies import pass_to, reached
from gateway.authorization import TransitionForbidden
from gateway.cli.tenant import policy, show
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError, Fenced, GatewayError, RestoredStore, UnknownName
from gateway.minimization.lattice import Booker, People, Time, Title
from gateway.minimization.policy import between
from gateway.store.unlock import unlock
from gateway.tenant import Registration
from tests.fakes.crashes import Crash, CrashingStore, Fuse
from tests.fakes.filled_store import NOON
from tests.fakes.installation import SETTINGS, Installation, lose_access, open_installation
from tests.fakes.log_fold import LogFold
from tests.fakes.persons import Person, invitation, open_peopled_site
from tests.fakes.provider import FakeProvider, meeting, room
from tests.fakes.site import AMBER, Site, open_site

PUT = EntryKind.BOOKING_PUT
ODD = NOON + timedelta(hours=1, minutes=7)
ROOMS = tuple(room(f"room-{number}") for number in range(3))


def attended(event: str) -> RawEvent:
    """A meeting of two, at an odd time."""
    guests = tuple(Attendee(Response.ACCEPTED, tainted(f"{name}@cobalt.example")) for name in ("ana", "ben"))
    return RawEvent(
        event, ODD, ODD + timedelta(hours=1), private=False, response=Response.ACCEPTED, attendees=guests
    )


def shown(site: Site) -> tuple[int, object]:
    """The minute and the head count that the consumer was told."""
    booking = site.booking("event-1")
    return booking.start.minute, booking.people


async def policy_of(installation: Installation, site: Site) -> Registration:
    overview = await find_tenant(installation.parts, site.tenant)
    return (await open_tenant(installation.parts, overview.standing)).registration


async def how_far(installation: Installation, site: Site) -> tuple[int, int]:
    return await reached(installation.parts, await installation.standing(site.tenant))


class Progress:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def __call__(self, done: int, of: int) -> None:
        self.told.append((done, of))


def silent(_done: int, _of: int) -> None:
    """Told how far it is, and content with it."""


async def opened(installation: Installation) -> Site:
    """Three policies: exact times, coarse times and heads, coarse times. A tenant with the first."""
    installation.set_policy("fine")
    installation.set_policy("counting", time=Time.BUSY, people=People.EXACT)
    installation.set_policy("coarse", time=Time.BUSY)
    return await open_site(installation, attended("event-1"), policy="fine")


async def test_what_is_not_allowed_any_more_is_gone_when_it_is_in_force(installation: Installation) -> None:
    site = await opened(installation)
    asked, progress = dict(site.provider.asked), Progress()
    await pass_to(installation.parts, site.tenant, "coarse", progress)
    assert await site.news() == [PUT]
    assert shown(site) == (0, None)
    assert site.provider.asked == asked
    assert progress.told == [(1, 1)]
    choice = await policy_of(installation, site)
    assert (choice.policy, choice.next_policy) == ("coarse", None)
    assert await site.later() == []


async def test_what_is_allowed_beyond_is_read_at_once(installation: Installation) -> None:
    site = await opened(installation)
    assert await how_far(installation, site) == (1, 1)
    await pass_to(installation.parts, site.tenant, "counting", silent)
    assert await site.news() == [PUT]
    assert shown(site) == (0, None)
    assert await how_far(installation, site) == (0, 1)
    assert await site.later(timedelta(0)) == [PUT]
    assert shown(site) == (0, 2)
    assert await how_far(installation, site) == (1, 1)
    await pass_to(installation.parts, site.tenant, "fine", silent)
    assert await site.news() == [PUT]
    assert shown(site) == (0, None)
    assert await site.later(timedelta(0)) == [PUT]
    assert shown(site) == (7, None)


async def test_meanwhile_nothing_is_written_that_is_being_taken_away(installation: Installation) -> None:
    site = await opened(installation)
    await begin_passage(installation.parts, site.tenant, "counting")
    site.provider.put(AMBER, meeting("event-1", ODD + timedelta(minutes=20)))
    await site.later(timedelta(0))
    assert shown(site) == (15, None)
    choice = await policy_of(installation, site)
    assert (choice.policy, choice.next_policy) == ("fine", "counting")


async def test_a_round_that_began_before_writes_nothing_more(installation: Installation) -> None:
    site = await opened(installation)
    site.provider.put(AMBER, meeting("event-2", ODD + timedelta(hours=3)))

    async def passing() -> None:
        await begin_passage(installation.parts, site.tenant, "coarse")

    site.provider.meanwhile(1, passing)
    installation.clock.move(timedelta(minutes=6))
    with pytest.raises(Fenced):
        await site.turn()
    assert await site.news() == []
    await site.later(timedelta(0))
    assert {booking.start.minute for booking in site.consumer.bookings.values()} == {0}


EFFECTS = 1 + 1 + len(ROOMS) + 1


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("effects", range(EFFECTS))
async def test_a_passage_that_was_cut_off_is_finished_at_the_next_start(
    installation: Installation, effects: int, *, after: bool
) -> None:
    installation.set_policy("fine")
    installation.set_policy("coarse", time=Time.BUSY)
    provider = FakeProvider(*ROOMS)
    for place in ROOMS:
        provider.put(place, meeting("event-1", ODD))
    tenant = await installation.onboard(provider, policy="fine")
    await installation.sync()
    fuse = Fuse(effects, after=after)
    parts = replace(installation.parts, store=CrashingStore(installation.store, fuse))
    with pytest.raises(Crash):
        await pass_to(parts, tenant, "coarse", silent)
    installation.parts.keyring.drop(tenant)
    await settle_epochs(installation.parts)
    await narrow(installation.parts)
    overview = await find_tenant(installation.parts, tenant)
    choice = (await open_tenant(installation.parts, overview.standing)).registration
    consumer = LogFold().take(await installation.entries(tenant))
    has_begun = effects > 0 or after
    assert (choice.policy, choice.next_policy) == ("coarse" if has_begun else "fine", None)
    assert {booking.start.minute for booking in consumer.bookings.values()} == {0 if has_begun else 7}
    head = (await installation.standing(tenant)).head
    await installation.sync()
    assert (await installation.standing(tenant)).head == head


async def test_what_has_begun_can_be_repeated_or_turned(installation: Installation) -> None:
    site = await opened(installation)
    await begin_passage(installation.parts, site.tenant, "coarse")
    await begin_passage(installation.parts, site.tenant, "counting")
    await pass_to(installation.parts, site.tenant, "counting", silent)
    await pass_to(installation.parts, site.tenant, "counting", silent)
    assert (await policy_of(installation, site)).policy == "counting"
    await site.later(timedelta(0))
    assert shown(site) == (0, 2)


@pytest.mark.parametrize(("policy", "error"), [("nowhere", UnknownName), ("unassessed", ConfigurationError)])
async def test_what_cannot_be_used_changes_nothing(
    installation: Installation, policy: str, error: type[Exception]
) -> None:
    site = await opened(installation)
    installation.set_policy("unassessed", booker=Booker.USER)
    rules = installation.parts.rules
    unassessed = msgspec.structs.replace(rules.policies["unassessed"], assessed=False)
    policies = {**rules.policies, "unassessed": unassessed}
    installation.parts = replace(installation.parts, rules=Rules(policies, rules.legal))
    before = await installation.standing(site.tenant)
    with pytest.raises(error):
        await pass_to(installation.parts, site.tenant, policy, silent)
    assert await installation.standing(site.tenant) == before


async def test_who_is_suspended_or_gone_passes_to_nothing(installation: Installation) -> None:
    site = await opened(installation)
    await lose_access(installation.store, site.tenancy)
    with pytest.raises(TransitionForbidden, match="suspended"):
        await pass_to(installation.parts, site.tenant, "coarse", silent)
    await withdraw_tenant(installation.parts, site.tenant)
    with pytest.raises(GatewayError):
        await pass_to(installation.parts, site.tenant, "coarse", silent)


async def test_a_backup_from_before_is_not_served(installation: Installation) -> None:
    """It holds more than is allowed now."""
    site = await opened(installation)
    before = await installation.standing(site.tenant)
    await pass_to(installation.parts, site.tenant, "coarse", silent)
    with pytest.raises(RestoredStore):
        await unlock(installation.parts.keyring, before)


async def test_peoples_copies_pass_as_well(installation: Installation) -> None:
    installation.set_policy("coarse", time=Time.BUSY)
    site = await open_peopled_site(installation)
    ana = Person(site, "ana")
    ana.put(invitation("theirs", ODD, AMBER, uid="one"))
    await ana.connect()
    await site.later()
    ana.refuse(Unreachable("network"))
    await pass_to(installation.parts, site.tenant, "coarse", silent)
    assert await site.news() == [PUT]
    assert {booking.start.minute for booking in site.consumer.bookings.values()} == {0}


def test_between_two_policies_holds_what_both_allow(installation: Installation) -> None:
    installation.set_policy("one", people=People.EXACT, time=Time.BUSY, title=Title.VOCABULARY)
    installation.set_policy("other", people=People.BUCKET, time=Time.EXACT, title=Title.VOCABULARY)
    policies = installation.parts.rules.policies
    both = between(policies, "one", "other").disclosure
    assert (both.people, both.time, both.title) == (People.BUCKET, Time.BUSY, Title.VOCABULARY)
    assert between(policies, "one", None) is policies["one"]
    wordy = msgspec.structs.replace(
        policies["other"], vocabulary=policies["other"].vocabulary.with_words(["kiln"])
    )
    assert between({**policies, "other": wordy}, "one", "other").disclosure.title is Title.CATEGORY


async def test_an_admin_lets_a_tenant_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    async with open_installation(tmp_path) as installation:
        site = await open_site(installation, attended("event-1"))
        await policy(site.tenant, "strict", config=config)
        said = " ".join(capsys.readouterr().out.split())
        assert "strict is in force" in said
        await show(site.tenant, config=config)
        said = " ".join(capsys.readouterr().out.split())
        assert "policy in force strict read under it 1 of 1 calendars" in said
