"""What calendars say of events, and what is to be told of it. Pure: it knows no gateway."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from connectors.raw import RawPlace, Response

Key = TypeVar("Key")
Said = TypeVar("Said")


class Spot(NamedTuple):
    """An event at a place, by what all copies of it have in common."""

    place: RawPlace
    uid: str


def uid(item: str) -> str:
    """What copies have in common. A calendar may hold *one*, and *one again*."""
    return f"uid of {item.split(maxsplit=1)[0]}"


class Taken(NamedTuple):
    """From which hour on a place is taken, and whether it has said yes."""

    hour: int
    is_confirmed: bool = True


@dataclass(frozen=True)
class Copy:
    """What one person's calendar says of an event."""

    places: tuple[RawPlace, ...]
    hour: int
    answer: Response = Response.ACCEPTED

    @property
    def taken(self) -> Taken:
        return Taken(self.hour, self.answer is Response.ACCEPTED)


#: Whose items tell of a spot, and what.
Tellers = dict[tuple[str, str], Taken]


@dataclass
class Calendar(Generic[Key, Said]):
    """What a calendar says, and what was understood of it when it was read last."""

    said: dict[Key, Said] = field(default_factory=dict)
    unclear: set[Key] = field(default_factory=set)
    read: dict[Key, Said] = field(default_factory=dict)

    def put(self, key: Key, said: Said) -> None:
        self.said[key] = said
        self.unclear.discard(key)

    def blur(self, key: Key) -> None:
        self.said.pop(key, None)
        self.unclear.add(key)

    def drop(self, key: Key) -> None:
        self.said.pop(key, None)
        self.unclear.discard(key)

    def read_on(self) -> None:
        """What is unclear keeps whatever it had."""
        self.read = self.said | {key: said for key, said in self.read.items() if key in self.unclear}


class CopiesModel:
    """Some places and persons. ``connected``: who may be told of, once all is read."""

    def __init__(self, places: Iterable[RawPlace], names: Iterable[str]) -> None:
        self.closed = set[RawPlace]()
        self.connected = set[str]()
        self.own = {place: Calendar[str, int]() for place in places}
        self.persons = {name: Calendar[str, Copy]() for name in names}
        #: What a place's own calendar has ever told: nobody else's copy of it counts any more.
        self._known = set[Spot]()

    def read_all(self) -> None:
        """Every calendar that may be read was read. With a place goes all that was known of it."""
        for name in self.connected:
            self.persons[name].read_on()
        for place, calendar in self.own.items():
            if place in self.closed:
                self._forget(place)
            else:
                calendar.read_on()
                self._known |= {Spot(place, uid(item)) for item in calendar.read}

    def withdraw(self, name: str) -> None:
        self.connected.discard(name)
        self.persons[name].read.clear()

    def told_by_places(self) -> dict[tuple[RawPlace, str], int]:
        """From which hours on places are taken by what their own calendars say, item by item."""
        return {
            (place, item): hour
            for place, calendar in self.own.items()
            for item, hour in calendar.read.items()
        }

    def told_by_persons(self) -> dict[Spot, Tellers]:
        """Of which one is to be told, whichever."""
        tellers = defaultdict[Spot, Tellers](dict)
        for name in self.connected:
            for item, copy in self.persons[name].read.items():
                for spot in (Spot(place, uid(item)) for place in copy.places):
                    counts = copy.answer is not Response.DECLINED and spot.place not in self.closed
                    if counts and spot not in self._known:
                        tellers[spot][name, item] = copy.taken
        return dict(tellers)

    def _forget(self, place: RawPlace) -> None:
        self.own[place].read.clear()
        self._known = {spot for spot in self._known if spot.place != place}
        for calendar in self.persons.values():
            for event, copy in calendar.read.items():
                left = tuple(other for other in copy.places if other != place)
                calendar.read[event] = Copy(left, copy.hour, copy.answer)


def moves_nothing(before: Mapping[Spot, Tellers], after: Mapping[Spot, Tellers]) -> bool:
    """Whether nothing may be told where those who tell become these, whoever of them was told."""
    spots = before.keys() | after.keys()
    return all(_is_unnoticed(before.get(spot, {}), after.get(spot, {})) for spot in spots)


def _is_unnoticed(before: Tellers, after: Tellers) -> bool:
    """Nobody who stays says otherwise; who leaves leaves somebody who says the same."""
    staying = before.keys() & after.keys()
    said = {after[name] for name in staying}
    left = {before[name] for name in before.keys() - staying}
    return bool(said) and left <= said and all(before[name] == after[name] for name in staying)
