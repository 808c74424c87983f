"""What may happen to a calendar, all drawn by lot: to single events, to series, to one occurrence."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from connectors.sandbox import google_time, graph_time
from connectors.sandbox.calendar import Calendar, Guest
from connectors.sandbox.chance import Chance
from connectors.sandbox.dialects import DIALECTS
from connectors.sandbox.truth import Provider
from tests.system.canaries import Plot
from tests.system.changing_world import ZONE
from tests.system.google_canaries import google_event
from tests.system.graph_canaries import graph_event

Event = dict[str, Any]

QUARTER, DAY, WEEK = timedelta(minutes=15), timedelta(days=1), timedelta(weeks=1)
_WEEKS = 5
#: In quarters of an hour.
_THE_DAY_BEFORE_YESTERDAY = -150
#: Far beyond any window.
_FAR = 400 * DAY
_ANSWERS = {"accepted": "accepted", "tentativelyAccepted": "tentative", "declined": "declined"}


class Changes:
    """Changes one calendar. ``plot`` names what is new."""

    def __init__(self, calendar: Calendar, chance: Chance, plot: Plot, now: datetime) -> None:
        self._calendar = calendar
        self._chance = chance
        self._plot = plot
        self._now = now.replace(minute=0, second=0, microsecond=0)
        self._made = 0
        self._is_graph = calendar.dialect is DIALECTS[Provider.MICROSOFT]

    def happen(self, count: int) -> None:
        """So many changes, to whatever still stands."""
        for _ in range(count):
            standing = self._standing()
            if not standing or self._chance.once_in(3):
                self._chance.pick([self.add, self.add_days, self.add_series])()
                continue
            event_id = self._chance.pick(standing)
            self._chance.pick(self._verbs(event_id))(event_id)

    def add(self) -> None:
        start = self._some_time()
        self._calendar.add(self._event(start, start + self._chance.between(1, 8) * QUARTER))

    def add_days(self) -> None:
        """A meeting of some whole days."""
        first = self._some_time().date()
        days = first, first + self._chance.between(1, 3) * DAY
        self._calendar.add(self._event(self._now, self._now) | self._printed(*days))

    def add_series(self) -> None:
        """Weekly occurrences under a master."""
        start = self._some_time() - 2 * WEEK
        master = self._event(start, start + QUARTER)
        master |= {"type": "seriesMaster"} if self._is_graph else {"recurrence": ["RRULE:FREQ=WEEKLY"]}
        self._calendar.add(master)
        member = {"seriesMasterId": master["id"], "type": "occurrence"}
        of_series = member if self._is_graph else {"recurringEventId": master["id"]}
        for week in range(_WEEKS):
            at = start + week * WEEK
            self._calendar.add(self._event(at, at + QUARTER) | of_series)

    def _verbs(self, event_id: str) -> tuple[Callable[[str], None], ...]:
        """What may happen to an event: Graph tells of an occurrence nothing but where and when it is."""
        calendar = self._calendar
        if calendar.instances(event_id):
            return self._shift, calendar.cancel, calendar.delete, calendar.make_private, self._invite
        always = self._move, self._move, self._move_far, calendar.delete, calendar.make_private, self._invite
        if calendar.dialect.master(calendar.events[event_id]) is not None:
            return always
        return *always, calendar.cancel, self._answer

    def _move(self, event_id: str) -> None:
        start = self._some_time()
        if self._is_all_day(event_id):
            self._calendar.move(event_id, start.date(), start.date() + DAY)
        else:
            self._calendar.move(event_id, start, start + self._chance.between(1, 8) * QUARTER)

    def _move_far(self, event_id: str) -> None:
        start = self._now + _FAR
        if self._is_all_day(event_id):
            self._calendar.move(event_id, start.date(), start.date() + DAY)
        else:
            self._calendar.move(event_id, start, start + QUARTER)

    def _shift(self, master_id: str) -> None:
        """The whole series an hour later; its occurrences stay what they are."""
        hour, calendar = timedelta(hours=1), self._calendar
        for event_id in (master_id, *calendar.instances(master_id)):
            event = calendar.events[event_id]
            span = calendar.dialect.span(event)
            if span is not None and not self._is_all_day(event_id):
                calendar.add(event | self._printed(span.start + hour, span.end + hour))

    def _invite(self, event_id: str) -> None:
        guest = self._plot.below(f"guest-{self._number()}")
        self._calendar.edit_attendees(event_id, [Guest(guest.text("name"), guest.address("address"))])

    def _answer(self, event_id: str) -> None:
        """What the room itself says to the invitation."""
        graph, google = self._chance.pick([*_ANSWERS.items()])
        event = self._calendar.events[event_id]
        if self._is_graph:
            self._calendar.add(event | {"responseStatus": event["responseStatus"] | {"response": graph}})
            return
        rows = [row | {"responseStatus": google} if row.get("self") else row for row in event["attendees"]]
        self._calendar.add(event | {"attendees": rows})

    def _standing(self) -> list[str]:
        """What may still change: tombstones stay what they are."""
        return sorted(event_id for event_id, event in self._calendar.events.items() if "start" in event)

    def _is_all_day(self, event_id: str) -> bool:
        event = self._calendar.events[event_id]
        return event["isAllDay"] if self._is_graph else "date" in event["start"]

    def _event(self, start: datetime, end: datetime) -> Event:
        plot = self._plot.below(f"event-{self._number()}")
        return (graph_event if self._is_graph else google_event)(plot, start, end)

    def _printed(self, start: Any, end: Any) -> Event:
        if not self._is_graph:
            return {"start": google_time.printed(start, ZONE), "end": google_time.printed(end, ZONE)}
        is_all_day = not isinstance(start, datetime)
        return {"start": graph_time.printed(start), "end": graph_time.printed(end), "isAllDay": is_all_day}

    def _number(self) -> int:
        self._made += 1
        return self._made

    def _some_time(self, *, earliest: int = _THE_DAY_BEFORE_YESTERDAY) -> datetime:
        """Mostly soon, so that much of it passes; sometimes about where the window ends."""
        if self._chance.once_in(10):
            return self._now + self._chance.between(175, 185) * DAY
        return self._now + self._chance.between(earliest, 1500) * QUARTER
