"""Consumers: who may read which tenants. Sealed; tokens are kept as hashes only."""

import hashlib
import hmac
import secrets
from typing import NamedTuple

import msgspec
from sqlalchemy import delete, insert, select, update

from gateway.booking import TenantId
from gateway.errors import UnknownName
from gateway.residency import Residence
from gateway.store.handle import Handle
from gateway.store.tables import consumers
from gateway.vault.columns import SealedColumn

# The service key has no epoch: nothing of an authorization hangs on it.
SERVICE_EPOCH = 0
#: The column that seals consumers, under the service key.
RECORDS = ("consumers", "record")


class Consumer(NamedTuple):
    """A recipient of the feed. ``scope`` is the tenants it may see, ``purpose`` the most it sees of them.

    ``public_key`` verifies its acknowledgements, which have to be signed then.
    """

    id: str
    name: str
    purpose: str
    scope: frozenset[TenantId]
    residence: Residence
    created_at: int
    revoked_at: int | None
    public_key: str | None = None


def _hash(secret: str) -> bytes:
    # A token is 256 random bits: a plain hash cannot be searched.
    return hashlib.sha256(secret.encode()).digest()


class _Record(msgspec.Struct):
    """All that is kept of a consumer, sealed: who can write the database may not make one up or widen one."""

    name: str
    purpose: str
    token_hash: bytes
    scope: list[TenantId]
    residence: Residence
    created_at: int
    revoked_at: int | None = None
    public_key: str | None = None


class ConsumerRows:
    """Consumers within one transaction. ``records`` is the column that seals them."""

    def __init__(self, handle: Handle, records: SealedColumn) -> None:
        self._handle = handle
        self._records = records

    def add(
        self,
        name: str,
        scope: frozenset[TenantId],
        *,
        purpose: str,
        residence: Residence,
        now: int,
        public_key: str | None = None,
    ) -> tuple[Consumer, str]:
        """Register a consumer; returns it with its token, which is shown once and never stored."""
        consumer, secret = f"con_{secrets.token_urlsafe(12)}", secrets.token_urlsafe(32)
        record = _Record(name, purpose, _hash(secret), sorted(scope), residence, now, public_key=public_key)
        sealed = self._seal(consumer, record)
        self._handle.execute(insert(consumers).values(id=consumer, record=sealed))
        return _opened(consumer, record), f"{consumer}.{secret}"

    def all(self) -> list[Consumer]:
        """Every consumer, revoked ones included, the oldest first."""
        rows = self._handle.execute(select(consumers))
        found = [_opened(row.id, self._open(row.id, row.record)) for row in rows]
        return sorted(found, key=lambda consumer: (consumer.created_at, consumer.id))

    def revoke(self, name_or_id: str, *, now: int) -> Consumer:
        """Stop a consumer's token. Raises UnknownName if there is no such consumer that still may read."""
        for consumer in self.all():
            if name_or_id in (consumer.name, consumer.id) and consumer.revoked_at is None:
                record = self._record(consumer.id)
                if record is not None:
                    self._write(consumer.id, msgspec.structs.replace(record, revoked_at=now))
                return consumer
        raise UnknownName("No consumer of that name may read. 'gateway consumer list' shows them all.")

    def forget(self, before: int) -> None:
        """Forget consumers that were revoked before then (epoch milliseconds)."""
        for consumer in self.all():
            if consumer.revoked_at is not None and consumer.revoked_at < before:
                self._handle.execute(delete(consumers).where(consumers.c.id == consumer.id))

    def by_token(self, token: str) -> Consumer | None:
        """Whose token this is, or None: unknown, wrong and revoked ones look alike."""
        consumer, _, secret = token.partition(".")
        record = self._record(consumer)
        expected = record.token_hash if record is not None else bytes(32)
        matches = hmac.compare_digest(_hash(secret), expected)
        return _opened(consumer, record) if record and matches and record.revoked_at is None else None

    def _record(self, consumer: str) -> _Record | None:
        found = select(consumers.c.record).where(consumers.c.id == consumer)
        sealed = self._handle.execute(found).scalar_one_or_none()
        return None if sealed is None else self._open(consumer, sealed)

    def _write(self, consumer: str, record: _Record) -> None:
        one = update(consumers).where(consumers.c.id == consumer)
        self._handle.execute(one.values(record=self._seal(consumer, record)))

    def _seal(self, consumer: str, record: _Record) -> bytes:
        return self._records.seal(consumer, SERVICE_EPOCH, msgspec.json.encode(record))

    def _open(self, consumer: str, sealed: bytes) -> _Record:
        return msgspec.json.decode(self._records.open(consumer, SERVICE_EPOCH, sealed), type=_Record)


def _opened(consumer: str, record: _Record) -> Consumer:
    return Consumer(
        consumer,
        record.name,
        record.purpose,
        frozenset(record.scope),
        record.residence,
        record.created_at,
        record.revoked_at,
        record.public_key,
    )
