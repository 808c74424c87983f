"""A calendar: events as their provider prints them in full, and the order in which they changed.

Events are never altered in place: a change puts a new dict in, so that a page being served stays as it was.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from connectors.sandbox.errors import UnknownEvent

#: Tells the time as an aware UTC datetime.
Clock = Callable[[], datetime]

#: One event in its provider's own JSON form.
Event = dict[str, Any]


class Span(NamedTuple):
    """When an event is, aware UTC, half-open. All-day events run from midnight to midnight UTC."""

    start: datetime
    end: datetime

    def touches(self, start: datetime | None, end: datetime | None) -> bool:
        """Whether any of it lies in a window; an event without length counts at its start."""
        if end is not None and self.start >= end:
            return False
        # Providers bound the end by the window's start and the start by its end.
        return start is None or self.end > start or self.start == self.end == start


class Guest(NamedTuple):
    """Somebody invited."""

    name: str
    address: str


class ChangeKind(StrEnum):
    """What happened to an event."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


class Change(NamedTuple):
    """What happened to one event of the calendar at an address: the event as it is, or was if it is gone."""

    address: str
    kind: ChangeKind
    event: Event


#: Is told of each change at once.
Watcher = Callable[[Change], None]


class Dialect(Protocol):
    """How one provider words an event and what happens to it. Pure: each answer is a new event."""

    def span(self, event: Event) -> Span | None:
        """When it is, or None where that cannot be read."""
        ...

    def master(self, event: Event) -> str | None:
        """The id of the series that it belongs to."""
        ...

    def moved(self, event: Event, start: datetime | date, end: datetime | date) -> Event: ...

    def cancelled(self, event: Event) -> Event: ...

    def made_private(self, event: Event) -> Event: ...

    def attended(self, event: Event, guests: Sequence[Guest]) -> Event:
        """With other people invited; the organizer's and the resources' rows stay."""
        ...

    def deleted(self, event: Event) -> Event | None:
        """What is left of it: a tombstone or nothing."""
        ...

    def stamped(self, event: Event, version: int, at: datetime) -> Event:
        """With the marks of a change: tags, keys and the time of modification."""
        ...


class Calendar:
    """One mailbox's or resource's calendar and the log of what happened to it.

    ``changes`` holds the id of each event touched, in order; a position in it is what tokens stand for.
    A change to a series' master reaches all its instances. ``clock`` stamps what changes; ``watcher`` is told
    of it.
    """

    def __init__(self, address: str, zone: str, dialect: Dialect, clock: Clock) -> None:
        self.address = address
        self.zone = zone
        self.dialect = dialect
        self.clock = clock
        self.watcher: Watcher | None = None
        self.events: dict[str, Event] = {}
        self.changes: list[str] = []

    def load(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Put events in as they are, as if they had always been there."""
        # No entry in the log: a reader's first round finds them.
        self.events.update((str(event["id"]), dict(event)) for event in events)

    def beside(self, address: str) -> "Calendar":
        """An empty one of the same house."""
        fresh = Calendar(address, self.zone, self.dialect, self.clock)
        fresh.watcher = self.watcher
        return fresh

    def changed(self, since: int, until: int) -> set[str]:
        """The ids touched between two positions of the log."""
        return set(self.changes[since:until])

    def instances(self, master_id: str) -> list[str]:
        return [key for key, event in self.events.items() if self.dialect.master(event) == master_id]

    def add(self, event: Event) -> None:
        self._put(str(event["id"]), event)

    def move(self, event_id: str, start: datetime | date, end: datetime | date) -> None:
        self._put(event_id, self.dialect.moved(self._event(event_id), start, end))

    def cancel(self, event_id: str) -> None:
        for key in self._family(event_id):
            self._put(key, self.dialect.cancelled(self.events[key]))

    def make_private(self, event_id: str) -> None:
        for key in self._family(event_id):
            self._put(key, self.dialect.made_private(self.events[key]))

    def edit_attendees(self, event_id: str, guests: Sequence[Guest]) -> None:
        for key in self._family(event_id):
            self._put(key, self.dialect.attended(self.events[key], guests))

    def delete(self, event_id: str) -> None:
        for key in self._family(event_id):
            self._put(key, self.dialect.deleted(self.events[key]))

    def _event(self, event_id: str) -> Event:
        if event_id not in self.events:
            raise UnknownEvent("No event of that id is in this calendar; read the calendar for its ids.")
        return self.events[event_id]

    def _family(self, event_id: str) -> list[str]:
        self._event(event_id)
        return [event_id, *self.instances(event_id)]

    def _put(self, event_id: str, event: Event | None) -> None:
        # Before anything else, so that the version counts this change too.
        self.changes.append(event_id)
        if event is None:
            self._tell(ChangeKind.DELETED, self.events.pop(event_id, {}))
            return
        kind = ChangeKind.UPDATED if event_id in self.events else ChangeKind.CREATED
        self.events[event_id] = self.dialect.stamped(event, len(self.changes), self.clock())
        self._tell(kind, self.events[event_id])

    def _tell(self, kind: ChangeKind, event: Event) -> None:
        if self.watcher is not None:
            self.watcher(Change(self.address, kind, event))
