from typing import Any

import pytest
from googleapiclient.errors import HttpError

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.handout import Handout
from connectors.sandbox.server import Sandbox
from tests.conformance.google.client import Google, connected
from tests.connectors.sandbox.callers import FREE_BUSY, in_days
from tests.connectors.sandbox.discovery import calendar


def _items(pages: list[Any]) -> list[Any]:
    return [item for page in pages for item in page["items"]]


async def _single(google: Google, room: Calendar, **options: Any) -> list[Any]:
    events = google.calendar.events()
    request = events.list(calendarId=room.address, singleEvents=True, **options)
    return await google.pages(events, request)


async def test_events_come_page_by_page(google: Google, room: Calendar) -> None:
    pages = await _single(google, room, maxResults=7)
    (whole,) = await _single(google, room, maxResults=2500)
    assert len(pages) > 2
    assert [event["id"] for event in _items(pages)] == [event["id"] for event in whole["items"]]
    assert [page for page in pages if calendar().complaints(page, "events.list")] == []
    assert ["nextSyncToken" in page for page in pages] == [False] * (len(pages) - 1) + [True]


async def test_a_series_is_told_whole_or_by_its_instances(google: Google, room: Calendar) -> None:
    single = _items(await _single(google, room))
    events = google.calendar.events()
    whole = _items(await google.pages(events, events.list(calendarId=room.address)))
    assert [event["id"] for event in single if "recurrence" in event] == []
    masters = {event["id"] for event in whole if "recurrence" in event}
    assert masters
    assert {event["recurringEventId"] for event in single if "recurringEventId" in event} <= masters


async def test_a_window_is_told_in_order(google: Google, room: Calendar) -> None:
    window = {"timeMin": in_days(1).isoformat(), "timeMax": in_days(9).isoformat()}
    events = _items(await _single(google, room, orderBy="startTime", **window))
    timed = [event["start"]["dateTime"] for event in events if "dateTime" in event["start"]]
    assert len(timed) > 1
    assert timed == sorted(timed)


async def test_what_changed_is_told_to_who_has_read_all(google: Google, room: Calendar) -> None:
    (whole,) = await _single(google, room, maxResults=2500)
    moved, deleted = [event["id"] for event in whole["items"] if "recurringEventId" not in event][:2]
    room.move(moved, in_days(3), in_days(4))
    room.delete(deleted)
    (changes,) = await _single(google, room, syncToken=whole["nextSyncToken"])
    statuses = {event["id"]: event["status"] for event in changes["items"]}
    assert statuses == {moved: "confirmed", deleted: "cancelled"}
    (rest,) = await _single(google, room, syncToken=changes["nextSyncToken"])
    assert rest["items"] == []


async def test_a_sync_token_that_is_forgotten_is_gone(
    google: Google, room: Calendar, sandbox: Sandbox
) -> None:
    (whole,) = await _single(google, room, maxResults=2500)
    sandbox.expire_sync_tokens()
    with pytest.raises(HttpError) as refused:
        await _single(google, room, syncToken=whole["nextSyncToken"])
    assert refused.value.status_code == 410
    assert refused.value.error_details[0]["reason"] == "fullSyncRequired"


async def test_a_mask_leaves_what_it_names(google: Google, room: Calendar) -> None:
    pages = await _single(google, room, fields="nextPageToken,items(id,start/date)", maxResults=20)
    assert {name for page in pages for name in page} == {"nextPageToken", "items"}
    assert {name for event in _items(pages) for name in event} == {"id", "start"}
    events = google.calendar.events()
    with pytest.raises(HttpError) as refused:
        await google.ask(events.list(calendarId=room.address, fields="items(nothing)"))
    assert refused.value.status_code == 400


async def test_an_event_is_found_by_its_id(google: Google, room: Calendar) -> None:
    events = google.calendar.events()
    for key, held in list(room.events.items())[:10]:
        event = await google.ask(events.get(calendarId=room.address, eventId=key))
        assert (event["id"], event["summary"]) == (key, held["summary"])
    with pytest.raises(HttpError) as refused:
        await google.ask(events.get(calendarId=room.address, eventId="nothing"))
    assert (refused.value.status_code, refused.value.reason) == (404, "Not Found")


async def test_who_may_see_times_sees_no_more(handout: Handout, room: Calendar) -> None:
    with connected(handout, FREE_BUSY) as google:
        pages = await _single(google, room)
    assert {"summary", "attendees", "organizer"} & {
        name for event in _items(pages) for name in event
    } == set()
