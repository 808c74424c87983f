"""What is sent at once: one entry of each resource, and what concerns the whole alone, in its turn."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.booking import BookingId, ResourceId, TenantId
from gateway.entry import Entry, EntryKind
from gateway.feed.batch import Batch
from gateway.feed.delivery import WHOLE, Delivery, Failure, Reading, Waiting
from gateway.feed.mark import Mark

ONE = TenantId("ten_1")
NORTH, SOUTH = "north", "south"
LOGS = st.lists(st.sampled_from([NORTH, SOUTH, WHOLE]), max_size=8)


def entry(position: int, resource: str) -> Entry:
    if resource == WHOLE:
        return Entry(tenant=ONE, position=position, minute=0, kind=EntryKind.SUBJECT_ERASED, erasure="era_1")
    return Entry(
        tenant=ONE,
        position=position,
        minute=0,
        kind=EntryKind.BOOKING_REMOVED,
        resource_id=ResourceId(resource),
        booking_id=BookingId(f"of {resource}"),
        revision=position,
    )


def sent(log: list[Entry], reading: Reading, room: int = 9) -> list[list[tuple[int, str]]]:
    """Batch after batch, all of them taken."""
    batches = list[list[tuple[int, str]]]()
    while True:
        batch = Batch(Delivery(b"", 0, {ONE: reading}), 0, room)
        batch.in_turn(reading, ONE, [one for one in log if one.position > reading.mark.position])
        if ONE not in batch.moved:
            return batches
        batches.append([(message.position, message.resource) for message in batch.messages])
        reading.mark = batch.moved[ONE][1]


def reading(**waiting: Waiting) -> Reading:
    return Reading(b"", Mark(0, 0, 0), 0, waiting)


def test_what_concerns_the_whole_goes_alone_between_what_is_before_it_and_behind() -> None:
    log = [entry(at, one) for at, one in enumerate([NORTH, SOUTH, WHOLE, WHOLE, NORTH, NORTH, SOUTH], 1)]
    assert sent(log, reading()) == [
        [(1, NORTH), (2, SOUTH)],
        [(3, WHOLE)],
        [(4, WHOLE)],
        [(5, NORTH)],
        [(6, NORTH), (7, SOUTH)],
    ]


@given(LOGS, st.integers(1, 3))
def test_all_of_it_is_sent_in_order_and_no_two_of_a_resource_at_once(resources: list[str], room: int) -> None:
    log = [entry(at, one) for at, one in enumerate(resources, 1)]
    batches = sent(log, reading(), room)
    assert [one for batch in batches for one in batch] == [
        (one.position, one.resource_id or WHOLE) for one in log
    ]
    for batch in batches:
        named = [resource for _, resource in batch]
        assert len(set(named)) == len(named) <= room
        assert WHOLE not in named or len(named) == 1


@given(LOGS)
def test_what_waits_is_passed_over(resources: list[str]) -> None:
    log = [entry(at, one) for at, one in enumerate(resources, 1)]
    north = Waiting(1, 1, 0, 0, Failure.REFUSED)
    told = [one for batch in sent(log, reading(north=north)) for one in batch]
    assert told == [(one.position, one.resource_id or WHOLE) for one in log if one.resource_id != NORTH]


def test_of_what_waits_the_next_is_told_that_others_were_told_already() -> None:
    waiting = Waiting(2, 1, 0, 0, Failure.REFUSED)
    reader = Reading(b"", Mark(5, 1, 0), 0, {NORTH: waiting})
    for log, told, caught_up in (
        ([entry(3, NORTH), entry(4, NORTH)], [3], []),
        ([entry(1, NORTH), entry(5, NORTH)], [5], []),
        ([entry(6, NORTH)], [], [(ONE, NORTH)]),
    ):
        batch = Batch(Delivery(b"", 0, {ONE: reader}), 0, 9)
        batch.again(reader, ONE, NORTH, log)
        assert ([message.position for message in batch.messages], batch.caught_up) == (told, caught_up)
