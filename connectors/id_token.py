"""Who signed in, as an id_token tells it. Pure. OpenID Connect Core 1.0, section 3.1.3.7.

It came over TLS from the token endpoint itself, so the claims are checked and the signature is not.
"""

import binascii
from base64 import urlsafe_b64decode
from datetime import datetime

import msgspec

from connectors.errors import Malformed
from connectors.raw import Hidden

TOKEN_LENGTH_MAX = 16 * 2**10
_PARTS = 3


class Claims(Hidden, frozen=True):
    """What is read of a token: ``oid`` and ``tid`` are Microsoft's, ``hd`` is Google's."""

    iss: str
    aud: str
    exp: float
    sub: str
    nonce: str = ""
    oid: str = ""
    tid: str = ""
    hd: str | None = None

    def check(self, *, issuers: frozenset[str], audience: str, nonce: str, now: datetime) -> None:
        """Raise Malformed unless it was made by one of these, for us, for this sign-in, and holds still."""
        if self.iss not in issuers or self.aud != audience or self.nonce != nonce:
            raise Malformed("id_token_elsewhere")
        if not now.timestamp() < self.exp:
            raise Malformed("id_token_expired")


def claims(token: str) -> Claims:
    """What a token says, not yet checked. Malformed if it cannot be read."""
    parts = token.split(".") if len(token) <= TOKEN_LENGTH_MAX else []
    if len(parts) == _PARTS:
        try:
            body = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
            return msgspec.json.decode(body, type=Claims)
        except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError):
            pass
    raise Malformed("id_token_unreadable")
