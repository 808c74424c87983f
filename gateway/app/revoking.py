"""What people have granted is given back at their provider, once it was withdrawn."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import msgspec

from connectors.delegation import Link
from connectors.errors import ConnectorError
from gateway.app.connecting import open_delegations
from gateway.app.parts import Parts
from gateway.app.tenants import open_tenant
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.errors import GatewayError
from gateway.store.registry import known_standing, standing_under
from gateway.store.store import Fence
from gateway.withdrawal.person_steps import Revoke


class NotRevoked(GatewayError):
    """A provider did not take back what a person had granted; the credential is destroyed all the same."""


@asynccontextmanager
async def open_revoker(parts: Parts) -> AsyncIterator[Revoke]:
    """What gives back at a provider what people have granted."""
    async with open_delegations(parts.settings) as delegate:

        async def revoke(tenant: TenantId, authorization: AuthorizationId) -> None:
            employer = await parts.store.read(partial(known_standing, tenant=tenant))
            person = await parts.store.read(
                partial(standing_under, tenant=tenant, authorization=authorization)
            )
            if person is None:
                return
            fence = Fence(tenant, authorization, person.authorization.epoch)
            keys = await parts.keyring.tenant(tenant, authorization)
            found = await parts.store.look(fence, keys, lambda transaction: transaction.link.load())
            if found is None:
                return

            async def admit() -> None:
                """The fence has fallen, and this is what is done behind it."""

            delegation = delegate(await open_tenant(parts, employer), admit)
            try:
                await delegation.revoke(msgspec.json.decode(found, type=Link))
            except ConnectorError as error:
                raise NotRevoked(f"The provider took nothing back ({error.code}).") from None

        yield revoke
