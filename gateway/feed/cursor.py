"""The cursor: how far a consumer has read, in a form that only we can read or write.

    base64url, without padding, of
    seal([version, purpose, {tenant: [position, start, notice]}] as MessagePack)

Whoever seals binds the consumer's id into it, so that nobody reads on from another's cursor. ``purpose`` is
the digest of what the consumer was shown: where that is another one by now, reading begins from nothing.
"""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping

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


class _Content(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    version: int
    purpose: bytes
    marks: dict[TenantId, Mark]


_DECODER = msgspec.msgpack.Decoder(_Content)


def write_cursor(marks: Marks, purpose: bytes, seal: Seal) -> str:
    """A new cursor; the same marks never give the same text twice."""
    content = msgspec.msgpack.encode(_Content(VERSION, purpose, dict(marks)))
    return urlsafe_b64encode(seal(content)).rstrip(b"=").decode()


def read_cursor(text: str, purpose: bytes, unseal: Seal) -> Marks:
    """The marks in a cursor. Raises UnknownCursor, or CursorTooOld if it is another purpose's."""
    try:
        content = _DECODER.decode(unseal(_decoded(text)))
    except (ValueError, Unreadable):
        raise _unknown() from None
    if content.version != VERSION:
        raise _unknown()
    if content.purpose != purpose:
        raise CursorTooOld("What this consumer is shown of a booking is not any more what it was.")
    return content.marks


def _decoded(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _unknown() -> UnknownCursor:
    return UnknownCursor("This cursor was not given to this consumer. Read the feed from the beginning.")
