"""Events and places as Graph prints them, whole: a canary in every member that takes a free value."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from connectors.sandbox.graph_time import instant, printed, timestamp
from tests.system.canaries import Plot

Event = dict[str, Any]

DAY = timedelta(days=1)


def graph_event(plot: Plot, start: datetime, end: datetime) -> Event:
    """Every member of the ``event`` resource, v1.0; times, enumerations and links are valid."""
    return (
        _identity(plot, start)
        | _times(start, end)
        | _people(plot, start)
        | _contents(plot, start)
        | _conference(plot)
        | _unusual(plot, start)
    )


def _identity(plot: Plot, start: datetime) -> Event:
    return {
        "@odata.type": "#microsoft.graph.event",
        "@odata.etag": f'W/"{plot.word("etag")}"',
        "type": "singleInstance",
        "createdDateTime": timestamp(start - DAY),
        "lastModifiedDateTime": timestamp(start - DAY),
        "seriesMasterId": None,
        "webLink": plot.link("webLink"),
        "isDraft": False,
    } | plot.each("id", "changeKey", "iCalUId", "uid", "transactionId", "occurrenceId", by=Plot.word)


def _times(start: datetime, end: datetime) -> Event:
    return {
        "start": printed(start),
        "end": printed(end),
        "isAllDay": False,
        "originalStart": timestamp(start),
        "originalStartTimeZone": "W. Europe Standard Time",
        "originalEndTimeZone": "W. Europe Standard Time",
        "recurrence": _recurrence(start),
        "reminderMinutesBeforeStart": 15,
        "isReminderOn": True,
    }


def _recurrence(start: datetime) -> Event:
    day = start.date().isoformat()
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "sunday"}
    span = {"type": "endDate", "startDate": day, "endDate": day, "recurrenceTimeZone": "UTC"}
    return {"pattern": pattern, "range": span}


def _people(plot: Plot, start: datetime) -> Event:
    answers = ("accepted", "tentativelyAccepted", "declined", "notResponded")
    return {
        "organizer": {"emailAddress": _person(plot.below("organizer"))},
        "isOrganizer": False,
        "attendees": [_attendee(plot.below(f"attendee-{answer}"), answer, start) for answer in answers],
        "responseStatus": {"response": "accepted", "time": timestamp(start - DAY)},
        "responseRequested": True,
        "hideAttendees": False,
        "allowNewTimeProposals": True,
    }


def _person(plot: Plot) -> Event:
    return {"name": plot.text("name"), "address": plot.address("address")}


def _attendee(plot: Plot, answer: str, start: datetime) -> Event:
    return {
        "type": "required",
        "status": {"response": answer, "time": timestamp(start - DAY)},
        "emailAddress": _person(plot),
        "proposedNewTime": {"start": printed(start), "end": printed(start + DAY)},
    }


def _contents(plot: Plot, start: datetime) -> Event:
    place = _location(plot.below("location"))
    return {
        "body": {"contentType": "html", "content": f"<p>{plot.text('body')}</p>"},
        "importance": "normal",
        "sensitivity": "normal",
        "isCancelled": False,
        "showAs": "busy",
        "categories": [plot.text("category-1"), plot.text("category-2")],
        "location": place,
        "locations": [place],
        "hasAttachments": True,
        "attachments": [_attachment(plot.below("attachment"), start)],
    } | plot.each("subject", "bodyPreview")


def _location(plot: Plot) -> Event:
    address = plot.each("street", "city", "state", "countryOrRegion", "postalCode", "postOfficeBox")
    return {
        "displayName": plot.text("displayName"),
        "locationEmailAddress": plot.address("locationEmailAddress"),
        "locationUri": plot.link("locationUri"),
        "locationType": "conferenceRoom",
        "uniqueId": plot.word("uniqueId"),
        "uniqueIdType": "directory",
        "address": {"type": "business"} | address,
        "coordinates": {"latitude": 59.91, "longitude": 10.75},
    }


def _attachment(plot: Plot, start: datetime) -> Event:
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "contentType": "text/plain",
        "contentBytes": b64encode(plot.text("content").encode()).decode(),
        "contentLocation": plot.link("contentLocation"),
        "lastModifiedDateTime": timestamp(start - DAY),
        "isInline": False,
        "size": 12,
    } | plot.each("id", "name", "contentId")


def _conference(plot: Plot) -> Event:
    joining = plot.each("conferenceId", "quickDial", "tollNumber")
    return {
        "isOnlineMeeting": True,
        "onlineMeetingProvider": "teamsForBusiness",
        "onlineMeetingUrl": plot.link("onlineMeetingUrl"),
        "onlineMeeting": {
            "joinUrl": plot.link("joinUrl"),
            "tollFreeNumbers": [plot.text("tollFreeNumber")],
            "phones": [{"type": "business", "number": plot.text("phone")}],
        }
        | joining,
    }


def _unusual(plot: Plot, start: datetime) -> Event:
    """What is printed only on request, and what nobody knows yet."""
    owner = _person(plot.below("calendar/owner"))
    value = {"id": f"String {{0-1}} Name {plot.word('property')}", "value": plot.text("property")}
    values = {"id": f"StringArray {{0-1}} Name {plot.word('properties')}", "value": [plot.text("properties")]}
    exception = plot.each("id", "subject") | {"start": printed(start), "end": printed(start)}
    return {
        "extensions": [{plot.word("extension-member"): plot.text("extension"), "id": plot.word("extension")}],
        "singleValueExtendedProperties": [value],
        "multiValueExtendedProperties": [values],
        "calendar": {"owner": owner, "color": "auto"} | plot.each("id", "name", "changeKey", "hexColor"),
        "instances": [],
        "cancelledOccurrences": [plot.word("cancelledOccurrence")],
        "exceptionOccurrences": [exception],
        plot.word("member"): {plot.word("inner-member"): [plot.text("inner-value")]},
    }


def graph_variants(plot: Plot, now: datetime) -> Iterator[Event]:
    """One event for each value of each enumeration, and for each way to be no booking; hours apart."""
    midnight = now.replace(hour=0, minute=0, second=0)
    far = midnight + 200 * DAY
    changes: list[Event] = [
        *({"showAs": shown} for shown in ("free", "tentative", "busy", "oof", "workingElsewhere", "unknown")),
        *({"sensitivity": degree} for degree in ("normal", "personal", "private", "confidential")),
        *({"importance": degree} for degree in ("low", "high")),
        *({"responseStatus": {"response": answer, "time": timestamp(now)}} for answer in _ANSWERS),
        {"isOrganizer": True},
        {"isCancelled": True},
        {"type": "occurrence", "seriesMasterId": plot.word("master")},
        {"type": "exception", "seriesMasterId": plot.word("master")},
        {"type": "seriesMaster"},
        {"isAllDay": True, "start": printed(midnight.date()), "end": printed(midnight.date() + 2 * DAY)},
        {"start": printed(midnight), "end": printed(midnight)},
        {"start": printed(far), "end": printed(far + DAY)},
        {"start": printed(midnight - DAY / 2), "end": printed(midnight - DAY / 3)},
        {"attendees": []},
        {"hideAttendees": True},
        {"body": {"contentType": "text", "content": plot.text("plain-body")}},
    ]
    for number, change in enumerate(changes):
        start = now + timedelta(hours=number)
        yield graph_event(plot.below(f"event-{number}"), start, start + timedelta(minutes=50)) | change


_ANSWERS = ("none", "organizer", "tentativelyAccepted", "accepted", "declined", "notResponded")


def occupies(event: Event, window: tuple[datetime, datetime], today: date | None) -> bool:
    """The rule, in few words. ``today``: before it nothing counts, where the place is one person's."""
    start, end = instant(event["start"]), instant(event["end"])
    assert start is not None
    assert end is not None
    declined = event["responseStatus"]["response"] == "declined" and not event["isOrganizer"]
    if event["isCancelled"] or declined or event["type"] == "seriesMaster" or start == end:
        return False
    in_time = window[0] < end and start < window[1]
    return in_time and (today is None or end.date() >= today)


def place_extras(plot: Plot) -> Event:
    """Members of a place that nobody asked for."""
    address = plot.each("street", "state", "postalCode", "countryOrRegion")
    return {
        "phone": plot.text("phone"),
        "tags": [plot.text("tag")],
        "geoCoordinates": {"latitude": 59.9, "longitude": 10.7},
        "assignedTo": plot.address("assignedTo"),
        "bookingType": "reserved",
        "x-address": address,
        plot.word("member"): plot.text("unknown"),
    } | plot.each("label", "nickname", "audioDeviceName", "videoDeviceName", "displayDeviceName")


def graph_fault(plot: Plot, code: str) -> Event:
    """An error's body."""
    inner = {
        "date": "2027-03-01T09:00:00",
        "innerError": {"code": code, "message": plot.text("inner-message")},
    }
    inner |= plot.each("request-id", "client-request-id")
    return {
        "error": {
            "code": code,
            "message": plot.text("message"),
            "target": plot.text("target"),
            "innerError": inner,
        }
    }
