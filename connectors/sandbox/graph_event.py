"""A meeting as Microsoft Graph prints it on a room's calendar: every member of ``event``, v1.0."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256

from connectors.sandbox.calendar import Event, Guest
from connectors.sandbox.graph_time import printed, timestamp
from connectors.sandbox.meeting import Answer, Meeting, Role
from connectors.sandbox.truth import Resource
from connectors.zones import windows_name

_TYPES = {
    Role.SINGLE: "singleInstance",
    Role.MASTER: "seriesMaster",
    Role.OCCURRENCE: "occurrence",
    Role.EXCEPTION: "exception",
}
_RESPONSES = {
    Answer.ACCEPTED: "accepted",
    Answer.TENTATIVE: "tentativelyAccepted",
    Answer.DECLINED: "declined",
    Answer.UNANSWERED: "none",
}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEVER = "0001-01-01T00:00:00Z"


def graph_event(meeting: Meeting, resource: Resource, *, now: datetime, rewrites: bool) -> Event:
    """The room's copy.

    ``rewrites``: the mailbox does as Exchange does by default (Set-CalendarProcessing): the organizer's name
    replaces the subject, the body goes, the private flag is cleared.
    """
    event = _times(meeting) | _identity(meeting, now) | _people(meeting, resource) | _contents(meeting)
    return event | _rewritten(meeting) if rewrites and meeting.organizer else event


def _identity(meeting: Meeting, now: datetime) -> Event:
    change = blake2b(meeting.key.encode(), digest_size=12).hexdigest()
    made = timestamp(now - timedelta(days=30))
    identity = _immutable_id(meeting.key)
    link = f"https://outlook.office365.example/owa/?itemid={identity}&exvsurl=1&path=/calendar/item"
    return {
        "@odata.etag": f'W/"{change}"',
        "id": identity,
        "createdDateTime": made,
        "lastModifiedDateTime": made,
        "changeKey": change,
        "iCalUId": f"040000008200E00074C5B7101A82E008{sha256(meeting.key.encode()).hexdigest().upper()}",
        "transactionId": f"localevent:{change}",
        "type": _TYPES[meeting.role],
        "seriesMasterId": None if meeting.series is None else _immutable_id(meeting.series),
        "webLink": link,
        "isDraft": False,
    }


def _times(meeting: Meeting) -> Event:
    zone = windows_name(meeting.zone)
    times: Event = {
        "start": printed(meeting.start),
        "end": printed(meeting.end),
        "isAllDay": meeting.all_day,
        "originalStartTimeZone": zone,
        "originalEndTimeZone": zone,
        "recurrence": _recurrence(meeting),
    }
    return times if meeting.original is None else {**times, "originalStart": _original(meeting.original)}


def _original(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _recurrence(meeting: Meeting) -> Event | None:
    repetition = meeting.repetition
    if repetition is None:
        return None
    return {
        "pattern": {
            "type": "weekly",
            "interval": 1,
            "month": 0,
            "dayOfMonth": 0,
            "daysOfWeek": [_WEEKDAYS[repetition.first.weekday()]],
            "firstDayOfWeek": "monday",
            "index": "first",
        },
        "range": {
            "type": "endDate",
            "startDate": repetition.first.isoformat(),
            "endDate": repetition.last.isoformat(),
            "recurrenceTimeZone": windows_name(meeting.zone),
            "numberOfOccurrences": 0,
        },
    }


def _people(meeting: Meeting, resource: Resource) -> Event:
    room = Guest(resource.name, resource.address)
    rows = [
        _attendee(one.guest, "optional" if one.optional else "required", one.answer)
        for one in meeting.invited
    ]
    if meeting.answer is not None:
        rows.append(_attendee(room, "resource", meeting.answer))
    response = "organizer" if meeting.answer is None else _RESPONSES[meeting.answer]
    return {
        "organizer": {"emailAddress": _address(meeting.organizer or room)},
        "attendees": rows,
        "isOrganizer": meeting.answer is None,
        "responseStatus": {"response": response, "time": _NEVER},
        "responseRequested": True,
        "hideAttendees": False,
        "allowNewTimeProposals": True,
    }


def _contents(meeting: Meeting) -> Event:
    place = {
        "displayName": meeting.location,
        "locationType": "conferenceRoom",
        "uniqueIdType": "locationStore",
    }
    link = meeting.conference.link if meeting.conference else None
    title = f"Canceled: {meeting.title}" if meeting.cancelled else meeting.title
    return {
        "subject": title,
        "bodyPreview": meeting.body[:255],
        "body": {"contentType": "html", "content": f"<html><body>{meeting.body}</body></html>"},
        "importance": "normal",
        "sensitivity": "private" if meeting.private else "normal",
        "isCancelled": meeting.cancelled,
        "showAs": "tentative" if meeting.tentative else "busy",
        "categories": [] if meeting.category is None else [meeting.category],
        "hasAttachments": False,
        "location": place,
        "locations": [place],
        "isOnlineMeeting": link is not None,
        "onlineMeetingProvider": "unknown" if link is None else "teamsForBusiness",
        # Deprecated for onlineMeeting, and still printed.
        "onlineMeetingUrl": None,
        "onlineMeeting": _online_meeting(meeting),
        "isReminderOn": False,
        "reminderMinutesBeforeStart": 15,
    }


def _online_meeting(meeting: Meeting) -> Event | None:
    joining = meeting.conference
    if joining is None:
        return None
    return {
        "joinUrl": joining.link,
        "conferenceId": joining.pin,
        "tollNumber": joining.dial_in,
        "phones": [{"type": "business", "number": joining.dial_in}],
    }


def _rewritten(meeting: Meeting) -> Event:
    name = meeting.organizer.name if meeting.organizer else ""
    return {
        "subject": f"Canceled: {name}" if meeting.cancelled else name,
        "bodyPreview": "",
        "body": {"contentType": "html", "content": ""},
        "sensitivity": "normal",
    }


def _attendee(guest: Guest, kind: str, answer: Answer) -> Event:
    response = {"response": _RESPONSES[answer], "time": _NEVER}
    return {"type": kind, "status": response, "emailAddress": _address(guest)}


def _address(guest: Guest) -> Event:
    return {"name": guest.name, "address": guest.address}


def _immutable_id(key: str) -> str:
    # Both cases and URL-safe, as Exchange's are; a client that folds case finds nothing.
    return "AAkALg" + urlsafe_b64encode(sha256(key.encode()).digest() * 2).decode().rstrip("=")
