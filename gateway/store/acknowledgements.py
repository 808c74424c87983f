"""Acknowledgements: which consumer says that it has deleted what an erasure was about; signed ones sealed.

What a consumer signed stands with the key that verifies it, under the tenant's evidence key.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, and_, insert, select

from gateway.acknowledgement import ErasureScope
from gateway.booking import TenantId
from gateway.clock import MINUTE_MILLISECONDS
from gateway.entry import ERASURES, EntryKind
from gateway.store.handle import Handle
from gateway.store.named_secrets import NUL
from gateway.store.row_lock import lock_row
from gateway.store.tables import acknowledgements, bucket_of, entries
from gateway.vault.columns import SealedColumn

#: The column under the evidence key.
SIGNED = ("acknowledgements", "signed")

_SCOPES = {
    EntryKind.TENANT_ERASED: ErasureScope.TENANT,
    EntryKind.SUBJECT_ERASED: ErasureScope.SUBJECT,
}


class ToldErasure(NamedTuple):
    """An erasure that the log tells of. ``told_at`` is the minute it was committed, in epoch milliseconds."""

    tenant: TenantId
    id: str
    scope: ErasureScope
    told_at: int


class Acknowledgement(NamedTuple):
    """A consumer's word that it has deleted what it had. ``acknowledged_at`` is in epoch milliseconds."""

    consumer: str
    acknowledged_at: int
    is_signed: bool


class Signed(msgspec.Struct, frozen=True):
    """What a consumer signed, a compact JWS, and the public key that verifies it, as RFC 8037 writes it."""

    jws: str
    public_key: str


class Seal(NamedTuple):
    """What is to be kept of a signature, and what seals it, at which epoch."""

    column: SealedColumn
    epoch: int
    signed: Signed


def told_erasures(handle: Handle, tenant: TenantId) -> list[ToldErasure]:
    """The erasures that the log tells of, the first first: these may be acknowledged."""
    mine = (entries.c.bucket == bucket_of(tenant)) & (entries.c.tenant == tenant)
    told = select(entries.c.note, entries.c.kind, entries.c.minute).where(mine, entries.c.kind.in_(ERASURES))
    return [
        ToldErasure(tenant, row.note, _SCOPES[EntryKind(row.kind)], row.minute * MINUTE_MILLISECONDS)
        for row in handle.execute(told.order_by(entries.c.position))
    ]


def told_erasure(handle: Handle, tenant: TenantId, erasure: str) -> ToldErasure | None:
    """The erasure of that id, if the log tells of it."""
    if NUL in erasure:
        return None
    return next((one for one in told_erasures(handle, tenant) if one.id == erasure), None)


def acknowledgements_of(handle: Handle, tenant: TenantId, erasure: str) -> list[Acknowledgement]:
    """Who has acknowledged an erasure. Needs no key."""
    columns = (acknowledgements.c[name] for name in ("consumer", "acknowledged_at", "signed"))
    found = select(*columns).where(_of(tenant, erasure)).order_by(acknowledgements.c.acknowledged_at)
    return [
        Acknowledgement(row.consumer, row.acknowledged_at, row.signed is not None)
        for row in handle.execute(found)
    ]


def signatures_of(
    handle: Handle, tenant: TenantId, erasure: str, column: SealedColumn
) -> Mapping[str, Signed]:
    """What was signed, by consumer. Raises Unreadable."""
    columns = (acknowledgements.c[name] for name in ("consumer", "epoch", "signed"))
    sealed = select(*columns).where(_of(tenant, erasure), acknowledgements.c.signed.is_not(None))
    return {
        row.consumer: msgspec.json.decode(
            column.open(row_name(erasure, row.consumer), row.epoch, row.signed), type=Signed
        )
        for row in handle.execute(sealed)
    }


def acknowledge(
    handle: Handle, tenant: TenantId, erasure: str, consumer: str, *, at: int, seal: Seal | None = None
) -> None:
    """Record a consumer's acknowledgement; the first one stands, and saying it again changes nothing."""
    lock_row(handle, tenant)
    known = select(acknowledgements.c.consumer).where(
        _of(tenant, erasure), acknowledgements.c.consumer == consumer
    )
    if handle.execute(known).one_or_none() is not None:
        return
    sealed = {} if seal is None else _sealed(seal, row_name(erasure, consumer))
    key = {"bucket": bucket_of(tenant), "tenant": tenant, "erasure": erasure, "consumer": consumer}
    handle.execute(insert(acknowledgements).values(**key, acknowledged_at=at, **sealed))


def row_name(erasure: str, consumer: str) -> str:
    """Under which name what a consumer signed is sealed."""
    return f"{erasure} {consumer}"


def _sealed(seal: Seal, name: str) -> dict[str, object]:
    return {
        "epoch": seal.epoch,
        "signed": seal.column.seal(name, seal.epoch, msgspec.json.encode(seal.signed)),
    }


def _of(tenant: TenantId, erasure: str) -> ColumnElement[bool]:
    return and_(
        acknowledgements.c.bucket == bucket_of(tenant),
        acknowledgements.c.tenant == tenant,
        acknowledgements.c.erasure == erasure,
    )
