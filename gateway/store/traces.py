"""Traces: where in the log a booking's facets moved last, and the rows of what others have left behind."""

from collections.abc import Sequence
from typing import NamedTuple

from gateway.booking import BookingId, CalendarId, SubjectId
from gateway.purpose import ALL_FACETS
from gateway.store.entries import EntryLog
from gateway.store.facets import Trace
from gateway.store.scope import TenantScope
from gateway.store.statements import LOOKUP_IDS
from gateway.store.trace_statements import (
    add_traces,
    delete_traces,
    forget_traces,
    leave_behind,
    lookup_traces,
    take_over_traces,
)

Row = tuple[CalendarId, BookingId]


class Step(NamedTuple):
    """Where a booking stood, None where it was not told; what moves of it; hashes of a copy's facets."""

    before: Trace | None
    moved: int = ALL_FACETS
    hashes: Sequence[bytes] = ()


#: Nothing was told of it before, and no other copy can tell it.
NEW = Step(None)


class Known(NamedTuple):
    """What was told of a booking, what it said (None: it is gone), and who booked."""

    trace: Trace
    epoch: int
    body: bytes | None
    subject: SubjectId | None


class TraceRows:
    """The traces of one tenant within one transaction."""

    def __init__(self, scope: TenantScope, log: EntryLog) -> None:
        self._scope = scope
        self._log = log

    def known(self, calendar: CalendarId, ids: Sequence[BookingId]) -> dict[BookingId, Known]:
        """Of bookings that were told, also of such as are gone by now."""
        scope, found = self._scope, dict[BookingId, Known]()
        lookup = lookup_traces(scope.dialect)
        for start in range(0, len(ids), LOOKUP_IDS):
            some = ids[start : start + LOOKUP_IDS]
            padded = (*some, *([""] * (LOOKUP_IDS - len(some))))
            rows = lookup.fetch(scope.handle, (scope.bucket, scope.tenant, calendar, *padded))
            for booking, epoch, body, subject, *trace in rows:
                found[booking] = Known(Trace._make(trace), epoch, body, subject)
        return found

    def take(self, steps: Sequence[Step]) -> list[Trace]:
        """Where bookings stand from now on: those of which only some moves before the others."""
        minute = self._log.minute
        whole = sum(step.moved == ALL_FACETS for step in steps)
        others, wholes = iter(self._log.reserve_between(len(steps) - whole)), iter(self._log.reserve(whole))
        return [
            Trace.anew(minute, next(wholes), hashes)
            if before is None or moved == ALL_FACETS
            else before.on(minute, next(others), moved, hashes)
            for before, moved, hashes in steps
        ]

    def record(self, rows: Sequence[Row], steps: Sequence[Step], traces: Sequence[Trace]) -> None:
        """Keep what is left behind where bookings move on."""
        stepped = [
            (row, step.before, trace)
            for row, step, trace in zip(rows, steps, traces, strict=True)
            if step.before is not None
        ]
        self.drop([row for row, before, trace in stepped if _has_rows(before) and trace.moved == ALL_FACETS])
        partly = [one for one in stepped if one[2].moved != ALL_FACETS]
        scope = self._scope
        older = [
            (ALL_FACETS ^ trace.moved, trace.moved, *self._key(row))
            for row, before, trace in partly
            if _has_rows(before)
        ]
        leave_behind(scope.dialect).run(scope.handle, older)
        forget_traces(scope.dialect).run(scope.handle, [row[2:] for row in older])
        left = [
            (*self._key(row), before.position, before.minute, still, trace.moved)
            for row, before, trace in partly
            if (still := before.moved & ~trace.moved)
        ]
        add_traces(scope.dialect).run(scope.handle, left)

    def take_over(self, pairs: Sequence[tuple[Row, Row]]) -> None:
        """Let what the first of each two has left behind be the second's."""
        scope = self._scope
        self.drop([heir for _, heir in pairs])
        rows = [(*heir, *self._key(row)) for row, heir in pairs]
        take_over_traces(scope.dialect).run(scope.handle, rows)

    def drop(self, rows: Sequence[Row]) -> None:
        """Nothing is left behind where all of a booking has moved, or nothing is told of it."""
        delete_traces(self._scope.dialect).run(self._scope.handle, [self._key(row) for row in rows])

    def _key(self, row: Row) -> tuple[int, str, CalendarId, BookingId]:
        return (self._scope.bucket, self._scope.tenant, *row)


def _has_rows(trace: Trace) -> bool:
    return trace.moved != ALL_FACETS
