"""Messages: what an employer is told at its own webhook, written where it is brought about. Needs no key.

They stand among the escalations, whose other rows are the operator's.
"""

import secrets
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, select, update

from gateway.authorization import Authorization, AuthorizationKind, State
from gateway.booking import TenantId
from gateway.clock import DAY_MILLISECONDS
from gateway.store.handle import Handle
from gateway.store.leases import Lease
from gateway.store.row_lock import lock_row
from gateway.store.scope import TenantScope
from gateway.store.tables import authorizations, bucket_of, escalations, tenants
from gateway.store.withdrawals import NEVER
from gateway.vault.columns import SealedColumn
from gateway.webhook import Webhook

#: The column under the evidence key, which is there when all others are gone: the end is told as well.
WEBHOOK = ("tenants", "webhook")
_EPOCH = 1


class MessageType(StrEnum):
    """What an employer is told; of whom, by an id of ours, stands beside it."""

    AUTHORIZATION_SUSPENDED = "authorization.suspended"
    AUTHORIZATION_RESUMED = "authorization.resumed"
    AUTHORIZATION_ERASURE_ANNOUNCED = "authorization.erasure_announced"
    AUTHORIZATION_ERASED = "authorization.erased"
    SUBJECT_SUSPENDED = "subject.suspended"
    SUBJECT_RESUMED = "subject.resumed"
    SUBJECT_ERASURE_ANNOUNCED = "subject.erasure_announced"
    SUBJECT_ERASED = "subject.erased"
    TRANSMITTER_SILENT = "transmitter.silent"

    @property
    def about(self) -> str:
        """What it is about, in a word."""
        return self.partition(".")[0]


class Message(NamedTuple):
    """One message. Times are epoch milliseconds; ``ends_at``: when all that hangs on whom it is about ends.

    ``webhook``: where it is told; None where nobody is told any more.
    """

    id: str
    what: MessageType
    tenant: TenantId
    about: str
    since: int
    ends_at: int | None
    webhook: Webhook | None

    @property
    def is_over(self) -> bool:
        """Whether nobody is to be told any more."""
        return self.webhook is None

    @property
    def fields(self) -> Mapping[str, str]:
        """What the log may tell of it."""
        return {"kind": self.what}


class Told(NamedTuple):
    """How an employer's webhook stands: how many messages are yet to be told, and were given up."""

    waiting: int
    given_up: int


def tell_employer(
    handle: Handle, tenant: TenantId, what: MessageType, about: str, *, at: int, ends_at: int | None = None
) -> None:
    """Let a tenant's employer be told, if it has named an address. Times are epoch milliseconds."""
    if has_webhook(handle, tenant):
        _add(handle, tenant, what, about, since=at, due_at=at, ends_at=ends_at)


def tell_of_silence(handle: Handle, tenant: TenantId, transmitter: str, *, at: int) -> None:
    """As ``tell_employer``, of one that tells nothing; of each once a day at most.

    It says so itself, and that it works, as often as it likes.
    """
    if not has_webhook(handle, tenant):
        return
    what = MessageType.TRANSMITTER_SILENT
    same = _of(tenant) & (escalations.c.what == what) & (escalations.c.about == transmitter)
    waits = select(escalations.c.id).where(same, _untold(tenant), escalations.c.due_at != NEVER)
    if handle.execute(waits).first() is None:
        told_at = handle.execute(select(func.max(escalations.c.told_at)).where(same)).scalar() or 0
        # What was told by a clock that was ahead holds it up for no longer.
        due_at = max(at, min(told_at, at) + DAY_MILLISECONDS)
        _add(handle, tenant, what, transmitter, since=at, due_at=due_at, ends_at=None)


def _add(
    handle: Handle,
    tenant: TenantId,
    what: MessageType,
    about: str,
    *,
    since: int,
    due_at: int,
    ends_at: int | None,
) -> None:
    row = {"id": f"esc_{secrets.token_urlsafe(16)}", "what": what, "about": about, "ends_at": ends_at}
    whose = {"bucket": bucket_of(tenant), "tenant": tenant}
    handle.execute(insert(escalations).values(**whose, **row, since=since, due_at=due_at))


def tell_of(handle: Handle, authorization: Authorization, what: MessageType, *, at: int) -> None:
    """As ``tell_employer``, of an authorization. That people's end with their employer's, its end tells."""
    tenant = authorization.tenant
    mine = (authorizations.c.bucket == bucket_of(tenant)) & (authorizations.c.tenant == tenant)
    if authorization.kind is AuthorizationKind.PERSONAL:
        employers = mine & (authorizations.c.kind == AuthorizationKind.EMPLOYER)
        state = handle.execute(select(authorizations.c.state).where(employers)).scalar()
        if state == State.ERASED:
            return
    ends_at = None
    if what is MessageType.AUTHORIZATION_ERASURE_ANNOUNCED:
        own = mine & (authorizations.c.id == authorization.id)
        ends_at = handle.execute(select(authorizations.c.erase_at).where(own)).scalar()
    tell_employer(handle, tenant, what, authorization.id, at=at, ends_at=ends_at)


def has_webhook(handle: Handle, tenant: TenantId) -> bool:
    """Whether an employer has named an address."""
    one = _is(tenant) & tenants.c.webhook.is_not(None)
    return handle.execute(select(tenants.c.id).where(one)).first() is not None


def set_webhook(
    handle: Handle, tenant: TenantId, webhook: Webhook, column: SealedColumn, *, now: int
) -> None:
    """Tell an employer there from now on, in place of elsewhere; what was given up is tried again."""
    lock_row(handle, tenant)
    sealed = column.seal(tenant, _EPOCH, msgspec.json.encode(webhook))
    handle.execute(update(tenants).where(_is(tenant)).values(webhook=sealed))
    again = update(escalations).where(_untold(tenant), escalations.c.due_at == NEVER)
    handle.execute(again.values(due_at=now, attempts=0))


def drop_webhook(handle: Handle, tenant: TenantId) -> bool:
    """Tell an employer nothing more, nor what it was not told yet; False where it had named no address."""
    lock_row(handle, tenant)
    handle.execute(delete(escalations).where(_untold(tenant)))
    one = _is(tenant) & tenants.c.webhook.is_not(None)
    return handle.execute(update(tenants).where(one).values(webhook=None)).rowcount == 1


def let_go(scope: TenantScope) -> None:
    """Forget the address of an employer that has been told of its end, or could not be."""
    own, waits = scope.own(authorizations), _untold(scope.tenant) & (escalations.c.due_at != NEVER)
    over = (
        own & (authorizations.c.kind == AuthorizationKind.EMPLOYER) & (authorizations.c.state == State.ERASED)
    )
    has_ended = scope.handle.execute(select(authorizations.c.id).where(over)).first() is not None
    if has_ended and scope.handle.execute(select(escalations.c.id).where(waits)).first() is None:
        scope.handle.execute(update(tenants).where(_is(scope.tenant)).values(webhook=None))


def load_message(handle: Handle, lease: Lease, column: SealedColumn) -> Message | None:
    """The message that a lease names; None once it was taken back. Raises Unreadable."""
    tenant = TenantId(lease.tenant)
    columns = [escalations.c[name] for name in ("id", "what", "about", "since", "ends_at")]
    row = handle.execute(select(*columns).where(_of(tenant), escalations.c.id == lease.id)).one_or_none()
    if row is None:
        return None
    sealed = handle.execute(select(tenants.c.webhook).where(_is(tenant))).scalar()
    opened = None if sealed is None else column.open(tenant, _EPOCH, sealed)
    webhook = None if opened is None else msgspec.json.decode(opened, type=Webhook)
    return Message(row.id, MessageType(row.what), tenant, row.about, row.since, row.ends_at, webhook)


def told(handle: Handle, tenant: TenantId) -> Told | None:
    """How an employer's webhook stands; None where it has none."""
    if not has_webhook(handle, tenant):
        return None
    dead = escalations.c.due_at == NEVER
    counts = select(dead, func.count()).where(_untold(tenant)).group_by(dead)
    found = {bool(is_dead): number for is_dead, number in handle.execute(counts)}
    return Told(found.get(False, 0), found.get(True, 0))


def _is(tenant: TenantId) -> ColumnElement[bool]:
    return (tenants.c.bucket == bucket_of(tenant)) & (tenants.c.id == tenant)


def _of(tenant: TenantId) -> ColumnElement[bool]:
    return (escalations.c.bucket == bucket_of(tenant)) & (escalations.c.tenant == tenant)


def _untold(tenant: TenantId) -> ColumnElement[bool]:
    return _of(tenant) & escalations.c.consumer.is_(None) & escalations.c.told_at.is_(None)
