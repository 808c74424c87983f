"""Cancellations and deletions: P22 to P33."""

from datetime import timedelta

import pytest

from gateway.booking import Freshness, Status
from gateway.entry import EntryKind
from gateway.minimization.outcome import Reason, Removed
from tests.fakes.installation import Installation
from tests.fakes.provider import room
from tests.fakes.site import AMBER, meetings, open_site
from tests.pitfalls.hosted import DELTA, EVERY, REMOVED, SNAPSHOT, STATE, SYNC, Hosted, read_as
from tests.pitfalls.words import (
    DAY,
    GOOGLE,
    GRAPH,
    HOUR,
    ONE,
    TEN,
    WIDEST,
    Item,
    Words,
    answered,
    both,
    google_time,
)

CANCELLED: dict[str, Item] = {"graph": {"@removed": {"reason": "deleted"}}, "google": {"status": "cancelled"}}


def instance(event: str, start_after: timedelta) -> Item:
    """A meeting of a series, in Google's words."""
    return GOOGLE.meeting(event, TEN + start_after) | {"recurringEventId": "series"}


def graph_series(count: int) -> list[Item]:
    """A daily series in Graph's words: its master, and its meetings ``day-0`` and so on."""
    master = GRAPH.meeting("master") | {"type": "seriesMaster"}
    days = [GRAPH.meeting(f"day-{number}", TEN + number * DAY) for number in range(count)]
    return [master, *(day | {"type": "occurrence", "seriesMasterId": "master"} for day in days)]


@both
def test_p22_a_tombstone_without_a_time_is_a_removal_and_nothing_else(words: Words) -> None:
    page = words.page({"id": "one", **CANCELLED[words.name]})
    assert (page.items, page.removed) == ((), ("one",))


@read_as(SYNC)
async def test_p23_a_cancelled_instance_goes_alone_by_its_id(hosted: Hosted) -> None:
    await hosted.hold(instance("one", HOUR), instance("other", DAY))
    gone = {"id": "one", "status": "cancelled", "recurringEventId": "series"}
    hosted.calendar.add(gone | {"originalStartTime": google_time(TEN + HOUR)})
    assert await hosted.later() == [REMOVED]
    assert [booking.start for booking in hosted.bookings] == [TEN + DAY]


@both
def test_p24_a_tombstone_that_carries_everything_is_a_tombstone(words: Words) -> None:
    page = words.page(words.meeting() | CANCELLED[words.name], disclosure=WIDEST)
    assert (page.items, page.removed) == ((), ("one",))


@read_as(SYNC)
async def test_p25_what_is_cancelled_is_no_booking_whatever_was_asked_for(hosted: Hosted) -> None:
    hosted.fault("tombstone-details")
    await hosted.hold(hosted.words.meeting())
    assert [booking.start for booking in hosted.bookings] == [TEN]
    hosted.sandbox.expire_sync_tokens()
    assert await hosted.later() == []


@read_as(DELTA)
async def test_p26_a_tombstone_of_a_series_takes_the_meetings_we_hold_of_it(hosted: Hosted) -> None:
    await hosted.hold(*graph_series(3), hosted.words.meeting("one", TEN + HOUR))
    for number in range(3):
        del hosted.calendar.events[f"day-{number}"]
    hosted.calendar.delete("master")
    assert await hosted.later() == [REMOVED] * 3
    assert [booking.start for booking in hosted.bookings] == [TEN + HOUR]


@read_as(DELTA)
async def test_p27_a_deleted_occurrence_is_missed_when_its_series_is_told(hosted: Hosted) -> None:
    master, *days = graph_series(3)
    await hosted.hold(master, *days)
    del hosted.calendar.events["day-1"]
    hosted.calendar.add(master)
    assert await hosted.later() == [REMOVED]
    assert [booking.start for booking in hosted.bookings] == [TEN, TEN + 2 * DAY]


@read_as(SNAPSHOT, DELTA)
async def test_p28_what_is_cancelled_and_stays_in_the_calendar_is_no_booking(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting("one"), hosted.words.meeting("other") | {"isCancelled": True})
    assert len(hosted.bookings) == 1
    hosted.calendar.cancel("one")
    assert "one" in hosted.calendar.events
    assert await hosted.later() == [REMOVED]


@both
def test_p29_what_the_room_declined_does_not_take_it(words: Words) -> None:
    declined = answered(words, "declined", "declined")
    assert words.outcomes(declined) == [Removed(ONE, Reason.DECLINED)]


@read_as(*EVERY)
async def test_p29_a_room_may_decline_later(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.calendar.add(answered(hosted.words, "declined", "declined"))
    assert await hosted.later() == [REMOVED]


@both
@pytest.mark.parametrize("answers", [("tentativelyAccepted", "tentative"), ("notResponded", "needsAction")])
def test_p30_a_room_that_has_not_agreed_is_taken_tentatively(words: Words, answers: tuple[str, str]) -> None:
    assert words.booking(answered(words, *answers)).status is Status.TENTATIVE
    assert words.booking(words.meeting()).status is Status.CONFIRMED


@read_as(*EVERY)
async def test_p31_a_calendar_that_is_not_there_is_unknown_and_not_free(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.fault("sharing-revoked" if hosted.way == SYNC else "mailbox-not-enabled")
    assert await hosted.later() == [STATE]
    assert hosted.freshness() is Freshness.UNKNOWN
    assert len(hosted.bookings) == 1
    hosted.sandbox.faults.clear()
    assert await hosted.later() == [STATE]
    assert hosted.freshness() is Freshness.FRESH


async def test_p31_a_calendar_that_is_denied_is_unknown_and_not_free(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3))
    site.provider.add_place(room("birch"))
    await site.later(DAY)
    site.provider.denied = {AMBER.address}
    assert await site.later() == [EntryKind.RESOURCE_STATE]
    assert {state.freshness for state in site.consumer.states.values()} == {
        Freshness.FRESH,
        Freshness.UNKNOWN,
    }
    assert len(site.told) == 3
