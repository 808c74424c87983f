"""What cannot be understood keeps its place, and makes its resource unknown, never free."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.errors import Unreachable
from gateway.booking import Freshness
from gateway.entry import EntryKind
from tests.fakes.installation import Installation
from tests.fakes.site import AMBER, meetings, open_site

PAST_A_REBASE = timedelta(minutes=61)

both = pytest.mark.parametrize("incremental", [False, True])


@both
async def test_an_unclear_item_keeps_its_row(installation: Installation, *, incremental: bool) -> None:
    site = await open_site(installation, *meetings(3), incremental=incremental, page_items=2)
    site.provider.blur(AMBER, "event-1")
    before = site.booking("event-1")
    assert await site.later() == [EntryKind.RESOURCE_STATE]
    assert (site.freshness(), site.state.reason) == (Freshness.UNKNOWN, "not_understood")
    assert site.booking("event-1") == before


@both
async def test_an_unclear_item_is_exempt_from_the_sweep(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(3), incremental=incremental)
    site.provider.blur(AMBER, "event-1")
    site.provider.delete(AMBER, "event-2")
    site.provider.lose_cursors()
    assert EntryKind.BOOKING_REMOVED in await site.later()
    assert site.told == {"event-0", "event-1"}
    site.provider.lose_cursors()
    assert await site.later() == []


@both
async def test_an_unclear_item_that_was_never_stored_makes_no_booking(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, incremental=incremental)
    site.provider.blur(AMBER, "event-1")
    assert await site.later() == [EntryKind.RESOURCE_STATE]
    assert site.freshness() is Freshness.UNKNOWN
    assert site.told == set()


async def test_an_item_without_an_id_stops_the_sweep_of_a_snapshot(installation: Installation) -> None:
    site = await open_site(installation, *meetings(4), page_items=2)
    site.provider.blur(AMBER, "event-1", nameless=True)
    site.provider.delete(AMBER, "event-2")
    assert await site.later() == [EntryKind.RESOURCE_STATE]
    assert site.told == {"event-0", "event-1", "event-2", "event-3"}
    site.provider.delete(AMBER, "event-1")
    assert sorted(await site.later()) == [
        EntryKind.BOOKING_REMOVED,
        EntryKind.BOOKING_REMOVED,
        EntryKind.RESOURCE_STATE,
    ]
    assert site.told == {"event-0", "event-3"}


async def test_an_item_without_an_id_stops_the_sweep_of_a_full_round(installation: Installation) -> None:
    site = await open_site(installation, *meetings(4), incremental=True, page_items=2)
    site.provider.blur(AMBER, "event-1", nameless=True)
    site.provider.delete(AMBER, "event-2")
    site.provider.lose_cursors()
    assert await site.later() == [EntryKind.RESOURCE_STATE]
    assert site.told == {"event-0", "event-1", "event-2", "event-3"}


async def test_an_item_without_an_id_does_not_stop_tombstones(installation: Installation) -> None:
    site = await open_site(installation, *meetings(4), incremental=True, page_items=2)
    site.provider.blur(AMBER, "event-1", nameless=True)
    site.provider.delete(AMBER, "event-2")
    assert sorted(await site.later()) == [EntryKind.BOOKING_REMOVED, EntryKind.RESOURCE_STATE]
    assert site.told == {"event-0", "event-1", "event-3"}


@pytest.mark.parametrize("incremental", [False, True])
async def test_an_item_without_an_id_is_none_that_is_cancelled(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(4), incremental=incremental, page_items=2)
    site.provider.blur(AMBER, "event-1", nameless=True)
    site.provider.delete(AMBER, "event-2")
    site.provider.put(AMBER, replace(meetings(4)[3], cancelled=True))
    site.provider.lose_cursors()
    assert sorted(await site.later()) == [EntryKind.BOOKING_REMOVED, EntryKind.RESOURCE_STATE]
    assert site.told == {"event-0", "event-1", "event-2"}


async def test_only_a_full_round_says_that_nothing_unclear_is_left(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3), incremental=True)
    site.provider.blur(AMBER, "event-1")
    await site.later()
    site.provider.put(AMBER, *meetings(1, first=1))
    assert await site.later() == []
    assert site.freshness() is Freshness.UNKNOWN
    assert await site.later(PAST_A_REBASE) == [EntryKind.RESOURCE_STATE]
    assert site.freshness() is Freshness.FRESH


async def test_a_full_round_that_meets_one_again_leaves_it_unknown(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3), incremental=True)
    site.provider.blur(AMBER, "event-1")
    await site.later()
    assert await site.later(PAST_A_REBASE) == []
    assert site.freshness() is Freshness.UNKNOWN


async def test_a_failure_in_between_does_not_make_it_known(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3), incremental=True)
    site.provider.blur(AMBER, "event-1")
    await site.later()
    site.provider.fail(1, Unreachable("network"))
    site.provider.put(AMBER, *meetings(1, first=1))
    assert await site.later() == []
    assert await site.later() == []
    assert site.freshness() is Freshness.UNKNOWN


async def test_what_is_unclear_when_asked_for_again_keeps_its_row(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3), incremental=True)
    site.provider.blur(AMBER, "event-1")
    site.provider.contradict(AMBER, "event-1")
    assert await site.later() == [EntryKind.RESOURCE_STATE]
    assert site.told == {"event-0", "event-1", "event-2"}
    assert site.freshness() is Freshness.UNKNOWN
