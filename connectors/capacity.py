"""How many a place holds: the number by which a room for one person is known. Pure."""

import msgspec
from msgspec.json import Decoder

from connectors.decoding import fitting

#: A capacity that is told and not understood: it may be one.
NOT_UNDERSTOOD = 0

#: No place holds more, and no number of more digits is read.
_DIGITS_MAX = 9

_TOLD: Decoder[object] = Decoder(object)


def capacity(part: msgspec.Raw) -> int | None:
    """A whole number from 1, also where it is printed as a text; None where none is told; else 0."""
    if bytes(part) == b"null":
        return None
    told = fitting(part, _TOLD)
    if isinstance(told, float) and told.is_integer():
        told = int(told)
    if isinstance(told, str) and len(told.strip()) <= _DIGITS_MAX and told.strip().isdecimal():
        told = int(told)
    return max(told, NOT_UNDERSTOOD) if type(told) is int else NOT_UNDERSTOOD
