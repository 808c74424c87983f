"""Opaque tokens: what they say is inside, and only who made them can read it."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TypeVar

import msgspec

Claims = TypeVar("Claims", bound=msgspec.Struct)

_MARK_BYTES = 16


class Seal:
    """Makes tokens and reads them back. Nothing is kept, so nothing has to be thrown away."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def close(self, claims: msgspec.Struct) -> str:
        body = msgspec.json.encode(claims)
        return urlsafe_b64encode(self._mark(body) + body).decode().rstrip("=")

    def open(self, token: str, kind: type[Claims]) -> Claims | None:
        """What a token says; None if it is of another kind, altered, from elsewhere, or expired."""
        try:
            # The decoder skips what is not of its alphabet; the mark still covers what it then read.
            raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            body = raw[_MARK_BYTES:]
            if not hmac.compare_digest(raw[:_MARK_BYTES], self._mark(body)):
                return None
            return msgspec.json.decode(body, type=kind)
        except (ValueError, msgspec.DecodeError):
            return None

    def expire(self) -> None:
        """Forget the key: every token made so far is unknown from now on."""
        self._key = secrets.token_bytes(32)

    def _mark(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:_MARK_BYTES]
