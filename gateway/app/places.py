"""What an admin says of a tenant's places may change while everything runs."""

from functools import partial

from msgspec.structs import replace

from gateway.app.amending import amend
from gateway.app.choices import check_places
from gateway.app.narrowing import narrow_tenant
from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.store.registry import known_standing
from gateway.sync.new_rules import OnProgress
from gateway.tenant import Places


async def decide_anew(parts: Parts, tenant: TenantId, decisions: Places, on_progress: OnProgress) -> None:
    """Let this be what is said of a tenant's places. What it hides is gone on return, the rest is looked up.

    Cut off, it is finished by whatever starts to serve next, or by repeating it. Raises ConfigurationError,
    TransitionForbidden unless the tenant is read.
    """
    check_places(decisions)
    await amend(parts, tenant, lambda choice: replace(choice, places=decisions))
    await narrow_tenant(parts, await parts.store.read(partial(known_standing, tenant=tenant)), on_progress)
