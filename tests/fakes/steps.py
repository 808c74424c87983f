"""What is asked of a store and of a key service, in order, without what is in it."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from gateway.booking import TenantId
from gateway.store.handle import Handle
from gateway.store.registry import Registry
from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.vault.keyring import TenantKeys
from gateway.vault.keys import DataKeyOwner, KeyService, TenantPurpose
from gateway.vault.secret import SecretKey
from tests.fakes.crashes import CrashingKeys, Fuse

Result = TypeVar("Result")


class NotedStore(Store):
    """A store that notes which transactions it runs."""

    def __init__(self, store: Store, steps: list[str]) -> None:
        super().__init__(store._lanes, store._clock)
        self._steps = steps

    async def turn(self, fence: Fence, keys: TenantKeys, work: Callable[[Transaction], Result]) -> Result:
        self._steps.append("turn")
        return await super().turn(fence, keys, work)

    async def look(self, fence: Fence, keys: TenantKeys, work: Callable[[Transaction], Result]) -> Result:
        self._steps.append("look")
        return await super().look(fence, keys, work)

    async def administer(self, work: Callable[[Registry], Result]) -> Result:
        self._steps.append("administer")
        return await super().administer(work)

    async def restrict(self, work: Callable[[Registry], Result]) -> Result:
        self._steps.append("restrict")
        return await super().restrict(work)

    async def read(self, work: Callable[[Handle], Result]) -> Result:
        self._steps.append("read")
        return await super().read(work)


class NotedKeys(CrashingKeys):
    """A key service that notes which keys are opened, by what they are for, and what is kept."""

    def __init__(self, keys: KeyService, steps: list[str]) -> None:
        super().__init__(keys, Fuse(1_000))
        self._steps = steps

    async def open_key(self, tenant: TenantId, purpose: TenantPurpose) -> SecretKey:
        self._steps.append(purpose)
        return await super().open_key(tenant, purpose)

    async def open_data_key(self, tenant: TenantId, owner: DataKeyOwner) -> SecretKey:
        self._steps.append(owner[:4])
        return await super().open_data_key(tenant, owner)

    async def keep_record(self, tenant: TenantId, name: str, record: bytes) -> None:
        self._steps.append("keep")
        await super().keep_record(tenant, name, record)

    async def kept_records(self, tenant: TenantId) -> Mapping[str, bytes]:
        self._steps.append("kept")
        return await super().kept_records(tenant)
