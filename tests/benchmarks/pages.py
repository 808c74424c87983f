"""Pages as the two providers print them, with people who do not exist.

``graph_full`` prints whole events, about 9 KB each, as calendarView/delta does, which knows no $select;
``google_projected`` what is left of them under our ``fields``, in UTC as we ask for it. Every run prints the
same bytes.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from connectors.sandbox.chance import Chance
from tests.fakes.filled_store import NOON

EVENTS_PER_PAGE = 250
PAGES_PER_CALENDAR = 8
EVENTS_PER_CALENDAR = EVENTS_PER_PAGE * PAGES_PER_CALENDAR

#: Stands in every id, and nowhere else, of Graph's events.
ID_STEM = "Z4XkQ0mkJEyX"

ADDRESS = "harbour.room@rooms.example"
GRAPH_LINK = "https://graph.microsoft.com/v1.0/users/harbour.room@rooms.example/calendarView/delta"

_FIRST_NAMES = ("Anna", "Bogdan", "Chiara", "Dilek", "Emeka", "Freya", "Goran", "Hana", "Íris", "Jürgen")
_LAST_NAMES = ("Almeida", "Brandt", "Çelik", "Dvořák", "Ekwueme", "Fischer", "O'Brien", "Nguyễn", "Schmidt")
_WORDS = (
    "agenda",
    "budget",
    "canteen",
    "draft",
    "export",
    "forecast",
    "garden",
    "handover",
    "invoice",
    "ledger",
)
_ANSWERS = ("accepted", "tentativelyAccepted", "none", "declined")


def graph_full() -> list[bytes]:
    """One calendar: its pages, the last with a delta link."""
    return [msgspec.json.encode(page) for page in _paged("value", _graph_event, _graph_link)]


def google_projected() -> list[bytes]:
    """One calendar: its pages, the last with a sync token."""
    return [msgspec.json.encode(page) for page in _paged("items", _google_event, _google_token)]


def graph_nothing() -> bytes:
    """The answer of a calendar in which nothing changed."""
    return msgspec.json.encode({"value": [], **_graph_link(is_last=True)})


def google_nothing() -> bytes:
    return msgspec.json.encode(_google_token(is_last=True))


def _paged(
    member: str, event: Callable[[int], dict[str, Any]], link: Callable[..., dict[str, str]]
) -> Iterator[dict[str, Any]]:
    for page in range(PAGES_PER_CALENDAR):
        first = page * EVENTS_PER_PAGE
        events = [event(number) for number in range(first, first + EVENTS_PER_PAGE)]
        yield {member: events, **link(is_last=page == PAGES_PER_CALENDAR - 1)}


def _graph_link(*, is_last: bool) -> dict[str, str]:
    kind, token = ("delta", "$deltatoken") if is_last else ("next", "$skiptoken")
    return {f"@odata.{kind}Link": f"{GRAPH_LINK}?{token}={'R0usmcdvmMuZCBYV0hguCHgk2b' * 6}"}


def _google_token(*, is_last: bool) -> dict[str, str]:
    return {"nextSyncToken" if is_last else "nextPageToken": "CPDAlvWDx70CEPDAlvWDx70CGAU="}


def _start(number: int) -> datetime:
    """Spread over half a year, in quarter hours."""
    minutes = number * 180 * 24 * 60 // EVENTS_PER_CALENDAR
    return NOON.replace(second=0) + timedelta(minutes=minutes - minutes % 15)


def _id(number: int) -> str:
    """Graph's immutable ids of one mailbox differ in their last bytes alone."""
    return f"{'AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A' * 4}{ID_STEM}{number:08x}"


def _person(chance: Chance) -> dict[str, str]:
    first, last = chance.pick(_FIRST_NAMES), chance.pick(_LAST_NAMES)
    address = f"{first}.{last}{chance.below(900)}@harbour-works.example".lower().replace("'", "")
    return {"name": f"{first} {last}", "address": address}


def _graph_moment(moment: datetime) -> dict[str, str]:
    return {"dateTime": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}


def _sentence(chance: Chance, words: int) -> str:
    return " ".join(chance.pick(_WORDS) for _ in range(words))


def _attendee(chance: Chance) -> dict[str, Any]:
    answer = {"response": chance.pick(_ANSWERS), "time": "2026-02-11T09:12:44.1234567Z"}
    return {"type": "required", "status": answer, "emailAddress": _person(chance)}


def _body(chance: Chance) -> str:
    paragraphs = (
        f'<p class="MsoNormal">{_sentence(chance, 8)}<o:p></o:p></p>' for _ in range(chance.between(8, 76))
    )
    return f'<html><head><meta charset="utf-8"></head><body>\r\n{"".join(paragraphs)}\r\n</body></html>'


def _graph_event(number: int) -> dict[str, Any]:
    chance = Chance("bench", number)
    start = _start(number)
    body, organizer = _body(chance), _person(chance)
    link = f"https://outlook.office365.com/owa/?itemid={_id(number)}&exvsurl=1&path=/calendar/item"
    join = f"https://teams.microsoft.com/l/meetup-join/19%3ameeting_{'QzFkZWY4' * 8}%40thread.v2/0"
    return {
        "@odata.etag": 'W/"ZlnW4RIAV06KYYwlrfNZvQAALfZeRQ=="',
        "id": _id(number),
        "createdDateTime": "2026-02-11T09:12:44.1234567Z",
        "lastModifiedDateTime": "2026-02-12T10:22:14.7654321Z",
        "changeKey": "ZlnW4RIAV06KYYwlrfNZvQAALfZeRQ==",
        "categories": [],
        "transactionId": f"localevent:{number:032x}",
        "originalStartTimeZone": "W. Europe Standard Time",
        "originalEndTimeZone": "W. Europe Standard Time",
        "iCalUId": f"040000008200E00074C5B7101A82E008{number:080X}",
        "uid": f"040000008200E00074C5B7101A82E008{number:080X}",
        "reminderMinutesBeforeStart": 15,
        "isReminderOn": False,
        "hasAttachments": chance.once_in(8),
        "subject": f"{organizer['name']}: {_sentence(chance, 3)}",
        "bodyPreview": _sentence(chance, 36),
        "importance": "normal",
        "sensitivity": "private" if chance.once_in(12) else "normal",
        "isAllDay": False,
        "isCancelled": False,
        "isOrganizer": False,
        "responseRequested": True,
        "seriesMasterId": None,
        "showAs": "tentative" if chance.once_in(10) else "busy",
        "type": "exception" if chance.once_in(5) else "singleInstance",
        "webLink": link,
        "onlineMeetingUrl": None,
        "isOnlineMeeting": True,
        "onlineMeetingProvider": "teamsForBusiness",
        "allowNewTimeProposals": True,
        "occurrenceId": None,
        "isDraft": False,
        "hideAttendees": False,
        "responseStatus": {"response": "accepted", "time": "2026-02-11T09:12:45.1234567Z"},
        "body": {"contentType": "html", "content": body},
        "start": _graph_moment(start),
        "end": _graph_moment(start + timedelta(minutes=45)),
        "location": {
            "displayName": "Harbour Room",
            "locationUri": ADDRESS,
            "locationType": "conferenceRoom",
            "uniqueId": ADDRESS,
            "uniqueIdType": "directory",
        },
        "locations": [
            {"displayName": "Harbour Room", "locationUri": ADDRESS, "locationType": "conferenceRoom"}
        ],
        "recurrence": None,
        "attendees": [_attendee(chance) for _ in range(chance.between(1, 20))],
        "organizer": {"emailAddress": organizer},
        "onlineMeeting": {
            "joinUrl": join,
            "conferenceId": f"{chance.below(10**9):09}",
            "tollNumber": "+1 555 0100",
        },
        "calendar@odata.associationLink": f"{GRAPH_LINK}/$ref",
        "calendar@odata.navigationLink": GRAPH_LINK,
    }


def _google_event(number: int) -> dict[str, Any]:
    chance = Chance("bench", number)
    start = _start(number)
    event: dict[str, Any] = {
        "id": f"{number:026x}",
        "status": "tentative" if chance.once_in(10) else "confirmed",
        "start": {"dateTime": f"{start:%Y-%m-%dT%H:%M:%SZ}"},
        "end": {"dateTime": f"{start + timedelta(minutes=45):%Y-%m-%dT%H:%M:%SZ}"},
        "attendees": [{"self": True, "resource": True, "responseStatus": "accepted"}],
        "eventType": "default",
    }
    if chance.once_in(12):
        event["visibility"] = "private"
    if chance.once_in(3):
        event["recurringEventId"] = f"{number % 40:026x}"
    return event
