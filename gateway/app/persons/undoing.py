"""A sign-in that comes to nothing: no key is left of it, and what was granted is given back."""

from functools import partial
from typing import NamedTuple

import structlog

from gateway.app.parts import Parts
from gateway.authorization import Authorization, AuthorizationId
from gateway.booking import TenantId
from gateway.errors import GatewayError, KeyUnavailable
from gateway.store.persons import link_of_account
from gateway.store.registry import Registry, standing_under
from gateway.withdrawal.giving_back import Revoke, give_back

log = structlog.get_logger()


class Begun(NamedTuple):
    """What was begun for a person: their authorization to be, and whether its key may have been made.

    ``account`` is a keyed hash.
    """

    authorization: Authorization
    account: str
    has_key: bool


class Found(NamedTuple):
    """What the store knows of it: the authorization itself, and any link of that person's."""

    is_recorded: bool
    is_linked: bool


async def undo(parts: Parts, begun: Begun, revoke: Revoke) -> bool:
    """Undo what was begun, unless it was recorded all the same. True if it was.

    Where the store does not answer nothing is destroyed or given back: it may know of it.
    """
    tenant, authorization = begun.authorization.tenant, begun.authorization.id
    try:
        # Behind whatever the one writer has begun: a commit that nobody waited for counts as well.
        found = await parts.store.administer(partial(_look, begun=begun))
    except GatewayError as error:
        log.warning("sign_in_not_undone", tenant=tenant, code=type(error).__name__)
        return False
    if begun.has_key and not found.is_recorded:
        await _destroy_key(parts, tenant, authorization)
    if not found.is_linked:
        await give_back(revoke, tenant, [authorization])
    return found.is_recorded


async def _destroy_key(parts: Parts, tenant: TenantId, authorization: AuthorizationId) -> None:
    try:
        await parts.keys.destroy_data_key(tenant, authorization)
    except KeyUnavailable:
        # It seals nothing, and goes with the tenant's other keys.
        log.warning("link_key_left", tenant=tenant, link=authorization)


def _look(registry: Registry, *, begun: Begun) -> Found:
    handle, tenant = registry.handle, begun.authorization.tenant
    linked = link_of_account(handle, tenant, begun.account)
    standing = None if linked is None else standing_under(handle, tenant, linked)
    return Found(
        is_recorded=standing_under(handle, tenant, begun.authorization.id) is not None,
        is_linked=standing is not None and standing.authorization.state.is_open,
    )
