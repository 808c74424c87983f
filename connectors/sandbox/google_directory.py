"""Google's Admin SDK Directory: calendar resources and buildings of a customer."""

import msgspec
from aiohttp import web

from connectors.sandbox.calendar import Event
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.google_access import GoogleAccess
from connectors.sandbox.google_query import count, invalid
from connectors.sandbox.mask import InvalidMask, applied, parsed
from connectors.sandbox.refusal import google_refusal
from connectors.sandbox.seal import Seal
from connectors.sandbox.truth import Mode, Resource, ResourceKind, Tenant

_SCOPE = "admin.directory.resource.calendar.readonly"
_PAGE_DEFAULT, _PAGE_MAX = 100, 500

#: Google knows rooms and everything else; what else it is, an admin writes into ``resourceType``.
_TYPES = {
    ResourceKind.ROOM: "Meeting room",
    ResourceKind.DESK: "Desk",
    ResourceKind.DESK_POOL: "Desk pool",
    ResourceKind.EQUIPMENT: "Equipment",
}
_MODE_LABELS = {Mode.ASSIGNED: "Assigned", Mode.DROP_IN: "Drop-in", Mode.UNAVAILABLE: "Unavailable"}


class Place(msgspec.Struct, frozen=True, tag="directory"):
    """How far a listing was read."""

    collection: str
    offset: int


class GoogleDirectory:
    """Two collections; only an administrator may list them, and only their own customer's."""

    def __init__(self, access: GoogleAccess, seal: Seal) -> None:
        self._access = access
        self._seal = seal

    def routes(self) -> list[Route]:
        resources = "/google/admin/directory/v1/customer/{customer}/resources/"
        return [
            Route("google.resources", "GET", resources + "calendars", self._calendars),
            Route("google.buildings", "GET", resources + "buildings", self._buildings),
        ]

    async def _calendars(self, request: web.Request) -> web.Response:
        tenant = self._tenant(request)
        resources = [_resource(resource) for resource in tenant.resources]
        kind = "admin#directory#resources#calendars#calendarResourcesList"
        return self._page(request, kind, "items", resources)

    async def _buildings(self, request: web.Request) -> web.Response:
        tenant = self._tenant(request)
        kind = "admin#directory#resources#buildings#buildingsList"
        return self._page(request, kind, "buildings", _building_list(tenant))

    def _tenant(self, request: web.Request) -> Tenant:
        visitor = self._access.administrator(request, _SCOPE)
        if request.match_info["customer"] not in {"my_customer", visitor.tenant.id}:
            raise google_refusal(404, "notFound", "Domain not found.")
        return visitor.tenant

    def _page(self, request: web.Request, kind: str, collection: str, rows: list[Event]) -> web.Response:
        size = min(count(request, "maxResults") or _PAGE_DEFAULT, _PAGE_MAX)
        start = self._offset(request, collection)
        answer: Event = {"kind": kind, "etag": f'"{collection}"', collection: rows[start : start + size]}
        if len(rows) > start + size:
            answer["nextPageToken"] = self._seal.close(Place(collection, start + size))
        if "fields" in request.query:
            try:
                answer = applied(parsed(request.query["fields"]), answer)
            except InvalidMask as error:
                raise invalid(str(error)) from None
        return json_response(answer)

    def _offset(self, request: web.Request, collection: str) -> int:
        if "pageToken" not in request.query:
            return 0
        place = self._seal.open(request.query["pageToken"], Place)
        if place is None or place.collection != collection:
            raise invalid("Invalid page token value.")
        return place.offset


def _resource(resource: Resource) -> Event:
    """Members without a value are left out."""
    label = _MODE_LABELS.get(resource.mode)
    kind = _TYPES[resource.kind]
    row = {
        "kind": "admin#directory#resources#calendars#CalendarResource",
        "etags": f'"{resource.id}"',
        "resourceId": resource.id,
        "resourceName": resource.name,
        "generatedResourceName": f"{resource.building or ''}-{resource.floor or ''}-{resource.name}",
        "resourceType": kind if label is None else f"{label} {kind.lower()}",
        "resourceEmail": resource.address,
        "resourceCategory": "CONFERENCE_ROOM" if resource.kind is ResourceKind.ROOM else "OTHER",
        "capacity": resource.capacity,
        "buildingId": resource.building,
        "floorName": resource.floor,
        "userVisibleDescription": resource.user,
    }
    return {name: value for name, value in row.items() if value is not None}


def _building_list(tenant: Tenant) -> list[Event]:
    found: dict[str, list[Resource]] = {}
    for resource in tenant.resources:
        if resource.building:
            found.setdefault(resource.building, []).append(resource)
    return [_building(name, resources) for name, resources in found.items()]


def _building(name: str, resources: list[Resource]) -> Event:
    floors = sorted({resource.floor for resource in resources if resource.floor})
    return {
        "kind": "admin#directory#resources#buildings#Building",
        "buildingId": name,
        "buildingName": name,
        "floorNames": floors,
        "address": {"regionCode": "ZZ", "locality": resources[0].site or name},
    }
