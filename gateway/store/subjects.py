"""Subjects: who is enrolled, and who has withdrawn or objected, found by keyed hashes alone."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from gateway.authorization import AuthorizationId
from gateway.booking import BookingId, CalendarId, SubjectId, TenantId
from gateway.clock import DAY_MILLISECONDS
from gateway.purpose import Minimized
from gateway.store.handle import Handle
from gateway.store.leases import Lease
from gateway.store.messages import MessageType, tell_employer
from gateway.store.persons import persons_standing
from gateway.store.registry import Registry, erase_after_days, known_standing
from gateway.store.restrictions import KnownSubjects, asks_to_be_kept, restricted
from gateway.store.row_lock import lock_row
from gateway.store.scope import Scope
from gateway.store.tables import (
    OF_SUBJECTS,
    bookings,
    bucket_of,
    counted_bookers,
    finders,
    subjects,
    suppressions,
    tenants,
    withdrawals,
)
from gateway.store.told import few
from gateway.store.withdrawals import WithdrawalRow, WithdrawalRows
from gateway.vault.keyring import TenantKeys
from gateway.vault.keys import DataKeyOwner

#: The column under a subject's own key.
RECORD = ("subjects", "record")


class SubjectRow(NamedTuple):
    """An enrolled subject as an admin may see them: nobody's name. Times are epoch milliseconds.

    ``suspended_at``: since when nothing is told of them for what a signal says; ``erase_at``: when their part
    in it ends if that stays so; ``told_days``: how many days were left when it was told last.
    """

    id: SubjectId
    enrolled_at: int
    suspended_at: int | None = None
    erase_at: int | None = None
    told_days: int | None = None


def subjects_of(handle: Handle, tenant: TenantId) -> list[SubjectRow]:
    """Who is enrolled, the first first. Needs no key."""
    lock_row(handle, tenant)
    mine = (subjects.c.bucket == bucket_of(tenant)) & (subjects.c.tenant == tenant)
    found = select(*(subjects.c[name] for name in SubjectRow._fields)).where(mine)
    rows = handle.execute(found.order_by(subjects.c.enrolled_at, subjects.c.id))
    return [SubjectRow(*row) for row in rows]


def suspended_subjects(handle: Handle) -> list[tuple[TenantId, SubjectRow]]:
    """Whom a signal has suspended, at whatever tenant that has not ended. Needs no key."""
    columns = [subjects.c[name] for name in SubjectRow._fields]
    found = select(subjects.c.tenant, *columns).where(subjects.c.suspended_at.is_not(None))
    rows = handle.execute(found.order_by(subjects.c.suspended_at, subjects.c.id))
    return [(TenantId(row[0]), SubjectRow(*row[1:])) for row in rows]


def tell_days(registry: Registry, tenant: TenantId, row: SubjectRow, days: int, *, least: int) -> bool:
    """Write down how many days are left of a suspension; False where it is another by now.

    ``least``: its end is no sooner than that from now, in milliseconds.
    """
    one = (subjects.c.bucket == bucket_of(tenant)) & (subjects.c.tenant == tenant) & (subjects.c.id == row.id)
    as_seen = (subjects.c.suspended_at == row.suspended_at) & subjects.c.told_days.is_not_distinct_from(
        row.told_days
    )
    ends = max(row.erase_at or 0, registry.now + least)
    lock_row(registry.handle, tenant)
    told = update(subjects).where(one, as_seen).values(told_days=days, erase_at=ends)
    if registry.handle.execute(told).rowcount == 0:
        return False
    what = MessageType.SUBJECT_ERASURE_ANNOUNCED
    tell_employer(registry.handle, tenant, what, row.id, at=registry.now, ends_at=ends)
    return True


def owners_standing(handle: Handle, tenant: TenantId) -> set[DataKeyOwner]:
    """Whose keys may be at hand: the employer's, persons' who may be read, and the enrolled's."""
    employer, persons = known_standing(handle, tenant).authorization.id, persons_standing(handle, tenant)
    return {employer, *persons, *(row.id for row in subjects_of(handle, tenant))}


def booked_by(handle: Handle, tenant: TenantId, subject: SubjectId) -> set[AuthorizationId]:
    """Under whose keys persons' calendars hold bookings that still bear a subject's id. Needs no key."""
    mine = (bookings.c.bucket == bucket_of(tenant)) & (bookings.c.tenant == tenant)
    theirs = OF_SUBJECTS & (bookings.c.subject == subject) & bookings.c.authorization.is_not(None)
    found = select(bookings.c.authorization).where(mine, theirs, bookings.c.body.is_not(None)).distinct()
    return set(handle.execute(found).scalars())


def subject_found_by(handle: Handle, tenant: TenantId, found_by: str) -> SubjectId | None:
    """Who of the enrolled is found by a keyed hash. Needs no key."""
    one = select(finders.c.subject).where(
        finders.c.bucket == bucket_of(tenant), finders.c.tenant == tenant, finders.c.finder == found_by
    )
    return handle.execute(one).scalar()


def finders_of(handle: Handle, tenant: TenantId) -> dict[str, SubjectId]:
    """Who is enrolled, by the keyed hashes that find them. Needs no key."""
    mine = (finders.c.bucket == bucket_of(tenant)) & (finders.c.tenant == tenant)
    rows = handle.execute(select(finders.c.finder, finders.c.subject).where(mine))
    return {row.finder: SubjectId(row.subject) for row in rows}


def subjects_found_by(handle: Handle, tenant: TenantId, found_by: Collection[str]) -> dict[str, SubjectId]:
    """Who of the enrolled is found by which of these keyed hashes. Needs no key."""
    mine = (finders.c.bucket == bucket_of(tenant)) & (finders.c.tenant == tenant)
    found = dict[str, SubjectId]()
    for some in few(found_by):
        rows = handle.execute(
            select(finders.c.finder, finders.c.subject).where(mine, finders.c.finder.in_(some))
        )
        found |= {row.finder: SubjectId(row.subject) for row in rows}
    return found


def suppressed_by(handle: Handle, withdrawal: WithdrawalRow) -> tuple[str, ...]:
    """The keyed hashes that a subject's withdrawal has suppressed, in its own transaction."""
    if withdrawal.subject is None:
        return ()
    found = select(suppressions.c.finder).where(
        suppressions.c.bucket == bucket_of(withdrawal.tenant),
        suppressions.c.tenant == withdrawal.tenant,
        suppressions.c.withdrawn_at == withdrawal.fenced_at,
    )
    return tuple(sorted(handle.execute(found).scalars()))


# Built once: that takes longer than running them, and every turn begins with them.
_ENROLLED = (
    select(finders.c.finder, finders.c.subject, subjects.c.suspended_at)
    .join_from(
        finders,
        subjects,
        (subjects.c.bucket == finders.c.bucket)
        & (subjects.c.tenant == finders.c.tenant)
        & (subjects.c.id == finders.c.subject),
    )
    .where(*(finders.c[name] == bindparam(name) for name in ("bucket", "tenant")))
)
_SUPPRESSED = select(suppressions.c.finder).where(
    *(suppressions.c[name] == bindparam(name) for name in ("bucket", "tenant"))
)


class SubjectRows:
    """The subjects of one tenant within one transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def known(self) -> KnownSubjects:
        """All whom a round has to know. Who is restricted counts as one who objected and is not enrolled."""
        return restricted(self._scope, self.registered())

    def registered(self) -> KnownSubjects:
        """Who is enrolled, and who has withdrawn or objected."""
        key = {"bucket": self._scope.bucket, "tenant": self._scope.tenant}
        enrolled = self._scope.handle.execute(_ENROLLED, key).all()
        suppressed = self._scope.handle.execute(_SUPPRESSED, key).scalars()
        found = {row.finder: SubjectId(row.subject) for row in enrolled}
        suspended = frozenset(SubjectId(row.subject) for row in enrolled if row.suspended_at is not None)
        return KnownSubjects(found, frozenset(suppressed), suspended=suspended)

    def add(self, subject: SubjectId, record: bytes, found_by: Collection[str], keys: TenantKeys) -> None:
        """Enrol somebody under their own ``keys``; what suppressed them before does not any more."""
        scope, of_tenant = self._scope, {"bucket": self._scope.bucket, "tenant": self._scope.tenant}
        sealed = keys.column(*RECORD).seal(subject, scope.epoch, record)
        row = {"id": subject, "epoch": scope.epoch, "enrolled_at": scope.now, "record": sealed}
        scope.handle.execute(insert(subjects).values(**of_tenant, **row))
        for finder in found_by:
            scope.handle.execute(insert(finders).values(**of_tenant, finder=finder, subject=subject))
        for some in few(found_by):
            lifted = scope.own(suppressions) & suppressions.c.finder.in_(some)
            scope.handle.execute(delete(suppressions).where(lifted))

    def record(self, subject: SubjectId, keys: TenantKeys) -> bytes | None:
        """What was sealed under a subject's own key, or None once they have withdrawn. Raises Unreadable."""
        one = self._scope.own(subjects) & (subjects.c.id == subject)
        found = select(subjects.c.epoch, subjects.c.record).where(one)
        row = self._scope.handle.execute(found).one_or_none()
        return None if row is None else keys.column(*RECORD).open(subject, row.epoch, row.record)

    def withdraw(
        self, subject: SubjectId, found_by: Collection[str], erasure: str, *, owner: str | None
    ) -> Lease:
        """Suppress whoever is found so, take the subject out of every booking, and record the withdrawal.

        Whoever holds the subject's key lets go of it. What else bookings tell of them has to follow.
        """
        scope = self._scope
        own = scope.own(finders) & (finders.c.subject == subject)
        self._suppress({*found_by, *scope.handle.execute(select(finders.c.finder).where(own)).scalars()})
        scope.handle.execute(delete(finders).where(own))
        scope.handle.execute(delete(subjects).where(scope.own(subjects), subjects.c.id == subject))
        self.conceal(subject)
        rows = WithdrawalRows(scope.handle, scope.now)
        return rows.open(scope.tenant, scope.authorization, erasure, owner=owner, subject=subject)

    def conceal(self, subject: SubjectId) -> None:
        """Take who booked out of all that a subject did, under whosever key the rest is sealed.

        They do not count any more either, where nothing was released yet.
        """
        scope = self._scope
        counted = scope.own(counted_bookers) & (counted_bookers.c.subject == subject)
        scope.handle.execute(delete(counted_bookers).where(counted))
        theirs = scope.own(bookings) & (bookings.c.subject == subject)
        scope.handle.execute(update(bookings).where(theirs).values(booker=None))
        tenant = (tenants.c.bucket == scope.bucket) & (tenants.c.id == scope.tenant)
        raised = update(tenants).where(tenant).values(persons_epoch=tenants.c.persons_epoch + 1)
        scope.handle.execute(raised)

    def enrolled_at(self, subject: SubjectId) -> int:
        """When somebody was enrolled, epoch milliseconds."""
        one = self._scope.own(subjects) & (subjects.c.id == subject)
        return int(self._scope.handle.execute(select(subjects.c.enrolled_at).where(one)).scalar_one())

    def suspend(self, subject: SubjectId) -> bool:
        """Tell nothing of somebody, and let a clock run; False where it runs already.

        What else bookings tell of them has to follow.
        """
        scope = self._scope
        ends = scope.now + erase_after_days(scope.handle, scope.tenant) * DAY_MILLISECONDS
        one = scope.own(subjects) & (subjects.c.id == subject) & subjects.c.suspended_at.is_(None)
        values = {"suspended_at": scope.now, "erase_at": ends, "told_days": None}
        if scope.handle.execute(update(subjects).where(one).values(values)).rowcount == 0:
            return False
        self.conceal(subject)
        self._tell_employer(MessageType.SUBJECT_SUSPENDED, subject)
        return True

    def is_due(self, subject: SubjectId) -> bool:
        """Whether the clock of somebody's suspension has run out, and they have not asked to be kept."""
        one = self._scope.own(subjects) & (subjects.c.id == subject)
        due = one & subjects.c.suspended_at.is_not(None) & (subjects.c.erase_at <= self._scope.now)
        found = select(subjects.c.id).where(due)
        if self._scope.handle.execute(found).first() is None:
            return False
        theirs = self._scope.own(finders) & (finders.c.subject == subject)
        found_by = self._scope.handle.execute(select(finders.c.finder).where(theirs)).scalars()
        return not asks_to_be_kept(self._scope, set(found_by))

    def resume(self, subject: SubjectId) -> bool:
        """Let them be told of again; False where they were. All has to be read anew."""
        one = self._scope.own(subjects) & (subjects.c.id == subject) & subjects.c.suspended_at.is_not(None)
        values = dict.fromkeys(("suspended_at", "erase_at", "told_days"))
        if self._scope.handle.execute(update(subjects).where(one).values(values)).rowcount == 0:
            return False
        self._tell_employer(MessageType.SUBJECT_RESUMED, subject)
        return True

    def _tell_employer(self, what: MessageType, subject: SubjectId) -> None:
        tell_employer(self._scope.handle, self._scope.tenant, what, subject, at=self._scope.now)

    def is_withdrawn(self, erasure: str) -> bool:
        """Whether a withdrawal of that name is recorded."""
        one = self._scope.own(withdrawals) & (withdrawals.c.id == erasure)
        return self._scope.handle.execute(select(withdrawals.c.id).where(one)).first() is not None

    def _suppress(self, found_by: Collection[str]) -> None:
        """Whoever is suppressed already stays so, since when they were."""
        scope = self._scope
        for finder in sorted(set(found_by) - self.registered().suppressed):
            row = {"bucket": scope.bucket, "tenant": scope.tenant, "finder": finder}
            scope.handle.execute(insert(suppressions).values(**row, withdrawn_at=scope.now))

    def bodies(self, subject: SubjectId) -> dict[CalendarId, dict[BookingId, Minimized]]:
        """What the authorization's bookings say that a subject organizes, by calendar."""
        scope, found = self._scope, dict[CalendarId, dict[BookingId, Minimized]]()
        column = scope.keys.column("bookings", "body")
        theirs = scope.own(bookings) & OF_SUBJECTS & (bookings.c.subject == subject)
        whose = bookings.c.authorization.is_not_distinct_from(scope.person)
        columns = select(bookings.c.calendar, bookings.c.id, bookings.c.epoch, bookings.c.body)
        for row in scope.handle.execute(columns.where(theirs, whose, bookings.c.body.is_not(None))):
            opened = Minimized.unpacked(column.open(row.id, row.epoch, row.body))
            found.setdefault(row.calendar, {})[row.id] = opened
        return found
