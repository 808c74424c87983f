"""Tenancies: the tenants whose calendars may be read right now, opened once per epoch."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from connectors.port import Admission, Connector
from gateway.booking import TenantId
from gateway.errors import GatewayError
from gateway.minimization.policy import Legal, Policy, named
from gateway.store.registry import Standing, load_tenant, standings
from gateway.store.store import Fence, Store
from gateway.store.unlock import unlock
from gateway.sync.tenancy import Tenancy
from gateway.tenant import Tenant
from gateway.vault.keyring import Keyring, TenantKeys

#: Makes the connector of a tenant; the admission is asked before each of its requests.
Connect = Callable[[Tenant, Admission], Connector]

#: Told, without contents, why a tenant could not be opened.
OnRefusal = Callable[[TenantId, GatewayError], None]


class Tenancies:
    """Opens tenants for reading. One that cannot be opened does not hold up the others."""

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        connect: Connect,
        *,
        policies: Mapping[str, Policy],
        legal: Legal,
        on_refusal: OnRefusal,
    ) -> None:
        self._store = store
        self._keyring = keyring
        self._connect = connect
        self._policies = policies
        self._legal = legal
        self._on_refusal = on_refusal
        self._open: dict[TenantId, Tenancy] = {}
        self._refused: dict[TenantId, str] = {}

    async def current(self) -> Mapping[TenantId, Tenancy]:
        """Every tenant that may be read, at the epoch it has now."""
        found = await self._store.read(standings)
        readable = [standing for standing in found if standing.authorization.state.may_read]
        opened = {standing.tenant: await self._opened(standing) for standing in readable}
        self._open = {tenant: tenancy for tenant, tenancy in opened.items() if tenancy is not None}
        return self._open

    def drop(self, tenant: TenantId) -> None:
        """Let go of a tenant whose epoch moved on."""
        self._open.pop(tenant, None)

    async def _opened(self, standing: Standing) -> Tenancy | None:
        known = self._open.get(standing.tenant)
        try:
            keys = await unlock(self._keyring, standing)
            if known is not None and known.fence.epoch == standing.authorization.epoch:
                # The keyring lets go of keys after a minute: a tenancy must not hold on to older ones.
                return known if known.keys is keys else replace(known, keys=keys)
            return await self._make(standing, keys)
        except GatewayError as error:
            # Asked every second: told once.
            if str(error) != self._refused.get(standing.tenant):
                self._refused[standing.tenant] = str(error)
                self._on_refusal(standing.tenant, error)
            return None

    async def _make(self, standing: Standing, keys: TenantKeys) -> Tenancy:
        authorization = standing.authorization
        tenant = await self._store.read(partial(load_tenant, standing=standing, keys=keys))
        fence = Fence(standing.tenant, authorization.id, authorization.epoch)

        async def admit() -> None:
            await self._store.check(fence)

        return Tenancy(
            tenant=tenant,
            fence=fence,
            keys=keys,
            connector=self._connect(tenant, admit),
            policy=named(self._policies, tenant.registration.policy).disclosure,
            legal_ceiling=self._legal.ceiling(tenant.registration.basis),
        )
