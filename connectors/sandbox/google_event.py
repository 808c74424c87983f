"""A meeting as Google Calendar prints it on a resource's calendar: ``calendar#event``, v3."""

from base64 import b32hexencode
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from connectors.sandbox.calendar import Event, Guest
from connectors.sandbox.google_time import printed, timestamp
from connectors.sandbox.meeting import Answer, Invited, Meeting, Sort
from connectors.sandbox.titles import Conference
from connectors.sandbox.truth import Resource

_RESPONSES = {
    Answer.ACCEPTED: "accepted",
    Answer.TENTATIVE: "tentative",
    Answer.DECLINED: "declined",
    Answer.UNANSWERED: "needsAction",
}


def google_event(meeting: Meeting, resource: Resource, *, now: datetime) -> Event:
    """The resource's copy. Members without a value are left out, as Google leaves them out."""
    event = _identity(meeting, now) | _times(meeting) | _people(meeting, resource) | _contents(meeting)
    return event if meeting.conference is None else event | _conference(meeting.conference)


def _identity(meeting: Meeting, now: datetime) -> Event:
    series = None if meeting.series is None else _id(meeting.series)
    identity = _id(meeting.key) if series is None else f"{series}_{_stamp(meeting)}"
    made = timestamp(now - timedelta(days=30))
    return {
        "kind": "calendar#event",
        "etag": f'"{int(now.timestamp()) * 2000}"',
        "id": identity,
        "status": _status(meeting),
        "htmlLink": f"https://www.google.example/calendar/event?eid={identity}",
        "created": made,
        "updated": made,
        # One for all instances of a series; Graph's differs from instance to instance.
        "iCalUID": f"{series or identity}@google.example",
        "sequence": 0,
        "eventType": meeting.sort.value,
    } | ({} if series is None else {"recurringEventId": series})


def _status(meeting: Meeting) -> str:
    if meeting.cancelled:
        return "cancelled"
    return "tentative" if meeting.tentative else "confirmed"


def _times(meeting: Meeting) -> Event:
    times: Event = {"start": printed(meeting.start, meeting.zone), "end": printed(meeting.end, meeting.zone)}
    if meeting.original is not None:
        times["originalStartTime"] = printed(meeting.original, meeting.zone)
    if meeting.repetition is not None:
        times["recurrence"] = [f"RRULE:FREQ=WEEKLY;UNTIL={meeting.repetition.last:%Y%m%d}T235959Z"]
    return times


def _people(meeting: Meeting, resource: Resource) -> Event:
    if meeting.organizer is None:
        room = {"email": resource.address, "displayName": resource.name, "self": True}
        return {"creator": room, "organizer": room}
    rows = [_organizer(meeting.organizer), *map(_attendee, meeting.invited)]
    answer = _RESPONSES[meeting.answer or Answer.ACCEPTED]
    rows.append({
        "email": resource.address,
        "displayName": resource.name,
        "self": True,
        "resource": True,
        "responseStatus": answer,
    })  # fmt: skip
    who = {"email": meeting.organizer.address, "displayName": meeting.organizer.name}
    return {"creator": who, "organizer": who, "attendees": rows}


def _organizer(guest: Guest) -> Event:
    who = {"email": guest.address, "displayName": guest.name}
    return who | {"organizer": True, "responseStatus": "accepted"}


def _attendee(one: Invited) -> Event:
    row: dict[str, Any] = {"email": one.guest.address, "displayName": one.guest.name}
    row["responseStatus"] = _RESPONSES[one.answer]
    return row | {"optional": True} if one.optional else row


def _contents(meeting: Meeting) -> Event:
    contents: Event = {"summary": meeting.title, "reminders": {"useDefault": True}}
    if meeting.body:
        contents["description"] = meeting.body
    if meeting.location:
        contents["location"] = meeting.location
    if meeting.private:
        contents["visibility"] = "private"
    if meeting.category:
        contents["extendedProperties"] = {"private": {"category": meeting.category}}
    if meeting.sort is Sort.WORKING_LOCATION:
        contents["workingLocationProperties"] = {
            "type": "officeLocation",
            "officeLocation": {"label": "Home"},
        }
        contents["transparency"] = "transparent"
    return contents


def _conference(joining: Conference) -> Event:
    return {
        "hangoutLink": joining.link,
        "conferenceData": {
            "entryPoints": [
                {"entryPointType": "video", "uri": joining.link, "label": joining.link.partition("//")[2]},
                {
                    "entryPointType": "phone",
                    "uri": f"tel:{joining.dial_in}",
                    "label": joining.dial_in,
                    "pin": joining.pin,
                    "regionCode": "US",
                },
            ],
            "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
            "conferenceId": joining.code,
        },
    }


def _id(key: str) -> str:
    """Google's ids are of lower-case base32hex."""
    return b32hexencode(blake2b(key.encode(), digest_size=16).digest()).decode().lower().rstrip("=")


def _stamp(meeting: Meeting) -> str:
    at = meeting.original or meeting.start
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" if isinstance(at, datetime) else f"{at:%Y%m%d}"
