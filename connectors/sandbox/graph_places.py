"""Graph's places: rooms, desk pools (workspaces), desks, and what they stand in.

Equipment is not among them. Desks say where they are only by their parent, pools their city as well.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import quote, urlencode

from aiohttp import web

from connectors.sandbox import graph_areas as areas
from connectors.sandbox.calendar import Event
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.graph_access import GraphAccess
from connectors.sandbox.odata import number
from connectors.sandbox.refusal import graph_refusal
from connectors.sandbox.truth import Mode, Resource, ResourceKind, Tenant

#: What has a mailbox comes a hundred to a page, all else a thousand.
_WITH_MAILBOX, _PAGE_DEFAULT = 100, 1000
_PAGE_MAX, _SKIP_MAX = 1000, 1_000_000

_MODES = {
    Mode.RESERVABLE: "reservablePlaceMode",
    Mode.DROP_IN: "dropInPlaceMode",
    Mode.ASSIGNED: "assignedPlaceMode",
    Mode.UNAVAILABLE: "unavailablePlaceMode",
}


class Listing(NamedTuple):
    """A sort of place. Only of what has a mailbox is told how many there are."""

    places: Callable[[Tenant], Iterable[Event]]
    has_mailbox: bool


class GraphPlaces:
    """``/places/microsoft.graph.{sort}``, or shorter ``graph.{sort}``."""

    def __init__(self, url: str, access: GraphAccess) -> None:
        self._url = url
        self._access = access

    def routes(self) -> list[Route]:
        places, namespace = "/graph/v1.0/places/", "{namespace:(?:microsoft\\.)?graph}"
        members = places + "{list}/" + namespace + ".{roomlist:(?i:roomlist)}/rooms"
        lists, stories = "{sort:(?i:roomlist)}", "{sort:(?i:building|floor|section)}"
        return [
            Route("graph.room-lists", "GET", f"{places}{namespace}.{lists}", self._places),
            Route("graph.areas", "GET", f"{places}{namespace}.{stories}", self._places),
            Route("graph.places", "GET", f"{places}{namespace}.{{sort}}", self._places),
            Route("graph.listed-rooms", "GET", members, self._members),
        ]

    async def _places(self, request: web.Request) -> web.Response:
        tenant = self._access.directory(request)
        listing = _LISTINGS.get(request.match_info["sort"].lower())
        if listing is None:
            raise graph_refusal(400, "BadRequest", "Resource not found for the segment.")
        return self._page(request, list(listing.places(tenant)), has_mailbox=listing.has_mailbox)

    async def _members(self, request: web.Request) -> web.Response:
        tenant = self._access.directory(request)
        rooms = [_room(room) for room in areas.rooms_of(tenant, request.match_info["list"])]
        if not rooms:
            raise graph_refusal(404, "ResourceNotFound", "No place is linked to this address.")
        return self._page(request, rooms, has_mailbox=True)

    def _page(self, request: web.Request, places: list[Event], *, has_mailbox: bool) -> web.Response:
        if "$count" in request.query and not has_mailbox:
            raise graph_refusal(400, "BadRequest", "The query option $count is not supported here.")
        default = _WITH_MAILBOX if has_mailbox else _PAGE_DEFAULT
        top = number(request, "$top", default, low=1, high=_PAGE_MAX)
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


def _place(resource: Resource, *, city: str | None = None) -> Event:
    return areas.place(resource.id, resource.name, areas.parent_of(resource), city)


def _mailbox(resource: Resource) -> Event:
    """What is a mailbox: its id may change, its placeId never does."""
    return _place(resource, city=resource.site) | {
        "id": f"place-{resource.id}",
        "emailAddress": resource.address,
        "nickname": resource.name,
        "capacity": resource.capacity,
        "displayDeviceName": None,
    }


def _room(resource: Resource) -> Event:
    return _mailbox(resource) | {
        "building": resource.building,
        "floorLabel": resource.floor,
        "floorNumber": _floor_number(resource.floor),
        "bookingType": "standard",
        "audioDeviceName": None,
        "videoDeviceName": None,
    }


def _floor_number(floor: str | None) -> int | None:
    return int(floor) if floor is not None and floor.isdecimal() else None


def _workspace(resource: Resource) -> Event:
    return _mailbox(resource) | {"mode": _mode(resource)}


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


_LISTINGS = {
    "room": Listing(lambda tenant: map(_room, _of_kind(tenant, ResourceKind.ROOM)), has_mailbox=True),
    "workspace": Listing(
        lambda tenant: map(_workspace, _of_kind(tenant, ResourceKind.DESK_POOL)), has_mailbox=True
    ),
    "desk": Listing(lambda tenant: map(_desk, _of_kind(tenant, ResourceKind.DESK)), has_mailbox=False),
    "roomlist": Listing(areas.room_lists, has_mailbox=True),
    "section": Listing(areas.sections, has_mailbox=False),
    "floor": Listing(areas.floors, has_mailbox=False),
    "building": Listing(areas.buildings, has_mailbox=False),
}
