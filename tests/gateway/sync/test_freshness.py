"""How current a resource is: fresh, stale after three missed polls, unknown after a day."""

import asyncio
from datetime import timedelta

from connectors.errors import Unreachable
from gateway.booking import Freshness
from gateway.clock import milliseconds
from gateway.entry import EntryKind
from gateway.store.feed_log import FeedLog
from gateway.sync.upkeep import Upkeep
from tests.fakes.filled_store import NOON
from tests.fakes.installation import SEES_ALL, Installation, lose_access
from tests.fakes.site import AMBER, Site, meetings, open_site

BOUND_SECONDS = 10
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def upkeep(installation: Installation) -> Upkeep:
    return Upkeep(installation.store, installation.parts.keyring, installation.clock)


async def grow_older(site: Site, by: timedelta) -> list[EntryKind]:
    """Let time pass without a reading; what the consumer is told after upkeep."""
    site.installation.clock.move(by)
    await upkeep(site.installation).visit_all()
    return await site.news()


async def test_a_resource_is_unknown_until_it_has_been_read(installation: Installation) -> None:
    site = await open_site(installation)
    site.provider.places = {}
    await site.later(DAY)
    site.provider.add_place(AMBER)
    installation.clock.move(DAY)
    await site.look_at_directory()
    await site.news()
    assert (site.freshness(), site.state.reason) == (Freshness.UNKNOWN, "not_read_yet")
    await site.later()
    assert site.freshness() is Freshness.FRESH


async def test_three_missed_polls_make_it_stale_and_a_day_unknown(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    read_at = milliseconds(NOON)
    assert await grow_older(site, 15 * MINUTE) == []
    assert await grow_older(site, timedelta(milliseconds=1)) == [EntryKind.RESOURCE_STATE]
    assert (site.freshness(), site.state.since) == (Freshness.STALE, read_at)
    assert site.state.reason == "polls_missed"
    assert await grow_older(site, DAY - 15 * MINUTE - timedelta(milliseconds=1)) == []
    assert await grow_older(site, timedelta(milliseconds=1)) == [EntryKind.RESOURCE_STATE]
    assert (site.freshness(), site.state.since) == (Freshness.UNKNOWN, read_at)
    assert len(site.told) == 1
    assert await grow_older(site, 10 * DAY) == []


async def test_after_a_long_outage_it_is_unknown_at_once(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    assert await grow_older(site, 2 * DAY) == [EntryKind.RESOURCE_STATE]
    assert site.freshness() is Freshness.UNKNOWN


async def test_a_reading_makes_it_fresh_again(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    await grow_older(site, DAY)
    assert EntryKind.RESOURCE_STATE in await site.later()
    assert (site.freshness(), site.state.since, site.state.reason) == (Freshness.FRESH, None, None)


async def test_a_reading_that_fails_does_not(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    await grow_older(site, 20 * MINUTE)
    site.provider.fail(1, Unreachable("network"))
    assert await site.later() == []
    assert site.freshness() is Freshness.STALE


async def test_a_tenant_whose_keys_are_gone_does_not_hold_up_others(installation: Installation) -> None:
    first, second = await open_site(installation, *meetings(1)), await open_site(installation, *meetings(1))
    await installation.parts.keys.destroy_tenant_keys(first.tenant)
    installation.parts.keyring.drop(first.tenant)
    assert await grow_older(second, DAY) == [EntryKind.RESOURCE_STATE]


async def test_what_is_suspended_does_not_grow_older(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    await lose_access(installation.store, site.tenancy)
    head = await site.head()
    installation.clock.move(2 * DAY)
    await upkeep(installation).visit_all()
    assert await site.head() == head


async def test_it_is_kept_up_from_the_start_until_told_to_stop(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    installation.clock.move(2 * DAY)
    stop = asyncio.Event()
    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as group:
        group.create_task(upkeep(installation).run(stop))
        for _ in range(BOUND_SECONDS * 100):
            if EntryKind.RESOURCE_STATE in await site.news():
                break
            await asyncio.sleep(0.01)
        stop.set()
    assert site.freshness() is Freshness.UNKNOWN


async def test_removals_are_told_for_thirty_days_and_then_forgotten(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3, first=24 * 60))
    site.provider.delete(AMBER, "event-1441")
    await site.later()
    removed_at = await site.head()
    installation.clock.move(30 * DAY)
    await upkeep(installation).visit_all()
    assert (await horizon(site), await removals(site)) == (0, 1)
    installation.clock.move(MINUTE)
    await upkeep(installation).visit_all()
    assert (await horizon(site), await removals(site)) == (removed_at, 0)
    await upkeep(installation).visit_all()
    assert await horizon(site) == removed_at


async def test_what_was_forgotten_may_come_again(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1, first=24 * 60))
    site.provider.clear(AMBER)
    await site.later()
    installation.clock.move(31 * DAY)
    await upkeep(installation).visit_all()
    site.provider.put(AMBER, *meetings(1, first=24 * 60))
    assert EntryKind.BOOKING_PUT in await site.later()
    assert site.told == {"event-1440"}


async def horizon(site: Site) -> int:
    standing = await site.installation.standing(site.tenant)
    return await site.installation.store.read(lambda handle: FeedLog(handle, standing, SEES_ALL).horizon())


async def removals(site: Site) -> int:
    entries = await site.installation.entries(site.tenant)
    return sum(entry.kind is EntryKind.BOOKING_REMOVED for entry in entries)
