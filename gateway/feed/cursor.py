"""The cursor: how far a consumer has read, in a form that only we can read or write.

    base64url, without padding, of
    seal([version, purpose, {tenant: [position, start, notice]}] as MessagePack)

Whoever seals binds the consumer's id into it, so that nobody reads on from another's cursor. One of more
tenants than fit into an address names what is kept of it in place of its marks.
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

    @property
    def is_long(self) -> bool:
        """Whether it does not fit into an address."""
        return len(self.marks) > TENANTS_MAX

    @property
    def content(self) -> bytes:
        """What stands in it."""
        return _encoded(_Content(VERSION, self.purpose, dict(self.marks)))


#: What is kept of a cursor, by its name. Raises CursorTooOld.
FindKept = Callable[[str], bytes]


def nothing_kept(_name: str) -> bytes:
    """For who reads no cursors that are kept."""
    raise CursorTooOld("What this cursor names is kept no more.")


#: Of so many tenants it fits into an address.
TENANTS_MAX = 100


class _Content(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    version: int
    purpose: bytes
    marks: dict[TenantId, Mark] | str


_DECODER = msgspec.msgpack.Decoder(_Content)


def write_cursor(cursor: Cursor, seal: Seal, kept_as: str | None = None) -> str:
    """A new text; the same cursor never gives the same one twice. ``kept_as``: the name of what is kept."""
    named = cursor.content if kept_as is None else _encoded(_Content(VERSION, cursor.purpose, kept_as))
    return urlsafe_b64encode(seal(named)).rstrip(b"=").decode()


def read_cursor(text: str, unseal: Seal, find: FindKept = nothing_kept) -> Cursor:
    """What stands in a cursor. Raises UnknownCursor, and what ``find`` does."""
    try:
        content = _content(unseal(_decoded(text)))
        if isinstance(content.marks, str):
            content = _content(find(content.marks))
    except (ValueError, Unreadable):
        raise _unknown() from None
    if isinstance(content.marks, str):
        raise _unknown()
    return Cursor(content.purpose, content.marks)


def _content(opened: bytes) -> _Content:
    """Raises ValueError, also for what another version wrote."""
    content = _DECODER.decode(opened)
    if content.version != VERSION:
        raise ValueError
    return content


def _encoded(content: _Content) -> bytes:
    return msgspec.msgpack.encode(content)


def _decoded(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _unknown() -> UnknownCursor:
    return UnknownCursor("This cursor was not given to this consumer. Read the feed from the beginning.")
