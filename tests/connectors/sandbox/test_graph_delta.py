from datetime import timedelta
from typing import Any

import pytest

from connectors.sandbox.calendar import Calendar, Guest
from tests.connectors.sandbox.callers import IMMUTABLE, Answer, Caller, in_days

WINDOW = {"startDateTime": in_days(-1).isoformat(), "endDateTime": in_days(180).isoformat()}
HOUR = timedelta(hours=1)


def _path(calendar: Calendar) -> str:
    return f"/graph/v1.0/users/{calendar.address}/calendarView/delta"


async def _round(graph: Caller, first: Answer) -> tuple[list[dict[str, Any]], str]:
    """The items of a round, and the link to the next."""
    items, page = [], first
    while True:
        assert page.status == 200, page.body
        items += page.body["value"]
        if "@odata.deltaLink" in page.body:
            return items, page.body["@odata.deltaLink"]
        page = await graph.get(page.body["@odata.nextLink"], prefer=IMMUTABLE)


async def _start(graph: Caller, calendar: Calendar) -> tuple[list[dict[str, Any]], str]:
    return await _round(graph, await graph.get(_path(calendar), WINDOW, IMMUTABLE))


async def _next(graph: Caller, link: str) -> tuple[list[dict[str, Any]], str]:
    return await _round(graph, await graph.get(link, prefer=IMMUTABLE))


def _some(calendar: Calendar, kind: str) -> str:
    """An event of a type in the middle of the window."""
    for key, event in calendar.events.items():
        span = calendar.dialect.span(event)
        if event["type"] == kind and span is not None and span.touches(in_days(20), in_days(160)):
            return key
    raise LookupError(kind)


async def test_a_first_round_tells_the_window_with_bare_occurrences(
    graph: Caller, graph_room: Calendar
) -> None:
    items, _ = await _start(graph, graph_room)
    bare = {"@odata.type", "@odata.etag", "id", "seriesMasterId", "type", "start", "end"}
    assert len({item["id"] for item in items}) == len(items)
    for item in items:
        if item["type"] == "occurrence":
            assert set(item) == bare
        else:
            assert {"subject", "attendees", "organizer"} <= set(item)
    assert {item["type"] for item in items} >= {"occurrence", "exception", "singleInstance"}


async def test_masters_that_began_before_the_window_are_left_to_be_fetched(
    graph: Caller, graph_room: Calendar
) -> None:
    items, _ = await _start(graph, graph_room)
    told = {item["id"] for item in items}
    unknown = {item["seriesMasterId"] for item in items if item.get("seriesMasterId")} - told
    assert unknown
    for master in unknown:
        answer = await graph.get(f"/graph/v1.0/users/{graph_room.address}/events/{master}", prefer=IMMUTABLE)
        assert answer.body["type"] == "seriesMaster"


async def test_the_function_may_be_called_with_parentheses(graph: Caller, graph_room: Calendar) -> None:
    first = await graph.get(f"{_path(graph_room)}()", WINDOW, IMMUTABLE)
    assert len((await _round(graph, first))[0]) == len((await _start(graph, graph_room))[0])


async def test_nothing_changed_is_an_empty_round(graph: Caller, graph_room: Calendar) -> None:
    _, link = await _start(graph, graph_room)
    items, link = await _next(graph, link)
    assert items == []
    assert (await _next(graph, link))[0] == []


async def test_a_moved_occurrence_comes_as_an_exception_in_full(graph: Caller, graph_room: Calendar) -> None:
    _, link = await _start(graph, graph_room)
    key = _some(graph_room, "occurrence")
    graph_room.move(key, in_days(30), in_days(30) + HOUR)
    items, _ = await _next(graph, link)
    assert [(item["id"], item["type"]) for item in items] == [(key, "exception")]
    assert items[0]["start"]["dateTime"] == "2027-03-31T09:00:00.0000000"
    assert "subject" in items[0]


async def test_what_leaves_the_window_is_told_as_deleted(graph: Caller, graph_room: Calendar) -> None:
    _, link = await _start(graph, graph_room)
    moved, gone = _some(graph_room, "singleInstance"), _some(graph_room, "occurrence")
    graph_room.move(moved, in_days(365), in_days(365) + HOUR)
    graph_room.delete(gone)
    graph_room.add(graph_room.events[moved] | {"id": "far away"})
    items, _ = await _next(graph, link)
    assert {item["id"] for item in items} == {moved, gone, "far away"}
    assert all(item["@removed"] == {"reason": "deleted"} for item in items)


async def test_a_change_of_a_series_tells_its_master_and_its_instances(
    graph: Caller, graph_room: Calendar
) -> None:
    _, link = await _start(graph, graph_room)
    master = graph_room.events[_some(graph_room, "occurrence")]["seriesMasterId"]
    graph_room.make_private(master)
    items, _ = await _next(graph, link)
    assert {item["id"] for item in items} == {master, *graph_room.instances(master)}
    told = next(item for item in items if item["id"] == master)
    assert told["sensitivity"] == "private"


async def test_other_attendees_are_a_change(graph: Caller, graph_room: Calendar) -> None:
    _, link = await _start(graph, graph_room)
    key = _some(graph_room, "singleInstance")
    graph_room.edit_attendees(key, [Guest("Ada Example", "ada@posthorn.example")])
    items, _ = await _next(graph, link)
    addresses = [row["emailAddress"]["address"] for row in items[0]["attendees"]]
    assert addresses == ["ada@posthorn.example", graph_room.address]


async def test_a_cancelled_meeting_stays_and_says_so(graph: Caller, graph_room: Calendar) -> None:
    _, link = await _start(graph, graph_room)
    key = _some(graph_room, "singleInstance")
    graph_room.cancel(key)
    items, _ = await _next(graph, link)
    assert (items[0]["id"], items[0]["isCancelled"]) == (key, True)
    assert items[0]["subject"].startswith("Canceled: ")


async def test_changes_during_a_round_come_with_the_next(graph: Caller, graph_room: Calendar) -> None:
    first = await graph.get(_path(graph_room), WINDOW, f"{IMMUTABLE},odata.maxpagesize=5")
    key = _some(graph_room, "singleInstance")
    graph_room.cancel(key)
    _, link = await _round(graph, first)
    items, _ = await _next(graph, link)
    assert [item["id"] for item in items] == [key]


async def test_the_page_size_is_a_preference(graph: Caller, graph_room: Calendar) -> None:
    small = await graph.get(_path(graph_room), WINDOW, "odata.maxpagesize=3")
    usual = await graph.get(_path(graph_room), WINDOW)
    assert (len(small.body["value"]), len(usual.body["value"])) == (3, 10)


@pytest.mark.parametrize("option", ["$select", "$expand", "$filter", "$orderby", "$search"])
async def test_query_options_are_refused(graph: Caller, graph_room: Calendar, option: str) -> None:
    answer = await graph.get(_path(graph_room), WINDOW | {option: "id"})
    assert (answer.status, answer.code) == (400, "ErrorInvalidUrlQuery")


async def test_tokens_that_expired_or_belong_elsewhere_ask_for_a_fresh_start(
    graph: Caller, graph_room: Calendar
) -> None:
    _, link = await _start(graph, graph_room)
    elsewhere = link.replace("room.001", "office.002")
    for token in (elsewhere, link + "x", link.replace("$deltatoken", "$skiptoken")):
        answer = await graph.get(token)
        assert (answer.status, answer.code) == (410, "syncStateNotFound")
    graph.sandbox.expire_sync_tokens()
    answer = await graph.get(link)
    assert answer.status == 410
    assert answer.headers["Location"].endswith("/calendarView/delta?$deltatoken=")
