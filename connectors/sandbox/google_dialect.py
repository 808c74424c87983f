"""How Google Calendar words an event and what happens to it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from connectors.sandbox.calendar import Event, Guest, Span
from connectors.sandbox.google_time import instant, printed, timestamp


class GoogleDialect:
    """Google's ``calendar#event``, v3."""

    def span(self, event: Event) -> Span | None:
        start, end = instant(event.get("start")), instant(event.get("end"))
        return None if start is None or end is None else Span(start, end)

    def master(self, event: Event) -> str | None:
        master = event.get("recurringEventId")
        return master if isinstance(master, str) else None

    def moved(self, event: Event, start: datetime | date, end: datetime | date) -> Event:
        """An instance that is moved keeps its id and its ``originalStartTime``."""
        zone = (event.get("start") or {}).get("timeZone", "UTC")
        return {**event, "start": printed(start, zone), "end": printed(end, zone)}

    def cancelled(self, event: Event) -> Event:
        """As on an organizer's calendar: cancelled, and every detail still there."""
        return {**event, "status": "cancelled"}

    def made_private(self, event: Event) -> Event:
        return {**event, "visibility": "private"}

    def attended(self, event: Event, guests: Sequence[Guest]) -> Event:
        # Google lists the organizer too; who edits the list anew may leave them out.
        rows = [row for row in event.get("attendees") or () if row.get("resource")]
        invited = [
            {"email": guest.address, "displayName": guest.name, "responseStatus": "needsAction"}
            for guest in guests
        ]
        return {**event, "attendees": [*invited, *rows]}

    def deleted(self, event: Event) -> Event | None:
        """A tombstone with what Google guarantees: for an instance of a series, where it was; else the id."""
        kept = ("kind", "id", "recurringEventId", "originalStartTime")
        return {name: event[name] for name in kept if name in event} | {"status": "cancelled"}

    def stamped(self, event: Event, version: int, at: datetime) -> Event:
        """A bare tombstone gets its tag and nothing else."""
        stamp: dict[str, Any] = {"etag": f'"{version}{int(at.timestamp() * 1000)}"'}
        # What Google guarantees of a tombstone holds no time of change.
        if "start" in event:
            stamp |= {"updated": timestamp(at), "sequence": int(event.get("sequence", 0)) + 1}
        return {**event, **stamp}
