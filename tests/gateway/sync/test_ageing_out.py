"""What lies in the past goes without a word; what leaves the window otherwise is removed aloud."""

from datetime import timedelta

import pytest

from gateway.entry import EntryKind
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.log_fold import LogFold
from tests.fakes.provider import meeting, room
from tests.fakes.site import AMBER, meetings, open_site

A_DAY = timedelta(days=1)
PAST_A_REBASE = timedelta(days=1, minutes=10)

both = pytest.mark.parametrize("incremental", [False, True])


@both
@pytest.mark.parametrize("kept_by_provider", [False, True])
async def test_a_booking_that_ages_out_is_forgotten_silently(
    installation: Installation, *, incremental: bool, kept_by_provider: bool
) -> None:
    site = await open_site(installation, *meetings(3), incremental=incremental)
    if not kept_by_provider:
        site.provider.clear(AMBER)
    head = await site.head()
    assert await site.later(3 * A_DAY) == []
    assert await site.head() == head
    log = LogFold().take(await installation.entries(site.tenant))
    assert log.bookings == {}


@both
async def test_yesterday_is_kept(installation: Installation, *, incremental: bool) -> None:
    site = await open_site(installation, *meetings(3), incremental=incremental)
    assert await site.later(PAST_A_REBASE) == []
    log = LogFold().take(await installation.entries(site.tenant))
    assert len(log.bookings) == 3


@both
async def test_a_booking_that_moves_out_of_the_window_is_removed_aloud(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(3), incremental=incremental)
    site.provider.put(AMBER, meeting("event-0", NOON + 200 * A_DAY), meeting("event-1", NOON - 10 * A_DAY))
    assert await site.later() == [EntryKind.BOOKING_REMOVED] * 2
    assert site.told == {"event-2"}


async def test_a_booking_that_graph_hides_outside_the_window_is_removed_aloud(
    installation: Installation,
) -> None:
    site = await open_site(installation, *meetings(3), incremental=True)
    site.provider.hides_outside = True
    site.provider.put(AMBER, meeting("event-0", NOON + 200 * A_DAY))
    assert await site.later() == [EntryKind.BOOKING_REMOVED]
    assert site.told == {"event-1", "event-2"}


@both
async def test_a_booking_cancelled_yesterday_is_removed_aloud(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(3), incremental=incremental)
    site.provider.delete(AMBER, "event-0")
    assert await site.later(A_DAY) == [EntryKind.BOOKING_REMOVED]


@both
async def test_in_a_place_that_is_a_person_nothing_before_today_is_told_or_kept(
    installation: Installation, *, incremental: bool
) -> None:
    cabin = room("cabin", capacity=1)
    site = await open_site(installation, *meetings(3), incremental=incremental, place=cabin)
    assert len(site.told) == 3
    head = await site.head()
    assert await site.later(PAST_A_REBASE) == []
    assert await site.head() == head
    log = LogFold().take(await installation.entries(site.tenant))
    assert log.bookings == {}


@both
async def test_in_a_place_that_is_a_person_yesterday_ends_at_midnight(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(
        installation, *meetings(3), incremental=incremental, place=room("cabin", capacity=1)
    )
    assert await site.later(timedelta(hours=13)) == []
    assert LogFold().take(await installation.entries(site.tenant)).bookings == {}


@both
async def test_what_comes_into_the_window_is_told_when_it_is_read_anew(
    installation: Installation, *, incremental: bool
) -> None:
    far = meeting("event-7", NOON + 180 * A_DAY)
    site = await open_site(installation, far, incremental=incremental)
    assert site.told == set()
    assert await site.later(PAST_A_REBASE) == [EntryKind.BOOKING_PUT]


@both
async def test_a_slow_reader_is_not_left_with_the_time_from_which_a_meeting_moved_before_it_aged_out(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(1), incremental=incremental)
    site.provider.put(AMBER, meeting("event-0", NOON + 30 * A_DAY))
    await site.later()
    slow = LogFold().take(await installation.entries(site.tenant))
    site.provider.put(AMBER, meeting("event-0", NOON))
    await site.later()
    await site.later(3 * A_DAY)
    slow.take(await installation.entries(site.tenant, slow.position))
    assert {booking.end for booking in slow.bookings.values() if booking.end > installation.clock()} == set()
