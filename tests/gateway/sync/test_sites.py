"""Where only sites may be seen: all places of a site are one resource, as current as the worst of them."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.errors import CalendarMissing, Throttled
from connectors.raw import RawPlace
from gateway.app.terms.narrowing import narrow
from gateway.booking import Freshness, ResourceKind
from gateway.entry import EntryKind, ResourceState
from gateway.errors import Fenced
from gateway.minimization.lattice import Place
from gateway.store.tables import calendars
from gateway.sync.turn import Turns
from gateway.sync.upkeep import Upkeep
from gateway.tenant import Places
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, calendar_of
from tests.fakes.log_fold import LogFold
from tests.fakes.provider import FakeProvider, meeting, room
from tests.fakes.site import AMBER, Site, meetings, open_site

PAST_A_DAY = timedelta(days=1, minutes=6)
IN_TWO_DAYS = NOON + timedelta(days=2)
BIRCH = room("birch")
ELSEWHERE = replace(room("cedar"), site="Old Town")

REMOVED, PUT = EntryKind.BOOKING_REMOVED, EntryKind.BOOKING_PUT


async def open_sites(
    installation: Installation, *places: RawPlace, incremental: bool = False, decisions: Places | None = None
) -> Site:
    """A tenant of which sites may be seen, whose places hold a meeting each in two days."""
    installation.set_policy("sites", place=Place.SITE)
    provider = FakeProvider(*places, incremental=incremental)
    for number, place in enumerate(places):
        provider.put(place, meeting(f"event-{number}", IN_TWO_DAYS + timedelta(hours=number)))
    tenant = await installation.onboard(provider, policy="sites", places=decisions)
    site = Site(installation, provider, tenant, await installation.tenancy(tenant), places[0])
    await installation.sync()
    await site.news()
    return site


def told(site: Site) -> dict[str | None, list[int]]:
    """The hours of the bookings that were told of each site, by its name."""
    hours: dict[str | None, list[int]] = {resource.name: [] for resource in site.consumer.resources.values()}
    for booking in site.consumer.bookings.values():
        name = site.consumer.resources[booking.resource].name
        hours[name] = sorted([*hours[name], booking.start.hour])
    return hours


async def state(site: Site, name: str = "Harbour") -> ResourceState:
    """What was told of a site's state, the same to a new consumer as to an old one."""
    await site.news()
    (resource,) = [one.id for one in site.consumer.resources.values() if one.name == name]
    new = LogFold().take(await site.installation.entries(site.tenant))
    assert new.states[resource] == site.consumer.states[resource]
    return new.states[resource]


both = pytest.mark.parametrize("incremental", [False, True])


@both
async def test_places_of_one_site_are_one_resource(installation: Installation, *, incremental: bool) -> None:
    site = await open_sites(installation, AMBER, BIRCH, ELSEWHERE, incremental=incremental)
    assert told(site) == {"Harbour": [12, 13], "Old Town": [14]}
    assert {resource.kind for resource in site.consumer.resources.values()} == {ResourceKind.SITE}
    assert await state(site) == ResourceState(Freshness.FRESH, None, None)


async def test_nothing_tells_a_sites_places_apart(installation: Installation) -> None:
    site = await open_sites(installation, AMBER, BIRCH, decisions=Places(external_refs={"place-amber": "9"}))
    entries = await installation.entries(site.tenant)
    text = b"".join(bytes(entry.resource or b"") + bytes(entry.booking or b"") for entry in entries)
    assert b"Harbour" in text
    for secret in (b"mber", b"irch", b"place-", b"rooms.example", b'"9"'):
        assert secret not in text


async def test_a_place_without_a_site_is_not_even_read(installation: Installation) -> None:
    nowhere = replace(BIRCH, site=None)
    site = await open_sites(installation, AMBER, nowhere)
    assert told(site) == {"Harbour": [12]}
    assert await installation.calendar(site.tenant, nowhere) is None


async def test_a_site_is_unknown_until_all_of_it_was_read(installation: Installation) -> None:
    site = await open_sites(installation, AMBER)
    site.provider.add_place(BIRCH)
    installation.clock.move(PAST_A_DAY)
    await site.look_at_directory()
    assert (await state(site)).reason == "not_read_yet"
    await installation.sync()
    assert (await state(site)).freshness is Freshness.FRESH


async def test_a_site_is_as_current_as_the_worst_of_its_places(installation: Installation) -> None:
    site = await open_sites(installation, AMBER, BIRCH)
    site.provider.fail(1, CalendarMissing("calendar_missing"))
    await site.later()
    now = await state(site)
    assert (now.freshness, now.reason) == (Freshness.UNKNOWN, "calendar_missing")
    await site.later(timedelta(hours=1))
    assert await state(site) == ResourceState(Freshness.FRESH, None, None)


async def test_a_site_is_stale_while_one_of_its_places_is(installation: Installation) -> None:
    site = await open_sites(installation, AMBER, BIRCH)
    upkeep = Upkeep(installation.store, installation.parts.keyring, installation.clock)
    site.provider.out_of_reach = {AMBER.address}
    for _ in range(4):
        await site.later()
        await upkeep.visit_all()
    assert (await state(site)).freshness is Freshness.STALE
    await site.later(timedelta(days=1))
    await upkeep.visit_all()
    assert (await state(site)).freshness is Freshness.UNKNOWN
    site.provider.out_of_reach = set()
    await site.later(timedelta(hours=1))
    assert (await state(site)).freshness is Freshness.FRESH


async def test_a_place_that_is_gone_leaves_its_site(installation: Installation) -> None:
    site = await open_sites(installation, AMBER, BIRCH)
    del site.provider.places[BIRCH.place_id]
    assert await site.later(PAST_A_DAY) == [REMOVED]
    assert told(site) == {"Harbour": [12]}
    assert await installation.calendar(site.tenant, BIRCH) is None
    late = LogFold().take(await installation.entries(site.tenant))
    assert late.bookings == site.consumer.bookings


async def test_an_unknown_place_that_is_gone_leaves_its_site_known(installation: Installation) -> None:
    site = await open_sites(installation, AMBER, BIRCH)
    site.provider.blur(BIRCH, "event-1")
    await site.later()
    assert (await state(site)).reason == "not_understood"
    del site.provider.places[BIRCH.place_id]
    await site.later(PAST_A_DAY)
    assert (await state(site)).freshness is Freshness.FRESH


async def test_the_last_place_takes_its_site_with_it(installation: Installation) -> None:
    site = await open_sites(installation, AMBER, ELSEWHERE)
    del site.provider.places[ELSEWHERE.place_id]
    assert await site.later(PAST_A_DAY) == [EntryKind.RESOURCE_REMOVED]
    assert told(site) == {"Harbour": [12]}


@both
async def test_a_place_that_moves_is_told_in_its_new_site(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_sites(installation, AMBER, BIRCH, ELSEWHERE, incremental=incremental)
    site.provider.add_place(replace(BIRCH, site="Old Town"))
    assert sorted(await site.later(PAST_A_DAY)) == sorted([REMOVED, PUT, EntryKind.RESOURCE_STATE])
    assert told(site) == {"Harbour": [12], "Old Town": [13, 14]}
    late = LogFold().take(await installation.entries(site.tenant))
    assert late.bookings == site.consumer.bookings


async def test_a_move_that_swaps_all_places_keeps_both_sites(installation: Installation) -> None:
    site = await open_sites(installation, AMBER, ELSEWHERE)
    site.provider.add_place(replace(AMBER, site="Old Town"))
    site.provider.add_place(replace(ELSEWHERE, site="Harbour"))
    assert EntryKind.RESOURCE_REMOVED not in await site.later(PAST_A_DAY)
    assert told(site) == {"Harbour": [13], "Old Town": [12]}
    assert (await state(site)).freshness is Freshness.FRESH


async def test_a_policy_that_narrows_to_sites_holds_at_once(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2, first=50))
    installation.set_policy("occupancy", place=Place.SITE)
    await narrow(installation.parts)
    assert await site.news() == [EntryKind.RESOURCE_REMOVED]
    # Nothing of the room is left, not even sealed.
    assert await installation.calendar(site.tenant, AMBER) is None
    await site.later()
    assert told(site) == {"Harbour": [14, 15]}
    await narrow(installation.parts)
    assert await site.later() == []


async def test_a_provider_that_asked_us_to_wait_is_not_asked_because_a_policy_narrowed(
    installation: Installation,
) -> None:
    site = await open_site(installation, *meetings(2, first=50))
    site.provider.fail(1, Throttled("throttled", 3600))
    installation.clock.move(PAST_A_DAY)
    with pytest.raises(Throttled):
        await site.look_at_directory()
    installation.set_policy("occupancy", place=Place.SITE)
    await narrow(installation.parts)
    asked = site.provider.asked["places"]
    await site.later()
    assert site.provider.asked["places"] == asked
    assert (site.consumer.resources, site.consumer.bookings) == ({}, {})


async def test_a_policy_that_did_not_narrow_takes_nothing_away(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2, first=50))
    await narrow(installation.parts)
    assert await site.news() == []


async def test_a_policy_that_widens_to_places_is_told_after_a_look(installation: Installation) -> None:
    site = await open_sites(installation, AMBER, BIRCH)
    installation.set_policy("sites", place=Place.RESOURCE)
    assert await site.later() == []
    await installation.agree(site.tenant)
    kinds = await site.later()
    assert kinds[0] is EntryKind.RESOURCE_REMOVED
    assert told(site) == {"Amber": [12], "Birch": [13]}


async def test_a_room_for_one_is_coarse_in_its_site(installation: Installation) -> None:
    office = room("office", capacity=1)
    site = await open_sites(installation, office)
    site.provider.put(office, meeting("event-7", IN_TWO_DAYS + timedelta(hours=3, minutes=7)))
    await site.later()
    assert {booking.start.minute for booking in site.consumer.bookings.values()} == {0}


@pytest.mark.parametrize("after", [None, "New Town"], ids=["gone", "elsewhere"])
async def test_who_slept_through_two_moves_keeps_nothing_of_the_first_site(
    installation: Installation, after: str | None
) -> None:
    site = await open_sites(installation, AMBER, BIRCH)
    late = LogFold().take(await installation.entries(site.tenant))
    for name in ("Old Town", after):
        site.provider.add_place(replace(BIRCH, site=name))
        await site.later(PAST_A_DAY)
    new = LogFold().take(await installation.entries(site.tenant))
    late.take(await installation.entries(site.tenant, late.position))
    assert late.bookings == new.bookings == site.consumer.bookings


async def test_a_turn_that_began_before_its_place_moved_commits_nothing(installation: Installation) -> None:
    site = await open_sites(installation, AMBER, BIRCH)
    cedar_room = room("cedar")
    site.provider.add_place(cedar_room)
    site.provider.put(cedar_room, meeting("event-9", IN_TWO_DAYS))
    installation.clock.move(PAST_A_DAY)
    await site.look_at_directory()

    async def move() -> None:
        site.provider.add_place(replace(cedar_room, site="Old Town"))
        installation.clock.move(PAST_A_DAY)
        await site.look_at_directory()
        cedar = calendar_of(site.tenancy, cedar_room)
        claimed = await installation.store.claim(calendars, tenant=site.tenant, owner="other", limit=9)
        assert cedar in {lease.id for lease in claimed}

    (lease,) = await installation.store.claim(
        calendars,
        tenant=site.tenant,
        owner="worker",
        limit=1,
        besides=[calendar_of(site.tenancy, place) for place in (AMBER, BIRCH)],
    )
    site.provider.meanwhile(1, move)
    metrics = installation.parts.metrics
    turns = Turns(installation.store, site.tenancy, clock=installation.clock, metrics=metrics)
    with pytest.raises(Fenced):
        await turns.take(lease, 0.5)
    await site.news()
    assert told(site)["Old Town"] == []
    assert (await state(site, "Old Town")).reason == "not_read_yet"


async def test_a_place_whose_site_cannot_be_read_stays_where_it_was(installation: Installation) -> None:
    site = await open_sites(installation, AMBER, BIRCH)
    site.provider.add_place(replace(BIRCH, site=None, site_unread=True))
    assert await site.later(PAST_A_DAY) == []
    assert told(site) == {"Harbour": [12, 13]}


async def test_a_place_listed_in_two_sites_stays_in_one(installation: Installation) -> None:
    site = await open_sites(installation, AMBER)
    twin = replace(AMBER, site="Old Town")
    site.provider.places = {"one": AMBER, "two": twin}
    await site.later(PAST_A_DAY)
    site.provider.places = {"two": twin, "one": AMBER}
    assert await site.later(PAST_A_DAY) == []
