"""How Graph prints an event for one request: selected members, a time zone, and ids of one of two formats."""

from collections.abc import Iterable

from connectors.sandbox.calendar import Calendar, Event
from connectors.sandbox.graph_time import relabelled
from connectors.sandbox.odata import Preferences
from connectors.sandbox.refusal import graph_refusal

#: Members of ``event`` in v1.0.
_MEMBERS = frozenset({
    "allowNewTimeProposals", "attachments", "attendees", "body", "bodyPreview", "calendar",
    "cancelledOccurrences", "categories", "changeKey", "createdDateTime", "end",
    "exceptionOccurrences", "extensions", "hasAttachments", "hideAttendees", "iCalUId", "id",
    "importance", "instances", "isAllDay", "isCancelled", "isDraft", "isOnlineMeeting",
    "isOrganizer", "isReminderOn", "lastModifiedDateTime", "location", "locations",
    "multiValueExtendedProperties", "onlineMeeting", "onlineMeetingProvider", "onlineMeetingUrl",
    "organizer", "originalEndTimeZone", "originalStart", "originalStartTimeZone", "recurrence",
    "reminderMinutesBeforeStart", "responseRequested", "responseStatus", "sensitivity",
    "seriesMasterId", "showAs", "singleValueExtendedProperties", "start", "subject",
    "transactionId", "type", "webLink",
})  # fmt: skip
#: What is printed whether selected or not.
_ALWAYS = ("@odata.etag", "id")
_BARE = ("@odata.etag", "id", "seriesMasterId", "type", "start", "end")
_IDS = ("id", "seriesMasterId")
_MUTABLE = "AAMk"


def selection(text: str | None) -> frozenset[str] | None:
    """The members that ``$select`` names; None for all. An unknown one is refused, as Graph refuses it."""
    if text is None:
        return None
    names = frozenset(name.strip() for name in text.split(","))
    if names - _MEMBERS:
        message = "Could not find a property named in $select on type 'microsoft.graph.event'."
        raise graph_refusal(400, "RequestBroker--ParseUri", message)
    return names


def printed(event: Event, preferences: Preferences, selected: frozenset[str] | None = None) -> Event:
    """The event as one request sees it."""
    if selected is not None:
        event = {name: value for name, value in event.items() if name in selected or name in _ALWAYS}
    event = _zoned(event, preferences.zone)
    return event if preferences.immutable_ids else _with_mutable_ids(event, _IDS)


def bare(event: Event, preferences: Preferences) -> Event:
    """An occurrence as delta tells it: when, and of which series; nothing else."""
    slim = {name: event[name] for name in _BARE if name in event}
    return {"@odata.type": "#microsoft.graph.event"} | printed(slim, preferences)


def removed(event_id: str, preferences: Preferences) -> Event:
    gone = {"@odata.type": "#microsoft.graph.event", "id": event_id, "@removed": {"reason": "deleted"}}
    return gone if preferences.immutable_ids else _with_mutable_ids(gone, _IDS)


def named(calendar: Calendar, event_id: str) -> Event | None:
    """The event that a client names by an id of either format; the cases of letters count."""
    return calendar.events.get(event_id) or calendar.events.get(event_id.removeprefix(_MUTABLE))


def _zoned(event: Event, zone: str) -> Event:
    all_day = event.get("isAllDay") is True
    return event | {
        name: relabelled(event[name], zone, all_day=all_day) for name in ("start", "end") if name in event
    }


def _with_mutable_ids(event: Event, names: Iterable[str]) -> Event:
    """Without ``IdType="ImmutableId"`` ids are others; the two formats do not compare."""
    return event | {name: _MUTABLE + event[name] for name in names if isinstance(event.get(name), str)}
