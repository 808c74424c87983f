"""What may happen to a tenant while consumers read, and what is true after it."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from hypothesis import strategies as st

Kind = Literal[
    "put",
    "remove",
    "put_resource",
    "remove_resource",
    "forget_removed",
    "suspend",
    "resume",
    "erase",
    "read",
    "snapshot",
]


class Change(NamedTuple):
    """One step. ``number``: people of a booking, capacity of a room, or the limit of a read.

    ``snapshot``: a consumer drops what it has and begins again from what stands.
    """

    kind: Kind
    room: str = ""
    booking: str = ""
    number: int = 0


ROOMS = st.sampled_from(["north", "south"])
BOOKINGS = st.sampled_from(["one", "two", "three", "four"])
SMALL = st.integers(1, 4)

STEPS = st.one_of(
    st.builds(Change, st.just("put"), ROOMS, BOOKINGS, SMALL),
    st.builds(Change, st.just("remove"), ROOMS, BOOKINGS),
    st.builds(Change, st.just("put_resource"), ROOMS, st.just(""), SMALL),
    st.builds(Change, st.just("read"), st.just(""), st.just(""), SMALL),
    st.builds(Change, st.sampled_from(["remove_resource"]), ROOMS),
    st.builds(Change, st.sampled_from(["forget_removed", "suspend", "resume", "snapshot"])),
)

#: So that there is something to lose from the first step on.
BEGINNING = [
    Change("put_resource", "north", number=1),
    Change("put", "north", "one", 1),
    Change("put_resource", "south", number=1),
    Change("put", "south", "one", 1),
    Change("read", number=4),
]

#: An erasure ends everything, so it comes last, if at all.
STORIES = st.tuples(
    st.lists(STEPS, min_size=4, max_size=24).map(lambda steps: [*BEGINNING, *steps]), st.booleans()
)


@dataclass
class Truth:
    """What stands: capacities of rooms, and people of bookings by room and name."""

    rooms: dict[str, int] = field(default_factory=dict)
    bookings: dict[tuple[str, str], int] = field(default_factory=dict)
    suspended: bool = False

    def allows(self, change: Change) -> bool:
        """Whether sync or administration would ever do this now."""
        if change.kind in ("read", "snapshot"):
            return True
        if change.kind == "resume":
            return self.suspended
        return not self.suspended and self._is_a_change(change)

    def _is_a_change(self, change: Change) -> bool:
        key = (change.room, change.booking)
        match change.kind:
            case "put":
                return change.room in self.rooms and self.bookings.get(key) != change.number
            case "remove":
                return key in self.bookings
            case "put_resource":
                return self.rooms.get(change.room) != change.number
            case "remove_resource":
                return change.room in self.rooms
            case _:
                return True

    def apply(self, change: Change) -> None:
        key = (change.room, change.booking)
        match change.kind:
            case "put":
                self.bookings[key] = change.number
            case "remove":
                del self.bookings[key]
            case "put_resource":
                self.rooms[change.room] = change.number
            case "remove_resource":
                del self.rooms[change.room]
                self.bookings = {at: people for at, people in self.bookings.items() if at[0] != change.room}
            case "suspend" | "resume":
                self.suspended = change.kind == "suspend"
            case _:
                pass
