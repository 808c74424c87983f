"""Framing: several parts as one byte string that can be taken apart in one way only."""


def frame(part: bytes) -> bytes:
    """``part`` behind its length: 4 bytes, big-endian."""
    return len(part).to_bytes(4, "big") + part


def framed(*parts: bytes) -> bytes:
    """All parts, so that ``ab|c`` is never ``a|bc``."""
    return b"".join(map(frame, parts))
