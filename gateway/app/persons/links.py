"""People who connected calendars of their own, as an admin sees them: by link, never by name."""

import secrets
from functools import partial

from gateway.app.cascades import drive, open_cascade
from gateway.app.parts import Parts
from gateway.app.providers.grants import REMOVALS
from gateway.app.tenants import open_tenant
from gateway.authorization import AuthorizationId, AuthorizationKind, State
from gateway.booking import TenantId
from gateway.errors import ConfigurationError, UnknownName
from gateway.store.named_secrets import new_secret
from gateway.store.persons import LinkRow, links_of
from gateway.store.registry import Standing, standing_under
from gateway.store.store import Fence
from gateway.store.unlock import unlock
from gateway.store.withdrawals import WithdrawalRow, withdrawals_of
from gateway.web.connecting import START_PATH
from gateway.withdrawal.giving_back import Revoke


async def invite(parts: Parts, standing: Standing) -> str:
    """The address of a new invitation: whoever opens it may connect, once. It is stored hashed.

    Raises ConfigurationError where nobody may connect, or nobody could come back.
    """
    public_url = parts.settings.listen.public_url
    tenant = await open_tenant(parts, standing)
    if tenant.registration.persons is None:
        raise ConfigurationError(
            "This tenant was onboarded without --persons: nobody may connect a calendar of their own. "
            "Withdraw it and onboard it anew with --persons; no invitation was made."
        )
    if public_url is None:
        raise ConfigurationError(
            "No listen.public_url is configured, so nobody who was invited could reach the gateway. Set it "
            "to the proxy's address; no invitation was made."
        )
    keys = await unlock(parts.keyring, standing)
    invitation = f"inv_{secrets.token_urlsafe(12)}"
    secret = new_secret(standing.tenant, invitation)
    fence = Fence.of(standing)
    await parts.store.turn(fence, keys, lambda transaction: transaction.invitations.add(invitation, secret))
    return f"{public_url.rstrip('/')}{START_PATH}/{secret}"


async def removal(parts: Parts, standing: Standing) -> str:
    """What only the person can take back at their provider, and where."""
    tenant = await open_tenant(parts, standing)
    return REMOVALS[tenant.connection.provider]


async def list_links(parts: Parts, tenant: TenantId) -> list[LinkRow]:
    """Every link of a tenant that has not ended, the oldest first."""
    return await parts.store.read(partial(links_of, tenant=tenant))


async def withdraw_link(
    parts: Parts, tenant: TenantId, authorization: AuthorizationId, revoke: Revoke
) -> WithdrawalRow:
    """Withdraw one person's authorization and drive its cascade to the end.

    Repeating it goes on where an earlier one stopped. Raises UnknownName, also where it ended with its
    tenant; GatewayError where a step before the proof has to wait: the fence stands by then, and whatever
    serves takes the rest up by itself.
    """
    cascade = open_cascade(parts, revoke)
    standing = await parts.store.read(partial(standing_under, tenant=tenant, authorization=authorization))
    if standing is None or standing.authorization.kind is not AuthorizationKind.PERSONAL:
        raise UnknownName("There is no such link. 'gateway link list' shows those of a tenant's people.")
    lease = None
    if standing.authorization.state is not State.ERASED:
        lease = await cascade.fence_person(tenant, authorization)
    await drive(parts, cascade, lease)
    found = await parts.store.read(partial(withdrawals_of, tenant=tenant))
    row = next((row for row in reversed(found) if row.authorization == authorization), None)
    if row is None:
        raise UnknownName("That link ended with its tenant. Nothing of it is left to withdraw.")
    return row
