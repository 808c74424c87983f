"""Rules that have become narrower hold for what is stored, whether or not the provider can be read."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.errors import CalendarMissing
from gateway.entry import EntryKind
from gateway.minimization.lattice import Time
from gateway.sync.upkeep import Upkeep
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.log_fold import LogFold
from tests.fakes.provider import meeting
from tests.fakes.site import AMBER, Site, meetings, open_site

PAST_A_DIRECTORY_LOOK = timedelta(days=1, minutes=6)
TOMORROW = NOON + timedelta(days=2)

both = pytest.mark.parametrize("incremental", [False, True])


async def unreadable(site: Site, after: timedelta) -> None:
    site.provider.fail(1, CalendarMissing("not_found"))
    await site.later(after)


@both
async def test_a_narrower_policy_holds_at_the_next_poll(
    installation: Installation, *, incremental: bool
) -> None:
    odd = meeting("event-1", NOON + timedelta(hours=1, minutes=7))
    site = await open_site(installation, odd, incremental=incremental)
    (before,) = site.consumer.bookings.values()
    installation.set_policy("occupancy", time=Time.BUSY)
    assert await site.later() == [EntryKind.BOOKING_PUT]
    (after,) = site.consumer.bookings.values()
    assert (before.start.minute, after.start.minute) == (7, 0)


async def test_a_place_that_becomes_a_persons_is_coarse_even_unread(installation: Installation) -> None:
    site = await open_site(installation, meeting("event-1", TOMORROW + timedelta(minutes=7)))
    site.provider.add_place(replace(AMBER, capacity=1))
    installation.clock.move(PAST_A_DIRECTORY_LOOK)
    await site.look_at_directory()
    await site.news()
    (left,) = site.consumer.bookings.values()
    assert (left.start.minute, left.start.second) == (0, 0)
    assert [resource.name for resource in site.consumer.resources.values()] == [None]


async def test_a_place_that_becomes_a_persons_has_no_past(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2), meeting("event-9", TOMORROW))
    site.provider.add_place(replace(AMBER, capacity=1))
    installation.clock.move(PAST_A_DIRECTORY_LOOK)
    await site.look_at_directory()
    await site.news()
    log = LogFold().take(await installation.entries(site.tenant))
    assert set(log.bookings) == {site.id("event-9")}


@pytest.mark.parametrize("capacity", [1, 8])
async def test_the_past_goes_although_its_calendar_cannot_be_read(
    installation: Installation, capacity: int
) -> None:
    site = await open_site(installation, *meetings(3), place=replace(AMBER, capacity=capacity))
    upkeep = Upkeep(installation.store, installation.parts.keyring, installation.clock)
    await upkeep.visit_all()
    head, kept = await site.head(), []
    for _ in range(3):
        await unreadable(site, timedelta(days=1))
        await upkeep.visit_all()
        kept.append(len(LogFold().take(await installation.entries(site.tenant)).bookings))
    # A person's place has no yesterday.
    assert kept == ([0, 0, 0] if capacity == 1 else [3, 0, 0])
    told = await installation.entries(site.tenant, head)
    assert {entry.kind for entry in told} <= {EntryKind.RESOURCE_STATE}
