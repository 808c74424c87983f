"""Directories: when a tenant's places are looked at next."""

from typing import NamedTuple

from sqlalchemy import select, update

from gateway.store import leases
from gateway.store.leases import Lease
from gateway.store.scope import Scope
from gateway.store.tables import directories


class DirectoryRow(NamedTuple):
    """How the last look at a tenant's places went."""

    braked: bool
    completed_at: int | None
    reason: str | None


class DirectoryRows:
    """The directory of one tenant within one transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def load(self) -> DirectoryRow:
        """How the last look went."""
        columns = select(directories.c.braked, directories.c.completed_at, directories.c.reason)
        row = self._scope.handle.execute(columns.where(self._scope.own(directories))).one()
        return DirectoryRow(bool(row.braked), row.completed_at, row.reason)

    def make_due(self) -> None:
        """Look at the directory soon, unless its provider asked us to wait."""
        own = update(directories).where(self._scope.own(directories), directories.c.reason.is_(None))
        self._scope.handle.execute(own.values(due_at=self._scope.now))

    def restart(self) -> None:
        """Look at the directory soon, by what is known of subjects now: a look under way ends here."""
        scope = self._scope
        freed = {"fencing": directories.c.fencing + 1, "lease_until": 0, "lease_owner": None}
        scope.handle.execute(update(directories).where(scope.own(directories)).values(freed))
        self.make_due()

    def complete(self, lease: Lease, *, due_at: int) -> None:
        """End a complete look."""
        self._end(lease, due_at, completed_at=self._scope.now, reason=None, braked=0)

    def brake(self, lease: Lease, *, due_at: int) -> None:
        """End a look that would have removed suspiciously much: look again, and then believe it."""
        self._end(lease, due_at, reason="brake", braked=1)

    def postpone(self, lease: Lease, *, due_at: int, reason: str) -> None:
        """Try again later, for a reason of ours."""
        self._end(lease, due_at, attempts=lease.attempts, reason=reason)

    def _end(self, lease: Lease, due_at: int, *, attempts: int = 0, **values: object) -> None:
        leases.release(self._scope, directories, lease, values, due_at=due_at, attempts=attempts)
