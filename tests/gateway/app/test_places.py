"""An admin says anew of a tenant's places what no directory tells, and what that hides is gone by then."""

from dataclasses import replace as rebuilt
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.errors import Unreachable
from connectors.raw import PlaceKind, tainted
from gateway.app.engine import settle_epochs
from gateway.app.standins import write_settings
from gateway.app.terms.narrowing import narrow
from gateway.app.terms.places import decide_anew
from gateway.authorization import TransitionForbidden
from gateway.booking import ResourceKind
from gateway.cli.tenant import places as places_command
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError
from gateway.minimization.lattice import Title
from gateway.tenant import Mailbox, Places, Provider
from tests.fakes.crashes import Crash, CrashingStore, Fuse
from tests.fakes.enrolled import WENDLA
from tests.fakes.filled_store import NOON
from tests.fakes.installation import SETTINGS, Installation, lose_access, open_installation
from tests.fakes.persons import Person, invitation, open_peopled_site
from tests.fakes.provider import FakeCalendar, FakeProvider, meeting, room
from tests.fakes.site import AMBER, Site, open_site
from tests.gateway.app.test_regular_users import DEN, HIDDEN, SOON, TOLD, agree, open_den, shown

ODD = NOON + timedelta(hours=1, minutes=7)
OWN = Places(personal=frozenset({AMBER.place_id}))
NAMED, NAMELESS = ("Amber", 7), (None, 0)


def silent(_done: int, _of: int) -> None:
    """Told how far it is, and content with it."""


async def decide(site: Site, places: Places) -> None:
    await decide_anew(site.installation.parts, site.tenant, places, silent)


async def opened(installation: Installation) -> Site:
    site = await open_site(installation, meeting("event-1", ODD))
    assert shown(site) == NAMED
    return site


async def test_what_became_a_persons_is_hidden_before_anybody_answers(installation: Installation) -> None:
    site = await opened(installation)
    site.provider.fail(1, Unreachable("network"))
    asked = dict(site.provider.asked)
    await decide(site, OWN)
    assert site.provider.asked == asked
    assert await site.news() == [EntryKind.RESOURCE_PUT, EntryKind.BOOKING_PUT]
    assert shown(site) == NAMELESS
    (resource,) = site.consumer.resources.values()
    assert resource.external_ref == resource.id
    await site.later(SOON)
    assert shown(site) == NAMELESS


async def test_it_keeps_flexos_own_id(installation: Installation) -> None:
    site = await opened(installation)
    refs = {AMBER.place_id: "flexo-1"}
    await decide(site, Places(personal=OWN.personal, external_refs=refs))
    await site.news()
    (resource,) = site.consumer.resources.values()
    assert resource.external_ref == "flexo-1"
    assert EntryKind.RESOURCE_PUT not in await site.later(SOON)


async def test_what_is_nobodys_own_any_more_is_told_from_the_next_look_on(installation: Installation) -> None:
    site = await open_den(installation, personal=True)
    await decide(site, Places())
    assert await site.news() == []
    assert shown(site) == HIDDEN
    await site.later(SOON)
    assert shown(site) == TOLD


async def test_a_room_for_one_is_cleared_and_not_so(installation: Installation) -> None:
    site = await open_den(installation)
    cleared = Places(cleared=frozenset({DEN.place_id}))
    await decide(site, cleared)
    await site.later(SOON)
    assert shown(site) == TOLD
    await decide(site, cleared)
    assert await site.news() == []
    await decide(site, Places())
    await site.news()
    assert shown(site) == HIDDEN


async def test_a_desk_for_one_needs_no_clearance(installation: Installation) -> None:
    desk = replace(room("perch", capacity=1), kind=PlaceKind.DESK)
    site = await open_site(installation, meeting("event-1", ODD), place=desk)
    await decide(site, Places(external_refs={desk.place_id: "flexo-2"}))
    await site.later(SOON)
    assert shown(site) == ("Perch", 7)
    (resource,) = site.consumer.resources.values()
    assert resource.external_ref == "flexo-2"


async def test_whose_regular_user_agrees_stays_told(installation: Installation) -> None:
    site = await open_den(installation)
    await agree(site, WENDLA)
    await site.later(SOON)
    await decide(site, Places(personal=frozenset({DEN.place_id})))
    assert await site.news() == []
    await site.later(SOON)
    assert shown(site) == TOLD


async def test_titles_are_told_as_written_no_more(installation: Installation) -> None:
    installation.set_policy("wordy", title=Title.VOCABULARY)
    provider = FakeProvider(AMBER)
    provider.put(AMBER, replace(meeting("event-1", ODD), title=tainted("Sprint Review Basalt")))
    written = Places(scrubbed_titles=frozenset({AMBER.place_id}))
    tenant = await installation.onboard(provider, policy="wordy", places=written, whose=Provider.GOOGLE)
    await installation.sync()
    site = Site(installation, provider, tenant, await installation.tenancy(tenant), AMBER)
    await site.news()
    assert site.booking("event-1").title == "Sprint Review Basalt"
    asked = dict(site.provider.asked)
    await decide(site, Places())
    assert site.provider.asked == asked
    await site.news()
    assert site.booking("event-1").title is None
    await site.later(SOON)
    assert site.booking("event-1").title == "sprint review"


async def test_mailboxes_come_and_go_and_zones_change(installation: Installation) -> None:
    site = await opened(installation)
    beamer = Mailbox(
        id="beamer",
        address="beamer@rooms.example",
        name="Beamer",
        kind=ResourceKind.EQUIPMENT,
        site="Harbour",
    )
    site.provider.calendars[beamer.address] = FakeCalendar()
    await decide(site, Places(unlisted=(beamer,), site_zones={"Harbour": "Asia/Tokyo"}))
    await site.later(SOON)
    told = {resource.kind: resource.zone for resource in site.consumer.resources.values()}
    assert told == {ResourceKind.ROOM: "Asia/Tokyo", ResourceKind.EQUIPMENT: "Asia/Tokyo"}
    assert site.booking("event-1").zone == "Asia/Tokyo"
    await decide(site, Places())
    await site.later(SOON)
    told = {resource.kind: resource.zone for resource in site.consumer.resources.values()}
    assert told == {ResourceKind.ROOM: "Europe/Berlin"}


async def test_peoples_copies_of_it_are_hidden_as_well(installation: Installation) -> None:
    site = await open_peopled_site(installation)
    ana = Person(site, "ana")
    ana.put(invitation("theirs", ODD, AMBER, uid="one"))
    await ana.connect()
    await site.later()
    ana.refuse(Unreachable("network"))
    await decide(site, OWN)
    await site.news()
    assert {booking.start.minute for booking in site.consumer.bookings.values()} == {0}


async def test_a_look_under_way_goes_by_what_was_said_before_and_writes_nothing(
    installation: Installation,
) -> None:
    site = await opened(installation)

    async def said() -> None:
        await decide(site, OWN)

    site.provider.put(AMBER, meeting("event-1", ODD + timedelta(minutes=1)))
    site.provider.meanwhile(1, said)
    await site.later()
    assert shown(site) == NAMELESS


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("effects", range(4))
async def test_what_was_cut_off_is_finished_at_the_next_start(
    installation: Installation, effects: int, *, after: bool
) -> None:
    site = await opened(installation)
    fuse = Fuse(effects, after=after)
    parts = rebuilt(installation.parts, store=CrashingStore(installation.store, fuse))
    try:
        await decide_anew(parts, site.tenant, OWN, silent)
    except Crash:
        installation.parts.keyring.drop(site.tenant)
        await settle_epochs(installation.parts)
        await narrow(installation.parts)
    await site.news()
    has_begun = effects > 0 or after
    assert shown(site) == (NAMELESS if has_begun else NAMED)


async def test_what_contradicts_itself_changes_nothing(installation: Installation) -> None:
    site = await opened(installation)
    before = await installation.standing(site.tenant)
    for odd in (
        Places(personal=OWN.personal, cleared=OWN.personal),
        Places(site_zones={"Quay": "Mars/Olympus"}),
    ):
        with pytest.raises(ConfigurationError):
            await decide(site, odd)
    assert await installation.standing(site.tenant) == before


async def test_of_who_is_suspended_nothing_is_decided(installation: Installation) -> None:
    site = await opened(installation)
    await lose_access(installation.store, site.tenancy)
    with pytest.raises(TransitionForbidden, match="suspended"):
        await decide(site, OWN)


async def test_an_admin_says_it_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config, said = tmp_path / "gateway.toml", tmp_path / "places.toml"
    write_settings(SETTINGS, config)
    said.write_text(f'personal = ["{AMBER.place_id}"]\n')
    async with open_installation(tmp_path) as installation:
        site = await opened(installation)
        await places_command(site.tenant, said, config=config)
        assert "narrowed" in capsys.readouterr().out
        await site.news()
        assert [resource.name for resource in site.consumer.resources.values()] == [None]
