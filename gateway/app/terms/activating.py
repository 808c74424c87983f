"""A trial becomes an authorization: from then on its calendars are read, and FlexO is told."""

from functools import partial

from msgspec.structs import replace

from gateway.app.parts import Parts
from gateway.app.rules import agreed_to
from gateway.app.tenants import open_record
from gateway.app.terms.choices import check_onboarding, check_terms
from gateway.app.terms.in_force import open_ledger
from gateway.app.terms.recording import employers_record
from gateway.authorization import State
from gateway.booking import TenantId
from gateway.errors import ConfigurationError
from gateway.record import AuthorizationRecord, Controller
from gateway.store.registry import Registry, Standing, Terms, erase_after_days, known_standing, load_tenant
from gateway.store.unlock import unlock


async def activate(parts: Parts, tenant: TenantId, expires_at: int | None) -> None:
    """Give what was tried. It is recorded anew, and that it was a trial stays in it.

    Raises ConfigurationError for what is no trial, or one that is over, KeyUnavailable, Fenced.
    """
    standing = await parts.store.read(partial(known_standing, tenant=tenant))
    _check(standing)
    keys = await unlock(parts.keyring, standing)
    tried = await parts.store.read(partial(load_tenant, standing=standing, keys=keys))
    before = await open_record(parts, standing)
    given = replace(tried.registration, trial=None, agreed=agreed_to(parts.rules, tried.registration))
    active = replace(tried, registration=given)
    check_onboarding(parts, active.connection, given)
    days = await parts.store.read(partial(erase_after_days, tenant=tenant))
    terms = Terms(expires_at, days)
    check_terms(parts, terms)
    record = replace(employers_record(parts, active, _controller(before), terms), trial=before.trial)
    ledger = await open_ledger(parts, standing)

    def write(registry: Registry) -> int:
        after = standing.authorization.activate()
        # A store from before, put back, is to be known by its epoch.
        after = replace(after, epoch=after.epoch + 1)
        registry.record(after, record, keys)
        registry.renew(after, expires_at)
        registry.register(active, after.epoch, keys)
        registry.change(standing.authorization, after, ledger.detail(registry, active))
        registry.release_work(tenant)
        return after.epoch

    epoch = await parts.store.administer(write)
    await parts.keys.raise_epoch(tenant, standing.authorization.id, epoch)


def _check(standing: Standing) -> None:
    if standing.authorization.state is not State.TRIAL:
        raise ConfigurationError(
            "That tenant is no trial, and nothing was changed: 'gateway tenant show' tells what it is."
        )


def _controller(record: AuthorizationRecord) -> Controller:
    """Who the tenant is before the law, as it was recorded."""
    party = record.controller
    return Controller(
        address=party.address,
        contact=party.contact,
        jurisdiction=party.jurisdiction,
        national_rule=record.national_rule,
        mandate=record.mandate,
    )
