"""Rules that became narrower while nothing ran: they hold before anything is served."""

from functools import partial

import structlog

from gateway.app.linking import CONSENT
from gateway.app.parts import Parts
from gateway.app.rules import disclosure_of
from gateway.app.tenants import list_tenants, open_tenant
from gateway.booking import TenantId
from gateway.errors import KeyUnavailable, RestoredStore, Unreadable
from gateway.minimization.policy import named
from gateway.store.registry import Standing
from gateway.store.store import Fence
from gateway.store.unlock import unlock
from gateway.sync.narrowing import hide_places, narrow_copies
from gateway.sync.new_rules import obey
from gateway.sync.tenancy import Sight

log = structlog.get_logger()

#: How often it is told how far it is.
TOLD_EVERY = 100


async def narrow(parts: Parts) -> None:
    """Take away what is told beyond what tenants' policies and legal bases allow now."""
    for overview in await list_tenants(parts):
        if overview.is_open:
            try:
                await _narrow(parts, overview.standing)
            except (KeyUnavailable, RestoredStore, Unreadable) as error:
                # That tenant is neither read nor served.
                log.warning("tenant_not_opened", tenant=overview.standing.tenant, code=type(error).__name__)


async def _narrow(parts: Parts, standing: Standing) -> None:
    tenant, keys = await open_tenant(parts, standing), await unlock(parts.keyring, standing)
    fence = Fence(standing.tenant, standing.authorization.id, standing.authorization.epoch)
    policy = named(parts.rules.policies, tenant.registration.policy)
    sight = Sight(
        tenant=tenant,
        fence=fence,
        keys=keys,
        policy=policy.disclosure,
        legal_ceiling=parts.rules.legal.ceiling(tenant.registration.basis),
        vocabulary=policy.vocabulary,
    )
    level = disclosure_of(parts.rules, tenant).place
    await parts.store.turn(fence, keys, partial(hide_places, level=level))
    consent = parts.rules.legal.ceiling(CONSENT, personal=True)
    await obey(parts.store, parts.keyring, sight, consent, parts.clock(), partial(_tell, standing.tenant))
    if tenant.registration.persons is not None:
        # A process may have ended between a place's narrowing and that of people's copies.
        own = disclosure_of(parts.rules, tenant, single_person=True)
        await narrow_copies(parts.store, parts.keyring, fence, keys, own, parts.clock())


def _tell(tenant: TenantId, done: int, of: int) -> None:
    if done % TOLD_EVERY == 0 or done == of:
        log.info("stored_bookings_narrowed", tenant=tenant, calendars=done, of=of)
