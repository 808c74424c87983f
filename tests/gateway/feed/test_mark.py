from gateway.booking import BookingId, TenantId
from gateway.entry import Entry, EntryKind
from gateway.feed.mark import Mark


def at(position: int, kind: EntryKind = EntryKind.BOOKING_PUT) -> Entry:
    return Entry(
        tenant=TenantId("ten_1"), position=position, minute=0, kind=kind, booking_id=BookingId("one")
    )


def test_whoever_begins_from_nothing_is_not_told_what_was_removed_before() -> None:
    mark = Mark.beginning(10)
    for kind in (EntryKind.BOOKING_REMOVED, EntryKind.RESOURCE_REMOVED, EntryKind.SUBJECT_ERASED):
        assert not mark.tells(at(10, kind))
        assert mark.tells(at(11, kind))
    assert mark.tells(at(10))


def test_a_notice_is_not_told_twice() -> None:
    mark = Mark(4, 0, 6)
    assert not mark.tells(at(6, EntryKind.TENANT_SUSPENDED))
    assert mark.tells(at(7, EntryKind.TENANT_RESUMED))


def test_a_notice_leaves_the_position_where_it_was() -> None:
    assert Mark(4, 0, 0).notified(at(6, EntryKind.TENANT_SUSPENDED)) == Mark(4, 0, 6)


def test_an_erasure_leaves_nothing_behind_to_be_read() -> None:
    assert Mark(4, 9, 0).notified(at(12, EntryKind.TENANT_ERASED)) == Mark(12, 9, 12)


def test_a_reader_is_behind_when_removals_it_should_have_been_told_are_forgotten() -> None:
    assert Mark(4, 0, 0).is_behind(5)
    assert not Mark(5, 0, 0).is_behind(5)
    assert not Mark(0, 5, 0).is_behind(5)


def test_a_notice_does_not_hide_that_removals_were_missed() -> None:
    assert Mark(4, 0, 9).is_behind(5)


def test_a_mark_of_a_longer_log_is_noticed() -> None:
    assert Mark(4, 0, 0).is_ahead_of(3)
    assert Mark(0, 0, 4).is_ahead_of(3)
    assert not Mark(4, 9, 4).is_ahead_of(4)
