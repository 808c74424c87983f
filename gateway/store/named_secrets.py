"""A secret that is brought back to us names the row that it belongs to, which is so found without a key.

``tenant.row.random``: only its hash is stored.
"""

import hashlib
import secrets

from gateway.booking import TenantId

_RANDOM_BYTES = 32
#: Names nothing of ours, and PostgreSQL is not even asked about it.
NUL = "\0"


def new_secret(tenant: TenantId, row: str) -> str:
    """A secret for somebody to bring back, less than 128 characters. ``row`` is an id of ours."""
    return f"{tenant}.{row}.{secrets.token_urlsafe(_RANDOM_BYTES)}"


def named(secret: str) -> tuple[str, str]:
    """The tenant and the row that a secret names; nothing is known of either yet."""
    if NUL in secret:
        return "", ""
    tenant, _, rest = secret.partition(".")
    return tenant, rest.partition(".")[0]


def hashed(secret: str) -> bytes:
    """What is stored of it. It is random enough to need no salt and no stretching."""
    return hashlib.sha256(secret.encode()).digest()
