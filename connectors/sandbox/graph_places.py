"""Graph's places: rooms, desk pools (workspaces), desks, and the lists, floors and buildings around them.

Equipment is not among them. Desks and desk pools say where they are only by their parent.
"""

from collections.abc import Callable, Iterable
from hashlib import blake2b
from urllib.parse import quote, urlencode

from aiohttp import web

from connectors.sandbox.calendar import Event
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.graph_access import GraphAccess
from connectors.sandbox.odata import number
from connectors.sandbox.refusal import graph_refusal
from connectors.sandbox.truth import Mode, Resource, ResourceKind, Tenant

_PAGE_DEFAULT, _PAGE_MAX, _SKIP_MAX = 100, 1000, 1_000_000

_MODES = {
    Mode.RESERVABLE: "reservablePlaceMode",
    Mode.DROP_IN: "dropInPlaceMode",
    Mode.ASSIGNED: "assignedPlaceMode",
    Mode.UNAVAILABLE: "unavailablePlaceMode",
}

Listing = Callable[[Tenant], Iterable[Event]]


class GraphPlaces:
    """``/places/microsoft.graph.{sort}``, or shorter ``graph.{sort}``, a hundred to a page."""

    def __init__(self, url: str, access: GraphAccess) -> None:
        self._url = url
        self._access = access

    def routes(self) -> list[Route]:
        places, namespace = "/graph/v1.0/places/", "{namespace:(?:microsoft\\.)?graph}"
        members = places + "{list}/" + namespace + ".{roomlist:(?i:roomlist)}/rooms"
        return [
            Route("graph.places", "GET", places + namespace + ".{sort}", self._places),
            Route("graph.places", "GET", members, self._members),
        ]

    async def _places(self, request: web.Request) -> web.Response:
        tenant = self._access.directory(request)
        listing = _LISTINGS.get(request.match_info["sort"].lower())
        if listing is None:
            raise graph_refusal(400, "BadRequest", "Resource not found for the segment.")
        return self._page(request, list(listing(tenant)))

    async def _members(self, request: web.Request) -> web.Response:
        tenant = self._access.directory(request)
        wanted = request.match_info["list"].lower()
        rooms = [
            _room(room)
            for room in _of_kind(tenant, ResourceKind.ROOM)
            if _list_address(tenant, room.building or "") == wanted
        ]
        return self._page(request, rooms)

    def _page(self, request: web.Request, places: list[Event]) -> web.Response:
        top = number(request, "$top", _PAGE_DEFAULT, low=1, high=_PAGE_MAX)
        skip = number(request, "$skip", 0, low=0, high=_SKIP_MAX)
        answer: Event = {"@odata.context": f"{self._url}/v1.0/$metadata#places"}
        answer["value"] = _selected(places[skip : skip + top], request.query.get("$select"))
        if "$count" in request.query:
            answer["@odata.count"] = len(places)
        if len(places) > skip + top:
            path = request.rel_url.raw_path.removeprefix("/graph")
            options = {**request.query, "$top": str(top), "$skip": str(skip + top)}
            query = urlencode(options, safe="$,", quote_via=quote)
            answer["@odata.nextLink"] = f"{self._url}{path}?{query}"
        return json_response(answer)


def _selected(places: list[Event], names: str | None) -> list[Event]:
    """Only the members that ``$select`` names; one that a place cannot have is refused."""
    if names is None:
        return places
    wanted = set(names.split(","))
    if any(wanted - place.keys() for place in places):
        raise graph_refusal(400, "BadRequest", "Could not find a property named in $select.")
    return [{name: place[name] for name in place if name in wanted} for place in places]


def _of_kind(tenant: Tenant, kind: ResourceKind) -> list[Resource]:
    return [resource for resource in tenant.resources if resource.kind is kind]


def _place(resource: Resource) -> Event:
    return {
        # The id may change, placeId never does.
        "id": f"place-{resource.id}",
        "placeId": resource.id,
        "displayName": resource.name,
        "parentId": _place_id("floor", resource.building, resource.floor),
        "label": None,
        "tags": [],
        "isWheelChairAccessible": True,
        "phone": None,
        "address": {"street": "1 Example Street", "city": resource.site, "countryOrRegion": None},
    }


def _room(resource: Resource) -> Event:
    return _place(resource) | {
        "emailAddress": resource.address,
        "nickname": resource.name,
        "building": resource.building,
        "floorLabel": resource.floor,
        "floorNumber": _floor_number(resource.floor),
        "capacity": resource.capacity,
        "bookingType": "standard",
        "audioDeviceName": None,
        "videoDeviceName": None,
        "displayDeviceName": None,
    }


def _floor_number(floor: str | None) -> int | None:
    return int(floor) if floor is not None and floor.isdecimal() else None


def _workspace(resource: Resource) -> Event:
    return _place(resource) | {
        "emailAddress": resource.address,
        "nickname": resource.name,
        "capacity": resource.capacity,
        "mode": _mode(resource),
    }


def _desk(resource: Resource) -> Event:
    mailbox = {"emailAddress": resource.address, "externalDirectoryObjectId": resource.id}
    return _place(resource) | {
        "mailboxDetails": mailbox,
        "heightAdjustableState": "unknown",
        "mode": _mode(resource),
    }


def _mode(resource: Resource) -> Event:
    # Whoever a desk is assigned to stands in its mode.
    mode: Event = {"@odata.type": f"#microsoft.graph.{_MODES[resource.mode]}"}
    return mode if resource.user is None else {**mode, "assignedUserEmailAddress": resource.user}


def _place_id(*names: str | None) -> str:
    return blake2b("/".join(name or "" for name in names).encode(), digest_size=16).hexdigest()


def _buildings(tenant: Tenant) -> Iterable[Event]:
    sites = {resource.building: resource.site for resource in tenant.resources if resource.building}
    for name, site in sites.items():
        identity = _place_id("building", name)
        yield {"id": identity, "placeId": identity, "displayName": name, "address": {"city": site}}


def _floors(tenant: Tenant) -> Iterable[Event]:
    found = dict.fromkeys((resource.building, resource.floor) for resource in tenant.resources)
    for building, floor in found:
        identity = _place_id("floor", building, floor)
        parent = _place_id("building", building)
        yield {"id": identity, "placeId": identity, "displayName": floor, "parentId": parent, "sortOrder": 0}


def _room_lists(tenant: Tenant) -> Iterable[Event]:
    for building in _buildings(tenant):
        name = building["displayName"]
        yield {
            "id": _place_id("list", name),
            "displayName": name,
            "emailAddress": _list_address(tenant, name),
        }


def _list_address(tenant: Tenant, building: str) -> str:
    return f"list.{_place_id('list', building)[:8]}@{tenant.read_as.partition('@')[2]}".lower()


_LISTINGS: dict[str, Listing] = {
    "room": lambda tenant: map(_room, _of_kind(tenant, ResourceKind.ROOM)),
    "workspace": lambda tenant: map(_workspace, _of_kind(tenant, ResourceKind.DESK_POOL)),
    "desk": lambda tenant: map(_desk, _of_kind(tenant, ResourceKind.DESK)),
    "roomlist": _room_lists,
    "floor": _floors,
    "building": _buildings,
}
