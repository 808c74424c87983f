"""Tenants as an admin sees them: onboarding, looking, withdrawing."""

import secrets
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.app.parts import Parts
from gateway.authorization import Authorization, AuthorizationId, AuthorizationKind
from gateway.booking import TenantId
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError, UnknownName
from gateway.minimization.policy import named
from gateway.store.registry import RECORD, Standing, load_record, load_tenant, standings
from gateway.store.unlock import unlock
from gateway.store.withdrawals import (
    Acknowledgement,
    WithdrawalRow,
    acknowledgements_of,
    withdrawals_of,
)
from gateway.tenant import AuthorizationRecord, Connection, Registration, Tenant
from gateway.withdrawal.cascade import Cascade

PURPOSE = "To show FlexO when rooms, desks and other bookable places are taken."
INSTRUCTION = "Read the calendars of bookable places and pass on minimized bookings (Art. 28(3)(a) GDPR)."


class TenantOverview(NamedTuple):
    """A tenant with what its evidence says; present for erased ones too."""

    standing: Standing
    record: AuthorizationRecord


async def add_tenant(
    parts: Parts, connection: Connection, registration: Registration, *, region: str | None = None
) -> Tenant:
    """Record an employer's authorization and make its keys. Its directory is read as soon as something runs.

    Raises ConfigurationError or UnknownName, with nothing made, if a choice cannot be used.
    """
    _check(parts, connection, registration)
    if region not in {None, parts.settings.region}:
        raise ConfigurationError(
            f"This installation keeps its data in region {parts.settings.region} only. Onboard the tenant at "
            "an installation of its own region; nothing was recorded."
        )
    await _refuse_twice(parts, connection)
    tenant = Tenant(
        id=TenantId(f"ten_{secrets.token_urlsafe(16)}"),
        authorization=AuthorizationId(f"aut_{secrets.token_urlsafe(16)}"),
        connection=connection,
        registration=registration,
    )
    await parts.keys.create_tenant(tenant.id)
    await parts.keys.create_data_key(tenant.id, tenant.authorization)
    keys = await parts.keyring.tenant(tenant.id, tenant.authorization)
    authorization = Authorization(
        tenant=tenant.id, id=tenant.authorization, kind=AuthorizationKind.EMPLOYER
    ).activate()
    async with parts.store.administer() as (_, registry):
        record = _record(parts, tenant)
        await registry.add(tenant, authorization, record, region=parts.settings.region, keys=keys)
    await parts.keys.raise_epoch(tenant.id, tenant.authorization, authorization.epoch)
    return tenant


async def list_tenants(parts: Parts) -> list[TenantOverview]:
    """Every tenant there ever was, the oldest first."""
    async with parts.store.reading() as connection:
        overviews = []
        for standing in await standings(connection):
            column = await parts.keyring.evidence(standing.tenant, *RECORD)
            overviews.append(TenantOverview(standing, await load_record(connection, standing, column)))
        return overviews


async def find_tenant(parts: Parts, name_or_id: str) -> TenantOverview:
    """The tenant of that name or id; of several of one name, the newest. Raises UnknownName."""
    found = [
        overview
        for overview in await list_tenants(parts)
        if name_or_id in (overview.record.tenant_name, overview.standing.tenant)
    ]
    if not found:
        raise UnknownName("There is no tenant of that name or id. 'gateway tenant list' shows them all.")
    return found[-1]


async def open_tenant(parts: Parts, standing: Standing) -> Tenant:
    """What a tenant chose. Raises KeyUnavailable once it was withdrawn."""
    keys = await unlock(parts.keyring, standing)
    async with parts.store.reading() as connection:
        return await load_tenant(connection, standing, keys)


async def withdraw_tenant(parts: Parts, tenant: TenantId) -> WithdrawalRow:
    """Withdraw an authorization and drive the cascade to its end.

    Repeating it goes on where an earlier one stopped. Raises GatewayError where a step has to wait: the fence
    stands by then, and whatever serves takes the rest up by itself.
    """
    cascade = Cascade(parts.store, parts.keyring, parts.keys, owner=secrets.token_hex(8))
    lease = await cascade.fence(tenant)
    if lease is not None:
        return await cascade.drive(lease)
    await cascade.resume()
    return (await withdrawals(parts, tenant))[-1]


async def withdrawals(parts: Parts, tenant: TenantId) -> list[WithdrawalRow]:
    """A tenant's withdrawals and how far each has come."""
    async with parts.store.reading() as connection:
        return await withdrawals_of(connection, tenant)


async def acknowledgements(parts: Parts, withdrawal: WithdrawalRow) -> list[Acknowledgement]:
    """Which consumers say that they have deleted what they had."""
    async with parts.store.reading() as connection:
        return await acknowledgements_of(connection, withdrawal.tenant, withdrawal.id)


async def resume_tenant(parts: Parts, tenant: TenantId) -> None:
    """Re-open a suspended tenant: an admin confirms that the grant stands. No signal ever does this."""
    standing = (await find_tenant(parts, tenant)).standing
    resumed = standing.authorization.resume()
    async with parts.store.administer() as (_, registry):
        await registry.change(resumed)
        await registry.announce(tenant, EntryKind.TENANT_RESUMED, None)
    await parts.keys.raise_epoch(tenant, resumed.id, resumed.epoch)


def _check(parts: Parts, connection: Connection, registration: Registration) -> None:
    named(parts.rules.policies, registration.policy)
    parts.rules.legal.ceiling(registration.basis)
    if getattr(parts.settings.providers, connection.provider) is None:
        raise ConfigurationError(
            f"The configuration has no section [providers.{connection.provider}], so that tenant could not "
            "be read. Add it, then try again; nothing was recorded."
        )
    for zone in (registration.zone, *registration.places.site_zones.values()):
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ConfigurationError(
                "That time zone is unknown. Use an IANA name such as Europe/Berlin; nothing was recorded."
            ) from None


async def _refuse_twice(parts: Parts, connection: Connection) -> None:
    for overview in await list_tenants(parts):
        same = (overview.record.provider, overview.record.directory) == (
            connection.provider,
            connection.directory,
        )
        if same and overview.standing.authorization.state.is_open:
            raise ConfigurationError(
                f"That directory is already onboarded as tenant {overview.standing.tenant}: its calendars "
                "would be read and told twice. Withdraw that one first; nothing was recorded."
            )


def _record(parts: Parts, tenant: Tenant) -> AuthorizationRecord:
    return AuthorizationRecord(
        tenant_name=tenant.registration.name,
        provider=tenant.connection.provider,
        directory=tenant.connection.directory,
        purpose=PURPOSE,
        basis=tenant.registration.basis,
        instruction=INSTRUCTION,
        policy=tenant.registration.policy,
        recorded_at=parts.clock().isoformat(timespec="seconds"),
    )
