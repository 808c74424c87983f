"""The roles that an access token of Entra's carries. Pure.

A token is Graph's to verify. Here it came from the login host itself and only tells what to put right, so its
signature is not looked at. learn.microsoft.com/entra/identity-platform/access-token-claims-reference.
"""

import binascii
import re
from base64 import urlsafe_b64decode

import msgspec

TOKEN_LENGTH_MAX = 64 * 2**10
ROLES_MAX = 500

_ROLE = re.compile(r"[A-Za-z0-9.\-]{1,100}")
_PARTS = 3


class _Claims(msgspec.Struct):
    """What is read of a token. One without any role has no such claim."""

    roles: list[str] = []


def roles(token: str) -> frozenset[str] | None:
    """What the token is good for; None if it cannot be read."""
    parts = token.split(".") if len(token) <= TOKEN_LENGTH_MAX else []
    if len(parts) != _PARTS:
        return None
    try:
        body = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        found = msgspec.json.decode(body, type=_Claims).roles
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError):
        return None
    if len(found) > ROLES_MAX or not all(map(_ROLE.fullmatch, found)):
        return None
    return frozenset(found)
