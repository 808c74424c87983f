"""Transmitters: who tells us that an authorization, or somebody's part in it, is over."""

from collections.abc import Collection
from hmac import compare_digest
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, delete, insert, select, update

from gateway.booking import TenantId
from gateway.store.handle import Handle
from gateway.store.leases import Lease, release
from gateway.store.messages import tell_of_silence
from gateway.store.named_secrets import hashed, named
from gateway.store.scope import Scope, TenantScope
from gateway.store.tables import bucket_of, transmitters
from gateway.unheard import Unheard, last_heard, unheard

#: The column that seals how a transmitter is known and reached.
RECORD = ("transmitters", "record")


class TransmitterRow(NamedTuple):
    """A transmitter as an admin may see it. Needs no key. Times are epoch milliseconds.

    ``heard_at``: when it last told something that was its own; ``reason``: what has kept it from that since;
    ``silent_at``: since when it is known to be silent; ``pause``: how long lies between two questions.
    """

    id: str
    kind: str
    created_at: int
    heard_at: int | None
    reason: str | None
    silent_at: int | None
    pause: int | None

    def unheard(self, now: int) -> Unheard:
        """What follows from its silence by now (epoch milliseconds)."""
        return unheard(heard_at=self.heard_at, created_at=self.created_at, pause=self.pause, now=now)

    def last_heard(self, now: int) -> int | None:
        """Since when it was heard, or is there; None where that cannot be known."""
        return last_heard(self.heard_at, self.created_at, now)


def transmitters_of(handle: Handle, tenant: TenantId) -> list[TransmitterRow]:
    """Those of a tenant, the first first."""
    columns = [transmitters.c[name] for name in TransmitterRow._fields]
    mine = (transmitters.c.bucket == bucket_of(tenant)) & (transmitters.c.tenant == tenant)
    found = select(*columns).where(mine).order_by(transmitters.c.created_at, transmitters.c.id)
    return [TransmitterRow(*row) for row in handle.execute(found)]


class Known(NamedTuple):
    """Who comes with a secret of ours: of which tenant, and as what."""

    tenant: TenantId
    id: str
    kind: str


def known_by(handle: Handle, secret: str) -> Known | None:
    """Whom a secret was given, if anybody has it. Needs no key, and writes nothing."""
    tenant, name = named(secret)
    found = select(transmitters.c.kind, transmitters.c.secret).where(_is(tenant, name))
    row = handle.execute(found).one_or_none()
    if row is None or row.secret is None or not secret.isascii():
        return None
    return Known(TenantId(tenant), name, row.kind) if compare_digest(row.secret, hashed(secret)) else None


def heard_from(scope: TenantScope, name: str) -> None:
    """A transmitter has told something that was its own. Needs no key."""
    heard = {"heard_at": scope.now, "reason": None, "silent_at": None}
    scope.handle.execute(update(transmitters).where(_is(scope.tenant, name)).values(heard))


def fell_silent(scope: TenantScope, name: str) -> bool:
    """It tells nothing until it is heard again; whether that is new. Its employer is told. Needs no key."""
    told = _is(scope.tenant, name) & transmitters.c.silent_at.is_(None)
    silent = update(transmitters).where(told).values(silent_at=scope.now)
    if scope.handle.execute(silent).rowcount == 0:
        return False
    tell_of_silence(scope.handle, scope.tenant, name, at=scope.now)
    return True


def visited(scope: TenantScope, lease: Lease, *, due_at: int, reason: str | None) -> None:
    """It was asked; ask it again then. ``reason``: why it does not tell as it should.

    Needs no key. Raises Fenced if the lease was lost.
    """
    attempts = 0 if reason is None else lease.attempts
    release(scope, transmitters, lease, {"reason": reason}, due_at=due_at, attempts=attempts)


class TransmitterRows:
    """The transmitters of one tenant within one transaction. Records are the caller's."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._record = scope.keys.column(*RECORD)

    def add(
        self, name: str, kind: str, record: bytes, secret: str | None, *, pause: int | None = None
    ) -> None:
        """Record a transmitter, due at once. With a ``secret`` it comes by itself.

        ``pause``: how long lies between two questions, in milliseconds; None: it takes none.
        """
        scope = self._scope
        scope.handle.execute(
            insert(transmitters).values(
                bucket=scope.bucket,
                tenant=scope.tenant,
                id=name,
                kind=kind,
                epoch=scope.epoch,
                record=self._record.seal(name, scope.epoch, record),
                secret=None if secret is None else hashed(secret),
                created_at=scope.now,
                pause=pause,
                due_at=scope.now,
                fencing=scope.now,
            )
        )

    def unheard(self, since: int) -> list[TransmitterRow]:
        """Those that have told nothing for too long, or say that they do not.

        ``since``: when the authorization became what it is (epoch milliseconds): before, who is asked may
        not have been, so nobody is called silent for that.
        """
        scope = self._scope
        rows = transmitters_of(scope.handle, scope.tenant)
        return [
            row
            for row in rows
            if row.silent_at is not None
            or min(row.unheard(scope.now), row._replace(heard_at=since).unheard(scope.now))
        ]

    def fell_silent(self, name: str) -> bool:
        """It tells nothing until it is heard again; whether that is new."""
        return fell_silent(self._scope, name)

    def hasten(self, kinds: Collection[str], due_at: int) -> None:
        """Let those of these kinds be asked then (epoch milliseconds) at the latest."""
        later = transmitters.c.kind.in_(sorted(kinds)) & (transmitters.c.due_at > due_at)
        mine = self._scope.own(transmitters)
        self._scope.handle.execute(update(transmitters).where(mine, later).values(due_at=due_at))

    def load(self, name: str) -> bytes | None:
        """Its record, opened, or None once it was removed."""
        one = _is(self._scope.tenant, name)
        found = select(transmitters.c.epoch, transmitters.c.record).where(one)
        row = self._scope.handle.execute(found).one_or_none()
        return None if row is None else self._record.open(name, row.epoch, row.record)

    def write(self, name: str, record: bytes, *, pause: int | None) -> bool:
        """Replace its record, and with it how long lies between two questions, as in ``add``.

        False once it was removed.
        """
        scope = self._scope
        sealed = {"epoch": scope.epoch, "record": self._record.seal(name, scope.epoch, record)}
        known = update(transmitters).where(_is(scope.tenant, name))
        return scope.handle.execute(known.values(sealed | {"pause": pause})).rowcount == 1

    def call(self, name: str, *, pause: int, wait: int) -> None:
        """Let it be asked soon, and no sooner than ``wait`` milliseconds after the last time.

        ``pause``: how long after that it is asked anyway.
        """
        now, due_at = self._scope.now, transmitters.c.due_at
        after = due_at - pause + wait
        soon = case((due_at <= now + wait, due_at), (after > now, after), else_=now)
        self._scope.handle.execute(
            update(transmitters).where(_is(self._scope.tenant, name)).values(due_at=soon)
        )

    def remove(self, name: str) -> bool:
        """Believe it no more; False if it is not there."""
        gone = self._scope.handle.execute(delete(transmitters).where(_is(self._scope.tenant, name)))
        return gone.rowcount == 1


def _is(tenant: str, name: str) -> ColumnElement[bool]:
    return (
        (transmitters.c.bucket == bucket_of(tenant))
        & (transmitters.c.tenant == tenant)
        & (transmitters.c.id == name)
    )
