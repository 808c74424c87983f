"""Members of JSON objects that others wrote: each is read by itself, and what cannot be read is not there."""

from collections.abc import Mapping

import msgspec
from msgspec import Raw
from msgspec.json import Decoder

#: Longer than any id, address or level. What is longer is not read.
TEXT_LENGTH_MAX = 512
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError)

#: An object, its members unread.
Members = Mapping[str, Raw]

_OBJECT, _LIST = Decoder(dict[str, Raw]), Decoder(list[Raw])
_TEXT, _TEXTS, _NUMBER = Decoder(str), Decoder(str | list[str]), Decoder(int | float)


def members(written: bytes | Raw) -> Members | None:
    """The members of an object; None if it is none."""
    try:
        return _OBJECT.decode(written)
    except UNREADABLE:
        return None


def inner(of: Members, name: str) -> Members | None:
    """The members of an object in an object."""
    return members(of[name]) if name in of else None


def elements(of: Members, name: str) -> list[Raw]:
    """The elements of an array in an object."""
    try:
        return _LIST.decode(of[name]) if name in of else []
    except UNREADABLE:
        return []


def text(of: Members, name: str) -> str | None:
    """A text that is neither empty nor too long."""
    try:
        found = _TEXT.decode(of[name]) if name in of else ""
    except UNREADABLE:
        return None
    return found if 0 < len(found) <= TEXT_LENGTH_MAX else None


def texts(of: Members, name: str) -> frozenset[str]:
    """One text or several."""
    try:
        found = _TEXTS.decode(of[name]) if name in of else []
    except UNREADABLE:
        return frozenset()
    return frozenset([found] if isinstance(found, str) else found)


def seconds(of: Members, name: str) -> float | None:
    """A time in seconds since 1970 (RFC 7519, NumericDate), or after it."""
    try:
        found = _NUMBER.decode(of[name]) if name in of else 0
    except UNREADABLE:
        return None
    return found if found > 0 else None
