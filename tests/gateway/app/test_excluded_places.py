"""A place that is withdrawn is read no more, and nothing of it is left; its neighbours go on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.errors import Unreachable
from gateway.app.engine import settle_epochs
from gateway.app.terms.narrowing import narrow
from gateway.app.terms.places import decide_anew
from gateway.booking import Freshness
from gateway.entry import EntryKind
from gateway.errors import Fenced
from gateway.minimization.lattice import Place
from gateway.store.tables import bookings, calendars, channels
from gateway.tenant import Mailbox, Places
from tests.fakes.crashes import Crash, CrashingStore, Fuse
from tests.fakes.filled_store import NOON
from tests.fakes.full_site import rows_of
from tests.fakes.installation import Installation, resource_of
from tests.fakes.persons import Person, invitation, open_peopled_site
from tests.fakes.provider import meeting, room
from tests.fakes.site import AMBER, Site, open_site

BIRCH = room("birch")
WITHOUT_AMBER = Places(excluded=frozenset({AMBER.place_id}))
SOON = timedelta(minutes=1)
LATER = NOON + timedelta(days=5)


def silent(_done: int, _of: int) -> None:
    """Told how far it is, and content with it."""


async def decide(site: Site, places: Places) -> None:
    await decide_anew(site.installation.parts, site.tenant, places, silent)


async def opened(installation: Installation) -> Site:
    """A site of two rooms, each with a meeting."""
    site = await open_site(installation, meeting("event-1", NOON))
    site.provider.add_place(BIRCH)
    site.provider.put(BIRCH, meeting("event-2", NOON))
    await site.later(timedelta(days=1, minutes=1))
    await site.later(SOON)
    assert len(site.consumer.resources) == len(site.consumer.bookings) == 2
    return site


async def test_it_goes_at_once_with_all_that_it_told(installation: Installation) -> None:
    site = await opened(installation)
    gone = resource_of(site.tenancy, AMBER)
    site.provider.fail(1, Unreachable("network"))
    await decide(site, WITHOUT_AMBER)
    assert await site.news() == [EntryKind.RESOURCE_REMOVED]
    assert gone not in site.consumer.resources
    assert [one.resource for one in site.consumer.bookings.values()] != [gone]
    assert len(site.consumer.bookings) == 1
    for table in (bookings, calendars):
        rows = await rows_of(installation.store, table, site.tenant)
        assert {row.resource for row in rows} & {gone} == set()


async def test_it_is_read_no_more_and_its_neighbour_is(installation: Installation) -> None:
    site = await opened(installation)
    await decide(site, WITHOUT_AMBER)
    await site.news()
    site.tenancy = await installation.tenancy(site.tenant)
    site.provider.put(AMBER, meeting("event-3", LATER))
    site.provider.put(BIRCH, meeting("event-4", LATER))
    assert await site.later(timedelta(days=1, minutes=1)) == [EntryKind.BOOKING_PUT]
    assert EntryKind.RESOURCE_PUT not in await site.later(timedelta(days=1, minutes=1))


async def test_a_turn_under_way_is_fenced(installation: Installation) -> None:
    site = await opened(installation)
    await decide(site, WITHOUT_AMBER)
    with pytest.raises(Fenced):
        await installation.store.turn(site.tenancy.fence, site.tenancy.keys, id)


async def test_it_comes_back_when_it_is_taken_back(installation: Installation) -> None:
    site = await opened(installation)
    await decide(site, WITHOUT_AMBER)
    await decide(site, Places())
    await site.news()
    site.tenancy = await installation.tenancy(site.tenant)
    await site.later(SOON)
    await site.later(SOON)
    assert len(site.consumer.resources) == len(site.consumer.bookings) == 2


async def test_what_was_cut_off_is_gone_before_anything_is_served(installation: Installation) -> None:
    site = await opened(installation)
    # It dies with the amendment committed, and nothing else.
    parts = replace(installation.parts, store=CrashingStore(installation.store, Fuse(0, after=True)))
    with pytest.raises(Crash):
        await decide_anew(parts, site.tenant, WITHOUT_AMBER, silent)
    installation.parts.keyring.drop(site.tenant)
    await settle_epochs(installation.parts)
    await narrow(installation.parts)
    await site.news()
    assert resource_of(site.tenancy, AMBER) not in site.consumer.resources


async def test_of_a_site_that_stays_the_place_alone_goes(installation: Installation) -> None:
    installation.set_policy("sites", place=Place.SITE)
    site = await open_site(installation, meeting("event-1", NOON), policy="sites")
    site.provider.add_place(BIRCH)
    site.provider.put(BIRCH, meeting("event-2", NOON))
    await site.later(timedelta(days=1, minutes=1))
    await site.later(SOON)
    assert (len(site.consumer.resources), len(site.consumer.bookings)) == (1, 2)
    site.provider.blur(AMBER, "event-9")
    await site.later()
    assert site.freshness() is Freshness.UNKNOWN
    await decide(site, WITHOUT_AMBER)
    assert set(await site.news()) == {EntryKind.BOOKING_REMOVED, EntryKind.RESOURCE_STATE}
    assert (len(site.consumer.resources), len(site.consumer.bookings)) == (1, 1)
    assert site.freshness() is Freshness.FRESH


async def test_what_a_persons_calendar_tells_of_it_goes_as_well(installation: Installation) -> None:
    site = await open_peopled_site(installation)
    ana = Person(site, "ana")
    ana.put(invitation("theirs", NOON, AMBER))
    await ana.connect()
    await site.later()
    assert site.consumer.bookings
    await decide(site, WITHOUT_AMBER)
    await site.news()
    assert site.consumer.bookings == {}
    site.tenancy = await installation.tenancy(site.tenant)
    await site.later()
    assert site.consumer.bookings == {}


async def test_a_mailbox_that_no_directory_lists_is_withdrawn_alike(installation: Installation) -> None:
    site = await opened(installation)
    box = Mailbox(id=AMBER.place_id, address=str(AMBER.address), name="Amber")
    await decide(site, Places(unlisted=(box,), excluded=frozenset({AMBER.place_id})))
    await site.news()
    site.tenancy = await installation.tenancy(site.tenant)
    await site.later(SOON)
    assert resource_of(site.tenancy, AMBER) not in site.consumer.resources


async def test_its_channel_is_ended_at_its_provider(installation: Installation) -> None:
    installation.notify_url = "https://gateway.example/v1/notifications/graph"
    site = await opened(installation)
    before = len(await rows_of(installation.store, channels, site.tenant))
    await decide(site, WITHOUT_AMBER)
    await site.news()
    site.tenancy = await installation.tenancy(site.tenant)
    await site.later(SOON)
    assert len(await rows_of(installation.store, channels, site.tenant)) == before - 1
