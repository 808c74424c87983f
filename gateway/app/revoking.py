"""What was granted is given back once it was withdrawn, and what tells of a tenant's people is ended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import msgspec

from connectors.delegation import Link
from connectors.errors import ConnectorError
from gateway.app.parts import Parts
from gateway.app.providers.connecting import Delegate, open_delegations
from gateway.app.signals.transmitters import end_streams
from gateway.app.tenants import open_tenant
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.errors import GatewayError
from gateway.store.registry import known_standing, known_standing_under
from gateway.store.store import Fence
from gateway.tenant import Tenant
from gateway.withdrawal.giving_back import Revoke


class NotRevoked(GatewayError):
    """A provider did not take back what a person had granted; the credential is destroyed all the same."""


@asynccontextmanager
async def open_revoker(parts: Parts) -> AsyncIterator[Revoke]:
    """What gives back at a provider what people have granted, and ends the streams that tell of them.

    Nothing is opened before it is needed: a withdrawal does not wait for anybody's credentials.
    """
    async with AsyncExitStack() as stack:
        opening, opened = asyncio.Lock(), list[Delegate]()

        async def delegate() -> Delegate:
            async with opening:
                if not opened:
                    opened.append(await stack.enter_async_context(open_delegations(parts.settings)))
                return opened[0]

        async def revoke(tenant: TenantId, authorization: AuthorizationId) -> None:
            employer = await parts.store.read(partial(known_standing, tenant=tenant))
            if authorization == employer.authorization.id:
                await end_streams(parts, employer)
                return
            link = await _link(parts, tenant, authorization)
            if link is None:
                return
            await revoke_link(await delegate(), await open_tenant(parts, employer), link)

        yield revoke


async def revoke_link(delegate: Delegate, tenant: Tenant, link: Link) -> None:
    """Give back at a tenant's provider what a person has granted. Raises NotRevoked."""
    try:
        await delegate(tenant, _admitted).revoke(link)
    except ConnectorError as error:
        raise NotRevoked(f"The provider took nothing back ({error.code}).") from None


async def _admitted() -> None:
    """It is done behind a fence that has fallen, too."""


async def _link(parts: Parts, tenant: TenantId, authorization: AuthorizationId) -> Link | None:
    person = await parts.store.read(partial(known_standing_under, tenant=tenant, authorization=authorization))
    fence = Fence.of(person)
    keys = await parts.keyring.tenant(tenant, authorization)
    found = await parts.store.look(fence, keys, lambda transaction: transaction.link.load())
    try:
        return None if found is None else msgspec.json.decode(found, type=Link)
    except msgspec.MsgspecError:
        raise NotRevoked("The link cannot be read, so nothing was given back.") from None
