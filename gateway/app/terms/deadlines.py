"""Until when a tenant's authorization is given, as an admin sees and moves it."""

from datetime import date, timedelta
from functools import partial

from gateway.app.parts import Parts
from gateway.app.tenants import resume_tenant
from gateway.app.terms.choices import check_terms
from gateway.app.terms.in_force import find_ledger
from gateway.authorization import State, SuspensionReason
from gateway.booking import TenantId
from gateway.clock import begin_of, milliseconds
from gateway.errors import ConfigurationError
from gateway.store.history import Happened
from gateway.store.registry import Registry, Standing, Terms, known_standing
from gateway.store.restrictions import is_left_alone


def end_of(day: date | None) -> int | None:
    """When a day ends in UTC, epoch milliseconds; None: no day is the last."""
    return None if day is None else milliseconds(begin_of(day + timedelta(days=1)))


async def renew(parts: Parts, tenant: TenantId, expires_at: int | None) -> None:
    """Move until when an authorization is given; one that had expired is re-opened.

    Raises UnknownName, ConfigurationError for an end that is past or an authorization that has ended.
    """
    check_terms(parts, Terms(expires_at))
    ledger = await find_ledger(parts, tenant)

    def write(registry: Registry) -> bool:
        standing = registry.standing(tenant)
        authorization = standing.authorization
        if not authorization.state.is_open:
            raise ConfigurationError(
                "That authorization has ended, and nothing brings it back. Onboard the tenant anew."
            )
        if authorization.state is State.TRIAL:
            raise ConfigurationError(
                "A trial is not made longer. 'gateway tenant activate' makes an authorization of it; nothing "
                "was changed."
            )
        registry.renew(authorization, expires_at)
        detail = None if ledger is None else ledger.detail(registry)
        if authorization.state.may_read and _is_sooner(expires_at, standing.expires_at):
            # A store from before, put back, is to be known by its epoch.
            amended = authorization.amend()
            registry.change(authorization, amended, detail)
            registry.release_work(tenant)
            authorization = amended
        registry.note(authorization, Happened.RENEWED, detail)
        return authorization.reason is SuspensionReason.EXPIRED

    if await parts.store.administer(write):
        await resume_tenant(parts, tenant)
    after = (await parts.store.read(partial(known_standing, tenant=tenant))).authorization
    await parts.keys.raise_epoch(tenant, after.id, after.epoch)


async def stands_still(parts: Parts, standing: Standing) -> bool:
    """Whether no clock erases a suspended tenant, since somebody has asked to be left alone."""
    waits = await parts.store.read(partial(is_left_alone, authorization=standing.authorization))
    return waits and standing.erase_at is not None


def _is_sooner(end: int | None, before: int | None) -> bool:
    return end is not None and (before is None or end < before)
