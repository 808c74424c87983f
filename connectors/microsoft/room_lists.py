"""Graph's room lists, by convention one for each building: where a room stands that tells none. Pure.

Shape: learn.microsoft.com/graph/api/resources/roomlist.
"""

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec.json import Decoder

from connectors.decoding import fitting
from connectors.microsoft.rows import NULL, Row, identity, rows, text
from connectors.microsoft.shapes import Shape
from connectors.raw import Hidden

LIST_MEMBERS, ROOM_MEMBERS = "displayName,emailAddress", "placeId,id"


class _List(Shape, gc=False):
    """A list, not yet looked into."""

    display_name: msgspec.Raw = NULL
    email_address: msgspec.Raw = NULL


class RoomList(Hidden, frozen=True):
    """A list of rooms. Its rooms are found by its address."""

    address: str
    name: str | None


_LIST, _ROOM = Decoder(_List), Decoder(Row)
#: What can stand in a link.
_ADDRESS = Decoder(Annotated[str, msgspec.Meta(pattern=r"^[^@]+@[^@]+\Z", max_length=320)])


def room_lists(body: bytes) -> tuple[tuple[RoomList, ...], str | None]:
    """The lists of a page that can be read, and the next page's link. Raises Malformed."""
    found, link = rows(body)
    return tuple(filter(None, map(_list, found))), link


def _list(row: msgspec.Raw) -> RoomList | None:
    parts = fitting(row, _LIST)
    address = None if parts is None else fitting(parts.email_address, _ADDRESS)
    return None if parts is None or address is None else RoomList(address, text(parts.display_name))


def rooms(body: bytes) -> tuple[tuple[str, ...], str | None]:
    """The ids of a list's rooms on a page, and the next page's link. Raises Malformed."""
    found, link = rows(body)
    read = (fitting(row, _ROOM) for row in found)
    ids = (None if row is None else identity(row) for row in read)
    return tuple(filter(None, ids)), link


def buildings(members: Iterable[tuple[RoomList, set[str]]]) -> dict[str, str | None]:
    """By the id of each room the name of its list; None of a room that is in several."""
    found: dict[str, str | None] = {}
    for listed, ids in members:
        found |= {one: None if one in found else listed.name for one in ids}
    return found
