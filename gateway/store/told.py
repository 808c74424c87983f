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
from gateway.store.scope import TenantScope
from gateway.store.statements import LOOKUP_IDS, place_bookings
from gateway.store.tables import authorizations, bookings

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
    position: int
    minute: int
    fingerprint: bytes
    serves: bool

    @property
    def is_told(self) -> bool:
        return self.serves and self.position != SILENT


class Placed(NamedTuple):
    """Where a copy is to stand in the log."""

    minute: int
    position: int
    copy: Copy


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
        self._log = log

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

        One that says the same stands where the other stood: nothing has changed of what is told.
        """
        heirs = defaultdict[BookingId, list[Copy]](list)
        for other in self._others(copies):
            if other.serves:
                heirs[other.told_as].append(other)
        differing, alike = list[Copy](), list[Placed]()
        for copy in copies:
            if copy.position == SILENT:
                continue
            same = [heir for heir in heirs.get(copy.told_as, []) if heir.fingerprint == copy.fingerprint]
            if same:
                alike.append(Placed(copy.minute, copy.position, min(same)))
            elif copy.told_as in heirs:
                differing.append(min(heirs[copy.told_as]))
        self._place(alike)
        self._tell(differing)
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

    def _tell(self, copies: Sequence[Copy]) -> None:
        if copies:
            first = self._log.reserve(len(copies))
            self._place(Placed(self._log.minute, at, copy) for at, copy in enumerate(copies, first))

    def _silence(self, copies: Iterable[Copy]) -> None:
        self._place(Placed(self._log.minute, SILENT, copy) for copy in copies)

    def _place(self, placed: Iterable[Placed]) -> None:
        scope = self._scope
        of_tenant = (scope.bucket, scope.tenant)
        rows = [(minute, at, *of_tenant, copy.calendar, copy.id) for minute, at, copy in placed]
        place_bookings(scope.dialect).run(scope.handle, rows)

    def _where(self, condition: ColumnElement[bool]) -> list[Copy]:
        rows = self._scope.handle.execute(_COPIES.where(self._scope.own(bookings), condition))
        return [Copy._make(row) for row in rows]


def few(names: Iterable[str]) -> Iterable[list[str]]:
    """So many at a time as one statement looks up."""
    in_order = sorted(names)
    for start in range(0, len(in_order), LOOKUP_IDS):
        yield in_order[start : start + LOOKUP_IDS]
