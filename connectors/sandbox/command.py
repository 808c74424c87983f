"""What can be told to change in a world: one event at a time."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from connectors.sandbox.calendar import Calendar, Guest

Aware = Annotated[datetime, msgspec.Meta(tz=True)]


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="action"):
    """A change to one event."""

    calendar: str


class Add(Command, frozen=True, tag="add"):
    """Put an event in, in the provider's own form."""

    event: dict[str, Any]


class OfEvent(Command, frozen=True):
    """Names an event that is there."""

    id: str


class Move(OfEvent, frozen=True, tag="move"):
    """To another time."""

    start: Aware
    end: Aware


class MoveDays(OfEvent, frozen=True, tag="move-days"):
    """To other whole days; ``end`` is the day after the last."""

    start: date
    end: date


class Cancel(OfEvent, frozen=True, tag="cancel"):
    """Called off, and still told of."""


class Private(OfEvent, frozen=True, tag="private"):
    """Marked private."""


class EditAttendees(OfEvent, frozen=True, tag="edit-attendees"):
    """Other people invited; rows of ``[name, address]``."""

    guests: tuple[tuple[str, str], ...]


class Delete(OfEvent, frozen=True, tag="delete"):
    """Gone."""


Change = Add | Move | MoveDays | Cancel | Private | EditAttendees | Delete


def carry_out(change: Change, calendar: Calendar) -> None:
    """Do it. UnknownEvent if the calendar has no such event."""
    match change:
        case Add(event=event):
            calendar.add(event)
        case Move(id=event_id, start=start, end=end) | MoveDays(id=event_id, start=start, end=end):
            calendar.move(event_id, start, end)
        case Cancel(id=event_id):
            calendar.cancel(event_id)
        case Private(id=event_id):
            calendar.make_private(event_id)
        case EditAttendees(id=event_id, guests=guests):
            calendar.edit_attendees(event_id, [Guest(*row) for row in guests])
        case Delete(id=event_id):
            calendar.delete(event_id)
