"""What a consumer has of an employer, beside what the provider has; told in words and numbers."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import NamedTuple

from connectors.port import Window
from connectors.sandbox.calendar import Calendar
from connectors.sandbox.truth import Resource
from gateway.booking import BookingId
from gateway.minimization.places import calendar_id, resource_id
from gateway.sync import schedule
from gateway.sync.tenancy import booking_ids
from gateway.vault.keyring import TenantKeys
from tests.fakes.backend import TenantView
from tests.system.soak_truth import Taken, taken
from tests.system.soak_world import SoakWorld


class Room(NamedTuple):
    """A place with its calendar; ``identify`` makes our ids of its events."""

    place: Resource
    calendar: Calendar
    identify: Callable[[str], BookingId]


def rooms(world: SoakWorld, employer: str, keys: TenantKeys) -> Iterator[Room]:
    """All that can be booked at an employer."""
    identifier = keys.index.identifier
    for tenant, place, calendar in world.places():
        if tenant.name == employer:
            ids = calendar_id(identifier, place.id), resource_id(identifier, place.id)
            yield Room(place, calendar, booking_ids(keys.index, *ids))


#: Of a booking what may be told, whichever; None: that there is none.
Expected = Mapping[BookingId, AbstractSet[Taken | None]]


def differences(view: TenantView, at: list[Room], copies: Expected, now: datetime) -> Iterator[str]:
    """In which a consumer is wrong, or does not know that it is right."""
    if view.hidden:
        yield "it is hidden"
    places, told = [room.place for room in at], view.resources.values()
    if {one["external_ref"] for one in told} != {place.id for place in places}:
        yield "other places are told"
    if {one["name"] for one in told} != {place.name for place in places}:
        yield "places bear other names"
    if view.states.keys() != view.resources.keys() or {*view.states.values()} != {"fresh"}:
        yield f"places are {', '.join(sorted(view.states.values()))}"
    window = schedule.window(now)
    truth: dict[BookingId, AbstractSet[Taken | None]] = {
        room.identify(event_id): {one}
        for room in at
        for event_id, one in taken(room.calendar, window).items()
    }
    yield from _wrong(view, {**truth, **copies}, window)


def _wrong(view: TenantView, truth: Expected, window: Window) -> Iterator[str]:
    has = lasting(view, window)
    if missing := [one for one in truth.keys() - has.keys() if None not in truth[one]]:
        yield f"{len(missing)} bookings are not told"
    if more := has.keys() - truth.keys():
        yield f"{len(more)} bookings are told that are none"
    other = [one for one in truth.keys() & has.keys() if has[one] not in truth[one]]
    for name in Taken._fields if other else ():
        if wrong := [one for one in other if getattr(has[one], name) not in _each(truth[one], name)]:
            yield f"{len(wrong)} bookings have another {name}"
    if other:
        yield f"{len(other)} bookings are not what any calendar tells"


def lasting(view: TenantView, window: Window) -> dict[BookingId, Taken]:
    """What a consumer has and keeps: what ended before, it drops by itself."""
    bookings = {BookingId(booking): _taken(row) for booking, row in view.bookings.items()}
    return {booking: one for booking, one in bookings.items() if one.end > window.start}


def _each(told: AbstractSet[Taken | None], name: str) -> set[object]:
    return {getattr(one, name) for one in told if one is not None}


def _taken(row: dict[str, str]) -> Taken:
    return Taken(_moment(row["start"]), _moment(row["end"]), row["status"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
