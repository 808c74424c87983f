"""The feed's log: changes in the order of a counter per tenant, compacted to the newest of each subject.

The row of a booking is its entry. Resources, and what concerns the tenant as a whole, have others.
"""

from collections.abc import Sequence
from typing import NamedTuple

from gateway.clock import MINUTE_MILLISECONDS
from gateway.entry import EntryKind
from gateway.store.facets import ROOM
from gateway.store.scope import TenantScope
from gateway.store.statements import append_entries, forget_entries, raise_head


class EntryRow(NamedTuple):
    """An entry that has no position yet. ``note``: the erasure to acknowledge, or a reason."""

    kind: EntryKind
    resource: str | None = None
    note: str | None = None


class EntryLog:
    """Gives out positions, and appends entries, within one transaction."""

    def __init__(self, scope: TenantScope) -> None:
        self._scope = scope
        self.minute = scope.now // MINUTE_MILLISECONDS

    def reserve(self, count: int) -> range:
        """So many new positions, each a step of what every consumer is told: multiples of ``ROOM``.

        The counter's row stays locked until the commit, so that a later position is never seen before an
        earlier one.
        """
        return self._raised(count, ROOM)

    def reserve_between(self, count: int) -> range:
        """So many new positions of what some consumers are not told: they move no step."""
        return self._raised(count, 1)

    def _raised(self, count: int, grain: int) -> range:
        if not count:
            return range(0)
        scope, number = self._scope, count * grain
        counter = raise_head(scope.dialect)
        ((head,),) = counter.fetch(scope.handle, (grain, number, scope.bucket, scope.tenant))
        return range(head - number + grain, head + grain, grain)

    def append(self, row: EntryRow, superseded: Sequence[int] = ()) -> int:
        """Append, forget the entries at the superseded positions, and return the new position."""
        scope, (position,) = self._scope, self.reserve(1)
        placed = (scope.bucket, scope.tenant, position, row.kind.value, self.minute, row.resource, row.note)
        append_entries(scope.dialect).run(scope.handle, [placed])
        self._forget(superseded)
        return position

    def _forget(self, positions: Sequence[int]) -> None:
        # Position 0 names no entry.
        scope = self._scope
        keys = [(scope.bucket, scope.tenant, position) for position in positions if position]
        forget_entries(scope.dialect).run(scope.handle, keys)
