from datetime import timedelta
from typing import Any

import pytest

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.graph_event import graph_event
from connectors.sandbox.graph_print import _MEMBERS
from connectors.sandbox.meeting import Meeting
from connectors.sandbox.truth import Resource, ResourceKind
from tests.connectors.sandbox.callers import IMMUTABLE, Caller, in_days

HALF_YEAR = {"startDateTime": in_days(-1).isoformat(), "endDateTime": in_days(180).isoformat()}


def _path(calendar: Calendar, rest: str = "calendar/calendarView") -> str:
    return f"/graph/v1.0/users/{calendar.address}/{rest}"


async def _all(graph: Caller, calendar: Calendar, query: dict[str, str]) -> list[dict[str, Any]]:
    found, page = [], await graph.get(_path(calendar), HALF_YEAR | query, IMMUTABLE)
    while True:
        assert page.status == 200
        found += page.body["value"]
        if "@odata.nextLink" not in page.body:
            return found
        page = await graph.get(page.body["@odata.nextLink"], prefer=IMMUTABLE)


async def test_a_view_holds_what_touches_the_window_but_no_master(
    graph: Caller, graph_room: Calendar
) -> None:
    found = await _all(graph, graph_room, {"$top": "1000"})
    ids = {event["id"] for event in found}
    for key, event in graph_room.events.items():
        span = graph_room.dialect.span(event)
        assert span is not None
        inside = span.touches(in_days(-1), in_days(180)) and event["type"] != "seriesMaster"
        assert (key in ids) == inside
    assert {event["type"] for event in found} == {"singleInstance", "occurrence", "exception"}


async def test_pages_hold_everything_once_and_in_order(graph: Caller, graph_room: Calendar) -> None:
    whole = await _all(graph, graph_room, {"$top": "1000"})
    paged = await _all(graph, graph_room, {"$top": "7", "$orderby": "start/dateTime"})
    backwards = await _all(graph, graph_room, {"$top": "7", "$orderby": "start/dateTime desc"})
    assert paged == whole == backwards[::-1]
    starts = [event["start"]["dateTime"] for event in whole]
    assert starts == sorted(starts)


async def test_ten_to_a_page_unless_told_otherwise(graph: Caller, graph_room: Calendar) -> None:
    page = await graph.get(_path(graph_room, "calendarView"), HALF_YEAR)
    assert len(page.body["value"]) == 10


async def test_selected_members_are_all_that_crosses(graph: Caller, graph_room: Calendar) -> None:
    found = await _all(graph, graph_room, {"$top": "1000", "$select": "id,start,end,showAs"})
    assert {frozenset(event) for event in found} == {
        frozenset({"@odata.etag", "id", "start", "end", "showAs"})
    }
    tally = graph.sandbox.crossed["Halden & Voss"]
    assert not +tally.crossed
    assert tally.held["title"] == len(found)
    assert tally.bytes > 0


async def test_times_are_printed_in_the_zone_that_was_asked_for(graph: Caller, graph_room: Calendar) -> None:
    key = next(key for key, event in graph_room.events.items() if not event["isAllDay"])
    graph_room.move(key, in_days(0), in_days(0) + timedelta(hours=1))
    prefer = [f'{IMMUTABLE}, outlook.timezone="Tokyo Standard Time"']
    event = await graph.get(_path(graph_room, f"events/{key}"), prefer=prefer)
    assert event.body["start"] == {
        "dateTime": "2027-03-01T18:00:00.0000000",
        "timeZone": "Tokyo Standard Time",
    }


async def test_whole_days_keep_their_midnight_in_every_zone(graph: Caller, graph_room: Calendar) -> None:
    key = next(key for key, event in graph_room.events.items() if event["isAllDay"])
    prefer = [IMMUTABLE, 'outlook.timezone="Asia/Tokyo"']
    event = await graph.get(_path(graph_room, f"events/{key}"), prefer=prefer)
    assert event.body["start"]["dateTime"].endswith("T00:00:00.0000000")
    assert event.body["start"]["timeZone"] == "Asia/Tokyo"


async def test_ids_of_the_two_formats_do_not_compare(graph: Caller, graph_room: Calendar) -> None:
    immutable = {event["id"] for event in await _all(graph, graph_room, {"$top": "1000"})}
    page = await graph.get(_path(graph_room), HALF_YEAR | {"$top": "1000"})
    mutable = {event["id"] for event in page.body["value"]}
    assert len(mutable) == len(immutable)
    assert not mutable & immutable
    again = await graph.get(_path(graph_room, f"events/{page.body['value'][0]['id']}"))
    assert again.body["id"] == page.body["value"][0]["id"]


async def test_a_master_is_read_by_id(graph: Caller, graph_room: Calendar) -> None:
    master = next(event["id"] for event in graph_room.events.values() if event["type"] == "seriesMaster")
    answer = await graph.get(_path(graph_room, f"events/{master}"), {"$select": "sensitivity"}, IMMUTABLE)
    assert answer.body["sensitivity"] == "normal"
    assert "subject" not in answer.body


async def test_an_id_of_other_case_is_another_id(graph: Caller, graph_room: Calendar) -> None:
    key = next(iter(graph_room.events))
    answer = await graph.get(_path(graph_room, f"events/{key.swapcase()}"), prefer=IMMUTABLE)
    assert (answer.status, answer.code) == (404, "ErrorItemNotFound")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({}, 400, "ErrorInvalidParameter"),
        ({"startDateTime": "soon", "endDateTime": "later"}, 400, "ErrorInvalidParameter"),
        (HALF_YEAR | {"$select": "id,sujet"}, 400, "RequestBroker--ParseUri"),
        (HALF_YEAR | {"$top": "1001"}, 400, "ErrorInvalidUrlQueryFilter"),
        (HALF_YEAR | {"$orderby": "subject"}, 400, "ErrorInvalidUrlQuery"),
        (HALF_YEAR | {"$filter": "isAllDay eq true"}, 501, "NotImplemented"),
    ],
)
async def test_what_cannot_be_answered_is_refused(
    graph: Caller, graph_room: Calendar, query: dict[str, str], status: int, code: str
) -> None:
    answer = await graph.get(_path(graph_room), query)
    assert (answer.status, answer.code) == (status, code)


async def test_an_unknown_zone_is_refused(graph: Caller, graph_room: Calendar) -> None:
    answer = await graph.get(_path(graph_room), HALF_YEAR, 'outlook.timezone="Moon Standard Time"')
    assert (answer.status, answer.code) == (400, "TimeZoneNotSupportedException")


async def test_mailboxes_of_others_are_not_there_and_of_ours_may_be_denied(
    graph: Caller, graph_room: Calendar, google_room: Calendar
) -> None:
    missing = await graph.get(_path(google_room), HALF_YEAR)
    assert (missing.status, missing.code) == (404, "ErrorInvalidUser")
    graph.sandbox.world.denied.add(graph_room.address)
    denied = await graph.get(_path(graph_room), HALF_YEAR)
    assert (denied.status, denied.code) == (403, "ErrorAccessDenied")


async def test_what_has_no_readable_time_is_always_in_view(graph: Caller, graph_room: Calendar) -> None:
    graph_room.add(
        {"id": "odd", "start": {"dateTime": "sometime"}, "end": None, "subject": "half \ud800 pair"}
    )
    found = await _all(graph, graph_room, {"$top": "1000"})
    assert found[0]["id"] == "odd"
    assert found[0]["start"] == {"dateTime": "sometime"}


async def test_a_mailbox_with_defaults_rewrites_and_one_without_keeps(graph: Caller) -> None:
    """The organizer's name for a subject, no body, no private flag (Set-CalendarProcessing)."""
    resources = graph.sandbox.world.tenants[0].resources
    rewriting, keeping = (graph.sandbox.world.calendar(one.address) for one in resources[:2])
    invited = [event for event in rewriting.events.values() if not event["isOrganizer"]]
    for event in invited:
        assert event["subject"].removeprefix("Canceled: ") == event["organizer"]["emailAddress"]["name"]
        assert event["body"]["content"] == ""
    assert {event["sensitivity"] for event in rewriting.events.values()} == {"normal"}
    assert {event["sensitivity"] for event in keeping.events.values()} == {"normal", "private"}


def test_every_member_that_graph_prints_is_there() -> None:
    meeting = Meeting(key="1", start=in_days(0), end=in_days(1), zone="UTC", title="", original=in_days(0))
    room = Resource(id="1", kind=ResourceKind.ROOM, name="Room", address="room@halden.example")
    printed = set(graph_event(meeting, room, now=in_days(0), rewrites=False)) - {"@odata.etag"}
    needs_expand = {
        "attachments", "calendar", "cancelledOccurrences", "exceptionOccurrences", "extensions", "instances",
        "multiValueExtendedProperties", "singleValueExtendedProperties",
    }  # fmt: skip
    assert printed == _MEMBERS - needs_expand


@pytest.mark.parametrize(("accepted", "sent"), [("gzip, deflate", "gzip"), ("deflate", None)])
async def test_answers_are_compressed_in_the_one_way_that_all_clients_know(
    graph: Caller, accepted: str, sent: str | None
) -> None:
    url = f"{graph.sandbox.graph_url}/v1.0/places/microsoft.graph.room"
    headers = {"Authorization": f"Bearer {graph.token}", "Accept-Encoding": accepted}
    async with graph._session.get(url, headers=headers) as response:
        assert (response.status, response.headers.get("Content-Encoding")) == (200, sent)
