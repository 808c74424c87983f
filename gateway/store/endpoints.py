"""Endpoints: how far each consumer was told at its webhook, sealed, and which process tells it."""

from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from gateway.errors import Fenced
from gateway.store.consumers import SERVICE_EPOCH
from gateway.store.handle import Handle
from gateway.store.leases import LEASE_MILLISECONDS
from gateway.store.tables import endpoints
from gateway.vault.columns import SealedColumn

#: The column that seals them, under the service key.
ENDPOINTS = ("endpoints", "record")


class Hold(NamedTuple):
    """That an endpoint is ours to tell until then, proved by a number in every commit."""

    consumer: str
    fencing: int
    until: int


class EndpointRows:
    """Endpoints within one transaction. ``records`` is the column that seals them."""

    def __init__(self, handle: Handle, records: SealedColumn) -> None:
        self._handle = handle
        self._records = records

    def add(self, consumer: str, record: bytes) -> None:
        """Raises IntegrityError where there is one."""
        self._handle.execute(insert(endpoints).values(consumer=consumer, record=self._seal(consumer, record)))

    def remove(self, consumer: str) -> None:
        self._handle.execute(delete(endpoints).where(endpoints.c.consumer == consumer))

    def names(self) -> list[str]:
        """The consumers that have one."""
        return [*self._handle.execute(select(endpoints.c.consumer)).scalars()]

    def known(self) -> dict[str, bytes]:
        """The records of all, by consumer."""
        rows = self._handle.execute(select(endpoints.c.consumer, endpoints.c.record))
        return {row.consumer: self._open(row.consumer, row.record) for row in rows}

    def load(self, consumer: str) -> bytes | None:
        """What is known of one; where it is changed next, nobody else changes it meanwhile."""
        one = select(endpoints.c.record).where(endpoints.c.consumer == consumer).with_for_update()
        return self._opened(consumer, self._handle.execute(one).scalar_one_or_none())

    def read(self, consumer: str) -> bytes | None:
        """What is known of one, for reading only."""
        one = select(endpoints.c.record).where(endpoints.c.consumer == consumer)
        return self._opened(consumer, self._handle.execute(one).scalar_one_or_none())

    def write(self, consumer: str, record: bytes) -> None:
        one = update(endpoints).where(endpoints.c.consumer == consumer)
        self._handle.execute(one.values(record=self._seal(consumer, record)))

    def claim(self, consumer: str, owner: str, now: int) -> Hold | None:
        """Take an endpoint that nobody else tells; None where somebody does."""
        free = (endpoints.c.lease_until < now) | (endpoints.c.lease_owner == owner)
        until = now + LEASE_MILLISECONDS
        taken = (
            update(endpoints)
            .where(endpoints.c.consumer == consumer, free)
            .values(lease_owner=owner, lease_until=until, fencing=endpoints.c.fencing + 1)
            .returning(endpoints.c.fencing)
        )
        fencing = self._handle.execute(taken).scalar_one_or_none()
        return None if fencing is None else Hold(consumer, fencing, until)

    def keep(self, hold: Hold, now: int) -> Hold:
        """Prove and prolong. Raises Fenced where another process tells it by now, or nobody any more."""
        kept = hold._replace(until=now + LEASE_MILLISECONDS)
        self._prolong(kept)
        return kept

    def release(self, hold: Hold) -> None:
        """Let another process tell it at once. Raises Fenced as ``keep``."""
        self._prolong(hold._replace(until=0))

    def _prolong(self, hold: Hold) -> None:
        mine = (endpoints.c.consumer == hold.consumer) & (endpoints.c.fencing == hold.fencing)
        kept = update(endpoints).where(mine).values(lease_until=hold.until).returning(endpoints.c.fencing)
        if self._handle.execute(kept).scalar_one_or_none() is None:
            raise Fenced("Another process tells this endpoint by now, or nobody does; nothing was written.")

    def _seal(self, consumer: str, record: bytes) -> bytes:
        return self._records.seal(consumer, SERVICE_EPOCH, record)

    def _opened(self, consumer: str, sealed: bytes | None) -> bytes | None:
        return None if sealed is None else self._open(consumer, sealed)

    def _open(self, consumer: str, sealed: bytes) -> bytes:
        return self._records.open(consumer, SERVICE_EPOCH, sealed)
