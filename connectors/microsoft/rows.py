"""Rows of Graph's directory, not yet looked into: an odd one must not cost us the others. Pure."""

import msgspec
from msgspec.json import Decoder

from connectors.decoding import decode, fitting
from connectors.errors import Malformed
from connectors.microsoft.shapes import Listing, Shape

NULL = msgspec.Raw(b"null")

_LISTING: Decoder[Listing[msgspec.Raw]] = Decoder(Listing[msgspec.Raw])
_TEXT = Decoder(str)


class Row(Shape, gc=False):
    """What every row has: an id that may change, and in most listings one that does not."""

    id: msgspec.Raw = NULL
    place_id: msgspec.Raw = NULL


def rows(body: bytes) -> tuple[list[msgspec.Raw], str | None]:
    """The rows of a page, and the next page's link. Raises Malformed."""
    try:
        listing = decode(body, _LISTING)
    except msgspec.ValidationError:
        raise Malformed("bad_page") from None
    return listing.value, listing.next_link


def text(part: msgspec.Raw) -> str | None:
    """A text that is told and not empty."""
    return fitting(part, _TEXT) or None


def identity(row: Row) -> str | None:
    """The lasting id of the two, if there is one."""
    return text(row.place_id) or text(row.id)
