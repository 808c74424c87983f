"""What Graph's places stand in: buildings, floors, sections, and the room lists that are older than these."""

from collections.abc import Iterable
from hashlib import blake2b

from connectors.sandbox.calendar import Event
from connectors.sandbox.truth import Resource, ResourceKind, Tenant

#: One list goes by what rooms are, not by where: rooms that seat as many as this are in two.
LARGE_SEATS = 16
_LARGE = "Large rooms"


def place(identity: str, name: str | None, parent: str | None, city: str | None) -> Event:
    """The members of every place, whatever sort it is. Of what has no mailbox both ids are the same."""
    address = None if city is None else {"street": "1 Example Street", "city": city, "countryOrRegion": None}
    return {
        "id": identity,
        "placeId": identity,
        "displayName": name,
        "parentId": parent,
        "label": None,
        "tags": [],
        "isWheelChairAccessible": True,
        "phone": None,
        "address": address,
    }


def parent_of(resource: Resource) -> str | None:
    """Desks stand in sections, rooms and desk pools on floors."""
    if resource.kind is ResourceKind.DESK:
        return _section(resource.building, resource.floor)
    return _floor(resource.building, resource.floor)


def buildings(tenant: Tenant) -> Iterable[Event]:
    sites = {resource.building: resource.site for resource in tenant.resources if resource.building}
    for name, site in sites.items():
        yield place(_id("building", name), name, None, site) | {"resourceLinks": [], "wifiState": "unknown"}


def floors(tenant: Tenant) -> Iterable[Event]:
    for building, floor in _stories(tenant.resources):
        if (identity := _floor(building, floor)) is not None:
            yield place(identity, floor, _building(building), None) | {"sortOrder": 0}


def sections(tenant: Tenant) -> Iterable[Event]:
    """Where desks are. Of a building whose floors nobody entered, a section is all there is."""
    for building, floor in _stories(_of_kind(tenant, ResourceKind.DESK)):
        if (identity := _section(building, floor)) is not None:
            yield place(identity, "Open space", _floor(building, floor) or _building(building), None)


def room_lists(tenant: Tenant) -> Iterable[Event]:
    rooms = _of_kind(tenant, ResourceKind.ROOM)
    for name in dict.fromkeys(name for room in rooms for name in _lists_of(room)):
        identity = _id("list", name)
        yield place(identity, name, None, None) | {
            "id": f"list-{identity}",
            "emailAddress": _address(tenant, name),
        }


def rooms_of(tenant: Tenant, address: str) -> Iterable[Resource]:
    """The rooms in the list of an address, whatever its case."""
    for room in _of_kind(tenant, ResourceKind.ROOM):
        if address.lower() in (_address(tenant, name) for name in _lists_of(room)):
            yield room


def _lists_of(room: Resource) -> Iterable[str]:
    if room.building:
        yield room.building
    if room.capacity is not None and room.capacity >= LARGE_SEATS:
        yield _LARGE


def _of_kind(tenant: Tenant, kind: ResourceKind) -> list[Resource]:
    return [resource for resource in tenant.resources if resource.kind is kind]


def _stories(resources: Iterable[Resource]) -> Iterable[tuple[str | None, str | None]]:
    return dict.fromkeys((resource.building, resource.floor) for resource in resources)


def _building(name: str | None) -> str | None:
    return _id("building", name) if name else None


def _floor(building: str | None, floor: str | None) -> str | None:
    return _id("floor", building, floor) if floor else None


def _section(building: str | None, floor: str | None) -> str | None:
    return _id("section", building, floor) if building or floor else None


def _id(*names: str | None) -> str:
    return blake2b("/".join(name or "" for name in names).encode(), digest_size=16).hexdigest()


def _address(tenant: Tenant, name: str) -> str:
    return f"list.{_id('list', name)[:8]}@{tenant.read_as.partition('@')[2]}".lower()
