"""Failure is not emptiness: only a complete look takes anything away."""

import pytest
from msgspec.structs import replace

from connectors.errors import (
    ConnectorError,
    CredentialRefused,
    CursorExpired,
    Malformed,
    Throttled,
    Unreachable,
)
from connectors.raw import Response
from gateway.booking import Freshness
from gateway.entry import EntryKind
from tests.fakes.crashes import CrashingStore, Fuse
from tests.fakes.installation import Installation
from tests.fakes.site import AMBER, meetings, open_site

FAILURES: list[ConnectorError] = [
    Unreachable("network"),
    Throttled("throttled", 1),
    Malformed("bad_page"),
    CredentialRefused("credential_refused"),
]

both = pytest.mark.parametrize("incremental", [False, True])


@both
@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.code)
@pytest.mark.parametrize("page", [1, 2, 3])
async def test_a_failed_page_takes_nothing_away(
    installation: Installation, failure: ConnectorError, *, incremental: bool, page: int
) -> None:
    site = await open_site(installation, *meetings(9), incremental=incremental, page_items=2)
    site.provider.delete(AMBER, "event-3", "event-4", "event-5", "event-6")
    site.provider.put(AMBER, *meetings(2, first=20))
    site.provider.fail(page, failure)
    told = await site.later()
    assert EntryKind.BOOKING_REMOVED not in told
    assert {f"event-{number}" for number in range(9)} <= site.told
    assert EntryKind.BOOKING_REMOVED in await site.later()
    assert site.told == {f"event-{number}" for number in (0, 1, 2, 7, 8, 20, 21)}


@both
async def test_a_lost_cursor_takes_nothing_away_but_what_is_gone(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(5), incremental=incremental, page_items=2)
    site.provider.delete(AMBER, "event-1")
    site.provider.lose_cursors()
    assert await site.later() == [EntryKind.BOOKING_REMOVED]
    assert site.told == {"event-0", "event-2", "event-3", "event-4"}
    assert site.freshness() is Freshness.FRESH


async def test_a_cursor_lost_in_the_full_round_too_is_backed_off_from(installation: Installation) -> None:
    site = await open_site(installation, *meetings(5), incremental=True, page_items=2)
    site.provider.lose_cursors()
    site.provider.fail(2, CursorExpired("cursor_expired"))
    asked = site.provider.asked["page"]
    assert await site.later() == []
    assert site.provider.asked["page"] == asked + 2
    assert (await site.calendar()).cursor is None
    assert await site.later() == []
    assert (await site.calendar()).cursor is not None


async def test_an_empty_answer_without_an_end_is_no_round(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3))
    site.provider.silent = True
    assert await site.later() == []
    assert (await site.calendar()).reason == "round_without_pages"


async def test_a_round_without_a_cursor_is_no_round(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3), incremental=True)
    site.provider.delete(AMBER, "event-1")
    site.provider.silent = True
    assert await site.later() == []
    assert (await site.calendar()).reason == "round_without_cursor"
    site.provider.silent = False
    assert await site.later() == [EntryKind.BOOKING_REMOVED]


@both
async def test_a_missing_calendar_frees_nothing(installation: Installation, *, incremental: bool) -> None:
    site = await open_site(installation, *meetings(3), incremental=incremental)
    calendar = site.provider.calendars.pop(AMBER.address)
    assert await site.later() == [EntryKind.RESOURCE_STATE]
    assert (site.freshness(), site.state.reason) == (Freshness.UNKNOWN, "calendar_missing")
    assert len(site.told) == 3
    assert await site.later() == []
    site.provider.calendars[AMBER.address] = calendar
    assert await site.later() == [EntryKind.RESOURCE_STATE]
    assert site.freshness() is Freshness.FRESH


@both
async def test_what_a_complete_look_does_not_meet_is_removed(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(5), incremental=incremental, page_items=2)
    site.provider.clear(AMBER)
    assert await site.later() == [EntryKind.BOOKING_REMOVED] * 5
    assert site.told == set()


async def test_tombstones_wait_for_the_last_page_and_share_its_commit(installation: Installation) -> None:
    site = await open_site(installation, *meetings(5), incremental=True, page_items=2)
    cursor = (await site.calendar()).cursor
    site.provider.delete(AMBER, "event-0", "event-1")
    site.provider.put(AMBER, *meetings(3, first=10))
    # A page of tombstones commits nothing, the next one does; the last one fails, and the tombstones with it.
    told = await site.later(store=CrashingStore(installation.store, Fuse(1)))
    assert told == [EntryKind.BOOKING_PUT] * 2
    assert (await site.calendar()).cursor == cursor
    assert await site.later() == [EntryKind.BOOKING_PUT, *[EntryKind.BOOKING_REMOVED] * 2]
    assert (await site.calendar()).cursor != cursor


async def test_what_is_said_to_be_changed_and_gone_is_read_again(installation: Installation) -> None:
    site = await open_site(installation, *meetings(4), incremental=True, page_items=2)
    site.provider.contradict(AMBER, "event-1")
    site.provider.delete(AMBER, "event-2")
    asked = site.provider.asked["event"]
    assert await site.later() == [EntryKind.BOOKING_REMOVED]
    assert site.told == {"event-0", "event-1", "event-3"}
    assert site.provider.asked["event"] == asked + 1


@pytest.mark.parametrize("full", [False, True])
async def test_what_is_gone_when_it_is_read_again_is_removed(
    installation: Installation, *, full: bool
) -> None:
    site = await open_site(installation, *meetings(4), incremental=True)
    site.provider.contradict(AMBER, "event-1")
    if full:
        site.provider.lose_cursors()

    async def delete() -> None:
        site.provider.delete(AMBER, "event-1")

    site.provider.meanwhile(0, delete)
    assert await site.later() == [EntryKind.BOOKING_REMOVED]
    assert site.told == {"event-0", "event-2", "event-3"}


@pytest.mark.parametrize("stays", [False, True])
async def test_what_is_said_to_be_changed_and_cancelled_is_read_again(
    installation: Installation, *, stays: bool
) -> None:
    site = await open_site(installation, *meetings(4), incremental=True, page_items=2)
    busy, *others = meetings(4)
    site.provider.put(AMBER, *(replace(event, response=Response.TENTATIVE) for event in (busy, *others)))

    async def cancel() -> None:
        site.provider.put(AMBER, replace(busy, cancelled=True))

    async def renew() -> None:
        site.provider.put(AMBER, busy)

    site.provider.meanwhile(2, cancel)
    if stays:
        site.provider.meanwhile(0, renew)
    asked = site.provider.asked["event"]
    told = await site.later()
    assert site.provider.asked["event"] == asked + 1
    assert (EntryKind.BOOKING_REMOVED in told, "event-0" in site.told) == (not stays, stays)


async def test_a_failure_while_it_is_read_again_takes_nothing_away(installation: Installation) -> None:
    site = await open_site(installation, *meetings(4), incremental=True)
    site.provider.contradict(AMBER, "event-1")
    site.provider.delete(AMBER, "event-2")
    site.provider.fail(0, Unreachable("network"))
    assert await site.later() == []
    assert await site.later() == [EntryKind.BOOKING_REMOVED]
    assert site.told == {"event-0", "event-1", "event-3"}


async def test_a_full_round_reads_again_only_what_it_knows(installation: Installation) -> None:
    site = await open_site(installation, *meetings(4), incremental=True)
    site.provider.lose_cursors()
    site.provider.put(AMBER, *meetings(1, first=9))
    site.provider.contradict(AMBER, "event-1")
    asked = site.provider.asked["event"]
    assert await site.later() == [EntryKind.BOOKING_PUT]
    assert site.told == {"event-0", "event-1", "event-2", "event-3", "event-9"}
    assert site.provider.asked["event"] == asked + 1


async def test_a_tombstone_for_an_unknown_event_is_nobodys_business(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1), incremental=True)
    site.provider.delete(AMBER, "event-9")
    head = await site.head()
    assert await site.later() == []
    assert await site.head() == head


async def test_what_moves_between_pages_is_not_removed(installation: Installation) -> None:
    site = await open_site(installation, *meetings(6), page_items=2)
    earlier = meetings(1, first=-3)[0]

    async def move_the_last_to_the_front() -> None:
        site.provider.put(AMBER, replace(earlier, id="event-5"))

    site.provider.meanwhile(2, move_the_last_to_the_front)
    assert await site.later() == [EntryKind.BOOKING_PUT]
    assert "event-5" in site.told


async def test_what_is_absent_from_a_single_page_is_removed_at_once(installation: Installation) -> None:
    site = await open_site(installation, *meetings(6))
    site.provider.delete(AMBER, "event-5")
    asked = site.provider.asked["page"]
    assert await site.later() == [EntryKind.BOOKING_REMOVED]
    assert site.provider.asked["page"] == asked + 1


async def test_what_is_absent_from_several_pages_is_looked_for_twice(installation: Installation) -> None:
    site = await open_site(installation, *meetings(6), page_items=2)
    site.provider.delete(AMBER, "event-5")
    asked = site.provider.asked["page"]
    assert await site.later() == [EntryKind.BOOKING_REMOVED]
    assert site.provider.asked["page"] == asked + 6
