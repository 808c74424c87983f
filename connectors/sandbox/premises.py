"""The places of the made-up companies: rooms, single offices, desks, desk pools, desks of one person."""

from typing import NamedTuple

from connectors.sandbox.chance import Chance
from connectors.sandbox.directory import Person
from connectors.sandbox.people import identifier
from connectors.sandbox.truth import Mode, Resource, ResourceKind


class Site(NamedTuple):
    """A town in which a company has a building."""

    name: str
    zone: str
    building: str


class Sort(NamedTuple):
    """What a place is: how it is called, how many it seats, how it is booked."""

    kind: ResourceKind
    label: str
    seats: tuple[int, int] | None
    mode: Mode = Mode.RESERVABLE
    personal: bool = False


_ROOM = Sort(ResourceKind.ROOM, "Room", (4, 24))
_OFFICE = Sort(ResourceKind.ROOM, "Office", (1, 1), personal=True)
_DESK = Sort(ResourceKind.DESK, "Desk", None)
_FREE_DESK = Sort(ResourceKind.DESK, "Drop-in desk", None, Mode.DROP_IN)
_OWN_DESK = Sort(ResourceKind.DESK, "Desk", None, Mode.ASSIGNED, personal=True)
_POOL = Sort(ResourceKind.DESK_POOL, "Desk area", (6, 20))
_SCREEN = Sort(ResourceKind.EQUIPMENT, "Projector", None)

#: In this order, over and over, so that a small company has some of everything.
_ROW = (
    _ROOM,
    _OFFICE,
    _DESK,
    _POOL,
    _OWN_DESK,
    _ROOM,
    _ROOM,
    _FREE_DESK,
    _ROOM,
    _DESK,
    _ROOM,
    _SCREEN,
    _ROOM,
)

_ROOM_NAMES = (
    "Heron",
    "Linden",
    "Quartz",
    "Ebb",
    "Compass",
    "Marram",
    "Sextant",
    "Basalt",
    "Juniper",
    "Tern",
)


def premises(
    chance: Chance, domain: str, sites: tuple[Site, ...], colleagues: tuple[Person, ...], count: int
) -> list[Resource]:
    """``count`` places, spread over the sites."""
    return [
        _place(chance, domain, sites[number % len(sites)], colleagues, number, _ROW[number % len(_ROW)])
        for number in range(count)
    ]


def _place(
    chance: Chance, domain: str, site: Site, colleagues: tuple[Person, ...], number: int, sort: Sort
) -> Resource:
    user = chance.pick(colleagues) if sort.personal else None
    return Resource(
        id=identifier(chance),
        kind=sort.kind,
        name=_label(chance, sort, number, user),
        address=f"{sort.label.lower().replace(' ', '-')}.{number + 1:03d}@{domain}",
        capacity=None if sort.seats is None else chance.between(*sort.seats),
        site=site.name,
        building=site.building,
        floor=str(chance.between(0, 6)),
        mode=sort.mode,
        user=None if user is None else user.address,
    )


def _label(chance: Chance, sort: Sort, number: int, user: Person | None) -> str:
    if user is not None:
        return f"{user.name}'s {sort.label.lower()}"
    if sort is _ROOM:
        return f"{chance.pick(_ROOM_NAMES)} {number + 1}"
    return f"{sort.label} {number + 1}"
