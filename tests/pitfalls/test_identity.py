"""Identity: P46 to P54."""

from itertools import product

from msgspec.structs import replace

from connectors.google.shapes import mask
from connectors.microsoft.shapes import selection
from connectors.port import Projection
from gateway.booking import ResourceId
from gateway.entry import EntryKind
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, events_of, resource_of
from tests.fakes.persons import Person, at_the_place, invitation, open_peopled_site
from tests.fakes.site import AMBER, meetings, open_site
from tests.pitfalls.hosted import DELTA, EVERY, PUT, SNAPSHOT, Hosted, read_as
from tests.pitfalls.words import DAY, HOUR, TEN, personal_parts

#: Whatever may be asked for of an event.
PROJECTIONS = [Projection(*chosen) for chosen in product((False, True), repeat=4)]


@read_as(*EVERY)
async def test_p46_ids_that_differ_in_case_are_two(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting("AAMkA"), hosted.words.meeting("AAMka"))
    assert len(hosted.bookings) == 2


@read_as(SNAPSHOT, DELTA)
async def test_p46_immutable_ids_are_asked_for_on_every_page(hosted: Hosted) -> None:
    hosted.fault("short-pages")
    await hosted.hold(*hosted.words.meetings(3))
    ours = events_of(await hosted.installation.tenancy(hosted.tenant), hosted.place)
    assert set(hosted.consumer.bookings) == {ours(event) for event in hosted.calendar.events}


def test_p47_what_means_two_things_is_asked_for_only_where_people_connect_calendars() -> None:
    for projection in PROJECTIONS:
        assert "icaluid" not in (selection(projection) + mask(projection)).lower()
        joined = replace(projection, uid=True)
        assert "iCalUId" in selection(joined)
        # Google's is one for all instances, and means nothing without when each was meant to be.
        assert "iCalUID,originalStartTime" in mask(joined)


@read_as(*EVERY)
async def test_p48_only_the_rooms_own_copy_counts(hosted: Hosted) -> None:
    organizer = hosted.sandbox.world.calendar(hosted.company.people[2].address)
    organizer.load([hosted.words.meeting()])
    await hosted.hold(hosted.words.meeting())
    assert len(hosted.bookings) == 1
    organizer.delete("one")
    assert await hosted.later() == []
    assert hosted.sandbox.requests[hosted.kind] == 2


async def test_p48_of_all_copies_of_a_meeting_one_is_told(installation: Installation) -> None:
    event = invitation("theirs", NOON, AMBER)
    site = await open_peopled_site(installation)
    for account, name in (("ana", "her-id"), ("ben", "his-id")):
        person = Person(site, account)
        person.put(replace(event, id=name))
        await person.connect()
        await site.later()
    (told,) = site.consumer.bookings
    site.provider.put(AMBER, at_the_place(event, "event-1"))
    await site.later()
    (instead,) = site.consumer.bookings
    assert (instead, instead == told) == (site.id("event-1"), False)


async def test_p49_copies_in_two_tenants_have_nothing_in_common(installation: Installation) -> None:
    ids = list[str]()
    for _ in range(2):
        site = await open_peopled_site(installation)
        person = Person(site, "ana")
        person.put(invitation("theirs", NOON, AMBER))
        await person.connect()
        await site.later()
        ids += site.consumer.bookings
    assert len({*ids}) == 2


async def test_p49_one_meeting_in_two_tenants_has_two_ids(installation: Installation) -> None:
    one, other = await open_site(installation, *meetings(1)), await open_site(installation, *meetings(1))
    assert set(one.consumer.bookings).isdisjoint(other.consumer.bookings)


@read_as(*EVERY)
async def test_p50_neither_a_providers_id_nor_a_link_is_told(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting("_60q30c1g-schmidt"))
    entries = await hosted.installation.entries(hosted.tenant)
    assert any(entry.booking for entry in entries)
    assert personal_parts([repr(entries).encode()]) == set()


async def test_p51_a_room_with_another_address_is_the_same_room(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2))
    before = dict(site.consumer.bookings)
    address = "Amber.New@ROOMS.example"
    site.provider.calendars[address] = site.provider.calendars.pop(AMBER.address)
    site.provider.places[AMBER.place_id] = replace(AMBER, address=address)
    assert EntryKind.RESOURCE_PUT not in await site.later(DAY)
    assert site.consumer.bookings == before


async def test_p52_two_tenants_may_see_one_room(installation: Installation) -> None:
    one, other = await open_site(installation, *meetings(2)), await open_site(installation, *meetings(2))
    assert len(one.told) == len(other.told) == 2
    ids = {resource_of(site.tenancy, AMBER) for site in (one, other)}
    assert ids == set[ResourceId]().union(one.consumer.resources, other.consumer.resources)
    assert len(ids) == 2


@read_as(*EVERY)
async def test_p53_a_directory_that_is_read_again_adds_nothing(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting("one", TEN + 10 * DAY))
    assert await hosted.later(DAY + HOUR) == []
    assert len(hosted.consumer.resources) == 1
    assert hosted.consumer.told.count(EntryKind.RESOURCE_PUT) == hosted.consumer.told.count(PUT) == 1
