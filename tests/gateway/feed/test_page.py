import msgspec

from gateway.booking import BookingId, TenantId
from gateway.entry import Entry, EntryKind
from gateway.feed.cloudevents import cloud_event
from gateway.feed.draft import Draft
from gateway.feed.mark import Mark
from gateway.feed.page import Page, Position, told
from gateway.feed.part import ahead, in_turn, nothing

TENANT = TenantId("ten_1")


def entries(*positions: int, kind: EntryKind = EntryKind.BOOKING_REMOVED) -> list[Entry]:
    return [
        Entry(tenant=TENANT, position=at, minute=0, kind=kind, booking_id=BookingId("one"))
        for at in positions
    ]


def test_a_page_holds_entries_in_order_and_where_to_read_on() -> None:
    found = entries(3, 5)
    page = Page([told(entry) for entry in found], Position(next="abc", more=True))
    events = [cloud_event(entry) for entry in found]
    position = b'"next":"abc","more":true,"unavailable":[]}'
    assert page.body == b'{"entries":[' + b",".join(events) + b"]," + position
    assert page.lines == b"".join(line + b"\n" for line in (*events, b"{" + position))


def test_an_empty_page() -> None:
    page = Page([], Position(next="abc", more=False))
    assert not page.is_news
    assert msgspec.json.decode(page.body) == {
        "entries": [],
        "next": "abc",
        "more": False,
        "unavailable": [],
    }


def test_reading_in_turn_moves_to_the_last_entry_with_room() -> None:
    part = in_turn(Mark(0, 0, 0), entries(2, 5, 9), room=2)
    assert [entry.position for entry in part.told] == [2, 5]
    assert part.mark == Mark(5, 0, 0)
    assert part.more
    assert part.taken == 2


def test_what_is_read_but_no_news_moves_the_mark_and_takes_room() -> None:
    part = in_turn(Mark.beginning(9), entries(2, 5), room=2)
    assert part == ([], Mark(5, 9, 0), False, 2, True)


def test_without_room_it_only_shows_that_there_is_more() -> None:
    assert in_turn(Mark(1, 0, 0), entries(2), room=0) == ([], Mark(1, 0, 0), True, 0, True)
    assert in_turn(Mark(1, 0, 0), [], room=0) == ([], Mark(1, 0, 0), False, 0, True)


def test_reading_ahead_leaves_the_position() -> None:
    found = entries(4, 6, kind=EntryKind.TENANT_SUSPENDED)
    part = ahead(Mark(1, 0, 0), found, room=1)
    assert [entry.position for entry in part.told] == [4]
    assert part.mark == Mark(1, 0, 4)
    assert part.more


def test_a_tenant_that_cannot_be_read_keeps_its_place() -> None:
    draft = Draft({TENANT: Mark(3, 1, 2)}, 10)
    draft.add(TENANT, nothing(draft.mark(TENANT, head=8)))
    assert draft.marks == {TENANT: Mark(3, 1, 2)}
    assert (draft.told, draft.room, draft.more) == ([], 10, False)
    assert draft.unavailable == [TENANT]


def test_a_tenant_that_is_new_begins_from_nothing() -> None:
    assert Draft({}, 10).mark(TENANT, head=8) == Mark(0, 8, 0)
