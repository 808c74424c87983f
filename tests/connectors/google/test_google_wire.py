import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import Malformed
from connectors.google import wire
from connectors.google.shapes import mask
from connectors.port import Page, Projection
from connectors.raw import Attendee, Kind, RawEvent, Response, Tainted, Unclear
from tests.connectors.hostile_json import items, printed, readable_ids, values
from tests.fakes.clear import clear

EVERYTHING = Projection(people=True, booker=True, conference=True)
ROOM = {"email": "room@corp.example", "self": True, "resource": True, "responseStatus": "accepted"}
MEETING: dict[str, Any] = {
    "kind": "calendar#event",
    "id": "e1",
    "status": "confirmed",
    "summary": "Quarterly review",
    "start": {"dateTime": "2027-03-04T10:00:00+01:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2027-03-04T10:30:00Z", "timeZone": "UTC"},
    "eventType": "default",
    "organizer": {"email": "Ada@corp.example", "displayName": "Ada Example"},
    "attendees": [
        {"email": "ada@corp.example", "organizer": True, "responseStatus": "accepted"},
        {"email": "bob@corp.example", "responseStatus": "needsAction"},
        ROOM,
    ],
    "conferenceData": {
        "conferenceId": "abc-defg-hij",
        "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
    },
}


def page_of(*rows: Any, projection: Projection = EVERYTHING) -> Page:
    return wire.page(json.dumps({"items": rows}).encode(), projection)[0]


def read(projection: Projection = EVERYTHING, /, **members: Any) -> RawEvent:
    (event,) = page_of(MEETING | members, projection=projection).events
    return event


def test_a_meeting_becomes_a_raw_event_without_anybodys_address() -> None:
    assert clear(read()) == clear(
        RawEvent(
            id="e1",
            start=datetime(2027, 3, 4, 9, tzinfo=UTC),
            end=datetime(2027, 3, 4, 10, 30, tzinfo=UTC),
            kind=Kind.SINGLE,
            private=False,
            response=Response.ACCEPTED,
            conference=True,
            organizer=Tainted("ada@corp.example"),
            attendees=(
                Attendee(Response.ACCEPTED, is_organizer=True),
                Attendee(Response.UNANSWERED),
                Attendee(Response.ACCEPTED, is_resource=True),
            ),
        )
    )


def test_what_the_projection_leaves_out_is_none_even_if_google_sends_it() -> None:
    event = read(Projection())
    assert (event.organizer, event.attendees, event.conference) == (None, None, None)
    assert event.response is Response.ACCEPTED


LEAST = "id,status,start(dateTime,date),end(dateTime,date),eventType,visibility,recurringEventId,recurrence"
OWN_ROW = ",attendees(self,resource,responseStatus)"
COUNTED_ROWS = ",attendees(self,resource,responseStatus,organizer),attendeesOmitted"
NAMED = ",summary,creator(email,displayName),organizer(email,displayName)"
NAMED_ROWS = ",attendees(self,resource,responseStatus,email,displayName),attendeesOmitted" + NAMED
PRODUCT = ",conferenceData(conferenceSolution(key(type)))"


@pytest.mark.parametrize(
    ("projection", "extra"),
    [
        (Projection(), OWN_ROW),
        (Projection(places=True), ",attendees(self,resource,responseStatus,email)"),
        (Projection(people=True), COUNTED_ROWS),
        (Projection(booker=True), OWN_ROW + ",organizer(email)"),
        (Projection(conference=True), OWN_ROW + PRODUCT),
        (Projection(title=True), NAMED_ROWS),
        (Projection(title=True, booker=True), NAMED_ROWS),
        (Projection(uid=True), OWN_ROW + ",iCalUID,originalStartTime(dateTime,date)"),
        (EVERYTHING, COUNTED_ROWS + ",organizer(email)" + PRODUCT),
    ],
)
def test_the_mask_names_what_is_read_and_no_more(projection: Projection, extra: str) -> None:
    assert mask(projection) == LEAST + extra


@pytest.mark.parametrize(
    ("visibility", "private"),
    [
        (None, False),
        ("default", False),
        ("public", False),
        ("private", True),
        ("confidential", True),
        ("x", True),
    ],
)
def test_visibility(visibility: str | None, private: bool) -> None:  # noqa: FBT001
    assert read(visibility=visibility).private is private


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({}, Kind.SINGLE),
        ({"eventType": None}, Kind.SINGLE),
        ({"eventType": "focusTime"}, Kind.SINGLE),
        ({"eventType": "workingLocation"}, Kind.WORKING_LOCATION),
        ({"eventType": "workingLocation", "recurringEventId": "m"}, Kind.WORKING_LOCATION),
        ({"eventType": "birthday"}, Kind.BIRTHDAY),
        ({"eventType": "unheardOf"}, Kind.OTHER),
        ({"recurringEventId": "m"}, Kind.OCCURRENCE),
        ({"recurrence": ["RRULE:FREQ=DAILY"]}, Kind.MASTER),
    ],
)
def test_kinds(members: dict[str, Any], kind: Kind) -> None:
    assert read(**members).kind is kind


@pytest.mark.parametrize(
    ("rows", "response"),
    [
        (None, None),
        ([], None),
        ([{"email": "x@corp.example", "responseStatus": "declined"}], None),
        ([ROOM | {"responseStatus": "declined"}], Response.DECLINED),
        ([ROOM | {"responseStatus": "tentative"}], Response.TENTATIVE),
        ([ROOM | {"responseStatus": "needsAction"}], Response.UNANSWERED),
        ([ROOM | {"responseStatus": "unheardOf"}], Response.UNANSWERED),
        ([{"self": True, "responseStatus": "declined"}], Response.DECLINED),
        ([{"self": True, "responseStatus": "declined"}, ROOM], Response.ACCEPTED),
    ],
)
def test_the_calendars_own_answer(rows: list[Any] | None, response: Response | None) -> None:
    assert read(Projection(), attendees=rows).response is response


def test_tentative_is_said_by_status() -> None:
    assert read(status="tentative").tentative
    assert not any(read(status=told).tentative for told in ("confirmed", None, "unheardOf"))


def test_days_are_dates() -> None:
    event = read(start={"date": "2027-03-04"}, end={"date": "2027-03-06"})
    assert (event.start, event.end) == (date(2027, 3, 4), date(2027, 3, 6))


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"start": {"dateTime": "2027-03-04T10:00:00", "timeZone": "Europe/Berlin"}}, "no_start"),
        ({"start": {"dateTime": "0001-01-01T00:00:00+14:00"}}, "no_start"),
        ({"start": {}}, "no_start"),
        ({"start": "2027-03-04"}, "no_start"),
        ({"end": None}, "no_end"),
        ({"end": {"date": "2027-13-04"}}, "no_end"),
        ({"end": {"date": "2027-03-05"}}, "bad_range"),
        ({"end": {"dateTime": "2027-03-04T08:59:59Z"}}, "bad_range"),
    ],
)
def test_what_has_no_readable_time_is_named_as_unclear(members: dict[str, Any], code: str) -> None:
    assert page_of(MEETING | members).unclear == (Unclear("e1", code),)


@pytest.mark.parametrize("row", [None, 5, [], "x"])
def test_what_is_no_object_is_counted(row: Any) -> None:
    page = page_of(MEETING, row)
    assert (len(page.events), page.unclear) == (1, (Unclear(None, "bad_item"),))


def test_an_odd_member_leaves_a_busy_block_and_spares_the_page() -> None:
    page = page_of(MEETING, MEETING | {"id": "odd", "visibility": ["public"]})
    assert page.events[1] == RawEvent(
        "odd", page.events[0].start, page.events[0].end, understood=False, bare=True, private=True
    )


def test_tombstones_are_only_ids_whatever_they_carry() -> None:
    bare = {"id": "deleted", "status": "cancelled"}
    instance = bare | {"id": "m_1", "recurringEventId": "m", "originalStartTime": {"date": "2027-03-04"}}
    full = MEETING | {"id": "full", "status": "cancelled"}
    odd = full | {"id": "odd", "attendees": "everyone", "start": 5}
    page = page_of(bare, instance, full, odd)
    assert page.removed == ("deleted", "m_1", "full", "odd")
    assert (page.events, page.unclear) == ((), ())
    assert page_of({"id": "", "status": "cancelled"}).unclear == (Unclear(None, "no_id"),)


def test_places_are_told_by_address_and_people_are_not() -> None:
    event = read(
        Projection(places=True), attendees=[*MEETING["attendees"], ROOM | {"email": "Desk@corp.example"}]
    )
    assert clear(event.attendees) == clear(
        (
            Attendee(Response.ACCEPTED, Tainted("room@corp.example"), is_resource=True),
            Attendee(Response.ACCEPTED, Tainted("desk@corp.example"), is_resource=True),
        )
    )
    both = read(Projection(places=True, people=True)).attendees or ()
    assert [clear(row.address) for row in both] == [None, None, "room@corp.example"]


SERIES = {"iCalUID": "u@corp.example", "recurringEventId": "m"}


@pytest.mark.parametrize(
    ("members", "uid"),
    [
        ({"iCalUID": "u@corp.example"}, "u@corp.example"),
        ({"iCalUID": ""}, None),
        ({}, None),
        (
            SERIES | {"originalStartTime": {"dateTime": "2027-03-04T10:00:00+01:00"}},
            "u@corp.example 2027-03-04T09:00:00+00:00",
        ),
        (SERIES | {"originalStartTime": {"date": "2027-03-04"}}, "u@corp.example 2027-03-04"),
        # One for all instances: it would make one of them.
        (SERIES, None),
        (SERIES | {"originalStartTime": {}}, None),
    ],
)
def test_instances_of_a_series_are_told_apart_by_when_they_were_meant_to_be(
    members: dict[str, Any], uid: str | None
) -> None:
    assert read(Projection(uid=True), **members).uid == uid
    assert read(Projection(), **members).uid is None


def test_a_shortened_list_is_no_count() -> None:
    event = read(Projection(people=True), attendees=[ROOM], attendeesOmitted=True)
    assert event.attendees_omitted
    assert read(Projection(people=True), attendees=None).attendees == ()


@pytest.mark.parametrize(
    ("conference", "there"),
    [
        (None, False),
        ({"createRequest": {"status": {"statusCode": "pending"}}}, False),
        ({"conferenceSolution": {"key": {"type": "addOn"}}}, True),
        ({"conferenceSolution": {}}, True),
    ],
)
def test_a_conference_is_there_once_it_has_a_product(conference: Any, there: bool) -> None:  # noqa: FBT001
    assert read(conferenceData=conference).conference is there


def test_tokens_of_a_page() -> None:
    page, following = wire.page(b'{"nextPageToken": "p"}', Projection())
    assert (following, page.cursor, page.events) == ("p", None, ())
    page, following = wire.page(b'{"nextPageToken": "", "nextSyncToken": "s", "items": []}', Projection())
    assert (following, page.cursor) == (None, "s")


@pytest.mark.parametrize("body", [b"[]", b'{"items": null}', b'{"items": {}}', b"<html>", b""])
def test_an_envelope_that_is_none_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        wire.page(body, Projection())


def test_one_event_asked_for_by_id() -> None:
    assert clear(wire.event(json.dumps(MEETING).encode(), "e1", EVERYTHING)) == clear(read())
    assert wire.event(b"<html>", "e1", EVERYTHING) == Unclear("e1", "bad_item")
    assert wire.event(b'{"id": "e1", "status": "cancelled", "summary": "x"}', "e1", EVERYTHING) is None


MEMBERS = ["id", "start", "end", "status", "visibility", "attendees", "eventType", "organizer"]


@settings(max_examples=80, deadline=None)
@given(st.lists(items(MEMBERS), max_size=4), st.booleans(), st.booleans())
def test_no_item_is_lost_and_nothing_is_raised(rows: list[Any], ascii_only: bool, deep: bool) -> None:  # noqa: FBT001
    rows = [*rows, {"id": "deep", "description": "DEEP"}] if deep else rows
    page, _ = wire.page(printed({"items": rows}, ascii_only=ascii_only), EVERYTHING)
    assert len(page.events) + len(page.removed) + len(page.unclear) == len(rows)
    told = {event.id for event in page.events} | set(page.removed) | {one.id for one in page.unclear}
    assert told.issuperset(readable_ids(rows))


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(MEETING.keys() - {"id", "start", "end"})), values)
def test_no_odd_member_frees_the_room(member: str, value: Any) -> None:
    page, _ = wire.page(printed({"items": [MEETING | {member: value}]}, ascii_only=True), EVERYTHING)
    (event,) = page.events
    assert (event.id, event.start, event.end) == ("e1", read().start, read().end)


@pytest.mark.parametrize("rows", [[], [MEETING], [MEETING, {"id": 7}]], ids=["none", "one", "an odd one"])
def test_a_page_tells_its_size(rows: list[Any]) -> None:
    body = json.dumps({"items": rows}).encode()
    assert wire.page(body, EVERYTHING)[0].size == len(body)
