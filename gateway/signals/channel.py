"""Channel: how one issuer tells us of one organization's people; and who of them is known here. Pure."""

from enum import StrEnum
from typing import NamedTuple

from gateway.booking import TenantId


class ChannelKind(StrEnum):
    """How it tells."""

    OKTA = "okta"
    SCIM = "scim"


class Channel(NamedTuple):
    """One issuer's address here. ``secret_hash``: SHA-256 of what it shows, beside the address that it knows.

    ``application``: the issuer's own id of what it has set up for us; what befalls another of its
    applications is none of our business. None where it tells of no applications.
    """

    tenant: TenantId
    id: str
    issuer: str
    secret_hash: bytes
    application: str | None = None

    def __repr__(self) -> str:
        return "<Channel>"


class Known(NamedTuple):
    """Somebody whom we hold, by our own id; their names as we hold them, and not as they were told."""

    id: str
    is_active: bool
    addresses: tuple[str, ...]
    directory_id: str | None = None

    def __repr__(self) -> str:
        return "<Known>"
