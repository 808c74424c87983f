"""What of an event tells of people, by kind: counted, never kept. Pure."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

#: Members that tell of people, by what they tell. Graph's and Google's together: no name means two things.
_KINDS = {
    "subject": "title",
    "summary": "title",
    "body": "body",
    "bodyPreview": "body",
    "description": "body",
    "organizer": "organizer",
    "creator": "organizer",
    "location": "location",
    "locations": "location",
    "onlineMeeting": "conference",
    "conferenceData": "conference",
    "hangoutLink": "conference",
    "webLink": "link",
    "htmlLink": "link",
    "categories": "category",
    "extendedProperties": "category",
    "iCalUId": "identifier",
    "iCalUID": "identifier",
}
_GUEST = "attendee"
#: What is counted.
KINDS = tuple(sorted({*_KINDS.values(), _GUEST}))
#: A row of attendees tells of a person if it holds one of these, and is not a resource's own.
_NAMING = ("email", "displayName", "emailAddress")


def personal(event: Mapping[str, Any]) -> Counter[str]:
    """How many personal members an event has, by kind."""
    counted = Counter(kind for name, kind in _KINDS.items() if _told(event.get(name)))
    attendees = event.get("attendees")
    if isinstance(attendees, list):
        counted[_GUEST] += sum(map(_names_a_person, attendees))
    return counted


def _told(value: Any) -> bool:
    # Graph prints an empty body as an object with empty content.
    return bool(value.get("content", True)) if isinstance(value, dict) else bool(value)


def _names_a_person(row: Any) -> bool:
    if not isinstance(row, dict) or row.get("resource") or row.get("type") == "resource":
        return False
    return any(name in row for name in _NAMING)
