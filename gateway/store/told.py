"""Which copy of a booking is told, of all that persons' calendars hold. Needs no key.

Copies are found by their event's ``uid``, and one calendar may hold several. One that is not told stands at
position 0, and takes over without a word of removal where the one that was told goes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, literal_column, select

from gateway.authorization import SERVING
from gateway.booking import BookingId, CalendarId, EventUid
from gateway.store.entries import EntryLog
from gateway.store.facets import Trace, hashes_of, moved
from gateway.store.scope import TenantScope
from gateway.store.statement import LOOKUP_IDS
from gateway.store.statements import place_bookings
from gateway.store.tables import authorizations, bookings
from gateway.store.traces import Row, Step, TraceRows

#: The position of what is not told, because another copy is.
SILENT = 0


class Copy(NamedTuple):
    """A row of a person's calendar that stands, and the id it is told under.

    ``serves``: whether its authorization lets it be told.
    """

    id: BookingId
    calendar: CalendarId
    told_as: BookingId
    resource: str
    uid: EventUid | None
    fingerprint: bytes
    minute: int
    position: int
    whole: int
    moved: int
    facets: bytes | None
    serves: bool

    @property
    def is_told(self) -> bool:
        return self.serves and self.position != SILENT

    @property
    def trace(self) -> Trace:
        return Trace(self.minute, self.position, self.whole, self.moved, self.facets)

    @property
    def hashes(self) -> list[bytes]:
        return hashes_of(self.facets)

    @property
    def row(self) -> Row:
        return self.calendar, self.id


class Heir(NamedTuple):
    """A copy that is told instead of one that was."""

    copy: Copy
    heir: Copy


_SERVES = authorizations.c.state.in_([literal_column(f"'{state}'") for state in sorted(SERVING)])
_COPIES = (
    select(*(bookings.c[name] for name in Copy._fields[:-1]), _SERVES.label("serves"))
    .join_from(
        bookings,
        authorizations,
        and_(
            authorizations.c.bucket == bookings.c.bucket,
            authorizations.c.tenant == bookings.c.tenant,
            authorizations.c.id == bookings.c.authorization,
        ),
    )
    .where(bookings.c.body.is_not(None))
)


class Told:
    """The copies of one tenant within one transaction."""

    def __init__(self, scope: TenantScope, log: EntryLog) -> None:
        self._scope = scope
        self._traces = TraceRows(scope, log)

    def of_calendar(self, calendar: CalendarId, ids: Collection[BookingId] | None = None) -> list[Copy]:
        """A calendar's copies: all, or those of these ids."""
        here = bookings.c.calendar == calendar
        if ids is None:
            return self._where(here)
        return [copy for some in few(ids) for copy in self._where(here & bookings.c.id.in_(some))]

    def of_uids(self, uids: Collection[str]) -> list[Copy]:
        """All copies of these events, in whichever calendars."""
        return [copy for some in few(uids) for copy in self._where(bookings.c.uid.in_(some))]

    def pass_on(self, copies: Collection[Copy]) -> set[BookingId]:
        """Let other copies be told instead of these, which are one calendar's. Under which ids there are any.

        One that says the same stands where the other stood: nothing has changed of what is told. One that
        differs moves in those facets alone.
        """
        heirs = defaultdict[BookingId, list[Copy]](list)
        for other in self._others(copies):
            if other.serves:
                heirs[other.told_as].append(other)
        differing, alike = list[Heir](), list[Heir]()
        for copy in copies:
            if copy.position == SILENT or copy.told_as not in heirs:
                continue
            same = [heir for heir in heirs[copy.told_as] if heir.fingerprint == copy.fingerprint]
            (alike if same else differing).append(Heir(copy, min(same or heirs[copy.told_as])))
        self._traces.take_over([(copy.row, heir.row) for copy, heir in alike + differing])
        self._place((heir, copy.trace) for copy, heir in alike)
        self._move_on(differing)
        return set(heirs)

    def withhold(self, calendar: CalendarId) -> None:
        """Its authorization does not serve any more: tell so of each booking, or let another copy be told.

        What is stored stays as it is: only how it is read has changed.
        """
        copies = self.of_calendar(calendar)
        passed_on = self.pass_on(copies)
        told = [copy for copy in copies if copy.position != SILENT]
        self._silence(copy for copy in told if copy.told_as in passed_on)
        self._tell([copy for copy in told if copy.told_as not in passed_on])

    def restore(self, calendar: CalendarId) -> None:
        """Its authorization serves again: tell each booking that no other copy tells."""
        copies = self.of_calendar(calendar)
        told = {other.told_as for other in self._others(copies) if other.is_told}
        # One of each: a calendar may hold several of the same.
        telling = {copy.told_as: copy.id for copy in copies if copy.told_as not in told}
        self._silence(copy for copy in copies if telling.get(copy.told_as) != copy.id)
        self._tell([copy for copy in copies if telling.get(copy.told_as) == copy.id])

    def _others(self, copies: Collection[Copy]) -> list[Copy]:
        """All other copies of the same bookings. All at once: there may be thousands."""
        own = {(copy.id, copy.calendar) for copy in copies}
        ids = {copy.told_as for copy in copies}
        found = self.of_uids({copy.uid for copy in copies if copy.uid is not None})
        return [other for other in found if other.told_as in ids and (other.id, other.calendar) not in own]

    def _move_on(self, heirs: Sequence[Heir]) -> None:
        steps = [Step(copy.trace, moved(copy.hashes, heir.hashes), heir.hashes) for copy, heir in heirs]
        places = self._traces.take(steps)
        self._traces.record([heir.row for _, heir in heirs], steps, places)
        self._place((heir, place) for (_, heir), place in zip(heirs, places, strict=True))

    def _tell(self, copies: Sequence[Copy]) -> None:
        """All of them anew, as what was not told or is told no more."""
        places = self._traces.take([Step(None, hashes=copy.hashes) for copy in copies])
        self._traces.drop([copy.row for copy in copies])
        self._place(zip(copies, places, strict=True))

    def _silence(self, copies: Iterable[Copy]) -> None:
        silenced = list(copies)
        self._traces.drop([copy.row for copy in silenced])
        self._place((copy, Trace.silent(copy.hashes)) for copy in silenced)

    def _place(self, placed: Iterable[tuple[Copy, Trace]]) -> None:
        scope = self._scope
        rows = [(*place, scope.bucket, scope.tenant, *copy.row) for copy, place in placed]
        place_bookings(scope.dialect).run(scope.handle, rows)

    def _where(self, condition: ColumnElement[bool]) -> list[Copy]:
        rows = self._scope.handle.execute(_COPIES.where(self._scope.own(bookings), condition))
        return [Copy._make(row) for row in rows]


def few(names: Iterable[str]) -> Iterable[list[str]]:
    """So many at a time as one statement looks up."""
    in_order = sorted(names)
    for start in range(0, len(in_order), LOOKUP_IDS):
        yield in_order[start : start + LOOKUP_IDS]
