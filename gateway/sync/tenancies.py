"""Tenancies: the tenants whose calendars may be read right now, opened once per epoch."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from typing import NamedTuple

from connectors.port import Admission, Connector
from gateway.authorization import State
from gateway.booking import TenantId
from gateway.errors import GatewayError
from gateway.minimization.agreed import lived_by
from gateway.minimization.policy import Legal, Policy, activated
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


#: Where a tenant's provider is to tell of changes, if anywhere.
NotifyAt = Callable[[Tenant], str | None]


def nowhere(_tenant: Tenant) -> str | None:
    """For who asks nobody to be told."""
    return None


class Kept(NamedTuple):
    """What is kept of a tenant from one turn to the next: its keys are not, they have a time of their own."""

    fence: Fence
    tenant: Tenant
    connector: Connector


def _is_read(standing: Standing) -> bool:
    authorization = standing.authorization
    return authorization.state.may_serve and not authorization.is_disconnected


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
        notify_at: NotifyAt = nowhere,
    ) -> None:
        self._store = store
        self._keyring = keyring
        self._connect = connect
        self._policies = policies
        self._legal = legal
        self._on_refusal = on_refusal
        self._notify_at = notify_at
        self._kept: dict[TenantId, Kept] = {}
        self._drops = 0
        self._refused: dict[TenantId, str] = {}

    async def opened(self, due: AbstractSet[TenantId]) -> Mapping[TenantId, Tenancy]:
        """Every tenant among ``due`` that may be read and served, at the epoch it has now: no trial."""
        readable = {one.tenant: one for one in await self._store.read(standings) if _is_read(one)}
        self._kept = {tenant: kept for tenant, kept in self._kept.items() if tenant in readable}
        opened = {tenant: await self._opened(readable[tenant]) for tenant in readable.keys() & due}
        return {tenant: tenancy for tenant, tenancy in opened.items() if tenancy is not None}

    def drop(self, tenant: TenantId) -> None:
        """Let go of a tenant whose epoch moved on."""
        self._kept.pop(tenant, None)
        self._drops += 1

    async def _opened(self, standing: Standing) -> Tenancy | None:
        try:
            keys = await unlock(self._keyring, standing)
            kept = self._kept.get(standing.tenant)
            if kept is None or kept.fence.epoch != standing.authorization.epoch:
                kept = await self._make(standing, keys)
            self._refused.pop(standing.tenant, None)
            return self._tenancy(standing, kept, keys)
        except GatewayError as error:
            # Asked every second: told once.
            if str(error) != self._refused.get(standing.tenant):
                self._refused[standing.tenant] = str(error)
                self._on_refusal(standing.tenant, error)
            return None

    async def _make(self, standing: Standing, keys: TenantKeys) -> Kept:
        drops = self._drops
        kept = await self._made(standing, keys)
        if self._drops == drops:
            # Else it may be this one that was to be let go of while it was made.
            self._kept[standing.tenant] = kept
        return kept

    async def _made(self, standing: Standing, keys: TenantKeys) -> Kept:
        tenant = await self._store.read(partial(load_tenant, standing=standing, keys=keys))
        fence = Fence.of(standing)

        async def admit() -> None:
            await self._store.check(fence)

        return Kept(fence, tenant, self._connect(tenant, admit))

    def _tenancy(self, standing: Standing, kept: Kept, keys: TenantKeys) -> Tenancy:
        choice = kept.tenant.registration
        activated(self._policies, choice.policy)
        policy = lived_by(self._policies, choice)
        return Tenancy(
            tenant=kept.tenant,
            fence=kept.fence,
            keys=keys,
            connector=kept.connector,
            open_subject=partial(self._keyring.tenant, kept.tenant.id),
            policy=policy.disclosure,
            vocabulary=policy.vocabulary,
            legal_ceiling=self._legal.ceiling(choice.basis),
            notify_url=self._notify_at(kept.tenant),
            is_degraded=standing.authorization.state is State.DEGRADED,
        )
