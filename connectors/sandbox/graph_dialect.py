"""How Microsoft Graph words an event and what happens to it."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import blake2b

from connectors.sandbox.calendar import Event, Guest, Span
from connectors.sandbox.graph_time import instant, printed, timestamp


class GraphDialect:
    """Graph's ``event`` resource, v1.0, on an attendee's or a room's calendar."""

    def span(self, event: Event) -> Span | None:
        start, end = instant(event.get("start")), instant(event.get("end"))
        return None if start is None or end is None else Span(start, end)

    def master(self, event: Event) -> str | None:
        master = event.get("seriesMasterId")
        return master if isinstance(master, str) else None

    def moved(self, event: Event, start: datetime | date, end: datetime | date) -> Event:
        """An occurrence that is moved becomes an exception of its series."""
        kind = "exception" if event.get("type") == "occurrence" else event.get("type", "singleInstance")
        return {**event, "type": kind, "start": printed(start), "end": printed(end)}

    def cancelled(self, event: Event) -> Event:
        """On an attendee's copy a cancelled meeting stays, with its subject marked."""
        return {**event, "isCancelled": True, "subject": f"Canceled: {event.get('subject') or ''}"}

    def made_private(self, event: Event) -> Event:
        """As on a calendar whose ``RemovePrivateProperty`` is off."""
        return {**event, "sensitivity": "private"}

    def attended(self, event: Event, guests: Sequence[Guest]) -> Event:
        # The organizer stands in a member of its own and never among the attendees.
        rows = [row for row in event.get("attendees") or () if row.get("type") == "resource"]
        return {**event, "attendees": [*map(_attendee, guests), *rows]}

    def deleted(self, event: Event) -> Event | None:  # noqa: ARG002  Graph keeps nothing of it
        return None

    def stamped(self, event: Event, version: int, at: datetime) -> Event:
        key = blake2b(f"{event.get('id')}/{version}".encode(), digest_size=12).hexdigest()
        return {
            **event,
            "@odata.etag": f'W/"{key}"',
            "changeKey": key,
            "lastModifiedDateTime": timestamp(at),
        }


def _attendee(guest: Guest) -> Event:
    return {
        "type": "required",
        "status": {"response": "none", "time": "0001-01-01T00:00:00Z"},
        "emailAddress": {"name": guest.name, "address": guest.address},
    }
