"""Project streams: what a provider tells of accounts on one stream, for all of the installation."""

from collections.abc import Mapping
from functools import cache
from hmac import compare_digest
from typing import NamedTuple

from sqlalchemy import Table, Update, bindparam, insert, select, update

from gateway.booking import TenantId
from gateway.errors import Fenced
from gateway.store.consumers import SERVICE_EPOCH
from gateway.store.handle import Handle
from gateway.store.leases import LEASE_MILLISECONDS
from gateway.store.named_secrets import hashed
from gateway.store.row_lock import lock_installation
from gateway.store.statement import Statement
from gateway.store.tables import bucket_of, finders, link_finders, links, project_streams
from gateway.unheard import Unheard, unheard
from gateway.vault.columns import SealedColumn

#: The only one that there is.
GOOGLE = "google"
#: The column that seals what is known of it, under the service key.
PROJECT_STREAMS = ("project_streams", "record")


class ProjectStreamRow(NamedTuple):
    """How it stands, as an operator may see it. Needs no key. Times are epoch milliseconds.

    ``heard_at``: when it last said that it works; ``reason``: what has kept it from that since.
    """

    created_at: int
    heard_at: int | None
    reason: str | None
    due_at: int

    def is_silent(self, now: int, *, pause: int) -> bool:
        """Whether it was asked again and again, and has not said that it works. All in milliseconds."""
        told = unheard(heard_at=self.heard_at, created_at=self.created_at, pause=pause, now=now)
        return told is not Unheard.NOTHING


class Hold(NamedTuple):
    """That it is ours to ask, proved by a number in the commit."""

    fencing: int


def project_stream(handle: Handle) -> ProjectStreamRow | None:
    """How it stands; None before it was ever asked for."""
    columns = [project_streams.c[name] for name in ProjectStreamRow._fields]
    row = handle.execute(select(*columns).where(project_streams.c.id == GOOGLE)).one_or_none()
    return None if row is None else ProjectStreamRow(*row)


def is_its_secret(handle: Handle, secret: str) -> bool:
    """Whether its address ends so. Needs no key, and writes nothing."""
    found = select(project_streams.c.secret).where(project_streams.c.id == GOOGLE)
    kept = handle.execute(found).scalar_one_or_none()
    return kept is not None and secret.isascii() and compare_digest(kept, hashed(secret))


def tenants_with_links(handle: Handle) -> frozenset[TenantId]:
    """Whose people have connected calendars of their own. Needs no key."""
    return frozenset(map(TenantId, handle.execute(select(links.c.tenant).distinct()).scalars()))


class Finders(NamedTuple):
    """Keyed hashes under one tenant's key of how somebody is named: who connected, and who is enrolled."""

    links: frozenset[str]
    subjects: frozenset[str]


def tenants_finding(handle: Handle, asked: Mapping[TenantId, Finders]) -> list[TenantId]:
    """At which of these tenants somebody is found. Needs no key; there may be many tenants."""
    tables = zip(Finders._fields, (link_finders, finders), strict=True)
    looks = [(part, _somebody(table, handle.dialect.name)) for part, table in tables]
    return [
        tenant
        for tenant, found_by in asked.items()
        if any(
            look.fetch(handle, (bucket_of(tenant), tenant, one))
            for part, look in looks
            for one in getattr(found_by, part)
        )
    ]


@cache
def _somebody(table: Table, dialect: str) -> Statement:
    """Somebody whom a keyed hash finds: (bucket, tenant, finder)."""
    one = [table.c[name] == bindparam(name) for name in ("bucket", "tenant", "finder")]
    return Statement(select(table.c.tenant).where(*one), dialect)


class ProjectStreamRows:
    """The stream within one transaction. ``records`` is the column that seals what is known of it."""

    def __init__(self, handle: Handle, records: SealedColumn) -> None:
        self._handle = handle
        self._records = records

    def begin(self, record: bytes, secret: str, now: int) -> None:
        """Record it, due at once, unless somebody has."""
        lock_installation(self._handle)
        if self.load() is not None:
            return
        sealed = self._records.seal(GOOGLE, SERVICE_EPOCH, record)
        times = {"created_at": now, "due_at": now}
        row = {"id": GOOGLE, "record": sealed, "secret": hashed(secret), **times}
        self._handle.execute(insert(project_streams).values(row))

    def load(self) -> bytes | None:
        """What is known of it, opened."""
        found = select(project_streams.c.record).where(project_streams.c.id == GOOGLE)
        sealed = self._handle.execute(found).scalar_one_or_none()
        return None if sealed is None else self._records.open(GOOGLE, SERVICE_EPOCH, sealed)

    def write(self, hold: Hold, record: bytes) -> None:
        """Raises Fenced where another process asks it by now."""
        _written(self._handle, hold, {"record": self._records.seal(GOOGLE, SERVICE_EPOCH, record)})


def claim(handle: Handle, owner: str, now: int) -> Hold | None:
    """Take it, if nobody else asks it."""
    free = project_streams.c.lease_until < now
    taken = _its().where(free).values(
        lease_owner=owner, lease_until=now + LEASE_MILLISECONDS, fencing=project_streams.c.fencing + 1
    )  # fmt: skip
    fencing = handle.execute(taken.returning(project_streams.c.fencing)).scalar_one_or_none()
    return None if fencing is None else Hold(fencing)


def settle(handle: Handle, hold: Hold, *, due_at: int, reason: str | None) -> None:
    """It was asked; ask it again then. ``reason``: why it does not tell as it should. Raises Fenced."""
    freed = {"due_at": due_at, "reason": reason, "lease_until": 0, "lease_owner": None}
    _written(handle, hold, freed)


def heard(handle: Handle, now: int) -> None:
    """It has said that it works."""
    handle.execute(_its().values(heard_at=now, reason=None))


def _written(handle: Handle, hold: Hold, values: Mapping[str, object]) -> None:
    held = _its().where(project_streams.c.fencing == hold.fencing)
    if handle.execute(held.values(values)).rowcount != 1:
        raise Fenced("Another process asks for this stream by now; nothing was written.")


def _its() -> Update:
    return update(project_streams).where(project_streams.c.id == GOOGLE)
