"""Calendars: what reading one needs, sealed, how far it has been read, and what it tells of."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, Update, bindparam, delete, select, update

from gateway.booking import CalendarId, Freshness, ResourceId
from gateway.store import leases
from gateway.store.leases import Lease
from gateway.store.scope import Scope
from gateway.store.states import NOT_READ_YET
from gateway.store.tables import calendars
from gateway.store.withdrawals import NEVER

NO_CURSOR = {"cursor": None, "cursor_epoch": None}
#: A person's own calendar is none of these.
OF_A_PLACE = calendars.c.resource.is_not(None)


class CalendarRow(NamedTuple):
    """One calendar as a turn finds it. Times are epoch milliseconds; ``details`` is the caller's encoding.

    ``resource`` is None for a person's own calendar.
    """

    id: CalendarId
    resource: ResourceId | None
    details: bytes
    cursor: bytes | None
    generation: int
    completed_at: int | None
    full_at: int | None
    braked: bool
    reason: str | None


# Built once: that takes longer than running it, and every poll begins with it.
_LOAD = select(calendars).where(
    *(calendars.c[name] == bindparam(name) for name in ("bucket", "tenant", "id"))
)


class CalendarRows:
    """The calendars of one tenant within one transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._details = scope.keys.column("calendars", "details")
        self._cursor = scope.keys.column("calendars", "cursor")

    def resources(self) -> dict[CalendarId, ResourceId]:
        """Every calendar of a place, and the resource that it tells of."""
        columns = select(calendars.c.id, calendars.c.resource).where(OF_A_PLACE)
        rows = self._scope.handle.execute(columns.where(self._scope.own(calendars)))
        return {CalendarId(calendar): ResourceId(resource) for calendar, resource in rows}

    def add(self, calendar: CalendarId, resource: ResourceId | None, details: bytes) -> None:
        """Register a calendar, due at once. It is unknown until it has been read in full."""
        scope = self._scope
        scope.handle.execute(
            calendars.insert().values(
                bucket=scope.bucket,
                tenant=scope.tenant,
                id=calendar,
                authorization=scope.authorization,
                resource=resource,
                epoch=scope.epoch,
                details=self._details.seal(calendar, scope.epoch, details),
                due_at=scope.now,
                # One of this id may have been here before: no lease on that one is a lease on this.
                fencing=scope.now,
                freshness=Freshness.UNKNOWN,
                since=scope.now,
                freshness_reason=NOT_READ_YET,
            )
        )

    def describe(self, calendar: CalendarId, details: bytes) -> None:
        """Replace what reading it needs; the next round is a full one.

        A turn under way reads by what was there before, so its lease ends here.
        """
        scope = self._scope
        sealed = self._details.seal(calendar, scope.epoch, details)
        values = {"epoch": scope.epoch, "details": sealed, "full_at": None, "due_at": scope.now, **NO_CURSOR}
        freed = {"fencing": calendars.c.fencing + 1, "lease_until": 0, "lease_owner": None}
        scope.handle.execute(self._one(calendar).values(values | freed))

    def drop(self, calendar: CalendarId) -> None:
        """Forget a calendar. What its resource's state is without it has to be told."""
        scope = self._scope
        scope.handle.execute(delete(calendars).where(scope.own(calendars), calendars.c.id == calendar))

    def load(self, calendar: CalendarId) -> CalendarRow | None:
        """The calendar with its secrets opened, or None if it was dropped."""
        scope = self._scope
        key = {"bucket": scope.bucket, "tenant": scope.tenant, "id": calendar}
        found = scope.handle.execute(_LOAD, key)
        row = found.one_or_none()
        if row is None:
            return None
        cursor = None if row.cursor is None else self._cursor.open(calendar, row.cursor_epoch, row.cursor)
        return CalendarRow(
            calendar,
            row.resource,
            self._details.open(calendar, row.epoch, row.details),
            cursor,
            row.generation,
            row.completed_at,
            row.full_at,
            bool(row.braked),
            row.reason,
        )

    def unread_since(self, before: int) -> dict[CalendarId, bytes]:
        """Details of the authorization's calendars that were last read completely before then, or never."""
        return self.details(calendars.c.completed_at.is_(None) | (calendars.c.completed_at < before))

    def fresh_since(self, at: int) -> set[CalendarId]:
        """Places' calendars that were read completely since then (epoch milliseconds) and are fresh."""
        known = (calendars.c.completed_at >= at) & (calendars.c.freshness == Freshness.FRESH)
        found = select(calendars.c.id).where(self._scope.own(calendars), OF_A_PLACE, known)
        return {CalendarId(one) for one in self._scope.handle.execute(found).scalars()}

    def details(self, *conditions: ColumnElement[bool]) -> dict[CalendarId, bytes]:
        """Details of every calendar of the authorization."""
        scope = self._scope
        mine = scope.own(calendars) & (calendars.c.authorization == scope.authorization)
        columns = select(calendars.c.id, calendars.c.epoch, calendars.c.details)
        rows = scope.handle.execute(columns.where(mine, *conditions)).all()
        return {CalendarId(row.id): self._details.open(row.id, row.epoch, row.details) for row in rows}

    def notified_at(self, calendar: CalendarId) -> int | None:
        """When its provider last told us to look, epoch milliseconds.

        What it tells next waits for the commit, and comes after it.
        """
        one = self._scope.own(calendars) & (calendars.c.id == calendar)
        locked = select(calendars.c.notified_at).where(one).with_for_update()
        found: int | None = self._scope.handle.execute(locked).scalar()
        return found

    def is_being_read(self, calendar: CalendarId) -> bool:
        """Whether a turn holds its lease."""
        one = self._scope.own(calendars) & (calendars.c.id == calendar)
        leased = calendars.c.lease_until > self._scope.now
        return self._scope.handle.execute(select(calendars.c.id).where(one, leased)).first() is not None

    def read_anew(self) -> None:
        """Let all calendars of the tenant be read in full: who is recognized or told of has changed.

        A turn under way goes by what was before, so its lease ends here.
        """
        scope = self._scope
        freed = {"fencing": calendars.c.fencing + 1, "lease_until": 0, "lease_owner": None}
        own = update(calendars).where(scope.own(calendars))
        scope.handle.execute(own.values(freed | NO_CURSOR))
        # A suspended person's calendar is not read until they connect again.
        scope.handle.execute(own.where(calendars.c.due_at != NEVER).values(due_at=scope.now))

    def hasten_persons(self, pause: int) -> None:
        """Let people's calendars be read so many milliseconds after they were, if no provider keeps us away.

        A suspended person's calendar is not read until they connect again.
        """
        read_again = calendars.c.completed_at + pause
        later = (calendars.c.due_at > read_again) & (calendars.c.due_at != NEVER)
        theirs = self._scope.own(calendars) & ~OF_A_PLACE & (calendars.c.attempts == 0)
        self._scope.handle.execute(update(calendars).where(theirs, later).values(due_at=read_again))

    def begin_full_round(self, lease: Lease, generation: int) -> None:
        """Open a new generation: the cursor of the old one no longer stands for what is stored."""
        leases.keep(self._scope, calendars, lease, generation=generation, **NO_CURSOR)

    def keep(self, lease: Lease) -> None:
        """Prove and prolong the lease. Raises Fenced if it was lost."""
        leases.keep(self._scope, calendars, lease)

    def rules(self) -> dict[CalendarId, bytes | None]:
        """What the rows of every calendar of the authorization obey; None where no round was completed."""
        scope = self._scope
        mine = scope.own(calendars) & (calendars.c.authorization == scope.authorization)
        rows = scope.handle.execute(select(calendars.c.id, calendars.c.rules).where(mine))
        return {CalendarId(calendar): rules for calendar, rules in rows}

    def obeyed(self, calendar: CalendarId) -> bytes | None:
        """What the rows of a calendar obey; None where no round was completed."""
        one = self._scope.own(calendars) & (calendars.c.id == calendar)
        found: bytes | None = self._scope.handle.execute(select(calendars.c.rules).where(one)).scalar()
        return found

    def obey(self, calendar: CalendarId, rules: bytes) -> None:
        """Note what the rows of a calendar obey from this transaction on; the next round is a full one.

        A turn under way may have told already what was just taken away: it would not tell it again.
        """
        freed = {"fencing": calendars.c.fencing + 1, "lease_until": 0, "lease_owner": None}
        self._scope.handle.execute(self._one(calendar).values({"rules": rules} | freed | NO_CURSOR))

    def complete(
        self,
        lease: Lease,
        *,
        cursor: bytes | None,
        full_at: int | None,
        due_at: int,
        reason: str | None,
        rules: bytes,
    ) -> None:
        """End a round: its cursor stands for the rows of the same transaction, which obey these rules."""
        scope = self._scope
        values: dict[str, object] = {"completed_at": scope.now, "reason": reason, "braked": 0, "rules": rules}
        if cursor is not None:
            sealed = self._cursor.seal(lease.id, scope.epoch, cursor)
            values |= {"cursor": sealed, "cursor_epoch": scope.epoch}
        if full_at is not None:
            values |= {"full_at": full_at}
        self._end(lease, values, due_at=due_at)

    def brake(self, lease: Lease, *, due_at: int) -> None:
        """End a round that would have removed suspiciously much: look again in full, and then believe it."""
        self._end(lease, {"braked": 1, "reason": "brake", **NO_CURSOR}, due_at=due_at)

    def expire_cursor(self, lease: Lease) -> None:
        """The provider has forgotten our cursor: read in full at once."""
        self._end(lease, NO_CURSOR, due_at=self._scope.now)

    def postpone(self, lease: Lease, *, due_at: int, reason: str) -> None:
        """Try again later, for a reason of ours."""
        self._end(lease, {"reason": reason}, due_at=due_at, attempts=lease.attempts)

    def _end(self, lease: Lease, values: Mapping[str, object], *, due_at: int, attempts: int = 0) -> None:
        leases.release(self._scope, calendars, lease, values, due_at=due_at, attempts=attempts)

    def _one(self, calendar: str) -> Update:
        return update(calendars).where(self._scope.own(calendars), calendars.c.id == calendar)
