"""Google's calendar resources as bookable places. Pure.

Shape: developers.google.com/workspace/admin/directory/reference/rest/v1/resources.calendars. Google knows
rooms and *other*; what else a resource is, and whose, an administrator writes into ``resourceType``.
"""

import re
from collections.abc import Mapping

import msgspec
from msgspec.json import Decoder

from connectors.capacity import capacity
from connectors.decoding import decode, fitting
from connectors.errors import Malformed
from connectors.google.shapes import Shape
from connectors.raw import Hidden, PlaceKind, PlaceMode, RawPlace, UnreadPlace

RESOURCE_FIELDS = (
    "nextPageToken,items(resourceId,resourceEmail,resourceName,resourceCategory,resourceType,"
    "buildingId,floorName,capacity)"
)
BUILDING_FIELDS = "nextPageToken,buildings(buildingId,buildingName,address(locality))"

_NULL = msgspec.Raw(b"null")
_WORD = re.compile(r"[^\W\d_]+")
_KIND_WORDS = (("pool", PlaceKind.DESK_POOL), ("desk", PlaceKind.DESK), ("workspace", PlaceKind.DESK))
_PERSONAL_WORDS = frozenset({"assigned", "unavailable"})


#: How Google says that a place stands in no building.
_NOTHING = (_NULL, msgspec.Raw(b'""'))


class Listing(Shape, gc=False):
    """A page of resources. Google leaves an empty list out."""

    items: tuple[msgspec.Raw, ...] = ()
    next_page_token: str | None = None


class BuildingListing(Shape, gc=False):
    """A page of buildings."""

    buildings: tuple[msgspec.Raw, ...] = ()
    next_page_token: str | None = None


class Resource(Shape, gc=False):
    """A resource, not yet looked into: an odd member must not cost us the place."""

    resource_id: msgspec.Raw = _NULL
    resource_email: msgspec.Raw = _NULL
    resource_name: msgspec.Raw = _NULL
    resource_category: msgspec.Raw = _NULL
    resource_type: msgspec.Raw = _NULL
    building_id: msgspec.Raw = _NULL
    floor_name: msgspec.Raw = _NULL
    capacity: msgspec.Raw = _NULL


class Address(Shape, gc=False):
    """Where a building stands."""

    locality: str | None = None


class _Building(Shape, gc=False):
    """The parts of a building, not yet looked into: an odd one must not cost us the others."""

    building_id: msgspec.Raw = _NULL
    building_name: msgspec.Raw = _NULL
    address: msgspec.Raw = _NULL


class Building(Hidden, frozen=True):
    """A building by its id."""

    id: str
    name: str | None
    site: str | None
    site_unread: bool = False


_LISTING, _BUILDINGS = Decoder(Listing), Decoder(BuildingListing)
_RESOURCE, _BUILDING, _ADDRESS = Decoder(Resource), Decoder(_Building), Decoder(Address)
_TEXT = Decoder(str)


def buildings(body: bytes) -> tuple[tuple[Building, ...], str | None]:
    """The buildings of a page, and the token of the next page. Raises Malformed."""
    try:
        listing = decode(body, _BUILDINGS)
    except msgspec.ValidationError:
        raise Malformed("bad_page") from None
    return tuple(filter(None, map(_building, listing.buildings))), listing.next_page_token or None


def _building(item: msgspec.Raw) -> Building | None:
    parts = fitting(item, _BUILDING)
    identity = None if parts is None else fitting(parts.building_id, _TEXT)
    if parts is None or identity is None:
        return None
    located = fitting(parts.address, _ADDRESS)
    return Building(
        id=identity,
        name=fitting(parts.building_name, _TEXT),
        site=None if located is None else located.locality,
        site_unread=located is None and parts.address != _NULL,
    )


def places(
    body: bytes, known: Mapping[str, Building]
) -> tuple[tuple[RawPlace | UnreadPlace, ...], str | None]:
    """The places of a page that may be imported or cannot be read, and the next page's token.

    Raises Malformed.
    """
    try:
        listing = decode(body, _LISTING)
    except msgspec.ValidationError:
        raise Malformed("bad_page") from None
    read = (_place(item, known) for item in listing.items)
    return tuple(place for place in read if place is not None), listing.next_page_token or None


def _place(item: msgspec.Raw, known: Mapping[str, Building]) -> RawPlace | UnreadPlace | None:
    """None where it is not bookable."""
    parts = fitting(item, _RESOURCE)
    if parts is None:
        return UnreadPlace()
    identity, address = fitting(parts.resource_id, _TEXT), fitting(parts.resource_email, _TEXT)
    words = _words(fitting(parts.resource_type, _TEXT) or "")
    kind = _kind(fitting(parts.resource_category, _TEXT), words)
    if kind is not PlaceKind.ROOM and not words.isdisjoint(_PERSONAL_WORDS):
        return None
    if not identity or not address:
        return UnreadPlace()
    building_id = fitting(parts.building_id, _TEXT)
    building = known.get(building_id or "")
    return RawPlace(
        place_id=identity,
        address=address,
        kind=kind,
        name=fitting(parts.resource_name, _TEXT) or "",
        mode=PlaceMode.DROP_IN if "drop" in words else PlaceMode.RESERVABLE,
        capacity=capacity(parts.capacity),
        site=None if building is None else building.site,
        # It stands in a building of which nothing is told.
        site_unread=building.site_unread if building else parts.building_id not in _NOTHING,
        building=building_id if building is None else building.name or building_id,
        floor=fitting(parts.floor_name, _TEXT),
    )


def _words(text: str) -> frozenset[str]:
    """Its words, singular: *Hot-desks* is two, one of them *desk*."""
    return frozenset(word.removesuffix("s") for word in _WORD.findall(text.lower()))


def _kind(category: str | None, words: frozenset[str]) -> PlaceKind:
    """By the words of its type; what they do not tell is a room, the kind that is guarded most."""
    if category == "CONFERENCE_ROOM":
        return PlaceKind.ROOM
    told = next((kind for word, kind in _KIND_WORDS if word in words), None)
    return told or (PlaceKind.EQUIPMENT if category == "OTHER" else PlaceKind.ROOM)
