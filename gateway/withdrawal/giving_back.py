"""What was granted is given back where it was granted, before the credential for it dies."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.errors import GatewayError

log = structlog.get_logger()

#: Gives back at the provider what a person has granted, where it takes anything back; of a tenant's own
#: authorization, ends what transmitters tell of its people.
Revoke = Callable[[TenantId, AuthorizationId], Awaitable[None]]

#: All of them together; the credentials die with the next step, whatever the provider says.
SECONDS = 10.0
AT_ONCE = 8


async def nothing_to_revoke(_tenant: TenantId, _authorization: AuthorizationId) -> None:
    """For who reaches no provider."""


async def give_back(revoke: Revoke, tenant: TenantId, granted: Iterable[AuthorizationId]) -> None:
    """Try once for each, within a bound. What a provider does not take stands until its person ends it."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(authorization: AuthorizationId) -> None:
        try:
            async with room:
                await revoke(tenant, authorization)
        except GatewayError as error:
            log.warning("link_not_revoked", tenant=tenant, code=type(error).__name__)

    try:
        async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
            for authorization in granted:
                group.create_task(one(authorization))
    except TimeoutError:
        log.warning("links_not_revoked", tenant=tenant)
