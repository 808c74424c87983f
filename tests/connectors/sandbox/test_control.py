from typing import Any

import pytest

from connectors.sandbox.calendar import Calendar
from tests.connectors.sandbox.callers import Caller


@pytest.fixture
async def operator(anyone: Caller) -> Caller:
    return anyone.holding(anyone.sandbox.control_token)


async def _change(operator: Caller, calendar: Calendar, action: str, **rest: Any) -> int:
    command = {"action": action, "calendar": calendar.address.upper(), **rest}
    return (await operator.post("/control/events", json=command)).status


async def test_another_process_can_change_the_world(operator: Caller, graph_room: Calendar) -> None:
    key, event = next(
        (key, event) for key, event in graph_room.events.items() if event["type"] == "singleInstance"
    )
    assert await _change(operator, graph_room, "add", event=event | {"id": "new"}) == 200
    move = {"start": "2027-03-04T09:00:00Z", "end": "2027-03-04T10:00:00Z"}
    assert await _change(operator, graph_room, "move", id="new", **move) == 200
    assert await _change(operator, graph_room, "private", id="new") == 200
    guests = [["Ada Example", "ada@posthorn.example"]]
    assert await _change(operator, graph_room, "edit-attendees", id="new", guests=guests) == 200
    assert await _change(operator, graph_room, "cancel", id="new") == 200
    assert await _change(operator, graph_room, "delete", id=key) == 200
    new = graph_room.events["new"]
    assert new["start"]["dateTime"] == "2027-03-04T09:00:00.0000000"
    assert (new["sensitivity"], new["isCancelled"]) == ("private", True)
    assert new["attendees"][0]["emailAddress"]["address"] == "ada@posthorn.example"
    assert key not in graph_room.events
    assert graph_room.changes == ["new"] * 5 + [key]


async def test_whole_days_are_moved_by_date(operator: Caller, google_room: Calendar) -> None:
    key = next(key for key, event in google_room.events.items() if "date" in event["start"])
    assert (
        await _change(operator, google_room, "move-days", id=key, start="2027-05-03", end="2027-05-05") == 200
    )
    assert google_room.events[key]["start"] == {"date": "2027-05-03"}


async def test_counters_hold_numbers_and_no_contents(operator: Caller, graph: Caller) -> None:
    room = "/graph/v1.0/users/office.002@haldenvoss.example/calendarView"
    await graph.get(room, {"startDateTime": "2027-03-01", "endDateTime": "2027-09-01"})
    answer = await operator.get("/control/counters")
    assert answer.body["requests"]["graph.view"] == 1
    tally = answer.body["crossed"]["Halden & Voss"]
    assert tally["events"] == 10
    assert tally["held"] == tally["crossed"]
    assert set(tally["held"]) <= {
        "title", "body", "organizer", "attendee", "location", "conference", "link", "category", "identifier",
    }  # fmt: skip


async def test_faults_are_ordered_from_afar(operator: Caller, graph: Caller) -> None:
    fault = {"kind": "graph.places", "status": 429, "times": 1, "headers": {"Retry-After": "7"}}
    assert (await operator.post("/control/faults", json=fault)).status == 200
    answer = await graph.get("/graph/v1.0/places/microsoft.graph.room")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")


async def test_without_the_token_nothing_opens(anyone: Caller) -> None:
    for caller in (anyone, anyone.holding("guess")):
        assert (await caller.post("/control/events", json={})).status == 401
        assert (await caller.post("/control/faults", json={})).status == 401
        assert (await caller.get("/control/counters")).status == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"{}", 400),
        (b'{"action": "explode", "calendar": "x", "id": "x"}', 400),
        (b'{"action": "move", "calendar": "x", "id": "x", "start": "2027-03-04T09:00", "end": ""}', 400),
        (b'{"action": "delete", "calendar": "nobody@x.example", "id": "x"}', 404),
        (b'{"action": "delete", "calendar": "room.001@kestrel.example", "id": "x"}', 404),
    ],
)
async def test_what_is_no_command_changes_nothing(operator: Caller, body: bytes, status: int) -> None:
    before = list(operator.sandbox.world.events())
    answer = await operator.post("/control/events", data=body)
    assert answer.status == status
    assert list(operator.sandbox.world.events()) == before
