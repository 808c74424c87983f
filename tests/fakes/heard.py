"""Who tells of a site's people, as the store knows them: asked or not, heard or not."""

from gateway.clock import HOUR_MILLISECONDS
from gateway.signals.transmitter import Transmitter, TransmitterKind
from gateway.store.registry import Registry
from gateway.store.scope import TenantScope
from gateway.store.transmitters import heard_from
from tests.fakes.site import Site

STREAM = "trm_stream"


async def let_tell(site: Site, name: str = STREAM, kind: str = "ssf-push", pause: int | None = None) -> None:
    """Believe somebody from now on."""
    pause = pause if kind == "okta" else pause or HOUR_MILLISECONDS
    record = Transmitter(kind=TransmitterKind(kind), issuer="https://accounts.example").written
    await site.installation.store.turn(
        site.tenancy.fence,
        site.tenancy.keys,
        lambda to: to.transmitters.add(name, kind, record, None, pause=pause),
    )


async def hear(site: Site, name: str = STREAM) -> None:
    def write(registry: Registry) -> None:
        heard_from(TenantScope(handle=registry.handle, tenant=site.tenant, now=registry.now), name)

    await site.installation.store.administer(write)
