"""What a tenant's own provider was asked to say in between is given back, once nobody listens any more."""

from connectors.accounts import Announcing
from connectors.meter import unmetered
from gateway.app.parts import Parts
from gateway.app.providers.connecting import open_tellers
from gateway.app.signals.account_watching import stop_watching
from gateway.app.tenants import open_tenant
from gateway.errors import GatewayError
from gateway.signals.transmitter import Transmitter
from gateway.store.registry import Standing


async def end_watching(parts: Parts, standing: Standing, transmitter: Transmitter) -> bool:
    """False where something was not taken back: it ends by itself within days."""
    push = transmitter.push
    if push is None or not push.promises:
        return True
    try:
        tenant = await open_tenant(parts, standing)
        async with open_tellers(parts.settings, parts.clock, lambda _: unmetered) as tell:
            teller = tell(tenant, _admitted)
            return isinstance(teller, Announcing) and await stop_watching(teller, push)
    except GatewayError:
        return False


async def _admitted() -> None:
    """It is done behind a fence that has fallen, too."""
