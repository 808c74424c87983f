"""Consumers: who may read which tenants. Tokens are kept as hashes only."""

import hashlib
import hmac
import secrets
from typing import NamedTuple

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.booking import TenantId
from gateway.errors import UnknownName
from gateway.store.tables import consumers
from gateway.vault.columns import SealedColumn

# The service key has no epoch: nothing of an authorization hangs on it.
SERVICE_EPOCH = 0
#: The column that seals names, under the service key.
NAMES = ("consumers", "name")


class Consumer(NamedTuple):
    """A recipient of the feed. ``scope`` is the tenants it may see."""

    id: str
    name: str
    scope: frozenset[TenantId]
    created_at: int
    revoked_at: int | None


def _hash(secret: str) -> bytes:
    # A token is 256 random bits: a plain hash cannot be searched.
    return hashlib.sha256(secret.encode()).digest()


class ConsumerRows:
    """Consumers within one transaction. ``names`` is the column that seals their names."""

    def __init__(self, connection: AsyncConnection, now: int, names: SealedColumn) -> None:
        self._connection = connection
        self._now = now
        self._names = names

    async def add(self, name: str, scope: frozenset[TenantId]) -> tuple[Consumer, str]:
        """Register a consumer; returns it with its token, which is shown once and never stored."""
        consumer, secret = f"con_{secrets.token_urlsafe(12)}", secrets.token_urlsafe(32)
        await self._connection.execute(
            insert(consumers).values(
                id=consumer,
                name=self._names.seal(consumer, SERVICE_EPOCH, name.encode()),
                token_hash=_hash(secret),
                scope=" ".join(sorted(scope)),
                created_at=self._now,
            )
        )
        return Consumer(consumer, name, scope, self._now, None), f"{consumer}.{secret}"

    async def all(self) -> list[Consumer]:
        """Every consumer, revoked ones included, the oldest first."""
        rows = await self._connection.execute(select(consumers).order_by(consumers.c.created_at))
        return [self._open(row) for row in rows]

    async def revoke(self, name_or_id: str) -> Consumer:
        """Stop a consumer's token. Raises UnknownName if there is no such consumer that still may read."""
        for consumer in await self.all():
            if name_or_id in (consumer.name, consumer.id) and consumer.revoked_at is None:
                stop = update(consumers).where(consumers.c.id == consumer.id)
                await self._connection.execute(stop.values(revoked_at=self._now))
                return consumer
        raise UnknownName(
            "No consumer of that name may read the feed. 'gateway consumer list' shows them all."
        )

    async def by_token(self, token: str) -> Consumer | None:
        """Whose token this is, or None: unknown, wrong and revoked ones look alike."""
        consumer, _, secret = token.partition(".")
        row = (
            await self._connection.execute(select(consumers).where(consumers.c.id == consumer))
        ).one_or_none()
        expected = row.token_hash if row is not None else b"\0" * 32
        matches = hmac.compare_digest(_hash(secret), expected)
        return self._open(row) if row is not None and matches and row.revoked_at is None else None

    def _open(self, row: Row[tuple[object, ...]]) -> Consumer:
        name = self._names.open(row.id, SERVICE_EPOCH, row.name).decode()
        scope = frozenset(TenantId(tenant) for tenant in row.scope.split())
        return Consumer(row.id, name, scope, row.created_at, row.revoked_at)
