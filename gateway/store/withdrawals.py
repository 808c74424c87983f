"""Withdrawals: which steps of a cascade are done, so that whoever comes next goes on after the last."""

from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from gateway.booking import SubjectId, TenantId
from gateway.entry import EntryKind
from gateway.errors import Fenced
from gateway.store.handle import Handle
from gateway.store.inventory import deleted_with_a_tenant, emptied_with_a_tenant
from gateway.store.leases import Lease
from gateway.store.row_lock import lock_row
from gateway.store.tables import bucket_of, entries, tenants, withdrawals

#: A step of a withdrawal is short, and whoever takes over has to be in time for the next.
LEASE_MILLISECONDS = 20_000

#: Due when nothing is left to do.
NEVER = 2**62


class WithdrawalRow(NamedTuple):
    """One withdrawal, of an authorization or of a subject within it. Times are epoch milliseconds.

    They are None until the step is done. ``credentials``: of credentials alone, the version of their key.
    """

    tenant: TenantId
    id: str
    authorization: str
    subject: SubjectId | None
    fenced_at: int
    dropped_at: int | None = None
    shredded_at: int | None = None
    erased_at: int | None = None
    notified_at: int | None = None
    verified_at: int | None = None
    proved_at: int | None = None
    credentials: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether an authorization ended with it."""
        return self.subject is None and self.credentials is None


_COLUMNS = [withdrawals.c[name] for name in WithdrawalRow._fields]


def withdrawals_of(handle: Handle, tenant: TenantId) -> list[WithdrawalRow]:
    """The withdrawals of a tenant, the oldest first."""
    mine = (withdrawals.c.bucket == bucket_of(tenant)) & (withdrawals.c.tenant == tenant)
    found = select(*_COLUMNS).where(mine).order_by(withdrawals.c.fenced_at, withdrawals.c.id)
    return [WithdrawalRow(*row) for row in handle.execute(found)]


def is_withdrawn(handle: Handle, tenant: TenantId, erasure: str) -> bool:
    """Whether a withdrawal stands here already."""
    lock_row(handle, tenant)
    return any(row.id == erasure for row in withdrawals_of(handle, tenant))


def load_withdrawal(handle: Handle, lease: Lease) -> WithdrawalRow:
    """The withdrawal that a lease names."""
    rows = withdrawals_of(handle, TenantId(lease.tenant))
    return next(row for row in rows if row.id == lease.id)


class WithdrawalRows:
    """Withdrawals of all tenants within one transaction. Needs no key: every key may be gone."""

    def __init__(self, handle: Handle, now: int) -> None:
        self._handle = handle
        self._now = now

    def open(
        self,
        tenant: TenantId,
        authorization: str,
        erasure: str,
        *,
        owner: str | None,
        subject: SubjectId | None = None,
        credentials: int | None = None,
    ) -> Lease:
        """Record a withdrawal in the transaction that fences; whoever commits it drives the cascade.

        Without an ``owner`` it is anybody's at once.
        """
        whose = {"authorization": authorization, "subject": subject, "credentials": credentials}
        row = {"bucket": bucket_of(tenant), "tenant": tenant, "id": erasure, **whose}
        until = 0 if owner is None else self._now + LEASE_MILLISECONDS
        lease = {"due_at": self._now, "lease_owner": owner, "lease_until": until, "fencing": 1, "attempts": 1}
        self._handle.execute(insert(withdrawals).values(**row, **lease, fenced_at=self._now))
        return Lease(tenant, erasure, 1, 1)

    def mark(self, lease: Lease, step: str) -> None:
        """Record that a step is done and prolong the lease. Raises Fenced if the lease was lost."""
        self._update(lease, **{f"{step}_at": self._now, "lease_until": self._now + LEASE_MILLISECONDS})

    def postpone(self, lease: Lease, milliseconds: int) -> None:
        """Leave the rest for whoever comes after a while."""
        self._update(lease, due_at=self._now + milliseconds, lease_until=0, lease_owner=None)

    def close(self, lease: Lease) -> None:
        """Take a finished withdrawal off the list of due work."""
        self._update(lease, due_at=NEVER, lease_until=0, lease_owner=None)

    def _update(self, lease: Lease, **values: object) -> None:
        mine = (withdrawals.c.bucket == bucket_of(lease.tenant)) & (withdrawals.c.tenant == lease.tenant)
        held = (withdrawals.c.id == lease.id) & (withdrawals.c.fencing == lease.fencing)
        updated = self._handle.execute(update(withdrawals).where(mine & held).values(**values))
        if updated.rowcount != 1:
            raise Fenced("Another process has taken this withdrawal over after the lease ran out.")

    def erase(self, tenant: TenantId) -> None:
        """Delete every row of a tenant's data; its authorization's evidence and its withdrawals stay.

        So does the word that it is erased, which a process that comes late must not take back.
        """
        lock_row(self._handle, tenant)
        bucket = bucket_of(tenant)
        for table in deleted_with_a_tenant():
            rows = delete(table).where(table.c.bucket == bucket, table.c.tenant == tenant)
            if table is entries:
                rows = rows.where(entries.c.kind != EntryKind.TENANT_ERASED)
            self._handle.execute(rows)
        one = (tenants.c.bucket == bucket) & (tenants.c.id == tenant)
        self._handle.execute(update(tenants).where(one).values(dict.fromkeys(emptied_with_a_tenant(tenants))))
