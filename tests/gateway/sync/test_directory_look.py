"""Which places there are: one complete look, committed as a whole."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.errors import AccessDenied, AccessLost, ConnectorError, Malformed, Throttled, Unreachable
from connectors.raw import PlaceMode
from gateway.authorization import State
from gateway.entry import EntryKind
from gateway.errors import Fenced
from gateway.store.tables import directories
from gateway.tenant import Mailbox, Places
from tests.fakes.installation import Installation
from tests.fakes.log_fold import LogFold
from tests.fakes.provider import FakeCalendar, FakeProvider, room
from tests.fakes.site import AMBER, Site, meetings, open_site

PAST_A_DAY = timedelta(days=1, minutes=6)
PAST_A_MINUTE = timedelta(minutes=1, seconds=1)
PUT = [EntryKind.RESOURCE_PUT, EntryKind.RESOURCE_STATE]


def many_rooms(count: int) -> FakeProvider:
    return FakeProvider(*(room(f"room{number}") for number in range(count)), page_items=3)


async def open_many(installation: Installation, count: int) -> Site:
    provider = many_rooms(count)
    tenant = await installation.onboard(provider)
    await installation.sync()
    site = Site(installation, provider, tenant, await installation.tenancy(tenant), AMBER)
    await site.news()
    return site


def names(site: Site) -> set[str | None]:
    return {resource.name for resource in site.consumer.resources.values()}


async def test_a_new_place_becomes_a_resource_that_is_read(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    birch = room("birch")
    site.provider.add_place(birch)
    site.provider.put(birch, *meetings(2, first=50))
    told = await site.later(PAST_A_DAY)
    assert sorted(told) == sorted([*PUT, *[EntryKind.BOOKING_PUT] * 2])
    assert names(site) == {"Amber", "Birch"}


async def test_a_directory_that_did_not_change_tells_nothing(installation: Installation) -> None:
    site = await open_many(installation, 11)
    head, asked = await site.head(), site.provider.asked["places"]
    assert await site.later(PAST_A_DAY) == []
    assert (await site.head(), site.provider.asked["places"]) == (head, asked + 4)


async def test_a_place_that_is_gone_takes_its_bookings_with_it(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3, first=50))
    site.provider.places = {}
    assert await site.later(PAST_A_DAY) == [EntryKind.RESOURCE_REMOVED]
    assert (site.consumer.resources, site.consumer.bookings) == ({}, {})
    assert LogFold().take(await installation.entries(site.tenant)).bookings == {}
    assert await installation.calendar(site.tenant, AMBER) is None
    assert await site.later(PAST_A_DAY) == []


async def test_a_place_that_comes_back_is_told_anew(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3, first=50))
    site.provider.places = {}
    await site.later(PAST_A_DAY)
    late = LogFold(position=site.consumer.position - 1)
    site.provider.add_place(AMBER)
    site.provider.delete(AMBER, "event-50")
    await site.later(PAST_A_DAY)
    assert site.told == {"event-51", "event-52"}
    # Who slept through it is told that all was gone before it is told what there is.
    entries = await installation.entries(site.tenant, late.position)
    assert late.take(entries).told[0] is EntryKind.RESOURCE_REMOVED


async def test_a_place_that_may_not_be_booked_is_none(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1, first=50))
    site.provider.add_place(replace(AMBER, mode=PlaceMode.ASSIGNED))
    assert await site.later(PAST_A_DAY) == [EntryKind.RESOURCE_REMOVED]


async def test_a_place_that_changed_is_told_and_keeps_its_bookings(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2, first=50), incremental=True)
    site.provider.add_place(replace(AMBER, name="Amber Hall", capacity=12))
    assert await site.later(PAST_A_DAY) == [EntryKind.RESOURCE_PUT]
    assert names(site) == {"Amber Hall"}
    assert site.told == {"event-50", "event-51"}


async def test_a_place_whose_address_changed_is_read_there_in_full(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2, first=50), incremental=True)
    moved = replace(AMBER, address="amber-2@rooms.example")
    site.provider.add_place(moved)
    site.provider.put(moved, *meetings(2, first=51))
    assert sorted(await site.later(PAST_A_DAY)) == [EntryKind.BOOKING_PUT, EntryKind.BOOKING_REMOVED]
    assert site.told == {"event-51", "event-52"}


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize(
    "failure",
    [Unreachable("network"), Throttled("throttled", 1), Malformed("bad_page")],
    ids=lambda failure: failure.code,
)
async def test_a_directory_that_cannot_be_read_takes_nothing_away(
    installation: Installation, failure: ConnectorError, page: int
) -> None:
    site = await open_many(installation, 11)
    for number in range(3):
        del site.provider.places[f"place-room{number}"]
    site.provider.fail(page, failure)
    installation.clock.move(PAST_A_DAY)
    # The directory alone: calendars read side by side would ask for pages, too.
    with pytest.raises(type(failure)):
        await site.look_at_directory()
    assert await site.news() == []
    assert (await installation.directory(site.tenant)).reason == failure.code
    assert await site.later(PAST_A_MINUTE) == [EntryKind.RESOURCE_REMOVED] * 3
    assert (await installation.directory(site.tenant)).reason is None


async def test_a_directory_that_lost_much_is_looked_at_again(installation: Installation) -> None:
    site = await open_many(installation, 41)
    places = dict(site.provider.places)
    site.provider.places = dict(list(places.items())[:20])
    assert await site.later(PAST_A_DAY) == []
    assert (await installation.directory(site.tenant)).braked
    site.provider.places = places
    assert await site.later(PAST_A_MINUTE) == []
    assert not (await installation.directory(site.tenant)).braked


async def test_a_second_look_at_a_directory_is_believed(installation: Installation) -> None:
    site = await open_many(installation, 41)
    site.provider.places = dict(list(site.provider.places.items())[:20])
    await site.later(PAST_A_DAY)
    assert await site.later(PAST_A_MINUTE) == [EntryKind.RESOURCE_REMOVED] * 21


async def test_a_look_whose_lease_was_lost_commits_nothing(installation: Installation) -> None:
    site = await open_many(installation, 11)
    site.provider.places = {}

    async def lose() -> None:
        installation.clock.move(timedelta(minutes=3))
        assert await installation.store.claim(directories, tenant=site.tenant, owner="other", limit=1)

    site.provider.meanwhile(1, lose)
    installation.clock.move(PAST_A_DAY)
    with pytest.raises(Fenced):
        await site.look_at_directory()
    assert await site.news() == []


@pytest.mark.parametrize("failure", [AccessLost("consent_revoked"), AccessDenied("access_denied")])
async def test_who_may_not_list_places_has_lost_access(
    installation: Installation, failure: ConnectorError
) -> None:
    site = await open_many(installation, 3)
    site.provider.fail(1, failure)
    installation.clock.move(PAST_A_DAY)
    with pytest.raises(AccessLost):
        await site.look_at_directory()


async def test_lost_access_suspends_the_tenant_and_hides_it(installation: Installation) -> None:
    site = await open_many(installation, 3)
    site.provider.fail(1, AccessLost("consent_revoked"))
    await installation.sync_later(PAST_A_DAY)
    authorization = (await installation.standing(site.tenant)).authorization
    assert (authorization.state, authorization.epoch) == (State.SUSPENDED, 2)
    assert [entry.kind for entry in await installation.notices(site.tenant)] == [EntryKind.TENANT_SUSPENDED]


async def test_while_an_entry_cannot_be_read_no_absence_counts(installation: Installation) -> None:
    """It may be the place that seems to be gone; a place that is met is believed all the same."""
    site = await open_site(installation, *meetings(1))
    site.provider.places, site.provider.unread_places = {}, 1
    site.provider.add_place(room("birch"))
    await site.later(PAST_A_DAY)
    assert names(site) == {"Amber", "Birch"}
    site.provider.unread_places = 0
    await site.later(PAST_A_DAY)
    assert names(site) == {"Birch"}


async def test_a_mailbox_that_no_directory_lists_is_read_and_stays(installation: Installation) -> None:
    beamer = Mailbox(id="beamer-3", address="beamer@rooms.example", name="Projector 3")
    provider = FakeProvider(AMBER)
    provider.calendars[beamer.address] = FakeCalendar()
    (event,) = meetings(1, first=50)
    provider.calendars[beamer.address].change(event.id, event)
    tenant = await installation.onboard(provider, places=Places(unlisted=(beamer,)))
    await installation.sync()
    site = Site(installation, provider, tenant, await installation.tenancy(tenant), AMBER)
    await site.news()
    assert names(site) == {"Amber", "Projector 3"}
    assert len(site.consumer.bookings) == 1
    assert await site.later(PAST_A_DAY) == []
