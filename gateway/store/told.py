"""Which copy of a booking is told, of all that persons' calendars hold. Needs no key.

Copies are found by their event's ``uid``. One that is not told stands at position 0, and takes over without a
word of removal where the one that was told goes.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, literal_column, select, update

from gateway.authorization import SERVING
from gateway.booking import BookingId, CalendarId, EventUid
from gateway.store.entries import EntryLog
from gateway.store.scope import TenantScope
from gateway.store.statements import LOOKUP_IDS
from gateway.store.tables import authorizations, bookings

#: The position of what is not told, because another copy is.
SILENT = 0


class Copy(NamedTuple):
    """A row of a person's calendar that stands. ``serves``: whether its authorization lets it be told."""

    id: BookingId
    calendar: CalendarId
    resource: str
    uid: EventUid | None
    position: int
    serves: bool

    @property
    def is_told(self) -> bool:
        return self.serves and self.position != SILENT


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

    def pass_on(self, copy: Copy) -> bool:
        """Let another person's copy be told from now on, if there is one."""
        heirs = [other for other in self._others(copy) if other.serves]
        if heirs:
            self._move(min(heirs), self._log.reserve(1))
        return bool(heirs)

    def withhold(self, calendar: CalendarId) -> None:
        """Its authorization does not serve any more: tell so of each booking, or let another copy be told.

        What is stored stays as it is: only how it is read has changed.
        """
        for copy in self.of_calendar(calendar):
            if copy.position != SILENT:
                self._move(copy, SILENT if self.pass_on(copy) else self._log.reserve(1))

    def restore(self, calendar: CalendarId) -> None:
        """Its authorization serves again: tell each booking that no other copy tells."""
        for copy in self.of_calendar(calendar):
            is_told = any(other.is_told for other in self._others(copy))
            self._move(copy, SILENT if is_told else self._log.reserve(1))

    def _others(self, copy: Copy) -> list[Copy]:
        """Other calendars' copies of the same booking."""
        found = [] if copy.uid is None else self.of_uids({copy.uid})
        return [other for other in found if other.id == copy.id and other.calendar != copy.calendar]

    def _move(self, copy: Copy, position: int) -> None:
        scope = self._scope
        one = scope.own(bookings) & (bookings.c.calendar == copy.calendar) & (bookings.c.id == copy.id)
        scope.handle.execute(update(bookings).where(one).values(position=position, minute=self._log.minute))

    def _where(self, condition: ColumnElement[bool]) -> list[Copy]:
        rows = self._scope.handle.execute(_COPIES.where(self._scope.own(bookings), condition))
        return [Copy._make(row) for row in rows]


def few(names: Iterable[str]) -> Iterable[list[str]]:
    """So many at a time as one statement looks up."""
    in_order = sorted(names)
    for start in range(0, len(in_order), LOOKUP_IDS):
        yield in_order[start : start + LOOKUP_IDS]
