"""The store: what a process opens once, and the transactions it hands out."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Table, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.clock import Clock, milliseconds
from gateway.errors import ConfigurationError, Fenced, StoreBusy
from gateway.store import leases
from gateway.store.engine import sqlite_engine, truncate_log
from gateway.store.leases import Lease
from gateway.store.migrate import migrate
from gateway.store.registry import Registry
from gateway.store.scope import Scope
from gateway.store.statements import epoch_of
from gateway.store.tables import bucket_of, calendars
from gateway.store.transaction import Transaction
from gateway.vault.keyring import TenantKeys

DATABASE = "gateway.db"


class Fence(msgspec.Struct, frozen=True):
    """The epoch under which work was begun. Nothing of it is committed under another."""

    tenant: TenantId
    authorization: AuthorizationId
    epoch: int


class Store:
    """One database. Hands out transactions; holds no key."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, clock: Clock) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock

    @asynccontextmanager
    async def turn(self, fence: Fence, keys: TenantKeys) -> AsyncIterator[Transaction]:
        """A writing transaction for a tenant. Raises Fenced, before anything else, if the epoch moved on."""
        async with _begun(self._writer) as connection:
            yield await self._fenced(connection, fence, keys)

    @asynccontextmanager
    async def look(self, fence: Fence, keys: TenantKeys) -> AsyncIterator[Transaction]:
        """The same view for reading only. Raises Fenced if the epoch moved on."""
        async with _begun(self._reader) as connection:
            yield await self._fenced(connection, fence, keys)

    async def check(self, fence: Fence) -> None:
        """Raise Fenced if the epoch moved on. Asked before every request to a provider."""
        async with _begun(self._reader) as connection:
            await _uphold(connection, fence)

    @asynccontextmanager
    async def administer(self) -> AsyncIterator[tuple[AsyncConnection, Registry]]:
        """A writing transaction over the registry."""
        async with _begun(self._writer) as connection:
            yield connection, Registry(connection, milliseconds(self._clock()))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A reading transaction: one consistent view, whatever is committed meanwhile."""
        async with _begun(self._reader) as connection:
            yield connection

    async def make_due(self, tenant: TenantId) -> None:
        """Let every calendar of a tenant be looked at now. Whoever calls knows something, or wants to."""
        due = update(calendars).where(calendars.c.bucket == bucket_of(tenant), calendars.c.tenant == tenant)
        async with _begun(self._writer) as connection:
            await connection.execute(due.values(due_at=milliseconds(self._clock())))

    async def tenants_with_due(self, table: Table) -> set[TenantId]:
        """Whose work is due."""
        async with _begun(self._reader) as connection:
            return await leases.tenants_with_due(connection, table, milliseconds(self._clock()))

    async def claim(self, table: Table, *, tenant: TenantId, owner: str, limit: int) -> list[Lease]:
        """Take due work of a tenant."""
        now = milliseconds(self._clock())
        async with _begun(self._writer) as connection:
            return await leases.claim(connection, table, tenant=tenant, owner=owner, now=now, limit=limit)

    async def _fenced(self, connection: AsyncConnection, fence: Fence, keys: TenantKeys) -> Transaction:
        await _uphold(connection, fence)
        now = milliseconds(self._clock())
        return Transaction(Scope(connection, fence.tenant, keys, fence.epoch, now))

    async def truncate_log(self) -> bool:
        """Empty the write-ahead log into the database. False while a reader holds it."""
        return await truncate_log(self._writer, asyncio.sleep)


@asynccontextmanager
async def _begun(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction. Raises StoreBusy for what the driver says, whose texts may hold anything."""
    try:
        async with engine.begin() as connection:
            yield connection
    except (OperationalError, PoolTimeout, sqlite3.OperationalError):
        raise StoreBusy(
            "The database did not answer in time, or cannot be written. Nothing of this was stored; try it "
            "again. If it lasts, look for a process that holds the database and for room on its volume."
        ) from None


async def _uphold(connection: AsyncConnection, fence: Fence) -> None:
    one = (bucket_of(fence.tenant), fence.tenant, fence.authorization)
    if await epoch_of(connection.dialect).fetch(connection, one) != [(fence.epoch,)]:
        raise Fenced("The authorization has moved on since this work began; nothing was written.")


@asynccontextmanager
async def open_store(directory: Path, clock: Clock) -> AsyncIterator[Store]:
    """Open or create the database in a directory, upgraded to this version's tables.

    Raises ConfigurationError if the directory cannot be used or the database is from a newer version.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)  # noqa: ASYNC240  once, at start
    except OSError as error:
        raise ConfigurationError(
            f"The store directory cannot be made ({error.strerror}). Choose one the gateway may write to."
        ) from None
    path = directory / DATABASE
    writer, reader = sqlite_engine(path, writes=True), sqlite_engine(path, writes=False)
    try:
        await migrate(writer)
        yield Store(writer, reader, clock)
    finally:
        await reader.dispose()
        await writer.dispose()
