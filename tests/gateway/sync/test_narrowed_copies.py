"""What is known of places holds for persons' calendars as soon as it does for the places' own."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.errors import AccessLost, Unreachable
from gateway.app.persons.links import withdraw_link
from gateway.app.terms.narrowing import narrow
from gateway.entry import EntryKind
from gateway.errors import Fenced
from gateway.minimization.lattice import Place
from gateway.minimization.places import Bookable
from gateway.store.leases import Lease, Sort
from gateway.store.tables import calendars
from gateway.sync.persons import Persons
from gateway.sync.turn import Turns
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.provider import room
from tests.fakes.site import AMBER, Site

PAST_A_DIRECTORY_LOOK = timedelta(days=1, minutes=6)
ODD = NOON + timedelta(days=3, minutes=7)


async def test_what_a_braked_look_met_is_known_of_persons_calendars(installation: Installation) -> None:
    site = await open_peopled_site(installation, places=(AMBER, *(room(f"room-{n}") for n in range(4))))
    ana, here = Person(site, "ana"), installation
    await ana.connect()
    persons = Persons(here.store, here.parts.keyring, here.connect_person, consent=site.tenancy.legal_ceiling)
    (lease,) = await here.store.claim(
        calendars, tenant=site.tenant, owner="worker", limit=1, sort=Sort.OF_PERSONS
    )
    assert [one.single_person for one in await places(persons, ana, lease)] == [False] * 5
    here.clock.move(PAST_A_DIRECTORY_LOOK)
    # So many that are absent at once are not believed to be gone; what was met is.
    site.provider.places.clear()
    site.provider.add_place(replace(AMBER, capacity=1))
    await site.look_at_directory()
    assert (await here.directory(site.tenant)).braked
    assert sum(one.single_person for one in await places(persons, ana, lease)) == 1


async def test_a_turn_under_way_does_not_outlive_what_a_place_was(
    installation: Installation,
) -> None:
    site = await open_peopled_site(installation, page_items=1)
    ana = Person(site, "ana")
    ana.put(invitation("first", NOON + timedelta(days=2), AMBER), invitation("second", ODD, AMBER))
    await ana.connect()
    installation.clock.move(PAST_A_DIRECTORY_LOOK)

    async def becomes_a_persons() -> None:
        site.provider.add_place(replace(AMBER, capacity=1))
        await site.look_at_directory()

    here = installation
    persons = Persons(here.store, here.parts.keyring, here.connect_person, consent=site.tenancy.legal_ceiling)
    (lease,) = await here.store.claim(
        calendars, tenant=site.tenant, owner="worker", limit=1, sort=Sort.OF_PERSONS
    )
    tenancy = await persons.whose(site.tenancy, lease, 0.5)
    site.provider.meanwhile(2, becomes_a_persons)
    with pytest.raises(Fenced):
        await Turns(here.store, tenancy, clock=here.clock, metrics=here.parts.metrics).take(lease, 0.5)
    await site.news()
    assert {one.start.minute for one in site.consumer.bookings.values()} <= {0}


async def places(persons: Persons, person: Person, lease: Lease) -> list[Bookable]:
    """The places that a turn at a person's calendar would know."""
    return [*(await persons.whose(person.site.tenancy, lease, 0.5)).places.values()]


async def becomes_somebodys_own(site: Site) -> None:
    """The directory says so; nobody's own calendar can be read."""
    site.provider.add_place(replace(AMBER, capacity=1))
    await site.later(PAST_A_DIRECTORY_LOOK)
    assert [resource.name for resource in site.consumer.resources.values()] == [None]


async def unread(installation: Installation, *names: str) -> Site:
    """People whose calendars hold one event, and cannot be read any more."""
    site = await open_peopled_site(installation)
    for name in names:
        person = Person(site, name)
        person.put(invitation("theirs", ODD, AMBER))
        await person.connect()
        await site.later()
        person.refuse(Unreachable("network"))
    return site


async def test_a_persons_copy_is_coarse_once_its_place_is_a_persons(installation: Installation) -> None:
    site = await unread(installation, "ana", "ben")
    await becomes_somebodys_own(site)
    assert {one.start.minute for one in site.consumer.bookings.values()} == {0}
    # The one that nobody was told of as well: it takes over without a word.
    mine = (await links_at(site))[0].authorization
    assert await site.later() == []
    await withdraw_link(installation.parts, site.tenant, mine, nothing_to_revoke)
    assert await site.news() == []
    assert {one.start.minute for one in site.consumer.bookings.values()} == {0}


async def test_a_suspended_persons_copy_is_coarse_without_a_word(installation: Installation) -> None:
    site = await unread(installation, "ana")
    ana = Person(site, "ana")
    ana.refuse(AccessLost("consent_missing"))
    assert EntryKind.BOOKING_REMOVED in await site.later(timedelta(hours=2))
    before = len(site.consumer.told)
    await becomes_somebodys_own(site)
    assert site.consumer.told[before:] == [EntryKind.RESOURCE_PUT]
    ana.accept()
    await ana.connect("a token of another consent")
    assert EntryKind.BOOKING_PUT in await site.news()
    assert {one.start.minute for one in site.consumer.bookings.values()} == {0}


async def test_a_process_that_ended_in_between_is_made_good_before_anything_is_served(
    installation: Installation,
) -> None:
    site = await unread(installation, "ana")
    site.provider.add_place(replace(AMBER, capacity=1))
    installation.clock.move(PAST_A_DIRECTORY_LOOK)
    await site.look_at_directory()
    await site.news()
    assert {one.start.minute for one in site.consumer.bookings.values()} == {7}
    await narrow(installation.parts)
    await site.news()
    assert {one.start.minute for one in site.consumer.bookings.values()} == {0}


async def test_a_sites_copies_do_not_change_back_and_forth(installation: Installation) -> None:
    installation.set_policy("site", place=Place.SITE)
    site = await open_peopled_site(installation, places=(AMBER, room("birch")), policy="site")
    ana = Person(site, "ana")
    ana.put(invitation("theirs", ODD, room("birch")))
    await ana.connect()
    await site.later()
    site.provider.add_place(replace(AMBER, capacity=1))
    await site.later(PAST_A_DIRECTORY_LOOK)
    for _ in range(2):
        assert await site.later(PAST_A_DIRECTORY_LOOK) == []
    assert {one.start.minute for one in site.consumer.bookings.values()} == {7}
