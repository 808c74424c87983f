"""Bookings: sealed bodies, keyed fingerprints, one row per item of a calendar."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, TextClause, func, select

from gateway.booking import BookingId, CalendarId, EventUid, ResourceId, SeriesId, SubjectId
from gateway.errors import Unreadable
from gateway.purpose import Minimized
from gateway.store.entries import EntryLog
from gateway.store.facets import HASH_BYTES, Trace, moved
from gateway.store.scope import Scope
from gateway.store.statement import LOOKUP_IDS, ids_for
from gateway.store.statements import (
    delete_bookings,
    empty_bookings,
    lookup_bookings,
    mark_seen,
    remove_bookings,
    write_rows,
)
from gateway.store.tables import OF_SERIES, bookings
from gateway.store.traces import NEW, Step, TraceRows
from gateway.store.traces import Known as KnownTrace
from gateway.vault.columns import SealedColumn

KEY_VERSION = 1

#: Columns that hold a draft's member of the same name.
_OF_DRAFTS = ("id", "resource", "fingerprint", "series", "uid", "told_as")
_MAY_BE_EMPTY = [column.name for column in bookings.c if column.nullable]

#: Fingerprints of what is stored. None: it was removed, and the removal may still be asked for.
Known = dict[BookingId, bytes | None]


class Recognized(NamedTuple):
    """An enrolled subject who booked, and what seals that under their own key."""

    subject: SubjectId
    column: SealedColumn


class Draft(msgspec.Struct, frozen=True, gc=False):
    """A booking as it will be stored. ``id`` is its row's; ``told_as`` another that it is told under.

    ``packed`` is what it says, as it is sealed.
    ``facets`` tells what each facet of a booking shows, of this one and of what it was, by whose it is.
    ``booker`` is what is told of who booked, where they are recognized; the body holds none of it.
    """

    id: BookingId
    resource: ResourceId
    packed: bytes
    fingerprint: bytes
    facets: Callable[[Minimized, SubjectId | None], Iterable[bytes]]
    series: SeriesId | None = None
    uid: EventUid | None = None
    told_as: BookingId | None = None
    booker: str | None = None
    recognized: Recognized | None = None

    @property
    def subject(self) -> SubjectId | None:
        """Who booked, by our id."""
        return None if self.recognized is None else self.recognized.subject

    @property
    def minimized(self) -> Minimized:
        """What it says."""
        return Minimized.unpacked(self.packed)


class _End(msgspec.Struct):
    end: datetime


class Placement(NamedTuple):
    """Where bookings stand: their calendar, and the round that met them."""

    calendar: CalendarId
    generation: int


#: By their names.
Columns = dict[str, Sequence[Any]]


def _columns(names: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> Columns:
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def _sealed_booker(draft: Draft, epoch: int) -> tuple[SubjectId | None, bytes | None]:
    if draft.booker is None or draft.recognized is None:
        return None, None
    subject, column = draft.recognized
    return subject, column.seal(draft.id, epoch, draft.booker.encode())


class BookingRows:
    """The bookings of one tenant within one transaction."""

    def __init__(self, scope: Scope, log: EntryLog) -> None:
        self._scope = scope
        self._log = log
        self._traces = TraceRows(scope, log)
        self._body = scope.keys.column("bookings", "body")

    def known(self, calendar: CalendarId, ids: Sequence[BookingId]) -> Known:
        """What is stored under these ids, removals included."""
        scope, found = self._scope, Known()
        lookup = lookup_bookings(scope.dialect)
        for start in range(0, len(ids), LOOKUP_IDS):
            some = ids_for(scope.dialect, ids[start : start + LOOKUP_IDS])
            found.update(lookup.fetch(scope.handle, (scope.bucket, scope.tenant, calendar, *some)))
        return found

    def put(self, at: Placement, drafts: Sequence[Draft], new: Collection[BookingId] = ()) -> None:
        """Store what changed, each at a new position of the log. Of ``new`` ones nothing was stored."""
        if not drafts:
            return
        known = self._traces.known(at.calendar, [draft.id for draft in drafts if draft.id not in new])
        steps = [self._step(draft, known.get(draft.id)) for draft in drafts]
        places = self._traces.take(steps)
        self._traces.record([(at.calendar, draft.id) for draft in drafts], steps, places)
        self._write(at, drafts, places)

    def put_at(self, at: Placement, drafts: Sequence[Draft], positions: Sequence[int]) -> None:
        """Store copies at these positions of the log, where nobody is told anything by it."""
        minute = self._log.minute
        places = [
            Trace.anew(minute, position, hashes) if position else Trace.silent(hashes)
            for hashes, position in zip(map(self._hashes, drafts), positions, strict=True)
        ]
        self._traces.drop([(at.calendar, draft.id) for draft in drafts])
        self._write(at, drafts, places)

    def remove(self, calendar: CalendarId, ids: Sequence[BookingId]) -> None:
        """Empty rows, each at a new position; the empty row tells the removal, and only once."""
        if not ids:
            return
        scope, positions = self._scope, self._log.reserve(len(ids))
        keys = [(scope.bucket, scope.tenant, calendar, booking) for booking in ids]
        rows = [
            (self._log.minute, position, position, *key)
            for position, key in zip(positions, keys, strict=True)
        ]
        remove_bookings(scope.dialect).run(scope.handle, rows)
        self._traces.drop([(calendar, booking) for booking in ids])

    def delete(self, calendar: CalendarId, ids: Sequence[BookingId]) -> None:
        """Delete rows that nobody was told of."""
        scope = self._scope
        keys = [(scope.bucket, scope.tenant, calendar, booking) for booking in ids]
        delete_bookings(scope.dialect).run(scope.handle, keys)
        self._traces.drop([(calendar, booking) for booking in ids])

    def _write(self, at: Placement, drafts: Sequence[Draft], places: Sequence[Trace]) -> None:
        if not drafts:
            return
        columns = self._columns(at, drafts, places)
        # A driver takes longer to bind nothing than to bind something, and most of these are empty.
        empty = frozenset(name for name in _MAY_BE_EMPTY if columns[name].count(None) == len(drafts))
        filled = [columns[one.name] for one in bookings.columns if one.name not in empty]
        write_rows(bookings, self._scope.handle, list(zip(*filled, strict=True)), empty)

    def _columns(self, at: Placement, drafts: Sequence[Draft], places: Sequence[Trace]) -> Columns:
        """What is to stand in each column."""
        scope = self._scope
        same = {
            "bucket": scope.bucket,
            "tenant": scope.tenant,
            "calendar": at.calendar,
            "epoch": scope.epoch,
            "authorization": scope.person,
            "generation": at.generation,
        }
        return {
            **{name: (value,) * len(drafts) for name, value in same.items()},
            **_columns(_OF_DRAFTS, map(attrgetter(*_OF_DRAFTS), drafts)),
            "body": self._body.seal_all(scope.epoch, [(one.id, one.packed) for one in drafts]),
            **_columns(("subject", "booker"), (_sealed_booker(one, scope.epoch) for one in drafts)),
            **_columns(Trace._fields, places),
        }

    def mark_seen(self, at: Placement, ids: Iterable[BookingId]) -> None:
        """Let unchanged bookings pass into the round's generation."""
        scope = self._scope
        keys = [(at.generation, scope.bucket, scope.tenant, at.calendar, booking) for booking in ids]
        mark_seen(scope.dialect).run(scope.handle, keys)

    def forget(self, calendar: CalendarId, ids: Sequence[BookingId]) -> None:
        """Empty rows and make no news of it: consumers drop what lies in the past by themselves.

        Who has yet to be told of the newest change, which may have moved it there, is told of its removal.
        """
        scope = self._scope
        keys = [(scope.bucket, scope.tenant, calendar, booking) for booking in ids]
        empty_bookings(scope.dialect).run(scope.handle, keys)

    def unseen(self, calendar: CalendarId, generation: int) -> set[BookingId]:
        """Present bookings that no page of this generation met."""
        return self._present(calendar, bookings.c.generation < generation)

    def present(self, calendar: CalendarId) -> set[BookingId]:
        """All bookings of a calendar that stand."""
        return self._present(calendar)

    def of_series(self, calendar: CalendarId, series: Collection[SeriesId]) -> set[BookingId]:
        """Bookings that stand and belong to one of these series."""
        found, some = set[BookingId](), sorted(series)
        for start in range(0, len(some), LOOKUP_IDS):
            named = bookings.c.series.in_(some[start : start + LOOKUP_IDS])
            found |= self._present(calendar, OF_SERIES, named)
        return found

    def count(self, calendar: CalendarId) -> int:
        """How many bookings of a calendar stand."""
        standing = select(func.count()).where(self._of(calendar), bookings.c.body.is_not(None))
        return int(self._scope.handle.execute(standing).scalar_one())

    def bodies(self, calendar: CalendarId) -> dict[BookingId, Minimized]:
        """What every booking of a calendar that stands says, as it was encoded."""
        standing = select(bookings.c.id, bookings.c.epoch, bookings.c.body).where(
            self._of(calendar), bookings.c.body.is_not(None)
        )
        rows = self._scope.handle.execute(standing).all()
        return {BookingId(booking): self._opened(booking, epoch, body) for booking, epoch, body in rows}

    def booked(self, calendar: CalendarId) -> set[BookingId]:
        """Bookings of a calendar that stand and have a booker."""
        return self._present(calendar, bookings.c.booker.is_not(None))

    def ends(self, calendar: CalendarId, ids: Sequence[BookingId]) -> dict[BookingId, datetime]:
        """When stored bookings end, aware UTC; removed ones are left out."""
        scope, found = self._scope, dict[BookingId, datetime]()
        columns = select(bookings.c.id, bookings.c.epoch, bookings.c.body)
        for start in range(0, len(ids), LOOKUP_IDS):
            some = bookings.c.id.in_(ids[start : start + LOOKUP_IDS])
            for booking, epoch, body in scope.handle.execute(
                columns.where(self._of(calendar), some, bookings.c.body.is_not(None))
            ):
                opened = self._opened(booking, epoch, body)
                found[booking] = msgspec.json.decode(opened.body, type=_End).end
        return found

    def _step(self, draft: Draft, known: KnownTrace | None) -> Step:
        if known is None and draft.told_as is None:
            return NEW
        hashes = self._hashes(draft)
        if known is None or known.body is None:
            return Step(known and known.trace, hashes=hashes)
        try:
            before = self._opened(draft.id, known.epoch, known.body)
        except Unreadable:
            # What it was does not show any more, so all of it moves.
            return Step(known.trace, hashes=hashes)
        was = draft.facets(before, known.subject)
        return Step(known.trace, moved(was, draft.facets(draft.minimized, draft.subject)), hashes)

    def _hashes(self, draft: Draft) -> list[bytes]:
        """Of a copy, which others are to be compared with where no key is at hand."""
        if draft.told_as is None:
            return []
        index, told_as = self._scope.keys.index, draft.told_as.encode()
        return [
            index.digest("facet", bytes([number]) + told_as + shown)[:HASH_BYTES]
            for number, shown in enumerate(draft.facets(draft.minimized, draft.subject))
        ]

    def _opened(self, booking: BookingId, epoch: int, body: bytes) -> Minimized:
        return Minimized.unpacked(self._body.open(booking, epoch, body))

    def _present(self, calendar: CalendarId, *conditions: ColumnElement[bool] | TextClause) -> set[BookingId]:
        standing = select(bookings.c.id).where(self._of(calendar), bookings.c.body.is_not(None), *conditions)
        return {BookingId(row[0]) for row in self._scope.handle.execute(standing)}

    def _of(self, calendar: CalendarId) -> ColumnElement[bool]:
        return self._scope.own(bookings) & (bookings.c.calendar == calendar)
