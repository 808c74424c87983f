"""What is known of places holds for persons' calendars as soon as it does for the places' own."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from gateway.errors import Fenced
from gateway.minimization.places import Bookable
from gateway.store.leases import Lease
from gateway.store.tables import calendars
from gateway.sync.persons import Persons
from gateway.sync.turn import Turns
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.persons import Person, invitation, open_peopled_site
from tests.fakes.provider import room
from tests.fakes.site import AMBER

PAST_A_DIRECTORY_LOOK = timedelta(days=1, minutes=6)
ODD = NOON + timedelta(days=3, minutes=7)


async def test_what_a_braked_look_met_is_known_of_persons_calendars(installation: Installation) -> None:
    site = await open_peopled_site(installation, places=(AMBER, *(room(f"room-{n}") for n in range(4))))
    ana, here = Person(site, "ana"), installation
    await ana.connect()
    persons = Persons(here.store, here.parts.keyring, here.connect_person, consent=site.tenancy.legal_ceiling)
    (lease,) = await here.store.claim(calendars, tenant=site.tenant, owner="worker", limit=1, of_persons=True)
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
    (lease,) = await here.store.claim(calendars, tenant=site.tenant, owner="worker", limit=1, of_persons=True)
    tenancy = await persons.whose(site.tenancy, lease)
    site.provider.meanwhile(2, becomes_a_persons)
    with pytest.raises(Fenced):
        await Turns(here.store, tenancy, clock=here.clock, metrics=here.parts.metrics).take(lease, 0.5)
    await site.news()
    assert {one.start.minute for one in site.consumer.bookings.values()} <= {0}


async def places(persons: Persons, person: Person, lease: Lease) -> list[Bookable]:
    """The places that a turn at a person's calendar would know."""
    return [*(await persons.whose(person.site.tenancy, lease)).places.values()]
