"""Graph's buildings, floors and sections: where a place stands that names one of them as its parent. Pure.

Shapes: learn.microsoft.com/graph/api/resources/building, /floor, /section. In every example there both
ids of an area are the same, and it is not said which of them ``parentId`` names.
"""

from collections.abc import Mapping
from enum import Enum

import msgspec
from msgspec.json import Decoder

from connectors.decoding import fitting
from connectors.microsoft.rows import NULL, Row, rows, text
from connectors.microsoft.shapes import Shape
from connectors.raw import Hidden

#: A section stands on a floor, and a floor in a building. More is a circle.
_STEPS_MAX = 8

#: How it is said that something has no parent.
_NOTHING = (NULL, msgspec.Raw(b'""'))


class AreaKind(Enum):
    """What others stand in."""

    BUILDING = "building"
    FLOOR = "floor"
    SECTION = "section"


#: What is asked for of each; nobody is told the name of a section.
MEMBERS = {
    AreaKind.BUILDING: "id,placeId,displayName,address",
    AreaKind.FLOOR: "id,placeId,displayName,parentId",
    AreaKind.SECTION: "id,placeId,parentId",
}


class Address(Shape, gc=False):
    """Where something stands."""

    city: str | None = None


class _Area(Row, gc=False):
    """An area, not yet looked into."""

    display_name: msgspec.Raw = NULL
    address: msgspec.Raw = NULL
    parent_id: msgspec.Raw = NULL


class Area(Hidden, frozen=True):
    """A building, a floor or a section. ``parent`` is an id of what it stands in."""

    kind: AreaKind
    ids: tuple[str, ...]
    name: str | None = None
    parent: str | None = None
    site: str | None = None
    site_unread: bool = False


class Surroundings(Hidden, frozen=True):
    """What is known of where a place stands."""

    building: str | None = None
    floor: str | None = None
    site: str | None = None
    site_unread: bool = False


_AREA, _ADDRESS = Decoder(_Area), Decoder(Address)


def areas(body: bytes, kind: AreaKind) -> tuple[tuple[Area, ...], str | None]:
    """The areas of a page that can be read, and the next page's link. Raises Malformed."""
    found, link = rows(body)
    return tuple(filter(None, (_area(row, kind) for row in found))), link


def _area(row: msgspec.Raw, kind: AreaKind) -> Area | None:
    parts = fitting(row, _AREA)
    ids = () if parts is None else tuple(filter(None, map(text, (parts.place_id, parts.id))))
    if parts is None or not ids:
        return None
    site, unread = city(parts.address)
    return Area(kind, ids, text(parts.display_name), parent(parts.parent_id), site, unread)


def city(address: msgspec.Raw) -> tuple[str | None, bool]:
    """The city of an address, and whether the address cannot be understood."""
    located = fitting(address, _ADDRESS)
    return (None, address != NULL) if located is None else (located.city or None, False)


def parent(told: msgspec.Raw) -> str | None:
    """The id of a parent; None where there is none, and one that nothing has where it is no text."""
    return None if told in _NOTHING else text(told) or ""


def surroundings(parent_id: str | None, known: Mapping[str, Area]) -> Surroundings:
    """Where what has this parent stands. A parent that is not known may stand at any site."""
    floor = None
    for _ in range(_STEPS_MAX):
        if parent_id is None:
            return Surroundings(floor=floor)
        area = known.get(parent_id)
        if area is None:
            break
        if area.kind is AreaKind.BUILDING:
            return Surroundings(area.name, floor, area.site, area.site_unread)
        floor = floor or (area.name if area.kind is AreaKind.FLOOR else None)
        parent_id = area.parent
    return Surroundings(floor=floor, site_unread=True)
