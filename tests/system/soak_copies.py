"""What is to be told of what people's own calendars say, apart from how the product joins copies."""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from connectors.port import Window
from connectors.sandbox.calendar import Calendar
from gateway.booking import BookingId
from gateway.minimization.places import resource_id
from gateway.sync.tenancy import copy_ids
from gateway.vault.keyring import TenantKeys
from tests.fakes.backend import TenantView
from tests.system.soak_comparison import Room
from tests.system.soak_truth import Taken, copies, taken
from tests.system.soak_world import SoakWorld

_EVER = Window(datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


class Copies:
    """Of one employer. ``view`` and ``removed`` are of a consumer that has read all along.

    Where a place's own calendar holds an event, or is known to have held it, nothing is told of people's.
    """

    def __init__(
        self, world: SoakWorld, rooms: list[Room], keys: TenantKeys, view: TenantView, removed: set[str]
    ) -> None:
        self._uids = world.uids
        self._rooms = {room.place.address: room for room in rooms}
        self._keys = keys
        self._view = view
        self._removed = removed

    def expected(self, calendars: Iterable[Calendar], window: Window) -> dict[BookingId, set[Taken | None]]:
        """Of people who are connected, by our ids of copies."""
        found = defaultdict[BookingId, set[Taken | None]](set)
        for calendar in calendars:
            for copy in copies(calendar, window):
                room = self._rooms.get(copy.address)
                if room is None or self._is_claimed(room, copy.uid, window):
                    continue
                found[_id(self._keys, room.place.id, copy.uid)].add(copy.taken)
                if copy.uid in self._uids[room.place.id].values():
                    # Nobody can tell whether the place's own was ever read.
                    found[_id(self._keys, room.place.id, copy.uid)].add(None)
        return dict(found)

    def told_twice(self, calendars: Iterable[Calendar], told: AbstractSet[BookingId]) -> set[BookingId]:
        """Which copies are told while the place's own are."""
        found = set[BookingId]()
        for copy in (one for calendar in calendars for one in copies(calendar, _EVER)):
            room = self._rooms.get(copy.address)
            if room is not None and told & self._own(room, copy.uid):
                found |= told & {_id(self._keys, room.place.id, copy.uid)}
        return found

    def _own(self, room: Room, uid: str) -> set[BookingId]:
        """What the place's own calendar has ever held of an event."""
        return {room.identify(event_id) for event_id, one in self._uids[room.place.id].items() if one == uid}

    def _is_claimed(self, room: Room, uid: str, window: Window) -> bool:
        own = self._own(room, uid)
        if not own.isdisjoint(map(room.identify, taken(room.calendar, window))):
            return True
        # What ages out is never told to be removed, and known no more.
        return bool(own & self._removed - self._view.bookings.keys())


def said(world: SoakWorld, calendar: Calendar, keys: TenantKeys) -> set[BookingId]:
    """Our ids of all that a person's calendar says of places, by whichever address they ever had."""
    return {
        _id(keys, world.known_as[copy.address], copy.uid)
        for copy in copies(calendar, _EVER)
        if copy.address in world.known_as
    }


def _id(keys: TenantKeys, place: str, uid: str) -> BookingId:
    return copy_ids(keys.index, resource_id(keys.index.identifier, place))(uid)
