import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import Malformed
from connectors.microsoft import wire
from connectors.microsoft.shapes import selection
from connectors.port import Page, Projection
from connectors.raw import Attendee, Kind, RawEvent, Response, Tainted, Unclear
from tests.connectors.hostile_json import items, printed, readable_ids, values
from tests.fakes.clear import clear

EVERYTHING = Projection(people=True, booker=True, conference=True)
MEETING: dict[str, Any] = {
    "@odata.etag": 'W/"1"',
    "id": "AAkALg1",
    "type": "singleInstance",
    "subject": "Quarterly review",
    "start": {"dateTime": "2027-03-04T09:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2027-03-04T10:30:00.0000000", "timeZone": "UTC"},
    "isAllDay": False,
    "showAs": "busy",
    "isCancelled": False,
    "sensitivity": "normal",
    "responseStatus": {"response": "accepted", "time": "0001-01-01T00:00:00Z"},
    "isOrganizer": False,
    "isOnlineMeeting": True,
    "hideAttendees": False,
    "organizer": {"emailAddress": {"name": "Ada Example", "address": "Ada@Corp.example"}},
    "attendees": [
        {
            "type": "required",
            "status": {"response": "tentativelyAccepted", "time": "0001-01-01T00:00:00Z"},
            "emailAddress": {"name": "Bob Example", "address": "bob@corp.example"},
        },
        {
            "type": "resource",
            "status": {"response": "accepted", "time": "0001-01-01T00:00:00Z"},
            "emailAddress": {"name": "Room 1", "address": "room1@corp.example"},
        },
    ],
}


def page_of(*rows: Any, projection: Projection = EVERYTHING) -> Page:
    return wire.page(json.dumps({"value": rows}).encode(), projection)[0]


def read(projection: Projection = EVERYTHING, /, **members: Any) -> RawEvent:
    (event,) = page_of(MEETING | members, projection=projection).events
    return event


def doubted(**members: Any) -> Unclear:
    (unclear,) = page_of(MEETING | members).unclear
    return unclear


def at(text: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": text, "timeZone": zone}


def test_a_meeting_becomes_a_raw_event() -> None:
    assert clear(read()) == clear(
        RawEvent(
            id="AAkALg1",
            start=datetime(2027, 3, 4, 9, tzinfo=UTC),
            end=datetime(2027, 3, 4, 10, 30, tzinfo=UTC),
            kind=Kind.SINGLE,
            private=False,
            response=Response.ACCEPTED,
            conference=True,
            organizer=Tainted("ada@corp.example"),
            attendees=(
                Attendee(Response.TENTATIVE, Tainted("bob@corp.example")),
                Attendee(Response.ACCEPTED, Tainted("room1@corp.example"), is_resource=True),
                Attendee(Response.ACCEPTED, Tainted("ada@corp.example"), is_organizer=True),
            ),
        )
    )


def test_what_the_projection_leaves_out_is_none_even_if_graph_sends_it() -> None:
    event = read(Projection())
    assert (event.organizer, event.attendees, event.conference) == (None, None, None)
    assert read(Projection(booker=True)).attendees is None
    assert clear(read(Projection(booker=True)).organizer) == "ada@corp.example"
    assert read(Projection(people=True)).organizer is None


@pytest.mark.parametrize(
    ("projection", "extra"),
    [
        (Projection(), ""),
        (Projection(booker=True), ",organizer"),
        (Projection(places=True), ",attendees"),
        (Projection(people=True), ",attendees,hideAttendees,organizer"),
        (Projection(conference=True), ",isOnlineMeeting"),
        (Projection(title=True), ",subject,attendees,hideAttendees,organizer"),
        (Projection(uid=True), ",iCalUId"),
        (EVERYTHING, ",attendees,hideAttendees,organizer,isOnlineMeeting"),
    ],
)
def test_only_what_is_read_is_selected(projection: Projection, extra: str) -> None:
    least = "id,start,end,type,isAllDay,showAs,isCancelled,sensitivity,responseStatus,isOrganizer"
    assert selection(projection) == least + extra


@pytest.mark.parametrize("sensitivity", ["personal", "private", "confidential", "Normal", "", "x", None])
def test_any_sensitivity_but_normal_is_private(sensitivity: str | None) -> None:
    assert read(sensitivity=sensitivity).private


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("occurrence", Kind.OCCURRENCE),
        ("exception", Kind.EXCEPTION),
        ("seriesMaster", Kind.MASTER),
        ("unknownFutureValue", Kind.OTHER),
        (None, Kind.OTHER),
    ],
)
def test_kinds(told: str | None, kind: Kind) -> None:
    assert read(type=told).kind is kind


@pytest.mark.parametrize(
    ("told", "response"),
    [
        ("accepted", Response.ACCEPTED),
        ("tentativelyAccepted", Response.TENTATIVE),
        ("declined", Response.DECLINED),
        ("none", Response.UNANSWERED),
        ("notResponded", Response.UNANSWERED),
        ("unknownFutureValue", Response.UNANSWERED),
        ("organizer", None),
    ],
)
def test_the_calendars_own_answer(told: str, response: Response | None) -> None:
    assert read(responseStatus={"response": told}).response is response


def test_an_event_of_its_own_has_no_answer_and_a_missing_one_is_unanswered() -> None:
    assert read(isOrganizer=True, responseStatus={"response": "none"}).response is None
    assert read(responseStatus=None).response is Response.UNANSWERED


def test_status_comes_from_show_as_alone() -> None:
    assert read(showAs="tentative").tentative
    assert not any(read(showAs=told).tentative for told in ("free", "oof", "busy", "unknown", "x"))
    assert read(isCancelled=True).cancelled


def test_all_day_events_keep_the_dates_that_are_printed() -> None:
    days = {"start": at("2027-03-04T00:00:00.0000000"), "end": at("2027-03-06T00:00:00.0000000")}
    whole = read(isAllDay=True, **days)
    assert (whole.start, whole.end) == (date(2027, 3, 4), date(2027, 3, 6))
    assert read(isAllDay=False, **days).start == datetime(2027, 3, 4, tzinfo=UTC)
    assert read(isAllDay=True).start == datetime(2027, 3, 4, 9, tzinfo=UTC)


def test_offsets_are_honoured_where_graph_prints_them() -> None:
    assert read(start=at("2027-03-04T09:00:00+02:00")).start == datetime(2027, 3, 4, 7, tzinfo=UTC)
    assert read(start=at("2027-03-04T09:00:00Z", "anything")).start == datetime(2027, 3, 4, 9, tzinfo=UTC)


def test_a_saved_page_may_be_in_any_zone_that_is_known() -> None:
    zone = "W. Europe Standard Time"
    assert read(start=at("2027-03-04T09:00:00", zone)).start == datetime(2027, 3, 4, 8, tzinfo=UTC)
    kolkata = read(start=at("2027-03-04T09:00:00", "Asia/Kolkata"))
    assert kolkata.start == datetime(2027, 3, 4, 3, 30, tzinfo=UTC)
    whole = read(isAllDay=True, start=at("2027-03-04T00:00:00", zone), end=at("2027-03-06T00:00:00", zone))
    assert (whole.start, whole.end) == (date(2027, 3, 4), date(2027, 3, 6))


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"start": at("2027-03-04T09:00:00", "Middle Earth Standard Time")}, "no_start"),
        ({"start": at("2027-03-04T09:00:00", "../../etc/passwd")}, "no_start"),
        ({"start": at("2027-03-04T09:00:00", "tzone://Microsoft/Custom")}, "no_start"),
        ({"start": at("0001-01-01T00:00:00+14:00")}, "no_start"),
        ({"start": None}, "no_start"),
        ({"end": at("tomorrow")}, "no_end"),
        ({"end": 5}, "no_end"),
        ({"end": at("2027-03-04T08:59:59.0000000")}, "bad_range"),
    ],
)
def test_what_has_no_readable_time_is_named_as_unclear(members: dict[str, Any], code: str) -> None:
    assert doubted(**members) == Unclear("AAkALg1", code)


@pytest.mark.parametrize(
    ("row", "unclear"),
    [
        (None, Unclear(None, "bad_item")),
        (5, Unclear(None, "bad_item")),
        ([], Unclear(None, "bad_item")),
        ({}, Unclear(None, "no_id")),
        (MEETING | {"id": ""}, Unclear(None, "no_id")),
        (MEETING | {"id": 5}, Unclear(None, "no_id")),
        ({"id": "x", "@removed": {"reason": "deleted"}, "start": 5} | {"id": ""}, Unclear(None, "no_id")),
    ],
)
def test_what_has_no_readable_id(row: Any, unclear: Unclear) -> None:
    page = page_of(MEETING, row)
    assert [event.id for event in page.events] == ["AAkALg1"]
    assert page.unclear == (unclear,)


@pytest.mark.parametrize(
    "members",
    [
        {"sensitivity": 5},
        {"isCancelled": "no"},
        {"responseStatus": "accepted"},
        {"attendees": [None]},
        {"attendees": "everyone"},
        {"organizer": ["Ada"]},
    ],
)
def test_an_odd_member_leaves_a_busy_block_and_spares_the_page(members: dict[str, Any]) -> None:
    page = page_of(MEETING, MEETING | {"id": "odd"} | members, MEETING | {"id": "third"})
    assert page.events[1] == RawEvent(
        "odd", page.events[0].start, page.events[0].end, understood=False, bare=True, private=True
    )
    assert [event.understood for event in page.events] == [True, False, True]


def test_an_occurrence_without_its_masters_members_is_bare() -> None:
    slim = {name: MEETING[name] for name in ("id", "start", "end")} | {"type": "occurrence"}
    (event,) = page_of(slim).events
    assert (event.bare, event.private) == (True, True)
    assert not read(type="occurrence").bare


def test_a_bare_occurrence_is_no_answer_and_may_be_whole_days() -> None:
    """Nothing is told of the room's answer; what lies from midnight to midnight is far more often days."""
    days = {"start": at("2027-03-04T00:00:00"), "end": at("2027-03-05T00:00:00")}
    (event,) = page_of({"id": "slim", "type": "occurrence", **days}).events
    assert event.response is None
    assert (event.start, event.end) == (date(2027, 3, 4), date(2027, 3, 5))


def test_tombstones_are_only_ids_whatever_they_carry() -> None:
    removed = MEETING | {"id": "gone", "@removed": {"reason": "deleted"}}
    odd = removed | {"id": "gone too", "start": 5, "sensitivity": []}
    page = page_of(removed, odd, MEETING)
    assert page.removed == ("gone", "gone too")
    assert len(page.events) == 1


def test_places_are_told_and_people_are_not() -> None:
    event = read(Projection(places=True))
    assert clear(event.attendees) == clear(
        (Attendee(Response.ACCEPTED, Tainted("room1@corp.example"), is_resource=True),)
    )
    assert read(Projection(places=True), attendees=[]).attendees == ()


def test_what_copies_have_in_common_is_told_where_it_is_asked_for() -> None:
    assert read(Projection(uid=True), iCalUId="0400").uid == "0400"
    assert read(Projection(uid=True), iCalUId="").uid is None
    assert read(Projection(), iCalUId="0400").uid is None


def test_an_occurrence_does_not_inherit_what_tells_it_apart() -> None:
    master = read(Projection(uid=True), iCalUId="0400", type="seriesMaster")
    (slim,) = page_of(
        {"id": "o", "type": "occurrence", "start": MEETING["start"], "end": MEETING["end"]}
    ).events
    assert wire.inherited(slim, master).uid is None


def test_hidden_attendees_make_the_count_incomplete() -> None:
    assert read(hideAttendees=True).attendees_omitted
    assert not read().attendees_omitted


def test_an_organizer_who_is_listed_is_not_counted_twice() -> None:
    ada = {"type": "required", "emailAddress": {"address": "ADA@corp.example"}}
    people = read(attendees=[ada]).attendees
    assert clear(people) == clear(
        (Attendee(Response.UNANSWERED, Tainted("ada@corp.example"), is_organizer=True),)
    )
    listed = {
        "type": "required",
        "status": {"response": "organizer"},
        "emailAddress": {"address": "x@corp.example"},
    }
    assert len(read(attendees=[listed]).attendees or ()) == 1
    assert read(attendees=None).attendees is None


def test_a_room_that_organizes_is_no_person() -> None:
    (row,) = read(isOrganizer=True, attendees=[]).attendees or ()
    assert (row.is_organizer, row.is_resource) == (True, True)


def test_links_of_a_page() -> None:
    body = json.dumps({"value": [], "@odata.nextLink": "https://graph.example/next"}).encode()
    page, following = wire.page(body, Projection())
    assert following == "https://graph.example/next"
    assert page.cursor is None
    last = json.dumps({"value": [], "@odata.deltaLink": "https://graph.example/delta"}).encode()
    assert wire.page(last, Projection())[0].cursor == "https://graph.example/delta"


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"value": null}', b'{"value": {}}', b"<html>", b""])
def test_an_envelope_that_is_none_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        wire.page(body, Projection())


def test_one_event_asked_for_by_id() -> None:
    body = json.dumps(MEETING).encode()
    assert clear(wire.event(body, "AAkALg1", EVERYTHING)) == clear(read())
    assert wire.event(b"<html>", "AAkALg1", EVERYTHING) == Unclear("AAkALg1", "bad_item")
    assert wire.event(b'{"id": "AAkALg1", "@removed": {}}', "AAkALg1", EVERYTHING) is None


MEMBERS = ["id", "start", "end", "type", "@removed", "attendees", "sensitivity", "isAllDay", "organizer"]


@settings(max_examples=80, deadline=None)
@given(st.lists(items(MEMBERS), max_size=4), st.booleans(), st.booleans())
def test_no_item_is_lost_and_nothing_is_raised(rows: list[Any], ascii_only: bool, deep: bool) -> None:  # noqa: FBT001
    rows = [*rows, {"id": "deep", "body": "DEEP"}] if deep else rows
    page, _ = wire.page(printed({"value": rows}, ascii_only=ascii_only), EVERYTHING)
    assert len(page.events) + len(page.removed) + len(page.unclear) == len(rows)
    told = {event.id for event in page.events} | set(page.removed) | {one.id for one in page.unclear}
    assert told.issuperset(readable_ids(rows))


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(MEETING.keys() - {"id", "start", "end"})), values)
def test_no_odd_member_frees_the_room(member: str, value: Any) -> None:
    page, _ = wire.page(printed({"value": [MEETING | {member: value}]}, ascii_only=True), EVERYTHING)
    (event,) = page.events
    assert (event.id, event.start, event.end) == ("AAkALg1", read().start, read().end)
    assert event.private or member != "sensitivity" or value == "normal"
    assert not event.cancelled or (member == "isCancelled" and value is True)


@pytest.mark.parametrize(
    "members",
    [
        {"isAllDay": None},
        {"isAllDay": "yes"},
        {"isAllDay": True, "showAs": 5},
        {"isAllDay": False, "showAs": 5},
    ],
)
def test_midnights_that_may_be_days_are_marked(members: dict[str, Any]) -> None:
    midnights = {
        name: {"dateTime": f"2027-03-{day:02}T00:00:00.0000000", "timeZone": "UTC"}
        for name, day in (("start", 8), ("end", 9))
    }
    assert page_of(MEETING | midnights | members).events[0].maybe_days
    assert not page_of(MEETING | members).events[0].maybe_days
    assert not page_of(MEETING | midnights | {"isAllDay": False}).events[0].maybe_days
    assert not page_of(MEETING | midnights | {"isAllDay": True}).events[0].maybe_days


def test_an_occurrence_of_unknown_status_alone_is_not_bare() -> None:
    occurrence = {"type": "occurrence", "sensitivity": "normal", "showAs": None}
    assert not page_of(MEETING | occurrence).events[0].bare
    assert page_of(MEETING | occurrence | {"sensitivity": None}).events[0].bare


@pytest.mark.parametrize("rows", [[], [MEETING], [MEETING, {"id": 7}]], ids=["none", "one", "an odd one"])
def test_a_page_tells_its_size(rows: list[Any]) -> None:
    body = json.dumps({"value": rows}).encode()
    assert wire.page(body, EVERYTHING)[0].size == len(body)
