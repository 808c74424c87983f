"""Tokens, rounds and pages: P01 to P21."""

from datetime import timedelta

import pytest

from connectors.port import Projection
from gateway.booking import Freshness, Status
from gateway.minimization.lattice import Time
from gateway.minimization.outcome import Put, Unknown
from tests.contracts.connector import LIMITS
from tests.pitfalls.hosted import DELTA, EVERY, PUT, REMOVED, SNAPSHOT, STATE, SYNC, Hosted, read_as
from tests.pitfalls.words import DAY, GOOGLE, HOUR, NOW, TEN, Words, both

#: More than a page holds.
TWO_PAGES = {SNAPSHOT: 1002, DELTA: 252, SYNC: 252}
FAR = NOW + 200 * DAY


@read_as(*EVERY)
async def test_p01_an_error_on_any_page_is_no_empty_calendar(hosted: Hosted) -> None:
    await hosted.hold(*hosted.words.meetings(TWO_PAGES[hosted.way]))
    # Of a lost cursor the first request is refused, and the next two are the pages of a full round.
    for fault in ("html-page@1", "truncated-json@2", "redirected@3"):
        hosted.sandbox.expire_sync_tokens()
        hosted.fault(fault, times=1)
        assert await hosted.later() == []
        hosted.sandbox.faults.clear()
    assert len(hosted.bookings) == TWO_PAGES[hosted.way]


@read_as(*EVERY)
async def test_p01_an_error_that_stays_is_no_empty_calendar(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.sandbox.faults.refuse(hosted.kind, 503, LIMITS.attempts_max)
    assert await hosted.later() == []
    assert (await hosted.row()).reason == "server_fault"


@read_as(DELTA, SYNC)
async def test_p02_a_forgotten_cursor_is_told_and_answered_with_a_full_round(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    before = await hosted.row()
    hosted.sandbox.expire_sync_tokens()
    assert await hosted.later() == []
    assert '_cursor_expired"} 1.0' in hosted.counted
    after = await hosted.row()
    assert (after.generation, after.full_at) > (before.generation, before.full_at)


@read_as(DELTA, SYNC)
async def test_p03_what_went_while_the_cursor_was_lost_is_removed(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting("one"), hosted.words.meeting("other", TEN + HOUR))
    del hosted.calendar.events["one"]
    hosted.sandbox.expire_sync_tokens()
    assert await hosted.later() == [REMOVED]
    assert [booking.start for booking in hosted.bookings] == [TEN + HOUR]


@read_as(DELTA, SYNC)
async def test_p04_nothing_is_cleared_before_all_is_read_anew(hosted: Hosted) -> None:
    count = TWO_PAGES[hosted.way]
    await hosted.hold(*hosted.words.meetings(count))
    del hosted.calendar.events["m-3"]
    hosted.sandbox.expire_sync_tokens()
    # The cursor is refused, the first page comes, the second does not.
    hosted.fault("invalid-json@3", times=1)
    assert await hosted.later() == []
    assert len(hosted.bookings) == count
    assert await hosted.later() == [REMOVED]


@read_as(*EVERY)
async def test_p05_an_empty_page_is_no_end(hosted: Hosted) -> None:
    hosted.fault("empty-page")
    await hosted.hold(hosted.words.meeting())
    assert len(hosted.bookings) == 1


@read_as(*EVERY)
async def test_p05_pages_without_end_are_left_and_nothing_is_lost(hosted: Hosted) -> None:
    await hosted.hold(*hosted.words.meetings(3))
    before = await hosted.row()
    hosted.fault("endless-pages")
    hosted.calendar.cancel("m-0")
    hosted.calendar.cancel("m-1")
    assert REMOVED not in await hosted.later()
    after = await hosted.row()
    assert (after.reason, after.cursor) == ("repeated_page", before.cursor)


@read_as(DELTA, SYNC)
async def test_p05_a_cursor_comes_with_the_last_page(hosted: Hosted) -> None:
    await hosted.hold()
    before = await hosted.row()
    for meeting in hosted.words.meetings(TWO_PAGES[hosted.way]):
        hosted.calendar.add(meeting)
    hosted.fault("no-body@2", times=1)
    await hosted.later()
    assert (await hosted.row()).cursor == before.cursor
    await hosted.later()
    assert len(hosted.bookings) == TWO_PAGES[hosted.way]
    assert (await hosted.row()).cursor != before.cursor


@read_as(*EVERY)
async def test_p06_what_two_pages_tell_is_one_booking(hosted: Hosted) -> None:
    hosted.fault("duplicate-item")
    await hosted.hold(*hosted.words.meetings(3))
    assert [booking.start for booking in hosted.bookings] == [TEN, TEN + HOUR, TEN + 2 * HOUR]
    assert hosted.consumer.told.count(PUT) == 3


@read_as(DELTA, SYNC)
async def test_p07_a_cursor_goes_with_the_rules_it_was_read_under(hosted: Hosted) -> None:
    hosted.installation.set_policy("chosen")
    await hosted.hold(hosted.words.meeting("one", TEN + HOUR / 6), policy="chosen")
    before = await hosted.row()
    hosted.installation.set_policy("chosen", time=Time.BUSY)
    assert await hosted.later() == [PUT]
    assert [booking.start for booking in hosted.bookings] == [TEN]
    assert (await hosted.row()).generation == before.generation + 1


@read_as(*EVERY)
async def test_p08_what_moves_out_of_the_window_is_removed(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.calendar.move("one", FAR, FAR + HOUR)
    assert await hosted.later() == [REMOVED]


@read_as(*EVERY)
async def test_p09_the_window_moves_with_the_days(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting("one", NOW + 182 * DAY))
    assert hosted.bookings == []
    assert await hosted.later(3 * DAY) == [PUT]


@read_as(DELTA)
async def test_p10_the_end_of_what_was_never_told_is_nobodys_business(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.fault("removed-unknown")
    hosted.calendar.move("one", TEN + HOUR, TEN + 2 * HOUR)
    assert await hosted.later() == [PUT]


@read_as(DELTA)
async def test_p11_what_one_round_says_both_of_is_looked_at(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.fault("updated-then-removed")
    hosted.calendar.move("one", TEN + HOUR, TEN + 2 * HOUR)
    assert await hosted.later() == [PUT]
    assert [booking.start for booking in hosted.bookings] == [TEN + HOUR]


@read_as(*EVERY)
async def test_p11_what_is_told_again_is_no_news(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.calendar.add(hosted.words.meeting())
    assert await hosted.later() == []


@read_as(DELTA)
@pytest.mark.parametrize("fault", ["gone-other-case", "resync-required", "state-not-found", "state-nested"])
async def test_p12_however_a_lost_cursor_is_worded_all_is_read_anew(hosted: Hosted, fault: str) -> None:
    await hosted.hold(hosted.words.meeting())
    del hosted.calendar.events["one"]
    hosted.fault(fault, times=1)
    assert await hosted.later() == [REMOVED]


@read_as(SNAPSHOT, SYNC)
async def test_p13_nothing_of_people_crosses_the_wire_for_a_room_that_is_taken(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    assert len(hosted.bookings) == 1
    tally = hosted.sandbox.crossed[hosted.company.name]
    assert tally.held.total() > 5
    assert tally.crossed.total() == 0


@read_as(DELTA)
@pytest.mark.parametrize("fault", ["link-foreign-host", "link-http"])
async def test_p14_a_link_to_elsewhere_is_neither_followed_nor_kept(hosted: Hosted, fault: str) -> None:
    await hosted.hold(hosted.words.meeting())
    before = await hosted.row()
    hosted.fault(fault)
    assert await hosted.later() == []
    after = await hosted.row()
    assert (after.reason, after.cursor) == ("foreign_link", before.cursor)


@read_as(DELTA, SYNC)
async def test_p15_a_change_stamped_long_ago_is_told_all_the_same(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting())
    await hosted.later(HOUR * 5)
    # The stand-in's clock has not moved: it is five hours behind the gateway's.
    hosted.calendar.cancel("one")
    assert await hosted.later() == [REMOVED]


def test_p16_what_is_left_out_has_its_default() -> None:
    page, link = GOOGLE.read(b'{"nextSyncToken":"t"}', Projection())
    assert (page.items, page.removed, page.cursor, link) == ((), (), "t", None)
    whole = GOOGLE.meeting()
    least = {name: whole[name] for name in ("id", "start", "end")}
    assert GOOGLE.booking(least).status is Status.CONFIRMED


@both
def test_p17_a_member_that_is_null_costs_nothing_but_itself(words: Words) -> None:
    meeting = words.meeting()
    for name in meeting.keys() - {"id", "start", "end"}:
        assert words.booking(meeting | {name: None}).start == TEN


@both
@pytest.mark.parametrize("odd", [{"id": "odd", "start": 7}, {"id": "odd"}, "odd", None, 7, {"id": {}}])
def test_p18_one_bad_item_spares_the_others(words: Words, odd: object) -> None:
    outcomes = words.outcomes(words.meeting("one"), odd, words.meeting("other"))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Put", "Put", "Unknown"]
    assert {outcome.booking.id for outcome in outcomes if isinstance(outcome, Put)} == {"one", "other"}
    (unknown,) = (outcome for outcome in outcomes if isinstance(outcome, Unknown))
    assert set(unknown.reason) <= set("abcdefghijklmnopqrstuvwxyz_")


@read_as(*EVERY)
async def test_p18_one_bad_item_makes_its_room_unknown_and_hides_no_other(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting("odd") | {"end": None}, hosted.words.meeting("one"))
    assert len(hosted.bookings) == 1
    assert hosted.freshness() is Freshness.UNKNOWN
    del hosted.calendar.events["odd"]
    assert await hosted.later(timedelta(hours=1, minutes=1)) == [STATE]
    assert hosted.freshness() is Freshness.FRESH


@read_as(DELTA, SYNC)
async def test_p20_what_changes_never_told_of_is_found_within_a_day(hosted: Hosted) -> None:
    await hosted.hold(hosted.words.meeting("one"))
    del hosted.calendar.events["one"]
    hosted.calendar.load([hosted.words.meeting("other", TEN + HOUR)])
    assert await hosted.later() == []
    assert sorted(await hosted.later(DAY)) == [PUT, REMOVED]
