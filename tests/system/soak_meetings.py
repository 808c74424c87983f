"""What people meet for, by lot: their calendars name places, which know of it, get to know, or never do."""

from collections.abc import Iterator, MutableMapping
from datetime import datetime
from typing import Any

from connectors.sandbox.calendar import Calendar
from connectors.sandbox.chance import Chance
from connectors.sandbox.truth import Tenant
from tests.system.canaries import Plot
from tests.system.google_canaries import google_event
from tests.system.graph_canaries import graph_event
from tests.system.soak_changes import QUARTER, Changes
from tests.system.soak_invitations import ANSWERS, inviting, is_graph, named, uid_member

Event = dict[str, Any]

_AT_FIRST, _AT_A_TIME = 12, 5
#: In quarters of an hour: most of it passes within days.
_SOONEST, _LATEST = -20, 1000


class Meetings:
    """Of one employer's people; all of the places' calendars and theirs are in ``calendars``."""

    def __init__(self, calendars: MutableMapping[str, Calendar], plot: Plot) -> None:
        self.calendars = calendars
        self._plot = plot
        self._made = 0
        #: Who has left which event, and may come back.
        self.left: list[tuple[str, Event]] = []

    def begin(self, tenant: Tenant, chance: Chance, now: datetime) -> None:
        step = _Step(self, tenant, chance, now)
        for _ in range(_AT_FIRST):
            step.meet()

    def happen(self, tenant: Tenant, chance: Chance, now: datetime) -> None:
        """Everything of one step, in meetings and beside them."""
        step = _Step(self, tenant, chance, now)
        for _ in range(chance.below(_AT_A_TIME + 1)):
            chance.pick(step.verbs)()
        for calendar in step.people():
            Changes(calendar, chance, self.plot("beside"), now).happen(int(chance.once_in(6)))

    def plot(self, name: str) -> Plot:
        """Where something new is planted."""
        self._made += 1
        return self._plot.below(f"{name}-{self._made}")


class _Step:
    """One step of theirs."""

    def __init__(self, meetings: Meetings, tenant: Tenant, chance: Chance, now: datetime) -> None:
        self._meetings = meetings
        self._tenant = tenant
        self._chance = chance
        self._now = now.replace(minute=0, second=0, microsecond=0)
        self.verbs = (
            *(self.meet, self.meet, self._leave, self._leave, self._come_back),
            *(self._go_elsewhere, self._answer, self._let_the_place_know),
        )

    def people(self) -> list[Calendar]:
        """Their calendars: the first of them reads for us, and is nobody's guest."""
        return [self._meetings.calendars[person.address] for person in self._tenant.people[1:]]

    def meet(self) -> None:
        """Some people meet, at some places or none, and some of those know."""
        chance, plot = self._chance, self._meetings.plot("meeting")
        start = self._now + chance.between(_SOONEST, _LATEST) * QUARTER
        end, uid = start + chance.between(1, 8) * QUARTER, plot.address("uid")
        places = chance.several(self._tenant.resources, chance.pick([0, 1, 1, 2]))
        answers = {place.address: self._some_answer() for place in places}
        people = self.people()
        for calendar in chance.several(people, chance.pick([1, *[len(people)] * 2])):
            event = _event(calendar, plot.below(calendar.address), start, end)
            calendar.add(inviting(calendar, event | {uid_member(calendar): uid}, answers))
        for place in places:
            if chance.once_in(4):
                calendar = self._meetings.calendars[place.address]
                event = _event(calendar, plot.below(place.id), start, end)
                calendar.add(event | {uid_member(calendar): uid})

    def _leave(self) -> None:
        for calendar, event in self._one():
            self._meetings.left.append((calendar.address, event))
            calendar.delete(event["id"])

    def _come_back(self) -> None:
        """To an event as they had left it, under its old id."""
        left = self._meetings.left
        if left:
            address, event = left.pop(self._chance.below(len(left)))
            self._meetings.calendars[address].add(event)

    def _go_elsewhere(self) -> None:
        """One person's copy names other places, of which some may be called otherwise by now."""
        for calendar, event in self._one():
            places = self._chance.several(self._tenant.resources, self._chance.below(3))
            calendar.add(inviting(calendar, event, {one.address: self._some_answer() for one in places}))

    def _answer(self) -> None:
        """What one place says, as one person's calendar tells it."""
        for calendar, event in self._one():
            answers = named(calendar, event)
            if answers:
                answers[self._chance.pick(sorted(answers))] = self._some_answer()
            calendar.add(inviting(calendar, event, answers))

    def _let_the_place_know(self) -> None:
        """A place holds a copy now, at the time that this person's calendar tells."""
        for calendar, event in self._one():
            there = {one.address for one in self._tenant.resources}
            for address in sorted(named(calendar, event).keys() & there):
                theirs, span = self._meetings.calendars[address], calendar.dialect.span(event)
                member = uid_member(theirs)
                if span is not None and event[member] not in {
                    one.get(member) for one in theirs.events.values()
                }:
                    told = _event(theirs, self._meetings.plot("told"), *span)
                    theirs.add(told | {member: event[member]})

    def _one(self) -> Iterator[tuple[Calendar, Event]]:
        """One meeting in one person's calendar, if there is any: no series, and nothing that has gone."""
        standing = [
            (calendar, calendar.events[event_id])
            for calendar in self.people()
            for event_id in sorted(calendar.events)
            if _is_single(calendar, calendar.events[event_id])
        ]
        if standing:
            yield self._chance.pick(standing)

    def _some_answer(self) -> str:
        return self._chance.pick(["accepted"] * 3 + [*ANSWERS])


def _is_single(calendar: Calendar, event: Event) -> bool:
    is_master = event.get("type") == "seriesMaster" or ("recurrence" in event and not is_graph(calendar))
    return "start" in event and not is_master and calendar.dialect.master(event) is None


def _event(calendar: Calendar, plot: Plot, start: datetime, end: datetime) -> Event:
    return (graph_event if is_graph(calendar) else google_event)(plot, start, end)
