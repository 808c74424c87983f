"""The secret that a provider repeats names the calendar, so that it is found without a key.

``tenant.calendar.random``: only its hash is stored.
"""

import hashlib
import secrets

from gateway.booking import CalendarId, TenantId

_RANDOM_BYTES = 32


def new_secret(tenant: TenantId, calendar: CalendarId) -> str:
    """A secret for a provider to repeat, less than 128 characters."""
    return f"{tenant}.{calendar}.{secrets.token_urlsafe(_RANDOM_BYTES)}"


def named(secret: str) -> tuple[str, str]:
    """The tenant and the calendar that a secret names; nothing is known of either yet."""
    tenant, _, rest = secret.partition(".")
    return tenant, rest.partition(".")[0]


def hashed(secret: str) -> bytes:
    """What is stored of it. It is random enough to need no salt and no stretching."""
    return hashlib.sha256(secret.encode()).digest()
