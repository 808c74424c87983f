"""How Google prints events for one request: a mask, a zone, few attendees, or free/busy only."""

import msgspec
from aiohttp import web

from connectors.sandbox.calendar import Event
from connectors.sandbox.google_query import count, invalid
from connectors.sandbox.google_time import shifted
from connectors.sandbox.mask import InvalidMask, Mask, applied, check, parsed
from connectors.zones import zone

_TIMES = ("start", "end", "originalStartTime")
_FREE_BUSY = ("kind", "etag", "id", "status", "start", "end", "transparency", "eventType")


def _names(text: str, **inside: Mask) -> Mask:
    return {name: {} for name in text.split()} | inside


_TIME = _names("date dateTime timeZone")
_PERSON = _names("id email displayName self")
_ATTENDEE = _PERSON | _names("resource optional organizer responseStatus comment additionalGuests")
_EVENT = _names(
    """
    kind etag id status htmlLink created updated summary description location colorId iCalUID sequence
    recurringEventId recurrence transparency visibility attendeesOmitted hangoutLink conferenceData gadget
    anyoneCanAddSelf guestsCanInviteOthers guestsCanModify guestsCanSeeOtherGuests privateCopy locked
    reminders source attachments eventType extendedProperties workingLocationProperties outOfOfficeProperties
    focusTimeProperties birthdayProperties endTimeUnspecified eventLabelId
    """,
    start=_TIME,
    end=_TIME,
    originalStartTime=_TIME,
    creator=_PERSON,
    organizer=_PERSON,
    attendees=_ATTENDEE,
)
_ENVELOPE = _names(
    "kind etag summary description updated timeZone accessRole defaultReminders nextPageToken nextSyncToken",
    items=_EVENT,
)


class Printing(msgspec.Struct, frozen=True):
    """What one request wants to see."""

    mask: Mask
    zone: str | None
    attendees_max: int | None
    free_busy_only: bool

    def event(self, event: Event) -> Event:
        """An event before the mask."""
        if self.free_busy_only:
            event = {name: event[name] for name in _FREE_BUSY if name in event}
        if self.zone is not None:
            event = event | {name: shifted(event[name], self.zone) for name in _TIMES if name in event}
        return self._with_few_attendees(event)

    def _with_few_attendees(self, event: Event) -> Event:
        """With more than asked for, only the participant itself is told."""
        rows = event.get("attendees")
        if self.attendees_max is None or not isinstance(rows, list) or len(rows) <= self.attendees_max:
            return event
        return event | {"attendees": [row for row in rows if row.get("self")], "attendeesOmitted": True}

    def masked(self, answer: Event) -> Event:
        """An answer as it leaves. Without a mask, all of it."""
        kept: Event = applied(self.mask, answer)
        return kept

    def item(self, event: Event) -> Event:
        """An event of a list as it leaves."""
        if not self.mask or "*" in self.mask:
            return event
        kept: Event = applied(self.mask["items"], event) if "items" in self.mask else {}
        return kept


def list_printing(request: web.Request, *, free_busy_only: bool) -> Printing:
    return _printing(request, _ENVELOPE, free_busy_only=free_busy_only)


def event_printing(request: web.Request, *, free_busy_only: bool) -> Printing:
    return _printing(request, _EVENT, free_busy_only=free_busy_only)


def _printing(request: web.Request, schema: Mask, *, free_busy_only: bool) -> Printing:
    name = request.query.get("timeZone")
    if name is not None and zone(name) is None:
        raise invalid("Invalid time zone definition for start time.")
    try:
        mask = parsed(request.query["fields"]) if "fields" in request.query else {}
        check(mask, schema)
    except InvalidMask as error:
        raise invalid(str(error)) from None
    return Printing(mask, name, count(request, "maxAttendees"), free_busy_only)
