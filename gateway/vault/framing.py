"""Framing: several parts as one byte string that can be taken apart in one way only."""

from struct import Struct

LENGTH = Struct(">I")


def frame(part: bytes) -> bytes:
    """``part`` behind its length: 4 bytes, big-endian."""
    return LENGTH.pack(len(part)) + part


def framed(*parts: bytes) -> bytes:
    """All parts, so that ``ab|c`` is never ``a|bc``."""
    return b"".join(map(frame, parts))
