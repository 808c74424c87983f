"""What a calendar comes to once the people are taken out: the rule in few words, apart from the product's."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from connectors.port import Window
from connectors.sandbox.calendar import Calendar
from connectors.sandbox.dialects import DIALECTS
from connectors.sandbox.truth import Provider
from tests.system import google_canaries, graph_canaries
from tests.system.changing_world import ZONE
from tests.system.soak_invitations import as_the_place_sees_it, named, uid_member

Event = dict[str, Any]

_EVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Taken(NamedTuple):
    """From when to when a place is taken, aware UTC, and how certainly."""

    start: datetime
    end: datetime
    status: str


def taken(calendar: Calendar, window: Window) -> dict[str, Taken]:
    """What takes a place within a window, by the provider's ids."""
    found = ((event_id, _taken(calendar, event)) for event_id, event in calendar.events.items())
    return {event_id: one for event_id, one in found if one is not None and _is_within(one, window)}


class Copy(NamedTuple):
    """What a person's calendar tells of a place: by which address, and what all copies have in common."""

    address: str
    uid: str
    taken: Taken


def copies(calendar: Calendar, window: Window) -> Iterator[Copy]:
    """What a person's calendar tells of whichever places within a window."""
    for event in calendar.events.values():
        for address, answer in named(calendar, event).items():
            one = _taken(calendar, as_the_place_sees_it(calendar, event, answer))
            if one is not None and _is_within(one, window):
                yield Copy(address, event[uid_member(calendar)], one)


def _is_within(one: Taken, window: Window) -> bool:
    return window.start < one.end and one.start < window.end


def _taken(calendar: Calendar, event: Event) -> Taken | None:
    is_graph = calendar.dialect is DIALECTS[Provider.MICROSOFT]
    occupies = graph_canaries.occupies if is_graph else google_canaries.occupies
    span = calendar.dialect.span(event)
    # Tombstones tell no times.
    if span is None or not occupies(event, _EVER, None):
        return None
    is_all_day = event["isAllDay"] if is_graph else "date" in event["start"]
    start, end = (_midnight(moment) if is_all_day else moment for moment in span)
    is_accepted = _accepted_by_graph(event) if is_graph else _accepted_by_google(event)
    return Taken(start, end, "confirmed" if is_accepted else "tentative")


def _midnight(moment: datetime) -> datetime:
    """Whole days last from midnight to midnight where the place is."""
    return datetime.combine(moment.date(), time(), ZoneInfo(ZONE)).astimezone(UTC)


def _accepted_by_graph(event: Event) -> bool:
    return bool(event["responseStatus"]["response"] == "accepted")


def _accepted_by_google(event: Event) -> bool:
    return all(row["responseStatus"] == "accepted" for row in event["attendees"] if row.get("self"))
