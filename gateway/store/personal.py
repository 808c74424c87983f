"""What persons' calendars tell: one copy of each booking, and none that the place's own calendar knows.

Also where it says only that the event is gone: the place's own calendar is believed.
"""

from collections.abc import Sequence

from sqlalchemy import select, update

from gateway.booking import BookingId, CalendarId
from gateway.errors import GatewayError
from gateway.store.bookings import BookingRows, Draft, Placement
from gateway.store.scope import Scope
from gateway.store.tables import bookings, calendars, resources
from gateway.store.told import SILENT, Told, few

#: Of one person's calendar. Their fence moves them all in one transaction.
BOOKINGS_MAX = 5_000


class TooManyBookings(GatewayError):
    """A calendar holds more than one person's meetings can be."""


class PersonalRows:
    """The bookings of persons' calendars within one transaction."""

    def __init__(self, scope: Scope, told: Told, rows: BookingRows) -> None:
        self._scope = scope
        self._told = told
        self._rows = rows

    def unclaimed(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Those of which the place's own calendar says nothing, of resources that are still there."""
        claimed, standing = set[tuple[str, str]](), set[str]()
        for some in few({draft.resource for draft in drafts}):
            there = self._scope.own(resources) & resources.c.body.is_not(None) & resources.c.id.in_(some)
            standing.update(self._scope.handle.execute(select(resources.c.id).where(there)).scalars())
        for some in few(_uids(drafts)):
            own = select(bookings.c.resource, bookings.c.uid).where(
                self._scope.own(bookings), bookings.c.uid.in_(some), bookings.c.authorization.is_(None)
            )
            claimed.update((resource, uid) for resource, uid in self._scope.handle.execute(own))
        return [
            draft
            for draft in drafts
            if draft.resource in standing and (draft.resource, draft.uid) not in claimed
        ]

    def interrupt(self) -> None:
        """End the leases on persons' calendars: turns under way go by what a place was before."""
        theirs = self._scope.own(calendars) & calendars.c.resource.is_(None)
        freed = {"fencing": calendars.c.fencing + 1, "lease_until": 0, "lease_owner": None}
        self._scope.handle.execute(update(calendars).where(theirs).values(freed))

    def put(self, at: Placement, drafts: Sequence[Draft]) -> None:
        """Store what changed; what another copy tells already, silently."""
        told: dict[BookingId | None, tuple[CalendarId, BookingId]] = {
            copy.told_as: (copy.calendar, copy.id)
            for copy in self._told.of_uids(_uids(drafts))
            if copy.is_told
        }
        news, silent = list[Draft](), list[Draft]()
        for draft in drafts:
            row = (at.calendar, draft.id)
            (news if told.setdefault(draft.told_as, row) == row else silent).append(draft)
        self._rows.put(at, news)
        self._rows.put_at(at, silent, [SILENT] * len(silent))
        if drafts and self._rows.count(at.calendar) > BOOKINGS_MAX:
            raise TooManyBookings("A person's calendar names resources too often; this page was not stored.")

    def rewrite(self, at: Placement, drafts: Sequence[Draft]) -> None:
        """Store in other words what is known already; told anew only where it is told."""
        copies = {copy.id: copy for copy in self._told.of_calendar(at.calendar, [one.id for one in drafts])}
        self._rows.put(at, [draft for draft in drafts if copies[draft.id].is_told])
        others = [draft for draft in drafts if not copies[draft.id].is_told]
        self._rows.put_at(at, others, [copies[draft.id].position for draft in others])

    def remove(self, calendar: CalendarId, ids: Sequence[BookingId]) -> None:
        """Take bookings away; another copy is told instead, if there is one."""
        copies = self._told.of_calendar(calendar, ids)
        passed_on = self._told.pass_on(copies)
        told = (copy for copy in copies if copy.position != SILENT)
        gone = [copy.id for copy in told if copy.told_as not in passed_on]
        self._rows.remove(calendar, gone)
        self._rows.delete(calendar, sorted({copy.id for copy in copies}.difference(gone)))

    def forget(self, calendar: CalendarId, ids: Sequence[BookingId]) -> None:
        """Drop, silently, what has aged out; another copy may still be ahead, and is told instead."""
        copies = self._told.of_calendar(calendar, ids)
        passed_on = self._told.pass_on([copy for copy in copies if copy.is_told])
        untold = {
            copy.id
            for copy in copies
            if copy.position == SILENT or (copy.is_told and copy.told_as in passed_on)
        }
        self._rows.delete(calendar, sorted(untold))
        self._rows.forget(calendar, sorted({copy.id for copy in copies} - untold))

    def give_way(self, drafts: Sequence[Draft]) -> None:
        """Take away what persons' calendars said of what the place's own calendar tells."""
        uids = _uids(drafts)
        if not uids:
            return
        claimed = {(draft.resource, draft.uid) for draft in drafts}
        for copy in self._told.of_uids(uids):
            if (copy.resource, copy.uid) not in claimed:
                continue
            if copy.is_told:
                self._rows.remove(copy.calendar, [copy.id])
            elif copy.position == SILENT:
                self._rows.delete(copy.calendar, [copy.id])
            else:
                # Its person's authorization does not serve: its removal was told before.
                self._rows.forget(copy.calendar, [copy.id])


def _uids(drafts: Sequence[Draft]) -> set[str]:
    return {draft.uid for draft in drafts if draft.uid is not None}
