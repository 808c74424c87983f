"""What was begun under an epoch or a lease that is over commits nothing."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from connectors.errors import CalendarMissing, ConnectorError, CursorExpired, Unreachable
from gateway.app.tenants import resume_tenant
from gateway.errors import Fenced
from gateway.store.leases import Lease
from gateway.store.tables import calendars
from tests.fakes.installation import PAST_A_POLL, Installation, lose_access
from tests.fakes.provider import room
from tests.fakes.site import AMBER, Site, meetings, open_site

PAST_A_LEASE = timedelta(minutes=2, seconds=1)
PAST_A_DAY = timedelta(days=1, minutes=6)

both = pytest.mark.parametrize("incremental", [False, True])
pages = pytest.mark.parametrize("page", [1, 2, 3])


async def changed_site(installation: Installation, *, incremental: bool) -> Site:
    """A site whose calendar is due, and whose pages each would write something."""
    site = await open_site(installation, *meetings(6), incremental=incremental, page_items=2)
    site.provider.delete(AMBER, *(event.id for event in meetings(6)))
    site.provider.put(AMBER, *meetings(6, first=6))
    installation.clock.move(PAST_A_POLL)
    return site


async def claim(site: Site) -> list[Lease]:
    """What another worker gets hold of."""
    return await site.installation.store.claim(calendars, tenant=site.tenant, owner="other", limit=1)


async def withdraw(site: Site) -> None:
    assert await site.installation.cascade().fence(site.tenant) is not None


async def suspend_and_resume(site: Site) -> None:
    await lose_access(site.installation.store, site.tenancy)
    await resume_tenant(site.installation.parts, site.tenant)


@both
@pages
@pytest.mark.parametrize("fence", [withdraw, suspend_and_resume])
async def test_a_turn_in_flight_commits_nothing_once_the_fence_fell(
    installation: Installation, fence: Callable[[Site], Awaitable[None]], *, incremental: bool, page: int
) -> None:
    site = await changed_site(installation, incremental=incremental)
    asked, heads = site.provider.asked["page"], list[int]()

    async def fall() -> None:
        await fence(site)
        heads.append(await site.head())

    site.provider.meanwhile(page, fall)
    with pytest.raises(Fenced):
        await site.turn()
    assert [await site.head()] == heads
    # The request under way may end; none is begun after it.
    assert site.provider.asked["page"] == asked + page


@both
@pages
async def test_a_turn_whose_lease_was_lost_commits_nothing(
    installation: Installation, *, incremental: bool, page: int
) -> None:
    site = await changed_site(installation, incremental=incremental)
    heads = list[int]()
    before = await site.calendar()

    async def lose() -> None:
        installation.clock.move(PAST_A_LEASE)
        assert len(await claim(site)) == 1
        heads.append(await site.head())

    site.provider.meanwhile(page, lose)
    with pytest.raises(Fenced):
        await site.turn()
    assert [await site.head()] == heads
    assert await site.calendar() == before


@pytest.mark.parametrize(
    "failure", [CursorExpired("cursor_expired"), Unreachable("network"), CalendarMissing("calendar_missing")]
)
async def test_not_even_a_failure_is_recorded_without_the_lease(
    installation: Installation, failure: ConnectorError
) -> None:
    site = await changed_site(installation, incremental=True)
    before = await site.calendar()

    async def lose_and_fail() -> None:
        installation.clock.move(PAST_A_LEASE)
        await claim(site)
        raise failure

    site.provider.meanwhile(1, lose_and_fail)
    with pytest.raises(Fenced):
        await site.turn()
    assert await site.calendar() == before
    assert await site.news() == []


async def test_a_long_round_that_changes_nothing_keeps_its_lease(installation: Installation) -> None:
    site = await open_site(installation, *meetings(8), page_items=2)
    before, taken = await site.calendar(), list[Lease]()

    async def let_time_pass_and_compete() -> None:
        installation.clock.move(timedelta(seconds=80))
        taken.extend(await claim(site))

    for page in (1, 2, 3, 4):
        site.provider.meanwhile(page, let_time_pass_and_compete)
    installation.clock.move(PAST_A_POLL)
    await site.turn()
    assert taken == []
    assert (await site.calendar()).full_at != before.full_at
    assert await site.news() == []


@both
async def test_a_turn_under_way_does_not_outlive_a_change_of_its_place(
    installation: Installation, *, incremental: bool
) -> None:
    events = meetings(4, first=48)
    site = await open_site(installation, *events, incremental=incremental, page_items=2)
    site.provider.places = {AMBER.place_id: room("amber", capacity=1)}
    site.provider.meanwhile(2, site.look_at_directory)
    installation.clock.move(PAST_A_DAY)
    with pytest.raises(Fenced):
        await site.turn()
    await installation.sync()
    await site.news()
    # The place is one person's by now: blocks of quarter hours.
    assert {booking.start.second for booking in site.consumer.bookings.values()} == {0}


@both
async def test_a_turn_under_way_does_not_outlive_its_place(
    installation: Installation, *, incremental: bool
) -> None:
    site = await changed_site(installation, incremental=incremental)
    site.provider.places = {}
    site.provider.meanwhile(2, site.look_at_directory)
    installation.clock.move(PAST_A_DAY)
    with pytest.raises(Fenced):
        await site.turn()
    await site.news()
    assert site.consumer.resources == {}
    assert site.consumer.bookings == {}


async def test_two_workers_never_take_the_same_calendar(installation: Installation) -> None:
    site = await changed_site(installation, incremental=False)
    (lease,) = await claim(site)
    assert await claim(site) == []
    installation.clock.move(PAST_A_LEASE)
    (next_lease,) = await claim(site)
    assert next_lease.fencing == lease.fencing + 1
