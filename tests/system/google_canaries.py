"""Events and places as Google prints them, whole: a canary in every member that takes a free value."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from connectors.sandbox.google_time import instant, printed, timestamp
from tests.system.canaries import Plot

Event = dict[str, Any]

DAY = timedelta(days=1)
ZONE = "America/New_York"


def google_event(plot: Plot, start: datetime, end: datetime) -> Event:
    """Every member of ``calendar#event``, v3; times, enumerations and links are valid."""
    return _identity(plot, start) | _times(start, end) | _people(plot) | _contents(plot) | _unusual(plot)


def _identity(plot: Plot, start: datetime) -> Event:
    return {
        "kind": "calendar#event",
        "etag": f'"{plot.word("etag")}"',
        "id": plot.word("id"),
        "status": "confirmed",
        "htmlLink": plot.link("htmlLink"),
        "created": timestamp(start - DAY),
        "updated": timestamp(start - DAY),
        "iCalUID": plot.address("iCalUID"),
        "sequence": 0,
        "eventType": "default",
    }


def _times(start: datetime, end: datetime) -> Event:
    return {
        "start": printed(start, ZONE),
        "end": printed(end, ZONE),
        "originalStartTime": printed(start, ZONE),
        "endTimeUnspecified": False,
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]},
    }


def _people(plot: Plot) -> Event:
    answers = ("accepted", "tentative", "declined", "needsAction")
    own = _person(plot.below("own")) | {"self": True, "resource": True, "responseStatus": "accepted"}
    organizer = _person(plot.below("organizer"))
    return {
        "creator": _person(plot.below("creator")) | {"self": False},
        "organizer": organizer | {"self": False},
        "attendees": [
            own,
            organizer | {"organizer": True, "responseStatus": "accepted"},
            *(_attendee(plot.below(f"attendee-{answer}"), answer) for answer in answers),
        ],
        "attendeesOmitted": False,
        "anyoneCanAddSelf": False,
        "guestsCanInviteOthers": True,
        "guestsCanModify": False,
        "guestsCanSeeOtherGuests": True,
    }


def _person(plot: Plot) -> Event:
    return {"id": plot.word("id"), "email": plot.address("email"), "displayName": plot.text("displayName")}


def _attendee(plot: Plot, answer: str) -> Event:
    row = {
        "responseStatus": answer,
        "comment": plot.text("comment"),
        "additionalGuests": 1,
        "optional": False,
    }
    return _person(plot) | row


def _contents(plot: Plot) -> Event:
    return {
        "transparency": "opaque",
        "visibility": "default",
        "colorId": "7",
        "hangoutLink": plot.link("hangoutLink"),
        "conferenceData": _conference(plot.below("conferenceData")),
        "attachments": [
            {"fileUrl": plot.link("fileUrl"), "iconLink": plot.link("iconLink"), "mimeType": "text/plain"}
            | plot.each("title", "fileId")
        ],
        "source": {"url": plot.link("source-url"), "title": plot.text("source-title")},
    } | plot.each("summary", "description", "location")


def _conference(plot: Plot) -> Event:
    entry = {"entryPointType": "phone", "uri": plot.link("uri"), "regionCode": "US"}
    entry |= plot.each("label", "pin", "accessCode", "meetingCode", "passcode", "password")
    return {
        "entryPoints": [entry],
        "conferenceSolution": {
            "key": {"type": "hangoutsMeet"},
            "name": plot.text("name"),
            "iconUri": plot.link("iconUri"),
        },
        "createRequest": {"requestId": plot.word("requestId"), "status": {"statusCode": "success"}},
        "parameters": {"addOnParameters": {"parameters": {plot.word("parameter"): plot.text("parameter")}}},
    } | plot.each("conferenceId", "signature", "notes")


def _unusual(plot: Plot) -> Event:
    """What only some events have, and what nobody knows yet."""
    return {
        "extendedProperties": {
            "private": {plot.word("private-name"): plot.text("private-value")},
            "shared": {plot.word("shared-name"): plot.text("shared-value")},
        },
        "gadget": {
            "display": "chip",
            "link": plot.link("gadget"),
            "preferences": plot.each("gadget-preference"),
        }
        | plot.each("title", "type"),
        "workingLocationProperties": {
            "type": "officeLocation",
            "officeLocation": plot.each("label", "buildingId", "floorId", "floorSectionId", "deskId"),
            "customLocation": plot.each("customLabel"),
        },
        "outOfOfficeProperties": {"autoDeclineMode": "declineNone", "declineMessage": plot.text("away")},
        "focusTimeProperties": {"chatStatus": "doNotDisturb", "declineMessage": plot.text("focus")},
        "birthdayProperties": {"type": "birthday", "contact": plot.text("contact")},
        "privateCopy": False,
        "locked": False,
        "eventLabelId": plot.word("eventLabelId"),
        plot.word("member"): {plot.word("inner-member"): [plot.text("inner-value")]},
    }


def google_variants(plot: Plot, now: datetime) -> Iterator[Event]:
    """One event for each value of each enumeration, and for each way to be no booking; hours apart."""
    midnight = now.replace(hour=0, minute=0, second=0)
    far = midnight + 200 * DAY
    changes: list[Event] = [
        *({"visibility": degree} for degree in ("default", "public", "private", "confidential")),
        *({"transparency": shown} for shown in ("opaque", "transparent")),
        *({"status": status} for status in ("confirmed", "tentative", "cancelled")),
        *({"eventType": sort} for sort in _SORTS),
        *(
            {"attendees": [_own_row(plot, answer)]}
            for answer in ("accepted", "declined", "tentative", "needsAction")
        ),
        {"recurringEventId": plot.word("recurringEventId")},
        {"recurrence": ["RRULE:FREQ=WEEKLY"]},
        {"start": printed(midnight.date(), ZONE), "end": printed(midnight.date() + 2 * DAY, ZONE)},
        {"start": printed(midnight, ZONE), "end": printed(midnight, ZONE)},
        {"start": printed(far, ZONE), "end": printed(far + DAY, ZONE)},
        {"start": printed(midnight - DAY / 2, ZONE), "end": printed(midnight - DAY / 3, ZONE)},
        {"attendees": []},
        {"attendeesOmitted": True},
    ]
    for number, change in enumerate(changes):
        start = now + timedelta(hours=number)
        yield google_event(plot.below(f"event-{number}"), start, start + timedelta(minutes=50)) | change


_SORTS = ("default", "focusTime", "outOfOffice", "fromGmail", "workingLocation", "birthday")


def _own_row(plot: Plot, answer: str) -> Event:
    return _person(plot.below(f"own-{answer}")) | {"self": True, "resource": True, "responseStatus": answer}


def occupies(event: Event, window: tuple[datetime, datetime], today: date | None) -> bool:
    """The rule, in few words. ``today``: before it nothing counts, where the place is one person's."""
    start, end = instant(event["start"]), instant(event["end"])
    assert start is not None
    assert end is not None
    declined = any(row.get("self") and row["responseStatus"] == "declined" for row in event["attendees"])
    if event["status"] == "cancelled" or declined or "recurrence" in event or start == end:
        return False
    in_time = window[0] < end and start < window[1]
    is_booking = event["eventType"] not in {"workingLocation", "birthday"}
    return is_booking and in_time and (today is None or end.date() >= today)


def place_extras(plot: Plot) -> Event:
    """Members of a resource or building that nobody asked for."""
    feature = {"feature": {"name": plot.text("feature"), "etags": plot.word("feature-etags")}}
    return {
        "featureInstances": [feature],
        "x-addressLines": [plot.text("addressLines")],
        "coordinates": {"latitude": 59.9, "longitude": 10.7},
        plot.word("member"): plot.text("unknown"),
    } | plot.each(
        "resourceDescription", "userVisibleDescription", "generatedResourceName", "floorSection", "etags"
    )


def google_fault(plot: Plot, status: int, reason: str) -> Event:
    """An error's body."""
    detail = {
        "domain": "global",
        "reason": reason,
        "locationType": "header",
        "extendedHelp": plot.link("help"),
    }
    detail |= plot.each("message", "location")
    return {
        "error": {"code": status, "message": plot.text("message"), "errors": [detail], "status": "FAILED"}
    }
