"""What a provider held of people, and what of it crossed the wire: counted, never kept."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from connectors.sandbox.calendar import Event

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
#: A row of attendees tells of a person if it holds one of these, and is not a resource's own.
_NAMING = ("email", "displayName", "emailAddress")


class Tally(msgspec.Struct):
    """Of one tenant. ``held`` counts the personal members of the events asked for; ``crossed`` those sent."""

    bytes: int = 0
    events: int = 0
    held: Counter[str] = msgspec.field(default_factory=Counter)
    crossed: Counter[str] = msgspec.field(default_factory=Counter)


def personal(event: Event) -> Counter[str]:
    """How many personal members an event has, by kind."""
    counted = Counter(kind for name, kind in _KINDS.items() if _told(event.get(name)))
    attendees = event.get("attendees")
    if isinstance(attendees, list):
        counted["attendee"] += sum(map(_names_a_person, attendees))
    return counted


def _told(value: Any) -> bool:
    # Graph prints an empty body as an object with empty content.
    return bool(value.get("content", True)) if isinstance(value, dict) else bool(value)


def _names_a_person(row: Any) -> bool:
    if not isinstance(row, dict) or row.get("resource") or row.get("type") == "resource":
        return False
    return any(name in row for name in _NAMING)


class Ledger:
    """One tally per tenant, by the tenant's name."""

    def __init__(self) -> None:
        self.tallies: dict[str, Tally] = {}

    def enter(self, tenant: str, held: Iterable[Event], crossed: Iterable[Event], size: int) -> None:
        """Count one answer: its events in full and as they were sent, and its bytes before compression."""
        tally = self.tallies.setdefault(tenant, Tally())
        tally.bytes += size
        for full, sent in zip(held, crossed, strict=True):
            tally.events += 1
            tally.held += personal(full)
            tally.crossed += personal(sent)
