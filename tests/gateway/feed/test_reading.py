"""However reads and changes interleave, a consumer ends with what is true."""

from hypothesis import given, settings

from gateway.feed.cursor import Cursor, CursorTooOld, read_cursor, write_cursor
from gateway.feed.draft import Draft
from gateway.feed.page import Page, Position
from gateway.feed.part import ahead, in_turn
from tests.fakes.backend import Backend
from tests.fakes.changes import STORIES, Change, Truth
from tests.gateway.feed.compacted_log import TENANT, CompactedLog

#: The digest of a purpose.
OURS = b"occupancy"


def page(log: CompactedLog, cursor: str | None, limit: int, *, served: bool) -> bytes:
    draft = Draft({} if cursor is None else read_cursor(cursor, bytes).marks, limit)
    mark = draft.mark(TENANT, log.head)
    if not served:
        draft.add(TENANT, ahead(mark, log.notices(mark.heard, draft.room + 1), draft.room))
    elif mark.is_behind(log.horizon):
        raise CursorTooOld
    else:
        draft.add(TENANT, in_turn(mark, log.behind(mark.position, draft.room + 1), draft.room))
    cursor = write_cursor(Cursor(OURS, draft.marks), bytes)
    return Page(draft.told, Position(next=cursor, more=draft.more)).body


def read(log: CompactedLog, backend: Backend, limit: int, *, served: bool) -> bool:
    try:
        return backend.take(page(log, backend.cursor, limit, served=served))
    except CursorTooOld:
        backend.restart()
        return True


def read_to_the_end(log: CompactedLog, backend: Backend, *, served: bool) -> None:
    while read(log, backend, 3, served=served):
        pass


def assert_true(backend: Backend, truth: Truth) -> None:
    view = backend.view(TENANT)
    assert {room: told["capacity"] for room, told in view.resources.items()} == truth.rooms
    people = {f"{room}-{name}": number for (room, name), number in truth.bookings.items()}
    assert {name: told["people"] for name, told in view.bookings.items()} == people
    assert not view.hidden


@settings(max_examples=150, deadline=None)
@given(STORIES)
def test_a_consumer_ends_with_what_is_true(story: tuple[list[Change], bool]) -> None:
    changes, erased = story
    log, truth, backend, newcomer = CompactedLog(), Truth(), Backend(), Backend()
    for change in filter(truth.allows, changes):
        truth.apply(change)
        log.apply(change)
        if change.kind == "read":
            before = len(backend.told)
            read(log, backend, change.number, served=not truth.suspended)
            told = backend.told[before:]
            assert not truth.suspended or {*told} <= {"tenant.suspended"}
    if truth.suspended:
        read_to_the_end(log, backend, served=False)
        assert backend.view(TENANT).hidden
        log.apply(Change("resume"))
    read_to_the_end(log, backend, served=True)
    read_to_the_end(log, newcomer, served=True)
    assert_true(backend, truth)
    assert_true(newcomer, truth)
    if erased:
        log.apply(Change("erase"))
        read_to_the_end(log, backend, served=False)
        assert backend.view(TENANT).erasure == "era_made_up"
        assert not backend.view(TENANT).bookings
