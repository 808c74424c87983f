"""Consumers: who may read which tenants. Sealed; tokens are kept as hashes only."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, insert, select, update

from gateway.booking import TenantId
from gateway.errors import UnknownName
from gateway.residency import Residence
from gateway.store.handle import Handle
from gateway.store.statement import Statement
from gateway.store.tables import consumers, endpoints
from gateway.vault.columns import SealedColumn
from gateway.webhook import Webhook

# The service key has no epoch: nothing of an authorization hangs on it.
SERVICE_EPOCH = 0
#: The column that seals consumers, under the service key.
RECORDS = ("consumers", "record")


class Consumer(NamedTuple):
    """A recipient of the feed. ``scope`` is the tenants it may see, ``purpose`` the most it sees of them.

    ``public_key`` verifies its acknowledgements, which have to be signed then. ``certificates``: SHA-256 of
    those it has to show one of, the newest first. ``version`` rises with every change of its scope, token,
    certificates or webhook. ``used_at``: when it was last here, as far as that is looked up.
    """

    id: str
    name: str
    purpose: str
    scope: frozenset[TenantId]
    residence: Residence
    created_at: int
    revoked_at: int | None
    public_key: str | None = None
    version: int = 0
    webhook: Webhook | None = None
    certificates: tuple[bytes, ...] = ()
    used_at: int | None = None


def _hash(secret: str) -> bytes:
    # A token is 256 random bits: a plain hash cannot be searched.
    return hashlib.sha256(secret.encode()).digest()


#: The newest, and the one before it, so that a consumer can go over from one to the other.
CERTIFICATES_MAX = 2

#: The hash of no token.
_NOBODYS = bytes(32)


# Built once: that takes longer than running it, and every request begins with it.
@cache
def _record_of(dialect: str) -> Statement:
    return Statement(select(consumers.c.record).where(consumers.c.id == bindparam("consumer")), dialect)


class _Former(msgspec.Struct):
    """A token that another has taken the place of, and that is good ``until`` then, epoch milliseconds."""

    token_hash: bytes
    until: int


class _Record(msgspec.Struct, frozen=True):
    """All that is kept of a consumer, sealed: who can write the database may not make one up or widen one."""

    name: str
    purpose: str
    token_hash: bytes
    scope: list[TenantId]
    residence: Residence
    created_at: int
    revoked_at: int | None = None
    public_key: str | None = None
    version: int = 0
    former: _Former | None = None
    webhook: Webhook | None = None
    certificates: tuple[bytes, ...] = ()


def mark_used(handle: Handle, uses: Mapping[str, int]) -> None:
    """Write down when consumers were last here, epoch milliseconds; nothing moves back. Needs no key."""
    for consumer, at in sorted(uses.items()):
        older = consumers.c.used_at.is_(None) | (consumers.c.used_at < at)
        handle.execute(update(consumers).where(consumers.c.id == consumer, older).values(used_at=at))


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
        certificate: bytes | None = None,
    ) -> tuple[Consumer, str]:
        """Register a consumer; returns it with its token, which is shown once and never stored."""
        consumer, secret = f"con_{secrets.token_urlsafe(12)}", secrets.token_urlsafe(32)
        record = _Record(
            name,
            purpose,
            _hash(secret),
            sorted(scope),
            residence,
            now,
            public_key=public_key,
            certificates=() if certificate is None else (certificate,),
        )
        sealed = self._seal(consumer, record)
        self._handle.execute(insert(consumers).values(id=consumer, record=sealed))
        return _opened(consumer, record), f"{consumer}.{secret}"

    def all(self) -> list[Consumer]:
        """Every consumer, revoked ones included, the oldest first."""
        rows = self._handle.execute(select(consumers))
        found = [
            _opened(row.id, self._open(row.id, row.record))._replace(used_at=row.used_at) for row in rows
        ]
        return sorted(found, key=lambda consumer: (consumer.created_at, consumer.id))

    def revoke(self, name_or_id: str, *, now: int) -> Consumer:
        """Stop a consumer's tokens. Raises UnknownName."""
        consumer, record = self._reading(name_or_id)
        self._write(consumer, msgspec.structs.replace(record, revoked_at=now, webhook=None))
        self._handle.execute(delete(endpoints).where(endpoints.c.consumer == consumer))
        return _opened(consumer, record)

    def reading(self, name_or_id: str) -> Consumer:
        """A consumer that still may read. Raises UnknownName."""
        return _opened(*self._reading(name_or_id))

    def rescope(self, name_or_id: str, scope: Iterable[TenantId]) -> Consumer:
        """Let a consumer see these tenants from now on, and no others. Raises UnknownName."""
        consumer, record = self._reading(name_or_id)
        changed = msgspec.structs.replace(record, scope=sorted(scope), version=record.version + 1)
        self._write(consumer, changed)
        return _opened(consumer, changed)

    def rotate(self, name_or_id: str, *, until: int) -> tuple[Consumer, str]:
        """Give a consumer another token; the one it had is good until then, epoch milliseconds.

        One that was replaced before ends. Raises UnknownName.
        """
        (consumer, record), secret = self._reading(name_or_id), secrets.token_urlsafe(32)
        changed = msgspec.structs.replace(
            record,
            token_hash=_hash(secret),
            former=_Former(record.token_hash, until),
            version=record.version + 1,
        )
        self._write(consumer, changed)
        return _opened(consumer, changed), f"{consumer}.{secret}"

    def bind(self, name_or_id: str, certificate: bytes) -> Consumer:
        """Let a consumer show this certificate, or the one that was its newest. Raises UnknownName."""
        consumer, record = self._reading(name_or_id)
        bound = dict.fromkeys((certificate, *record.certificates))
        kept = tuple(bound)[:CERTIFICATES_MAX]
        changed = msgspec.structs.replace(record, certificates=kept, version=record.version + 1)
        self._write(consumer, changed)
        return _opened(consumer, changed)

    def hook(self, name_or_id: str, webhook: Webhook | None) -> Consumer:
        """Let a consumer be told at a webhook from now on, or at none. Raises UnknownName."""
        consumer, record = self._reading(name_or_id)
        changed = msgspec.structs.replace(record, webhook=webhook, version=record.version + 1)
        self._write(consumer, changed)
        return _opened(consumer, changed)

    def hooked(self, consumer: str) -> tuple[Consumer, Webhook] | None:
        """A consumer and its webhook, if it has one: of whoever was revoked nothing is kept of it."""
        record = self._record(consumer)
        if record is None or record.webhook is None:
            return None
        return _opened(consumer, record), record.webhook

    def forget(self, before: int) -> None:
        """Forget consumers that were revoked before then (epoch milliseconds)."""
        for consumer in self.all():
            if consumer.revoked_at is not None and consumer.revoked_at < before:
                self._handle.execute(delete(consumers).where(consumers.c.id == consumer.id))

    def by_token(self, token: str, now: int, certificate: bytes | None = None) -> Consumer | None:
        """Whose token this is, or None: unknown, wrong, replaced and revoked ones look alike.

        So do those that come without the certificate they are bound to. ``certificate``: SHA-256.
        """
        consumer, _, secret = token.partition(".")
        record, hashed = self._record(consumer), _hash(secret)
        is_current = hmac.compare_digest(hashed, _NOBODYS if record is None else record.token_hash)
        former = None if record is None else record.former
        is_former = hmac.compare_digest(hashed, _NOBODYS if former is None else former.token_hash)
        is_good = is_current or (is_former and former is not None and now < former.until)
        if record is not None and record.certificates:
            shown = certificate or b""
            is_good &= any(hmac.compare_digest(shown, one) for one in record.certificates)
        return _opened(consumer, record) if record and is_good and record.revoked_at is None else None

    def _reading(self, name_or_id: str) -> tuple[str, _Record]:
        for consumer in self.all():
            record = self._record(consumer.id)
            if name_or_id in (consumer.name, consumer.id) and record and record.revoked_at is None:
                return consumer.id, record
        raise UnknownName("No consumer of that name may read. 'gateway consumer list' shows them all.")

    def _record(self, consumer: str) -> _Record | None:
        found = _record_of(self._handle.dialect.name).fetch(self._handle, (consumer,))
        return self._open(consumer, found[0][0]) if found else None

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
        record.version,
        record.webhook,
        record.certificates,
    )
