"""Tenants as an admin sees them: onboarding, looking, withdrawing."""

import secrets
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from gateway.app.cascades import drive, open_cascade
from gateway.app.parts import Parts
from gateway.app.rules import agreed_to
from gateway.app.terms.choices import check_onboarding, check_terms
from gateway.app.terms.recording import check_controller, employers_record
from gateway.authorization import Authorization, AuthorizationId, AuthorizationKind, State
from gateway.booking import TenantId
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError, KeyUnavailable, UnknownName, Unreadable
from gateway.record import AuthorizationRecord, Controller
from gateway.store.chosen import is_connected
from gateway.store.handle import Handle
from gateway.store.history import DETAIL, history_of
from gateway.store.registry import (
    RECORD,
    USUAL_TERMS,
    Registry,
    Standing,
    Terms,
    known_standing,
    load_record,
    load_tenant,
    standing_of,
    standings,
)
from gateway.store.unlock import unlock
from gateway.store.withdrawals import WithdrawalRow, withdrawals_of
from gateway.subject import was_enrolled
from gateway.tenant import Connection, Registration, Tenant
from gateway.withdrawal.change_clocks import barring
from gateway.withdrawal.giving_back import Revoke, nothing_to_revoke


class TenantOverview(NamedTuple):
    """A tenant with what its evidence says; present for erased ones too."""

    standing: Standing
    #: None where the evidence key is not to be had; the tenant can be withdrawn all the same.
    record: AuthorizationRecord | None

    @property
    def name(self) -> str:
        return "(evidence closed)" if self.record is None else self.record.tenant_name

    @property
    def is_open(self) -> bool:
        """Whether the authorization has not ended."""
        return self.standing.authorization.state.is_open


async def add_tenant(
    parts: Parts,
    connection: Connection,
    registration: Registration,
    *,
    controller: Controller,
    region: str | None = None,
    terms: Terms = USUAL_TERMS,
) -> Tenant:
    """Record an employer's authorization and make its keys. Its directory is read as soon as something runs.

    One that is a trial is read when somebody looks at it, and ends with its terms. Raises ConfigurationError
    or UnknownName, with nothing made, if a choice cannot be used.
    """
    check_onboarding(parts, connection, registration)
    check_controller(controller)
    check_terms(parts, terms, registration.trial)
    if region not in {None, parts.settings.region}:
        raise ConfigurationError(
            f"This installation keeps its data in region {parts.settings.region} only. Onboard the tenant at "
            "an installation of its own region; nothing was recorded."
        )
    await _refuse_twice(parts, connection, registration.name)
    tenant = Tenant(
        id=TenantId(f"ten_{secrets.token_urlsafe(16)}"),
        authorization=AuthorizationId(f"aut_{secrets.token_urlsafe(16)}"),
        connection=connection,
        registration=replace(registration, agreed=agreed_to(parts.rules, registration)),
    )
    await parts.keys.create_tenant(tenant.id)
    await parts.keys.create_data_key(tenant.id, tenant.authorization)
    keys = await parts.keyring.tenant(tenant.id, tenant.authorization)
    pending = Authorization(tenant=tenant.id, id=tenant.authorization, kind=AuthorizationKind.EMPLOYER)
    authorization = pending.activate() if registration.trial is None else pending.begin_trial()
    record, home = employers_record(parts, tenant, controller, terms), parts.settings.region
    await parts.store.administer(
        lambda registry: registry.add(tenant, authorization, record, region=home, keys=keys, terms=terms)
    )
    await parts.keys.raise_epoch(tenant.id, tenant.authorization, authorization.epoch)
    return tenant


async def list_tenants(parts: Parts) -> list[TenantOverview]:
    """Every tenant there ever was, the oldest first."""
    found = await parts.store.read(standings)
    return [TenantOverview(standing, await _evidence(parts, standing)) for standing in found]


async def find_tenant(parts: Parts, name_or_id: str) -> TenantOverview:
    """The tenant of that id, or of that name: an open one before those that have ended.

    Raises UnknownName; also where several open tenants bear the name, so that none is taken for another.
    """
    overviews = await list_tenants(parts)
    for overview in overviews:
        if overview.standing.tenant == name_or_id:
            return overview
    named_so = [overview for overview in overviews if overview.name == name_or_id]
    found = [overview for overview in named_so if overview.is_open] or named_so[-1:]
    if len(found) > 1:
        raise UnknownName("Several tenants bear that name. Use the id that 'gateway tenant list' shows.")
    if not found:
        raise UnknownName("There is no tenant of that name or id. 'gateway tenant list' shows them all.")
    return found[0]


async def _evidence(parts: Parts, standing: Standing) -> AuthorizationRecord | None:
    try:
        return await open_record(parts, standing)
    except (KeyUnavailable, Unreadable):
        return None


async def open_record(parts: Parts, standing: Standing) -> AuthorizationRecord:
    """What was recorded of an authorization, also once it has ended. Raises KeyUnavailable, Unreadable."""
    column = await parts.keyring.evidence(standing.tenant, *RECORD)
    return await parts.store.read(partial(load_record, standing=standing, column=column))


async def open_tenant(parts: Parts, standing: Standing) -> Tenant:
    """What a tenant chose. Raises KeyUnavailable once it was withdrawn."""
    keys = await unlock(parts.keyring, standing)
    return await parts.store.read(partial(load_tenant, standing=standing, keys=keys))


async def withdraw_tenant(
    parts: Parts, tenant: TenantId, revoke: Revoke = nothing_to_revoke
) -> WithdrawalRow:
    """Withdraw an authorization and drive the cascade to its end.

    Repeating it goes on where an earlier one stopped. Raises GatewayError where a step before the proof has
    to wait: the fence stands by then, and whatever serves takes the rest up by itself.
    """
    cascade = open_cascade(parts, revoke)
    standing = await parts.store.read(partial(standing_of, tenant=tenant))
    has_ended = standing is not None and standing.authorization.state is State.ERASED
    await drive(parts, cascade, None if has_ended else await cascade.fence(tenant))
    return await _newest(parts, tenant)


async def withdrawals(parts: Parts, tenant: TenantId) -> list[WithdrawalRow]:
    """A tenant's withdrawals that consumers are told of: its own, and those of the enrolled.

    Those of its people's own calendars are theirs.
    """

    def read(handle: Handle) -> list[WithdrawalRow]:
        own = known_standing(handle, tenant).authorization.id
        found = withdrawals_of(handle, tenant)
        return [row for row in found if row.authorization == own and _is_told(row)]

    return await parts.store.read(read)


def _is_told(row: WithdrawalRow) -> bool:
    return row.subject is None or was_enrolled(row.subject)


async def _newest(parts: Parts, tenant: TenantId) -> WithdrawalRow:
    """A tenant's own newest withdrawal."""
    return [row for row in await withdrawals(parts, tenant) if row.is_whole][-1]


async def resume_tenant(parts: Parts, tenant: TenantId) -> None:
    """Re-open a suspended tenant: an admin confirms that the grant stands. No signal ever does this.

    Raises UnknownName, TransitionForbidden, ConfigurationError where something else is to be said first,
    KeyUnavailable.
    """
    await parts.store.read(partial(known_standing, tenant=tenant))
    column = await parts.keyring.evidence(tenant, *DETAIL)

    def write(registry: Registry) -> Authorization:
        standing = registry.standing(tenant)
        if is_past(standing, registry.now):
            raise ConfigurationError(
                "The time for which that authorization was given is over. 'gateway tenant renew' says until "
                "when it holds from now on, and re-opens it. Nothing was changed."
            )
        unanswered = barring(registry.handle, standing, column, registry.now)
        if unanswered is not None:
            raise ConfigurationError(
                f"Change {unanswered.intended.id} was not answered in time, or was objected to: for its sake "
                "nothing is read or served. 'gateway tenant accept' answers it, which re-opens what was "
                "stopped for its sake alone; nothing was re-opened."
            )
        return re_open(registry, standing)

    resumed = await parts.store.administer(write)
    await parts.keys.raise_epoch(tenant, resumed.id, resumed.epoch)


def is_past(standing: Standing, now: int) -> bool:
    """Whether the time is over for which an authorization was given."""
    return standing.expires_at is not None and standing.expires_at <= now


def re_open(registry: Registry, standing: Standing) -> Authorization:
    """Write that a suspended tenant is read and served again. Raises TransitionForbidden."""
    resumed = standing.authorization.resume()
    if not is_connected(registry.handle, standing.tenant):
        raise ConfigurationError(
            "Its credentials were withdrawn, so its grant cannot stand. 'gateway tenant reconnect' takes new "
            "ones, then resume it; nothing was re-opened."
        )
    known = history_of(registry.handle, standing.tenant, standing.authorization.id)
    if not any(State(row.state).may_serve for row in known):
        raise ConfigurationError(
            "That was a trial, and nothing more was given. Withdraw it, and onboard the tenant anew; nothing "
            "was re-opened."
        )
    registry.change(standing.authorization, resumed)
    registry.announce(standing.tenant, EntryKind.TENANT_RESUMED, None)
    # What was cut off by the suspension would keep its lease for minutes.
    registry.release_work(standing.tenant)
    return resumed


async def _refuse_twice(parts: Parts, connection: Connection, name: str) -> None:
    # Both providers take their ids in any case.
    asked = (connection.provider, connection.directory.casefold())
    for overview in await list_tenants(parts):
        record = overview.record
        if not overview.is_open or record is None:
            continue
        if (record.provider, record.directory.casefold()) == asked:
            raise ConfigurationError(
                f"That directory is already onboarded as tenant {overview.standing.tenant}: its calendars "
                "would be read and told twice. Withdraw that one first; nothing was recorded."
            )
        if record.tenant_name == name:
            raise ConfigurationError(
                f"Tenant {overview.standing.tenant} bears that name already, and commands take a tenant by "
                "its name. Choose another one; nothing was recorded."
            )
