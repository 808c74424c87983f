"""Graph's places as bookable places. Pure. Of an assigned desk, a person's, nothing but its mode is read.

Shapes: learn.microsoft.com/graph/api/resources/room, /workspace, /desk. ``capacity`` may be a JSON string.
"""

import msgspec
from msgspec.json import Decoder

from connectors.capacity import capacity
from connectors.decoding import decode, fitting
from connectors.errors import Malformed
from connectors.microsoft.shapes import Listing, Shape
from connectors.raw import PlaceKind, PlaceMode, RawPlace, UnreadPlace

#: Each kind of place is listed under a type of its own, with the members that are asked for.
LISTINGS = {
    PlaceKind.ROOM: ("room", "id,placeId,displayName,emailAddress,capacity,building,floorLabel,address"),
    PlaceKind.DESK_POOL: ("workspace", "id,placeId,displayName,emailAddress,capacity,address,mode"),
    PlaceKind.DESK: ("desk", "id,placeId,displayName,mailboxDetails,address,mode"),
}
_MODES = {
    "#microsoft.graph.reservablePlaceMode": PlaceMode.RESERVABLE,
    "#microsoft.graph.dropInPlaceMode": PlaceMode.DROP_IN,
}
_NULL = msgspec.Raw(b"null")


class Mode(Shape, gc=False):
    """How a place may be booked. To whom it is assigned stands there too, and is not read."""

    type: str | None = msgspec.field(name="@odata.type", default=None)


class Mailbox(Shape, gc=False):
    """The mailbox of a desk."""

    email_address: str | None = None


class Address(Shape, gc=False):
    """Where a building stands."""

    city: str | None = None


class Booking(Shape, gc=False):
    """The first look at a place."""

    mode: msgspec.Raw = _NULL


class Place(Shape, gc=False):
    """The second look, not yet looked into: an odd member must not cost us the place."""

    id: msgspec.Raw = _NULL
    place_id: msgspec.Raw = _NULL
    display_name: msgspec.Raw = _NULL
    email_address: msgspec.Raw = _NULL
    mailbox_details: msgspec.Raw = _NULL
    capacity: msgspec.Raw = _NULL
    building: msgspec.Raw = _NULL
    floor_label: msgspec.Raw = _NULL
    address: msgspec.Raw = _NULL


_LISTING: Decoder[Listing[msgspec.Raw]] = Decoder(Listing[msgspec.Raw])
_BOOKING, _PLACE, _TEXT = Decoder(Booking), Decoder(Place), Decoder(str)
_MODE, _MAILBOX, _ADDRESS = Decoder(Mode), Decoder(Mailbox), Decoder(Address)


def places(body: bytes, kind: PlaceKind) -> tuple[tuple[RawPlace | UnreadPlace, ...], str | None]:
    """The places of a page that may be imported or cannot be read, and the next page's link.

    Raises Malformed.
    """
    try:
        listing = decode(body, _LISTING)
    except msgspec.ValidationError:
        raise Malformed("bad_page") from None
    read = (_place(item, kind) for item in listing.value)
    return tuple(place for place in read if place is not None), listing.next_link


def _place(item: msgspec.Raw, kind: PlaceKind) -> RawPlace | UnreadPlace | None:
    """None where it is not bookable."""
    mode = _mode(item, kind)
    if mode is None:
        return None
    parts = fitting(item, _PLACE)
    if parts is None:
        return UnreadPlace()
    identity = fitting(parts.place_id, _TEXT) or fitting(parts.id, _TEXT)
    address = fitting(parts.email_address, _TEXT) or _mailbox(parts)
    if not identity or not address:
        return UnreadPlace()
    located = fitting(parts.address, _ADDRESS)
    return RawPlace(
        place_id=identity,
        address=address,
        kind=kind,
        name=fitting(parts.display_name, _TEXT) or "",
        mode=mode,
        capacity=capacity(parts.capacity),
        site=None if located is None else located.city,
        site_unread=located is None and parts.address != _NULL,
        building=fitting(parts.building, _TEXT),
        floor=fitting(parts.floor_label, _TEXT),
    )


def _mode(item: msgspec.Raw, kind: PlaceKind) -> PlaceMode | None:
    """What is of an unknown mode may be someone's own: it counts as that. Rooms have none, pools may."""
    booking = fitting(item, _BOOKING)
    told = None if booking is None else booking.mode
    if kind is PlaceKind.ROOM or (kind is PlaceKind.DESK_POOL and told == _NULL):
        return PlaceMode.RESERVABLE
    mode = None if told is None else fitting(told, _MODE)
    return None if mode is None else _MODES.get(mode.type or "")


def _mailbox(parts: Place) -> str | None:
    mailbox = fitting(parts.mailbox_details, _MAILBOX)
    return None if mailbox is None else mailbox.email_address
