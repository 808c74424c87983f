"""What the story shows: events that tell much of people, and tables of what was kept out."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from rich.table import Table

from connectors.personal import personal
from connectors.sandbox.calendar import Calendar, Guest
from connectors.sandbox.ledger import Tally
from gateway.app.previews.showing import identify_events
from gateway.client import FeedEntry
from gateway.demo.stage import Stage
from gateway.minimization.outcome import Reason
from gateway.tenant import Tenant

#: Why an item is not understood. Its place is unknown then, never free.
NOT_UNDERSTOOD = frozenset({Reason.NO_ID, Reason.NO_START, Reason.NO_END, Reason.BAD_RANGE, Reason.BAD_ITEM})

#: Somebody who joins a meeting in the story.
NEWCOMER = Guest("Ines Quintanar", "ines.quintanar@visitors.example")


class Exhibit(NamedTuple):
    """One event at its provider, and the entry that FlexO got for it."""

    employer: Tenant
    calendar: Calendar
    event_id: str
    entry: FeedEntry

    @property
    def held(self) -> Mapping[str, Any]:
        """What the provider holds of it now."""
        return self.calendar.events[self.event_id]

    def move_by_an_hour(self) -> None:
        booking = self.entry.data["booking"]
        start, end = (datetime.fromisoformat(booking[name]) for name in ("start", "end"))
        hour = timedelta(hours=1)
        self.calendar.move(self.event_id, start + hour, end + hour)

    def invite_newcomer(self) -> None:
        self.calendar.edit_attendees(self.event_id, [NEWCOMER])


async def exhibits(stage: Stage, employer: Tenant, entries: Mapping[str, FeedEntry]) -> list[Exhibit]:
    """The employer's timed events that became bookings, those that tell the most kinds of things first."""
    world, found = stage.sandbox.world, list[Exhibit]()
    company = world.tenant(employer.connection.directory)
    for resource in company.resources if company is not None else ():
        identify = await identify_events(stage.parts, employer, resource.id)
        calendar = world.calendar(resource.address)
        for event_id in calendar.events:
            entry = entries.get(identify(event_id))
            if entry is not None and entry.data["booking"]["all_day"] is None:
                found.append(Exhibit(employer, calendar, event_id, entry))
    return sorted(found, key=_telling, reverse=True)


def _telling(exhibit: Exhibit) -> tuple[bool, int, int]:
    kinds, counted = personal(dict(exhibit.held)), exhibit.entry.data["booking"]["people"] is not None
    # Few guests, so that a table has room for the rest of what the event tells.
    return counted, len(+kinds), -kinds["attendee"]


def taken_out(entries: Iterable[FeedEntry]) -> dict[str, int]:
    """What the third ring took out in memory, by field; told from what FlexO got."""
    data = [entry.data for entry in entries]
    nameless = {
        told["resource"]["id"] for told in data if "resource" in told and not told["resource"]["name"]
    }
    bookings = [told["booking"] for told in data if "booking" in told]
    return {
        "names of places withheld": len(nameless),
        "times rounded to quarter hours": sum(booking["resource"] in nameless for booking in bookings),
        "guest lists left as a number": sum(booking["people"] is not None for booking in bookings),
    }


def parted(outcomes: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Items that take no place at all, and those that were not understood; each by reason."""
    unclear = {reason: number for reason, number in outcomes.items() if reason in NOT_UNDERSTOOD}
    return {reason: outcomes[reason] for reason in outcomes.keys() - unclear.keys()}, unclear


def kept_out(tally: Tally) -> Table:
    """How many personal members the provider held of the events asked for, and where each kind stopped."""
    table = Table("personal", "held there", "ring 1: not asked for", "ring 2: not parsed", "reached FlexO")
    for kind, held in sorted(tally.held.items()):
        crossed = tally.crossed[kind]
        table.add_row(kind, f"{held:,}", f"{held - crossed:,}", f"{crossed:,}", "0")
    return table
