"""Where everything of a tenant is: its store, its keys, the copies of its store, and those who receive it."""

from collections.abc import Sequence

from gateway.app.consumers.overview import readers_of
from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.clock import moment
from gateway.errors import KeyUnavailable
from gateway.key_settings import KeyServices
from gateway.record import Recipient
from gateway.settings import Settings


async def locations(parts: Parts, tenant: TenantId) -> dict[str, str]:
    """What is where, in words."""
    found = {"store": parts.settings.store, "keys": _keys(parts.settings)}
    try:
        recipients, copies = await readers_of(parts, tenant), await parts.keys.backups()
    except KeyUnavailable:
        return found | {"copies of the store": "known once the key service is there again"}
    received = {f"received by {one.name}": _place(one) for one in recipients}
    taken = [one.taken_at for one in copies.values() if one.destroyed_at is None]
    return {**found, "copies of the store": _copies(taken), **received}


def _place(recipient: Recipient) -> str:
    return recipient.abroad or f"in region {recipient.residence.region}"


def _copies(taken: Sequence[int]) -> str:
    if not taken:
        return "none registered"
    return (
        f"{len(taken):,} registered, the last of {moment(max(taken)):%Y-%m-%d}; they lie where you put them"
    )


def _keys(settings: Settings) -> str:
    wrapping = _wrapping(settings.key_service)
    return settings.keys if wrapping is None else f"{settings.keys}, wrapped by {wrapping}"


def _wrapping(services: KeyServices) -> str | None:
    if services.transit is not None:
        return f"the transit engine at {services.transit.url}"
    if services.aws is not None:
        return f"AWS KMS in {services.aws.region}"
    if services.azure is not None:
        return f"the key vault {services.azure.vault_url}"
    if services.pkcs11 is not None:
        return f"the token {services.pkcs11.token_label}"
    return None
