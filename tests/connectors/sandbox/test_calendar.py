from copy import deepcopy
from datetime import timedelta

import pytest

from connectors.sandbox.calendar import Calendar, Guest, Span
from connectors.sandbox.errors import UnknownEvent
from connectors.sandbox.truth import World
from tests.connectors.sandbox.callers import NOW, in_days

HOUR = timedelta(hours=1)
ROOMS = ["room.001@haldenvoss.example", "room.001@kestrel.example"]


@pytest.fixture(params=ROOMS)
def room(world: World, request: pytest.FixtureRequest) -> Calendar:
    return world.calendar(request.param)


@pytest.mark.parametrize(
    ("start", "end", "touches"),
    [
        (-2, -1, False),
        (-1, 0, False),
        (-1, 1, True),
        (0, 0, True),
        (0, 1, True),
        (1, 2, True),
        (3, 3, False),
        (2, 4, True),
        (3, 4, False),
        (-1, 4, True),
    ],
)
def test_a_window_holds_what_overlaps_it(start: int, end: int, *, touches: bool) -> None:
    span = Span(NOW + start * HOUR, NOW + end * HOUR)
    assert span.touches(NOW, NOW + 3 * HOUR) is touches
    assert span.touches(None, None)


def test_a_change_makes_a_new_event_and_leaves_the_old_one_alone(room: Calendar) -> None:
    key, before = next(iter(room.events.items()))
    copy = deepcopy(before)
    room.move(key, NOW, NOW + HOUR)
    room.make_private(key)
    room.edit_attendees(key, [Guest("Ada", "ada@posthorn.example")])
    room.cancel(key)
    room.delete(key)
    assert before == copy
    assert room.events.get(key) != before


def test_every_change_is_stamped_by_the_clock_and_told_from_the_last(world: World, room: Calendar) -> None:
    world.follow(lambda: in_days(3))
    key = next(key for key, event in room.events.items() if room.dialect.master(event) is None)
    tags = set()
    for day in range(3):
        room.move(key, in_days(day), in_days(day) + HOUR)
        event = room.events[key]
        stamp = str(event.get("lastModifiedDateTime", event.get("updated")))
        assert stamp.startswith("2027-03-04T09:00:00")
        tags.add(event.get("@odata.etag", event.get("etag")))
    assert len(tags) == 3


def test_what_is_not_there_cannot_be_changed(room: Calendar) -> None:
    for change in (room.cancel, room.make_private, room.delete):
        with pytest.raises(UnknownEvent):
            change("nothing")
    with pytest.raises(UnknownEvent):
        room.move("nothing", NOW, NOW + HOUR)
    with pytest.raises(UnknownEvent):
        room.edit_attendees("nothing", [])
    assert room.changes == []


@pytest.mark.parametrize(
    "moment",
    [
        None,
        "2027-03-01",
        {},
        {"dateTime": None},
        {"dateTime": "soon", "timeZone": "UTC"},
        {"dateTime": "2027-03-01T09:00:00", "timeZone": "tzone://Microsoft/Custom"},
        {"dateTime": "0001-01-01T00:00:00", "timeZone": "Tokyo Standard Time"},
        {"date": "2027-02-30"},
        {"date": 20270301},
    ],
)
def test_a_time_that_cannot_be_read_is_no_time(room: Calendar, moment: object) -> None:
    event = {"start": moment, "end": {"dateTime": "2027-03-01T09:00:00Z", "timeZone": "UTC"}}
    assert room.dialect.span(event) is None
