"""Rules that became narrower while nothing ran: they hold before anything is served."""

from functools import partial

import structlog

from gateway.app.parts import Parts
from gateway.app.persons.linking import CONSENT
from gateway.app.rules import disclosure_of
from gateway.app.terms.agreeing import settle_agreement
from gateway.app.terms.amending import end_passage
from gateway.app.terms.in_force import write_news
from gateway.authorization import State
from gateway.booking import TenantId
from gateway.errors import KeyUnavailable, RestoredStore, Unreadable
from gateway.minimization.agreed import lived_by
from gateway.store.registry import Standing, known_standing, load_tenant, standings
from gateway.store.store import Fence
from gateway.store.transaction import Transaction
from gateway.store.unlock import open_keys
from gateway.sync.listing import regard
from gateway.sync.narrowing import hide_places, narrow_copies
from gateway.sync.new_rules import OnProgress, obey
from gateway.sync.tenancy import Sight
from gateway.tenant import Tenant

log = structlog.get_logger()

#: How often it is told how far it is.
TOLD_EVERY = 100


async def narrow(parts: Parts) -> None:
    """Take away what is told beyond what tenants' policies and legal bases allow now.

    Whoever was passing to another policy arrives; what else has changed is written into history.
    """
    for standing in await parts.store.read(standings):
        if standing.authorization.state.is_open:
            try:
                await settle_rules(parts, standing)
            except (KeyUnavailable, RestoredStore, Unreadable) as error:
                log.warning("tenant_not_opened", tenant=standing.tenant, code=type(error).__name__)


async def settle_rules(parts: Parts, standing: Standing) -> None:
    """As ``narrow``, of one tenant whose authorization has not ended. Raises GatewayError."""
    tenant = await narrow_tenant(parts, standing, partial(_tell, standing.tenant))
    if tenant.registration.next_policy is not None and standing.authorization.state.may_read:
        await end_passage(parts, standing.tenant)
    else:
        await settle_agreement(parts, standing)
        await write_news(parts, standing)


async def narrow_open(parts: Parts, tenant: TenantId) -> None:
    """As ``narrow``, of one tenant whose authorization has not ended. Raises GatewayError."""
    standing = await parts.store.read(partial(known_standing, tenant=tenant))
    if standing.authorization.state.is_open:
        await narrow_tenant(parts, standing, partial(_tell, tenant))


async def narrow_tenant(parts: Parts, standing: Standing, on_progress: OnProgress) -> Tenant:
    """Take away what is told of one tenant beyond what it allows now; returns what it chose."""
    sight = await sight_of(parts, standing)
    if standing.authorization.state is State.TRIAL:
        # Nothing is stored of one.
        return sight.tenant
    tenant, fence, keys = sight.tenant, sight.fence, sight.keys
    level = disclosure_of(parts.rules, tenant).place

    def take_away(transaction: Transaction) -> None:
        hide_places(transaction, level)
        regard(transaction, sight, parts.clock())

    await parts.store.turn(fence, keys, take_away)
    consent = parts.rules.legal.ceiling(CONSENT, personal=True)
    await obey(parts.store, parts.keyring, sight, consent, parts.clock(), on_progress)
    if tenant.registration.persons is not None:
        # A process may have ended between a place's narrowing and that of people's copies.
        own = disclosure_of(parts.rules, tenant, single_person=True)
        await narrow_copies(parts.store, parts.keyring, fence, keys, own, parts.clock())
    return tenant


async def sight_of(parts: Parts, standing: Standing) -> Sight:
    """What may be seen of a tenant now. Raises KeyUnavailable, RestoredStore, UnknownName."""
    keys = await open_keys(parts.keyring, standing)
    tenant = await parts.store.read(partial(load_tenant, standing=standing, keys=keys))
    fence = Fence.of(standing)
    known = await parts.store.look(fence, keys, lambda transaction: transaction.subjects.known())
    choice = tenant.registration
    policy = lived_by(parts.rules.policies, choice)
    return Sight(
        tenant=tenant,
        fence=fence,
        keys=keys,
        policy=policy.disclosure,
        legal_ceiling=parts.rules.legal.ceiling(choice.basis),
        vocabulary=policy.vocabulary,
        subjects=known,
    )


def _tell(tenant: TenantId, done: int, of: int) -> None:
    if done % TOLD_EVERY == 0 or done == of:
        log.info("stored_bookings_narrowed", tenant=tenant, calendars=done, of=of)
