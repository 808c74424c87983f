"""What the stand-in answers for Google is as Google describes its answers."""

from typing import Any

import pytest

from connectors.sandbox.calendar import Calendar, Guest
from tests.connectors.sandbox.callers import Caller, in_days
from tests.connectors.sandbox.discovery import calendar, directory
from tests.connectors.sandbox.receivers import Receiver

EVENTS = "/google/calendar/v3/calendars/{}/events"
CUSTOMER = "/google/admin/directory/v1/customer/my_customer/resources/"


async def _answer(google: Caller, path: str, query: dict[str, str] | None = None) -> Any:
    answer = await google.get(path, query)
    assert answer.status == 200, answer.body
    return answer.body


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"singleEvents": "true", "showDeleted": "true", "orderBy": "startTime"},
        {"maxResults": "3", "maxAttendees": "1"},
        {"fields": "kind,nextPageToken,items(id,status,start,end)", "maxResults": "3"},
    ],
)
async def test_a_list_of_events_is_as_described(google: Caller, query: dict[str, str]) -> None:
    for place in google.sandbox.world.tenants[1].resources:
        body = await _answer(google, EVENTS.format(place.address), query)
        assert body["items"]
        assert calendar().complaints(body, "events.list") == []


async def test_what_changed_is_as_described(google: Caller, google_room: Calendar) -> None:
    path = EVENTS.format(google_room.address)
    single = [
        key
        for key, event in google_room.events.items()
        if "dateTime" in event["start"] and "recurrence" not in event
    ]
    token = (await _answer(google, path, {"singleEvents": "true", "maxResults": "2500"}))["nextSyncToken"]
    google_room.move(single[0], in_days(20), in_days(21))
    google_room.cancel(single[1])
    google_room.delete(single[2])
    google_room.make_private(single[3])
    google_room.edit_attendees(single[4], [Guest("Ada Example", "ada@posthorn.example")])
    body = await _answer(google, path, {"singleEvents": "true", "syncToken": token})
    assert len(body["items"]) == 5
    assert calendar().complaints(body, "events.list") == []


async def test_every_event_is_as_described(google: Caller, google_room: Calendar) -> None:
    types = set()
    for key in list(google_room.events):
        body = await _answer(google, f"{EVENTS.format(google_room.address)}/{key}")
        types.add(body["eventType"])
        assert calendar().complaints(body, "events.get") == []
    assert len(types) == 3


@pytest.mark.parametrize("collection", ["calendars", "buildings"])
async def test_the_directory_is_as_described(google: Caller, collection: str) -> None:
    body = await _answer(google, CUSTOMER + collection, {"maxResults": "1"})
    assert directory().complaints(body, f"resources.{collection}.list") == []


async def test_a_channel_is_as_described(google: Caller, google_room: Calendar, receiver: Receiver) -> None:
    path = EVENTS.format(google_room.address) + "/watch"
    asked = {"id": "one", "type": "web_hook", "address": receiver.url}
    opened = (await google.send("POST", path, json=asked)).body
    assert calendar().complaints(opened, "events.watch") == []
    stopped = await google.send("POST", "/google/calendar/v3/channels/stop", json=opened)
    assert (stopped.status, stopped.body) == (204, None)
    assert not calendar().answers("channels.stop")
    google.sandbox.notifier.faults.plan("channel-expiration-number")
    odd = (await google.send("POST", path, json=asked | {"id": "two"})).body
    assert calendar().complaints(odd, "events.watch") == ["answer.expiration is no string"]


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"madeUp": 1}, "answer.madeUp is not described"),
        ({"id": 7}, "answer.id is no string"),
        ({"sequence": True}, "answer.sequence is no integer"),
        ({"sequence": 2**31}, "answer.sequence is no integer"),
        ({"locked": "yes"}, "answer.locked is no boolean"),
        ({"updated": "2027-03-01T09:00:00"}, "answer.updated is no date-time"),
        ({"start": {"date": "2027-3-1"}}, "answer.start.date is no date"),
        ({"start": []}, "answer.start is no object"),
        ({"recurrence": "RRULE:"}, "answer.recurrence is no array"),
        ({"attendees": [{"self": True}, {"self": 1}]}, "answer.attendees[1].self is no boolean"),
        ({"kind": "calendar#events"}, "answer.kind is not calendar#event"),
        (
            {"extendedProperties": {"private": {"any": 1}}},
            "answer.extendedProperties.private.any is no string",
        ),
    ],
)
def test_the_check_finds_what_is_not_as_described(changed: dict[str, Any], complaint: str) -> None:
    assert calendar().complaints({"kind": "calendar#event"} | changed, "events.get") == [complaint]


def test_the_check_knows_the_values_that_are_listed() -> None:
    event = {"status": "possible", "attendees": [{"responseStatus": "perhaps"}]}
    first, second = calendar().complaints(event, "events.get")
    assert first.startswith("answer.status is none of")
    assert second.startswith("answer.attendees[0].responseStatus is none of")
    channel = {"expiration": "soon"}
    assert calendar().complaints(channel, "events.watch") == ["answer.expiration is no int64"]
    assert calendar().complaints({"expiration": str(2**63)}, "events.watch") == [
        "answer.expiration is no int64"
    ]
