"""Graph's places as bookable places. Pure. Of an assigned desk, a person's, nothing but its mode is read.

Shapes: learn.microsoft.com/graph/api/resources/room, /workspace, /desk. ``capacity`` may be a JSON string.
Rooms may tell their building themselves; desks and pools tell only what they stand in.
"""

from collections.abc import Mapping

import msgspec
from msgspec.json import Decoder

from connectors.capacity import capacity
from connectors.decoding import fitting
from connectors.microsoft.areas import Area, city, parent, surroundings
from connectors.microsoft.rows import NULL, Row, identity, rows, text
from connectors.microsoft.shapes import Shape
from connectors.raw import PlaceKind, PlaceMode, RawPlace, UnreadPlace

#: Each kind of place is listed under a type of its own, with the members that are asked for.
LISTINGS = {
    PlaceKind.ROOM: (
        "room",
        "id,placeId,displayName,emailAddress,capacity,building,floorLabel,address,parentId",
    ),
    PlaceKind.DESK_POOL: ("workspace", "id,placeId,displayName,emailAddress,capacity,address,parentId,mode"),
    PlaceKind.DESK: ("desk", "id,placeId,displayName,mailboxDetails,address,parentId,mode"),
}
_MODES = {
    "#microsoft.graph.reservablePlaceMode": PlaceMode.RESERVABLE,
    "#microsoft.graph.dropInPlaceMode": PlaceMode.DROP_IN,
}


class Mode(Shape, gc=False):
    """How a place may be booked. To whom it is assigned stands there too, and is not read."""

    type: str | None = msgspec.field(name="@odata.type", default=None)


class Mailbox(Shape, gc=False):
    """The mailbox of a desk."""

    email_address: str | None = None


class Booking(Shape, gc=False):
    """The first look at a place."""

    mode: msgspec.Raw = NULL


class Place(Row, gc=False):
    """The second look, not yet looked into: an odd member must not cost us the place."""

    display_name: msgspec.Raw = NULL
    email_address: msgspec.Raw = NULL
    mailbox_details: msgspec.Raw = NULL
    capacity: msgspec.Raw = NULL
    building: msgspec.Raw = NULL
    floor_label: msgspec.Raw = NULL
    address: msgspec.Raw = NULL
    parent_id: msgspec.Raw = NULL


_BOOKING, _PLACE = Decoder(Booking), Decoder(Place)
_MODE, _MAILBOX = Decoder(Mode), Decoder(Mailbox)


def places(
    body: bytes, kind: PlaceKind, known: Mapping[str, Area]
) -> tuple[tuple[RawPlace | UnreadPlace, ...], str | None]:
    """The places of a page that may be imported or cannot be read, and the next page's link.

    ``known`` has the areas in which they may stand, by each of their ids. Raises Malformed.
    """
    found, link = rows(body)
    read = (_place(row, kind, known) for row in found)
    return tuple(place for place in read if place is not None), link


def _place(row: msgspec.Raw, kind: PlaceKind, known: Mapping[str, Area]) -> RawPlace | UnreadPlace | None:
    """None where it is not bookable."""
    mode = _mode(row, kind)
    if mode is None:
        return None
    parts = fitting(row, _PLACE)
    if parts is None:
        return UnreadPlace()
    place_id, address = identity(parts), text(parts.email_address) or _mailbox(parts)
    if place_id is None or not address:
        return UnreadPlace()
    (site, unread), around = city(parts.address), surroundings(parent(parts.parent_id), known)
    return RawPlace(
        place_id=place_id,
        address=address,
        kind=kind,
        name=text(parts.display_name) or "",
        mode=mode,
        capacity=capacity(parts.capacity),
        site=site or around.site,
        site_unread=unread or (site is None and around.site_unread),
        building=text(parts.building) or around.building,
        floor=text(parts.floor_label) or around.floor,
    )


def _mode(row: msgspec.Raw, kind: PlaceKind) -> PlaceMode | None:
    """What is of an unknown mode may be someone's own: it counts as that. Rooms have none, pools may."""
    booking = fitting(row, _BOOKING)
    told = None if booking is None else booking.mode
    if kind is PlaceKind.ROOM or (kind is PlaceKind.DESK_POOL and told == NULL):
        return PlaceMode.RESERVABLE
    mode = None if told is None else fitting(told, _MODE)
    return None if mode is None else _MODES.get(mode.type or "")


def _mailbox(parts: Place) -> str | None:
    mailbox = fitting(parts.mailbox_details, _MAILBOX)
    return None if mailbox is None else mailbox.email_address
