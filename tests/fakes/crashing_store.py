"""A store under which the process dies at a chosen commit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.store.registry import Registry
from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.vault.keyring import TenantKeys


class Crash(Exception):
    """The process is gone: whatever was not committed is lost, and nothing tidies up."""


class CrashingStore(Store):
    """Lets so many commits through, then none: the next one is rolled back, and so is every later one."""

    def __init__(self, store: Store, *, commits: int) -> None:
        super().__init__(store._writer, store._reader, store._clock)
        self._left = commits
        self.crashed = False

    @asynccontextmanager
    async def turn(self, fence: Fence, keys: TenantKeys) -> AsyncIterator[Transaction]:
        async with super().turn(fence, keys) as transaction:
            yield transaction
            self._commit()

    @asynccontextmanager
    async def administer(self) -> AsyncIterator[tuple[AsyncConnection, Registry]]:
        async with super().administer() as rows:
            yield rows
            self._commit()

    def _commit(self) -> None:
        if self._left == 0:
            self.crashed = True
            raise Crash
        self._left -= 1
