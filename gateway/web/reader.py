"""A reader: a consumer, by its token, within whichever transaction it is looked up in."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple, Self

import structlog

from gateway.booking import TenantId
from gateway.feed.cursor import Cursor, nothing_kept, read_cursor, write_cursor
from gateway.purpose import Purpose
from gateway.store.consumers import RECORDS, SERVICE_EPOCH, Consumer, ConsumerRows
from gateway.store.cursors import LongCursor, keep_cursor, kept_cursor
from gateway.store.handle import Handle
from gateway.store.registry import Registry, Standing, standings_of
from gateway.store.store import Store
from gateway.vault.columns import SealedColumn
from gateway.web.authentication import Credentials, authenticate
from gateway.web.parts import Parts
from gateway.web.problems import NO_PURPOSE, Problem

#: Where records of the service key stand.
CURSORS = ("consumers", "cursor")

NAME_BYTES = 16

logger = structlog.get_logger()


class Reader(NamedTuple):
    """Who shows some credentials. All that it raises about them is a Problem.

    ``written_long``: the cursors it has written that have to be kept before anybody is told of them.
    """

    credentials: Credentials
    purposes: Mapping[str, Purpose]
    records: SealedColumn
    cursors: SealedColumn
    now: datetime
    written_long: list[LongCursor]

    @classmethod
    async def of(cls, parts: Parts, credentials: Credentials) -> Self:
        """Raises KeyUnavailable."""
        records, cursors = await parts.keyring.service(*RECORDS), await parts.keyring.service(*CURSORS)
        return cls(credentials, parts.purposes, records, cursors, parts.clock(), [])

    def consumer(self, handle: Handle) -> Consumer:
        return authenticate(ConsumerRows(handle, self.records), self.credentials, self.now)

    def purpose(self, consumer: Consumer) -> Purpose:
        """What a consumer reads for."""
        purpose = self.purposes.get(consumer.purpose)
        if purpose is None:
            logger.warning("consumer_not_served", consumer=consumer.id, code="no_purpose")
            raise Problem(NO_PURPOSE)
        return purpose

    def standings(self, handle: Handle) -> dict[TenantId, Standing]:
        """Where the tenants in the consumer's scope stand."""
        return standings_of(handle, self.consumer(handle).scope)

    def cursor(self, handle: Handle, consumer: Consumer, text: str) -> Cursor:
        """What stands in a cursor of this consumer's. Raises UnknownCursor, CursorTooOld."""

        def find(name: str) -> bytes:
            record = kept_cursor(handle, consumer.id, name)
            if record is None:
                return nothing_kept(name)
            return self.cursors.open(_row(consumer, name), SERVICE_EPOCH, record)

        return read_cursor(text, partial(self.cursors.open, consumer.id, SERVICE_EPOCH), find)

    def written(self, consumer: Consumer, cursor: Cursor) -> str:
        """A cursor that only this consumer can read on from. One that is long has to be kept as well."""
        seal = partial(self.cursors.seal, consumer.id, SERVICE_EPOCH)
        if not cursor.is_long:
            return write_cursor(cursor, seal)
        name = _name(consumer, cursor)
        record = self.cursors.seal(_row(consumer, name), SERVICE_EPOCH, cursor.content)
        self.written_long.append(LongCursor(consumer.id, name, record))
        return write_cursor(cursor, seal, kept_as=name)

    async def keep_long(self, store: Store) -> None:
        """Keep the long cursors that it has written. Raises StoreBusy."""
        for cursor in self.written_long:
            await store.administer(partial(_keep, cursor))


def _keep(cursor: LongCursor, registry: Registry) -> None:
    keep_cursor(registry.handle, cursor, registry.now)


def _name(consumer: Consumer, cursor: Cursor) -> str:
    """The same for all that say the same: who asks again and again while nothing happens fills no table."""
    said = hashlib.sha256(_row(consumer, "").encode() + cursor.content).digest()
    return urlsafe_b64encode(said[:NAME_BYTES]).rstrip(b"=").decode()


def _row(consumer: Consumer, name: str) -> str:
    return f"{consumer.id}/{name}"
