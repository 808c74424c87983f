import json
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import yarl
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from connectors.sandbox.calendar import Calendar, Guest
from connectors.sandbox.door import encoded
from tests.connectors.sandbox.callers import DIRECTORY, FREE_BUSY, Caller, google_caller, in_days

HOUR = timedelta(hours=1)
WINDOW = {"timeMin": in_days(-1).isoformat(), "timeMax": in_days(180).isoformat()}
EXPANDED = {"singleEvents": "true"}
OWN_ANSWER = "attendees(self,resource,responseStatus)"


def _path(calendar: Calendar, rest: str = "") -> str:
    return f"/google/calendar/v3/calendars/{calendar.address}/events{rest}"


async def _round(
    google: Caller, calendar: Calendar, query: dict[str, str]
) -> tuple[list[dict[str, Any]], str]:
    """The items of a round and its sync token, however many pages it takes."""
    items: list[dict[str, Any]] = []
    page: dict[str, str] = {}
    while True:
        answer = await google.get(_path(calendar), query | page)
        assert answer.status == 200, answer.body
        items += answer.body["items"]
        if "nextSyncToken" in answer.body:
            assert "nextPageToken" not in answer.body
            return items, answer.body["nextSyncToken"]
        page = {"pageToken": answer.body["nextPageToken"]}


def _some(calendar: Calendar, *, instance: bool = False) -> str:
    for key, event in calendar.events.items():
        span = calendar.dialect.span(event)
        fits = span is not None and span.touches(in_days(20), in_days(160))
        if fits and instance == ("recurringEventId" in event) and event["status"] == "confirmed":
            return key
    raise LookupError


class _NoNetwork:
    """The library's own transport, which must never be used."""

    def request(self, *_: Any, **__: Any) -> None:
        raise AssertionError("the library went out by itself")


@pytest.fixture
def send(google: Caller) -> Callable[..., Any]:
    """Sends what google-api-python-client built, and lets it read the answer."""

    async def sent(request: Any) -> Any:
        headers = {name: value for name, value in request.headers.items() if name != "user-agent"}
        url = yarl.URL(request.uri, encoded=True)
        async with google._session.get(url, headers=headers | google._headers) as response:
            head = SimpleNamespace(status=response.status, reason=response.reason)
            return request.postproc(head, await response.read())

    return sent


def _service(google: Caller) -> Any:
    options = {"api_endpoint": f"{google.sandbox.google_url}/calendar/v3/"}
    return build("calendar", "v3", http=_NoNetwork(), static_discovery=True, client_options=options)


async def test_requests_that_googles_library_builds_are_understood(
    google: Caller, google_room: Calendar, send: Callable[..., Any]
) -> None:
    events = _service(google).events()
    query = {
        "calendarId": google_room.address,
        "singleEvents": True,
        "maxResults": 7,
        "maxAttendees": 1,
        "eventTypes": ["default", "outOfOffice", "focusTime"],
        "fields": f"nextPageToken,nextSyncToken,items(id,status,start,end,{OWN_ANSWER})",
    }
    first = await send(
        events.list(**query, timeMin=in_days(-1).isoformat(), timeMax=in_days(180).isoformat())
    )
    answer, items = first, [*first["items"]]
    while "nextPageToken" in answer:
        answer = await send(events.list(**query, pageToken=answer["nextPageToken"]))
        items += answer["items"]
    assert len({item["id"] for item in items}) == len(items) > 7
    assert not +google.sandbox.crossed["Kestrel Labs"].crossed
    key = _some(google_room)
    google_room.cancel(key)
    changed = await send(events.list(**query, syncToken=answer["nextSyncToken"]))
    assert [(item["id"], item["status"]) for item in changed["items"]] == [(key, "cancelled")]
    google.sandbox.expire_sync_tokens()
    with pytest.raises(HttpError) as refused:
        await send(events.list(**query, syncToken=changed["nextSyncToken"]))
    assert refused.value.status_code == 410
    assert refused.value.error_details[0]["reason"] == "fullSyncRequired"


async def test_an_expanded_list_holds_what_touches_the_window(google: Caller, google_room: Calendar) -> None:
    items, _ = await _round(google, google_room, WINDOW | EXPANDED | {"maxResults": "10"})
    told = [item["id"] for item in items]
    assert len(told) == len(set(told))
    for key, event in google_room.events.items():
        span = google_room.dialect.span(event)
        assert span is not None
        inside = span.touches(in_days(-1), in_days(180)) and "recurrence" not in event
        assert (key in told) == (inside and event["status"] != "cancelled")


async def test_an_unexpanded_list_holds_masters_and_exceptions(google: Caller, google_room: Calendar) -> None:
    items, _ = await _round(google, google_room, {})
    masters = [item["id"] for item in items if "recurrence" in item]
    exceptions = [item for item in items if "recurringEventId" in item]
    assert len(masters) == 2
    assert exceptions
    for item in exceptions:
        assert item["status"] == "cancelled" or item["start"] != item["originalStartTime"]


async def test_a_sync_token_tells_what_changed_since(google: Caller, google_room: Calendar) -> None:
    _, token = await _round(google, google_room, WINDOW | EXPANDED)
    instance, moved, other = _some(google_room, instance=True), _some(google_room), "made.up"
    google_room.delete(instance)
    google_room.move(moved, in_days(400), in_days(400) + HOUR)
    google_room.add(google_room.events[moved] | {"id": other})
    google_room.delete(other)
    items, token = await _round(google, google_room, EXPANDED | {"syncToken": token})
    told = {item["id"]: item for item in items}
    assert set(told) == {instance, moved, other}
    assert told[moved]["start"]["dateTime"].startswith("2028-")
    assert set(told[other]) == {"kind", "id", "status", "etag"}
    names = {"kind", "id", "status", "etag", "recurringEventId", "originalStartTime"}
    assert set(told[instance]) == names
    assert (await _round(google, google_room, EXPANDED | {"syncToken": token}))[0] == []


async def test_a_cancelled_event_may_still_tell_everything(google: Caller, google_room: Calendar) -> None:
    _, token = await _round(google, google_room, EXPANDED)
    key = _some(google_room)
    google_room.cancel(key)
    (item,), _ = await _round(google, google_room, EXPANDED | {"syncToken": token})
    assert item["status"] == "cancelled"
    assert {"summary", "attendees", "organizer"} <= set(item)


async def test_private_and_other_attendees_are_changes(google: Caller, google_room: Calendar) -> None:
    _, token = await _round(google, google_room, EXPANDED)
    key = _some(google_room)
    google_room.make_private(key)
    google_room.edit_attendees(key, [Guest("Ada Example", "ada@posthorn.example")])
    (item,), _ = await _round(google, google_room, EXPANDED | {"syncToken": token})
    assert item["visibility"] == "private"
    assert [row["email"] for row in item["attendees"]] == ["ada@posthorn.example", google_room.address]


async def test_a_moved_instance_keeps_its_id_and_its_original_start(
    google: Caller, google_room: Calendar
) -> None:
    key = _some(google_room, instance=True)
    before = google_room.events[key]["originalStartTime"]
    google_room.move(key, in_days(30), in_days(30) + HOUR)
    answer = await google.get(_path(google_room, f"/{key}"), {"timeZone": "Asia/Tokyo"})
    assert answer.body["start"]["dateTime"] == "2027-03-31T18:00:00+09:00"
    kept = await google.get(_path(google_room, f"/{key}"))
    assert kept.body["originalStartTime"] == before


async def test_changes_during_a_round_come_with_the_next(google: Caller, google_room: Calendar) -> None:
    first = await google.get(_path(google_room), EXPANDED | {"maxResults": "5"})
    key = _some(google_room)
    google_room.make_private(key)
    rest = EXPANDED | {"pageToken": first.body["nextPageToken"]}
    last = await google.get(_path(google_room), rest | {"maxResults": "2500"})
    items, _ = await _round(google, google_room, EXPANDED | {"syncToken": last.body["nextSyncToken"]})
    assert [item["id"] for item in items] == [key]


@pytest.mark.parametrize(
    "forbidden",
    [
        {"timeMin": in_days(0).isoformat()},
        {"timeMax": in_days(0).isoformat()},
        {"orderBy": "updated"},
        {"q": "x"},
        {"iCalUID": "x"},
        {"updatedMin": in_days(0).isoformat()},
        {"privateExtendedProperty": "a=b"},
        {"sharedExtendedProperty": "a=b"},
        {"showDeleted": "false"},
        {"singleEvents": "false"},
        {"eventTypes": "default"},
    ],
)
async def test_a_sync_token_goes_with_nothing_else(
    google: Caller, google_room: Calendar, forbidden: dict[str, str]
) -> None:
    _, token = await _round(google, google_room, EXPANDED)
    answer = await google.get(_path(google_room), EXPANDED | {"syncToken": token} | forbidden)
    assert (answer.status, answer.code) == (400, "invalid")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"timeMin": "2027-03-01T09:00:00"}, 400, "badRequest"),
        ({"timeMin": in_days(2).isoformat(), "timeMax": in_days(1).isoformat()}, 400, "timeRangeEmpty"),
        ({"orderBy": "startTime"}, 400, "badRequest"),
        ({"orderBy": "summary"}, 400, "invalid"),
        ({"eventTypes": "party"}, 400, "invalid"),
        ({"maxResults": "0"}, 400, "invalid"),
        ({"singleEvents": "yes"}, 400, "invalid"),
        ({"timeZone": "Moon"}, 400, "invalid"),
        ({"fields": "items(id"}, 400, "invalid"),
        ({"fields": "items(sumary)"}, 400, "invalid"),
        ({"pageToken": "made up"}, 400, "invalid"),
        ({"syncToken": "made up"}, 410, "fullSyncRequired"),
        ({"q": "x"}, 501, "notImplemented"),
    ],
)
async def test_what_cannot_be_answered_is_refused(
    google: Caller, google_room: Calendar, query: dict[str, str], status: int, code: str
) -> None:
    answer = await google.get(_path(google_room), query)
    assert (answer.status, answer.code) == (status, code)


async def test_a_token_is_of_one_calendar(google: Caller, google_room: Calendar) -> None:
    other = _path(google.sandbox.world.calendar("office.002@kestrel.example"))
    _, token = await _round(google, google_room, EXPANDED)
    refused = await google.get(other, EXPANDED | {"syncToken": token})
    assert (refused.status, refused.code) == (410, "fullSyncRequired")
    first = await google.get(_path(google_room), EXPANDED | {"maxResults": "2"})
    refused = await google.get(other, EXPANDED | {"pageToken": first.body["nextPageToken"]})
    assert (refused.status, refused.code) == (400, "invalid")


async def test_an_ordered_round_gives_no_sync_token(google: Caller, google_room: Calendar) -> None:
    query = WINDOW | EXPANDED | {"orderBy": "startTime", "maxResults": "2500", "timeZone": "UTC"}
    answer = await google.get(_path(google_room), query)
    assert "nextSyncToken" not in answer.body
    starts = [item["start"]["dateTime"] for item in answer.body["items"] if "dateTime" in item["start"]]
    assert starts == sorted(starts)


async def test_more_attendees_than_asked_for_leave_the_participant(
    google: Caller, google_room: Calendar
) -> None:
    key = next(key for key, event in google_room.events.items() if len(event.get("attendees", ())) > 2)
    answer = await google.get(_path(google_room, f"/{key}"), {"maxAttendees": "2"})
    assert answer.body["attendeesOmitted"] is True
    assert [row["email"] for row in answer.body["attendees"]] == [google_room.address]
    everyone = await google.get(_path(google_room, f"/{key}"), {"maxAttendees": "50"})
    assert "attendeesOmitted" not in everyone.body
    assert len(everyone.body["attendees"]) > 2


async def test_only_the_types_asked_for_are_listed(google: Caller, google_room: Calendar) -> None:
    everything, _ = await _round(google, google_room, EXPANDED)
    assert {item["eventType"] for item in everything} == {"default", "birthday", "workingLocation"}
    items, token = await _round(google, google_room, EXPANDED | {"eventTypes": "default"})
    assert {item["eventType"] for item in items} == {"default"}
    home = next(item["id"] for item in everything if item["eventType"] == "workingLocation")
    google_room.move(home, in_days(3), in_days(4))
    query = EXPANDED | {"eventTypes": "default", "syncToken": token}
    assert (await _round(google, google_room, query))[0] == []


async def test_a_mask_that_forgets_the_tokens_ends_the_round(google: Caller, google_room: Calendar) -> None:
    answer = await google.get(_path(google_room), EXPANDED | {"fields": "items/id", "maxResults": "5"})
    assert set(answer.body) == {"items"}
    assert [set(item) for item in answer.body["items"]] == [{"id"}] * 5


async def test_free_busy_scope_sees_when_and_no_more(anyone: Caller, google_room: Calendar) -> None:
    google = await google_caller(anyone, FREE_BUSY)
    items, _ = await _round(google, google_room, EXPANDED)
    names = {name for item in items for name in item}
    assert names == {"kind", "etag", "id", "status", "start", "end", "eventType", "transparency"}


async def test_scopes_and_calendars_of_others_open_nothing(
    anyone: Caller, google: Caller, google_room: Calendar, graph_room: Calendar
) -> None:
    directory = await google_caller(anyone, DIRECTORY)
    refused = await directory.get(_path(google_room))
    assert (refused.status, refused.code) == (403, "insufficientPermissions")
    nobody = await anyone.get(_path(google_room))
    assert (nobody.status, nobody.code) == (401, "authError")
    missing = await google.get(_path(graph_room))
    assert (missing.status, missing.code) == (404, "notFound")
    google.sandbox.world.denied.add(google_room.address)
    assert (await google.get(_path(google_room))).code == "notFound"


async def test_a_deleted_event_is_still_found_by_id_as_cancelled(
    google: Caller, google_room: Calendar
) -> None:
    key = _some(google_room)
    google_room.delete(key)
    answer = await google.get(_path(google_room, f"/{key}"))
    assert (answer.status, answer.body["status"]) == (200, "cancelled")
    assert (await google.get(_path(google_room, "/never"))).code == "notFound"


async def test_own_calendar_is_primary(google: Caller) -> None:
    answer = await google.get("/google/calendar/v3/calendars/primary/events")
    assert (answer.status, answer.body["items"]) == (200, [])


def test_half_a_surrogate_pair_is_printable() -> None:
    assert json.loads(encoded({"summary": "\ud800"})) == {"summary": "\ud800"}
