"""Keyring: the keys that a process has at hand, and what can be done with them."""

from collections.abc import Awaitable, Collection, Mapping
from contextlib import suppress
from weakref import WeakKeyDictionary

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.clock import Clock
from gateway.errors import KeyDestroyed
from gateway.legal_hold import HoldId
from gateway.vault.columns import SealedColumn
from gateway.vault.index import Index
from gateway.vault.key_cache import KeyCache, Owner
from gateway.vault.keys import DataKeyOwner, KeyService, Purpose
from gateway.vault.secret import SecretKey

#: More tenants than this at once only means that keys are opened more often.
CAPACITY = 1024

#: Stands for the tenant of what belongs to the installation.
INSTALLATION = ""


class TenantKeys:
    """What reads and writes a tenant's rows under one data key: an authorization's, or a subject's.

    Keep neither this nor what comes from it for longer than a page of work: ask the keyring again. Once
    dropped, its columns raise KeyUnavailable.
    """

    def __init__(self, region: str, tenant: TenantId, keys: Mapping[Purpose, SecretKey]) -> None:
        self._region = region
        self._tenant = tenant
        self._keys = keys
        self._columns = dict[tuple[Purpose, str, str], SealedColumn]()
        self.index = Index(keys[Purpose.INDEX])

    def column(self, table: str, column: str) -> SealedColumn:
        """A column sealed under the data key."""
        return self._sealed(Purpose.DATA, table, column)

    def credentials(self, table: str, column: str) -> SealedColumn:
        """Raises KeyDestroyed where credentials were withdrawn."""
        if Purpose.CREDENTIALS not in self._keys:
            raise KeyDestroyed(
                "The credentials of this tenant were withdrawn, so its provider is asked nothing. 'gateway "
                "tenant reconnect' takes them again, once its admin has granted anew."
            )
        return self._sealed(Purpose.CREDENTIALS, table, column)

    def evidence(self, table: str, column: str) -> SealedColumn:
        return self._sealed(Purpose.EVIDENCE, table, column)

    def _sealed(self, purpose: Purpose, table: str, column: str) -> SealedColumn:
        place = (purpose, table, column)
        if place not in self._columns:
            key, region, tenant = self._keys[purpose], self._region, self._tenant
            self._columns[place] = SealedColumn(key, region=region, tenant=tenant, table=table, column=column)
        return self._columns[place]


class Keyring:
    """Opens keys at a key service and keeps them for at most 60 s. All methods raise KeyUnavailable."""

    def __init__(self, service: KeyService, *, region: str, clock: Clock) -> None:
        self._service = service
        self._region = region
        self.clock = clock
        self._tenants = KeyCache[TenantKeys](clock, CAPACITY)
        self._lasting = KeyCache[SecretKey](clock, CAPACITY)
        #: Every key that somebody still holds, whether or not it is still in a cache.
        self._held: WeakKeyDictionary[SecretKey, Owner] = WeakKeyDictionary()
        #: Of these something has to be done before anybody works for them.
        self._withheld = set[TenantId]()

    def withhold(self, tenant: TenantId) -> None:
        """Let ``unlock`` give nobody a tenant's keys until they are released."""
        self._withheld.add(tenant)

    def release(self, tenant: TenantId) -> None:
        self._withheld.discard(tenant)

    def withholds(self, tenant: TenantId) -> bool:
        return tenant in self._withheld

    async def tenant(self, tenant: TenantId, owner: DataKeyOwner) -> TenantKeys:
        return await self._tenants.obtain((tenant, owner), lambda: self._open(tenant, owner))

    async def evidence(self, tenant: TenantId, table: str, column: str) -> SealedColumn:
        """A column under the tenant's evidence key, also when its other keys are destroyed."""
        key = await self._lasting.obtain(
            (tenant, Purpose.EVIDENCE),
            lambda: self._opened((tenant, ""), self._service.open_key(tenant, Purpose.EVIDENCE)),
        )
        return SealedColumn(key, region=self._region, tenant=tenant, table=table, column=column)

    async def hold(self, tenant: TenantId, hold: HoldId, table: str, column: str) -> SealedColumn:
        """A column under a legal hold's key. Not kept: it is asked for seldom, and no fence concerns it."""
        key = await self._service.open_hold_key(tenant, hold)
        return SealedColumn(key, region=self._region, tenant=tenant, table=table, column=column)

    async def service(self, table: str, column: str) -> SealedColumn:
        """A column under the installation's own key."""
        key = await self._lasting.obtain((INSTALLATION, ""), self._service.service_key)
        return SealedColumn(key, region=self._region, tenant=INSTALLATION, table=table, column=column)

    async def epoch(self, tenant: TenantId, authorization: AuthorizationId) -> int:
        """The highest epoch that the key service was told."""
        return await self._service.epoch(tenant, authorization)

    def drop(self, tenant: TenantId) -> None:
        """Overwrite a tenant's keys at once, under the hands of whoever works with them: a fence fell."""
        self._tenants.forget(tenant)
        self._lasting.forget(tenant)
        for key, owner in [*self._held.items()]:
            if owner[0] == tenant:
                key.drop()

    def keep_only(self, tenant: TenantId, standing: Collection[DataKeyOwner]) -> None:
        """Overwrite a tenant's keys of all other owners: those of people fell behind a fence."""
        self._tenants.forget(tenant, besides=standing)
        for key, owner in [*self._held.items()]:
            if owner[0] == tenant and owner[1] and owner[1] not in standing:
                key.drop()

    def expire(self) -> None:
        """Let go of keys that are too old. To be called at every tick, so that idle keys go as well."""
        self._tenants.expire()
        self._lasting.expire()

    async def _open(self, tenant: TenantId, owner: DataKeyOwner) -> TenantKeys:
        service, whose = self._service, (tenant, owner)
        keys = {
            Purpose.DATA: await self._opened(whose, service.open_data_key(tenant, owner)),
            Purpose.INDEX: await self._opened(whose, service.open_key(tenant, Purpose.INDEX)),
            Purpose.EVIDENCE: await self._opened(whose, service.open_key(tenant, Purpose.EVIDENCE)),
        }
        # Withdrawn alone, it closes nothing else.
        with suppress(KeyDestroyed):
            credentials = service.open_key(tenant, Purpose.CREDENTIALS)
            keys[Purpose.CREDENTIALS] = await self._opened(whose, credentials)
        return TenantKeys(self._region, tenant, keys)

    async def _opened(self, owner: Owner, opening: Awaitable[SecretKey]) -> SecretKey:
        key = await opening
        self._held[key] = owner
        return key
