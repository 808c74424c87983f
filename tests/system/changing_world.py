"""A small world that changes in steps, all drawn from one seed: the same seed makes the same week."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.sandbox import google_time, graph_time
from connectors.sandbox.calendar import Calendar, Guest
from connectors.sandbox.chance import Chance
from connectors.sandbox.dialects import DIALECTS
from connectors.sandbox.directory import Person
from connectors.sandbox.truth import Provider, Resource, ResourceKind, Tenant, World

Event = dict[str, Any]

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
ZONE = "Europe/Oslo"
QUARTER = timedelta(minutes=15)

#: How many events each employer's two calendars begin with: the first takes more than one page.
EMPLOYERS = {
    "north": (Provider.MICROSOFT, (1040, 30)),
    "south": (Provider.MICROSOFT, (280, 30)),
    "east": (Provider.GOOGLE, (280, 30)),
}
CHANGES_PER_CALENDAR = 12
#: How much time passes before each step; before the last more than the day after which all is read anew.
PASSES = (timedelta(), timedelta(hours=1), timedelta(hours=1), timedelta(hours=25))
#: In this step the providers forget how far anybody has read.
FORGETFUL_STEP = 2


class ChangingWorld:
    """Three employers with two rooms each; ``apply`` takes it one step on."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._calendars: dict[str, Calendar] = {}
        self.world = World(NOW, [self._tenant(name) for name in EMPLOYERS], self._calendars)

    def occupied(self, window: tuple[datetime, datetime]) -> int:
        """How many events take a place in a window."""
        return sum(
            _occupies(calendar, event, window)
            for calendar in self._calendars.values()
            for event in calendar.events.values()
        )

    def apply(self, step: int) -> None:
        """Everything that happens in one step."""
        for address, calendar in self._calendars.items():
            chance = Chance(self._seed, step, address)
            for number in range(CHANGES_PER_CALENDAR if calendar.events else 0):
                event_id = chance.pick(_standing(calendar))
                chance.pick(VERBS)(calendar, event_id, _start(chance))
                if chance.once_in(3):
                    calendar.add(_event(calendar, f"new-{step}-{number}", _start(chance)))

    def _tenant(self, name: str) -> Tenant:
        provider, sizes = EMPLOYERS[name]
        reader = Person(id=f"{name}-reader", name="Reader", address=f"reader@{name}.example")
        rooms = [self._room(name, provider, number, size) for number, size in enumerate(sizes)]
        self._calendars[reader.address] = Calendar(reader.address, ZONE, DIALECTS[provider], lambda: NOW)
        identity, places = f"{name}.example", tuple(rooms)
        return Tenant(
            name=name, provider=provider, zone=ZONE, id=identity, people=(reader,), resources=places
        )

    def _room(self, name: str, provider: Provider, number: int, size: int) -> Resource:
        address = f"room-{number}@{name}.example"
        calendar = Calendar(address, ZONE, DIALECTS[provider], lambda: NOW)
        chance = Chance(self._seed, address)
        calendar.load(_event(calendar, f"room-{number}-{one}", _start(chance)) for one in range(size))
        self._calendars[address] = calendar
        kind = ResourceKind.ROOM
        return Resource(id=f"{name}-{number}", kind=kind, name=f"Room {number}", address=address, capacity=8)


def _occupies(calendar: Calendar, event: Event, window: tuple[datetime, datetime]) -> bool:
    span = calendar.dialect.span(event)
    is_cancelled = event.get("isCancelled") or event.get("status") == "cancelled"
    return span is not None and not is_cancelled and window[0] < span.end and span.start < window[1]


def _standing(calendar: Calendar) -> list[str]:
    """What may still change: tombstones stay what they are."""
    return sorted(event_id for event_id, event in calendar.events.items() if "start" in event)


def _start(chance: Chance) -> datetime:
    """Some time between yesterday and half a year ahead."""
    return NOW + chance.between(-60, 15_000) * QUARTER


def _event(calendar: Calendar, name: str, start: datetime) -> Event:
    is_graph = calendar.dialect is DIALECTS[Provider.MICROSOFT]
    return (_graph_event if is_graph else _google_event)(name, start, start + 3 * QUARTER)


def _graph_event(name: str, start: datetime, end: datetime) -> Event:
    return {
        "id": name,
        "type": "singleInstance",
        "subject": f"Meeting {name}",
        "start": graph_time.printed(start),
        "end": graph_time.printed(end),
        "isAllDay": False,
        "isCancelled": False,
        "showAs": "busy",
        "sensitivity": "normal",
        "responseStatus": {"response": "accepted"},
        "attendees": [],
    }


def _google_event(name: str, start: datetime, end: datetime) -> Event:
    return {
        "id": name,
        "status": "confirmed",
        "summary": f"Meeting {name}",
        "start": google_time.printed(start, ZONE),
        "end": google_time.printed(end, ZONE),
        "attendees": [{"self": True, "resource": True, "responseStatus": "accepted"}],
    }


def _move(calendar: Calendar, event_id: str, to: datetime) -> None:
    calendar.move(event_id, to, to + QUARTER)


def _cancel(calendar: Calendar, event_id: str, _to: datetime) -> None:
    calendar.cancel(event_id)


def _delete(calendar: Calendar, event_id: str, _to: datetime) -> None:
    calendar.delete(event_id)


def _hide(calendar: Calendar, event_id: str, _to: datetime) -> None:
    calendar.make_private(event_id)


def _invite(calendar: Calendar, event_id: str, _to: datetime) -> None:
    calendar.edit_attendees(event_id, [Guest("Ada Vane", "ada.vane@visitors.example")])


VERBS: tuple[Callable[[Calendar, str, datetime], None], ...] = (
    _move,
    _move,
    _cancel,
    _delete,
    _hide,
    _invite,
)
