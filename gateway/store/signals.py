"""Signals: what each did that was about somebody we know, once, and whom it suspended."""

from typing import NamedTuple

from sqlalchemy import insert, select, update

from gateway.authorization import AuthorizationId
from gateway.booking import SubjectId, TenantId
from gateway.store.handle import Handle
from gateway.store.scope import TenantScope
from gateway.store.tables import bucket_of, signals


class SignalRow(NamedTuple):
    """What one signal did. Words are those of ``gateway.signals``; ``received_at`` in epoch milliseconds.

    ``id``: a keyed hash of who told it, and of its id there. ``channel``: which transmitter; or how else it
    came. ``late``: it happened before what it would end was given. ``probe``: what asking has shown since.
    """

    id: str
    channel: str
    claim: str
    extent: str
    effect: str
    received_at: int
    late: bool
    authorization: AuthorizationId | None
    subject: SubjectId | None
    probe: str | None = None


def signals_of(handle: Handle, tenant: TenantId, most: int) -> list[SignalRow]:
    """What signals did to a tenant and its people, the newest first. Needs no key."""
    columns = [signals.c[name] for name in SignalRow._fields]
    mine = (signals.c.bucket == bucket_of(tenant)) & (signals.c.tenant == tenant)
    found = select(*columns).where(mine).order_by(signals.c.received_at.desc(), signals.c.id).limit(most)
    return [SignalRow(*row)._replace(late=bool(row.late)) for row in handle.execute(found)]


def suspensions_of(handle: Handle, tenant: TenantId, since: int) -> list[SignalRow]:
    """What has suspended all of a tenant since then, epoch milliseconds, the first first. Needs no key."""
    columns = [signals.c[name] for name in SignalRow._fields]
    mine = (signals.c.bucket == bucket_of(tenant)) & (signals.c.tenant == tenant)
    whole = (signals.c.effect == "suspend") & (signals.c.extent == "tenant")
    found = select(*columns).where(mine, whole, signals.c.received_at >= since)
    rows = handle.execute(found.order_by(signals.c.received_at, signals.c.id))
    return [SignalRow(*row)._replace(late=bool(row.late)) for row in rows]


class SignalRows:
    """What signals did to one tenant, within one transaction. Needs no key."""

    def __init__(self, scope: TenantScope) -> None:
        self._scope = scope

    def is_known(self, signal: str) -> bool:
        """Whether it was told before."""
        one = self._scope.own(signals) & (signals.c.id == signal)
        return self._scope.handle.execute(select(signals.c.id).where(one)).first() is not None

    def add(self, row: SignalRow) -> None:
        scope = self._scope
        values = row._asdict() | {"late": int(row.late)}
        scope.handle.execute(insert(signals).values(bucket=scope.bucket, tenant=scope.tenant, **values))

    def probed(self, signal: str, outcome: str) -> None:
        """Write down what asking its provider has shown."""
        one = self._scope.own(signals) & (signals.c.id == signal)
        self._scope.handle.execute(update(signals).where(one).values(probe=outcome))
