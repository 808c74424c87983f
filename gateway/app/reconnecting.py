"""Credentials alone: taken away with everything else left as it is, and taken anew."""

from functools import partial

from msgspec.structs import replace

from gateway.app.cascades import drive, open_cascade
from gateway.app.parts import Parts
from gateway.app.tenants import open_record, open_tenant, withdrawals
from gateway.app.terms.choices import check_connection
from gateway.booking import TenantId
from gateway.errors import ConfigurationError
from gateway.store.registry import Registry, known_standing
from gateway.store.unlock import open_keys
from gateway.store.withdrawals import WithdrawalRow
from gateway.withdrawal.credential_steps import connect_anew
from gateway.withdrawal.giving_back import nothing_to_revoke


async def withdraw_credentials(parts: Parts, tenant: TenantId) -> WithdrawalRow:
    """Withdraw what reads a tenant's calendars alone, and drive the cascade to its end.

    What is known goes on being served as it grows old. Repeating it goes on where an earlier one stopped.
    Raises TransitionForbidden for a trial and what has ended; GatewayError where a step before the proof has
    to wait: the fence stands by then, and whatever serves takes the rest up by itself.
    """
    standing = await parts.store.read(partial(known_standing, tenant=tenant))
    keys = await open_keys(parts.keyring, standing)
    cascade = open_cascade(parts, nothing_to_revoke)
    await drive(parts, cascade, await cascade.fence_credentials(standing, keys))
    return (await _credentials_withdrawn(parts, tenant))[-1]


async def reconnect(parts: Parts, tenant: TenantId, *, grant: str | None, read_as: str | None) -> None:
    """Take how a tenant's provider is reached anew, once its admin has granted anew: all is read in full.

    It is the directory that was onboarded; ``grant`` is the form as before if None. Raises UnknownName,
    ConfigurationError with nothing changed, Fenced where the tenant moves on meanwhile, KeyUnavailable.
    """
    standing = await parts.store.read(partial(known_standing, tenant=tenant))
    known, record = await open_tenant(parts, standing), await open_record(parts, standing)
    if known.connection.is_whole:
        raise ConfigurationError(
            "That tenant is connected. 'gateway tenant withdraw --only credentials' takes its credentials "
            "away first; nothing was changed."
        )
    if any(row.verified_at is None for row in await _credentials_withdrawn(parts, tenant)):
        raise ConfigurationError(
            "The withdrawal of its credentials is not finished. Whatever serves goes on with it: try again "
            "once 'gateway tenant show' says so; nothing was changed."
        )
    reach = replace(
        known.connection, directory=record.directory, grant=grant or known.connection.grant, read_as=read_as
    )
    check_connection(reach)
    await parts.keys.renew_credentials(tenant)
    # Those at hand were opened without the new one.
    parts.keyring.drop(tenant)
    keys = await open_keys(parts.keyring, standing)
    now = replace(known, connection=reach, registration=replace(known.registration, left=None))

    def write(registry: Registry) -> int:
        return connect_anew(registry, standing, now, keys).epoch

    epoch = await parts.store.administer(write)
    await parts.keys.raise_epoch(tenant, standing.authorization.id, epoch)


async def _credentials_withdrawn(parts: Parts, tenant: TenantId) -> list[WithdrawalRow]:
    return [row for row in await withdrawals(parts, tenant) if row.credentials is not None]
