"""The cursor: how far a consumer has read, in a form that only we can read or write.

    base64url, without padding, of
    seal([version, purpose, {tenant: [position, start, notice]}] as MessagePack)

Whoever seals binds the consumer's id into it, so that nobody reads on from another's cursor.
"""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from gateway.booking import TenantId
from gateway.errors import GatewayError, Unreadable
from gateway.feed.mark import Mark

#: Raised when the shape changes; consumers then begin anew.
VERSION = 2

Marks = Mapping[TenantId, Mark]

#: Seals, or opens, bytes for one consumer. Opening raises Unreadable.
Seal = Callable[[bytes], bytes]


class UnknownCursor(GatewayError):
    """Not a cursor that this version wrote for this consumer. It does not say why."""


class CursorTooOld(GatewayError):
    """What is behind this cursor cannot be told any more: reading has to begin from nothing."""


class Cursor(NamedTuple):
    """How far each tenant was read, and the digest of the purpose for which."""

    purpose: bytes
    marks: Marks


class _Content(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    version: int
    purpose: bytes
    marks: dict[TenantId, Mark]


_DECODER = msgspec.msgpack.Decoder(_Content)


def write_cursor(cursor: Cursor, seal: Seal) -> str:
    """A new text; the same cursor never gives the same one twice."""
    content = msgspec.msgpack.encode(_Content(VERSION, cursor.purpose, dict(cursor.marks)))
    return urlsafe_b64encode(seal(content)).rstrip(b"=").decode()


def read_cursor(text: str, unseal: Seal) -> Cursor:
    """What stands in a cursor. Raises UnknownCursor."""
    try:
        content = _DECODER.decode(unseal(_decoded(text)))
    except (ValueError, Unreadable):
        raise _unknown() from None
    if content.version != VERSION:
        raise _unknown()
    return Cursor(content.purpose, content.marks)


def _decoded(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _unknown() -> UnknownCursor:
    return UnknownCursor("This cursor was not given to this consumer. Read the feed from the beginning.")
