"""The feed's log: entries in the order of a counter per tenant, compacted to the newest of each subject."""

from collections.abc import Sequence
from typing import NamedTuple

from gateway.clock import MINUTE_MILLISECONDS
from gateway.entry import EntryKind
from gateway.store.scope import Scope
from gateway.store.statements import append_entries, forget_entries, raise_head


class EntryRow(NamedTuple):
    """An entry that has no position yet. ``note``: the erasure to acknowledge, or a reason."""

    kind: EntryKind
    resource: str | None = None
    calendar: str | None = None
    booking: str | None = None
    note: str | None = None


class EntryLog:
    """Appends entries within one transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def append(self, rows: Sequence[EntryRow], superseded: Sequence[int] = ()) -> int:
        """Append in order, forget the entries at the superseded positions, and return the first new position.

        The counter's row stays locked until the commit, so that a later position is never seen before an
        earlier one.
        """
        scope = self._scope
        bucket, tenant, minute = scope.bucket, scope.tenant, scope.now // MINUTE_MILLISECONDS
        counter = raise_head(scope.dialect)
        ((head,),) = counter.fetch(scope.connection, (len(rows), bucket, tenant))
        first: int = head - len(rows) + 1
        placed = [
            (bucket, tenant, position, kind.value, minute, resource, calendar, booking, note)
            for position, (kind, resource, calendar, booking, note) in enumerate(rows, first)
        ]
        append_entries(scope.dialect).run(scope.connection, placed)
        self.forget(superseded)
        return first

    def forget(self, positions: Sequence[int]) -> None:
        """Delete entries that nobody has to be told any more. Position 0 names no entry."""
        scope = self._scope
        keys = [(scope.bucket, scope.tenant, position) for position in positions if position]
        forget_entries(scope.dialect).run(scope.connection, keys)
