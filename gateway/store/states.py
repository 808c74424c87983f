"""States: how current our knowledge is, of each calendar and so of the resource that it tells of."""

from sqlalchemy import ColumnElement, Table, bindparam, case, select, update

from gateway.authorization import SuspensionReason
from gateway.booking import CalendarId, Freshness, ResourceId
from gateway.entry import EntryKind
from gateway.store.entries import EntryLog, EntryRow
from gateway.store.scope import Scope
from gateway.store.tables import calendars, resources

#: Why a calendar is unknown that no provider has refused.
NOT_READ_YET, NOT_UNDERSTOOD, POLLS_MISSED, CREDENTIALS_WITHDRAWN = REASONS = (
    *("not_read_yet", "not_understood", "polls_missed"),
    SuspensionReason.CREDENTIALS_WITHDRAWN.value,
)

#: How bad it is not to know more.
_BADNESS = case({Freshness.FRESH: 0, Freshness.STALE: 1, Freshness.UNKNOWN: 2}, value=calendars.c.freshness)


def _one(table: Table, name: str = "id") -> list[ColumnElement[bool]]:
    return [table.c[column] == bindparam(f"of_{column}") for column in ("bucket", "tenant", name)]


# Built once: that takes longer than running them, and rounds end with them.
_OF_CALENDAR = select(calendars.c.resource, calendars.c.freshness, calendars.c.freshness_reason).where(
    *_one(calendars)
)
_SET = update(calendars).where(*_one(calendars))
_WORST = (
    select(calendars.c.freshness, calendars.c.since, calendars.c.freshness_reason.label("reason"))
    .where(*_one(calendars, "resource"))
    .order_by(_BADNESS.desc(), calendars.c.since.nulls_first())
    .limit(1)
)
_TOLD = select(resources.c.freshness, resources.c.reason, resources.c.state_position).where(*_one(resources))
_TELL = update(resources).where(*_one(resources))


class StateRows:
    """The states of one tenant's calendars and resources within one transaction."""

    def __init__(self, scope: Scope, log: EntryLog) -> None:
        self._scope = scope
        self._log = log
        self._tenant = {"of_bucket": scope.bucket, "of_tenant": scope.tenant}

    def set(
        self,
        calendar: CalendarId,
        freshness: Freshness,
        *,
        since: int | None = None,
        reason: str | None = None,
    ) -> None:
        """Say how current a calendar is; ``since`` when (epoch milliseconds) counts if that is news."""
        execute, key = self._scope.handle.execute, self._tenant | {"of_id": calendar}
        row = execute(_OF_CALENDAR, key).one_or_none()
        if row is None or (row.freshness, row.freshness_reason) == (freshness, reason):
            return
        execute(_SET, key | {"freshness": freshness, "since": since, "freshness_reason": reason})
        if row.resource is not None:
            self.tell(row.resource)

    def tell(self, resource: ResourceId) -> None:
        """Tell consumers of a resource what is true of the worst of its calendars, if that is news."""
        execute, key = self._scope.handle.execute, self._tenant | {"of_id": resource}
        now = execute(_WORST, self._tenant | {"of_resource": resource}).one()
        told = execute(_TOLD, key).one()
        if told.state_position and (told.freshness, told.reason) == (now.freshness, now.reason):
            return
        position = self._log.append(EntryRow(EntryKind.RESOURCE_STATE, resource), [told.state_position])
        values = zip(("freshness", "since", "reason", "state_position"), (*now, position), strict=True)
        execute(_TELL, key | dict(values))

    def cut_off(self) -> None:
        """Say of all calendars that are known that they are read no more, and when they last were."""
        now = self._scope.now
        for known in (Freshness.FRESH, Freshness.STALE):
            self.age(known, Freshness.STALE, completed_before=now + 1, reason=CREDENTIALS_WITHDRAWN)

    def are_all_refused(self) -> bool:
        """Whether the provider lets us read no calendar of the authorization."""
        ours = calendars.c.freshness_reason.in_(REASONS)
        reached = (calendars.c.freshness != Freshness.UNKNOWN) | ours
        mine = self._scope.own(calendars) & (calendars.c.authorization == self._scope.authorization)
        other = select(calendars.c.id).where(mine, reached).limit(1)
        return self._scope.handle.execute(other).first() is None

    def age(self, young: Freshness, old: Freshness, *, completed_before: int, reason: str) -> None:
        """Say of calendars that were last read in full before then that they are older than they were."""
        overdue = (calendars.c.freshness == young) & (calendars.c.completed_at < completed_before)
        aged = (
            update(calendars)
            .where(self._scope.own(calendars), overdue)
            .values(freshness=old, since=calendars.c.completed_at, freshness_reason=reason)
            .returning(calendars.c.resource)
        )
        for resource in sorted({row.resource for row in self._scope.handle.execute(aged)} - {None}):
            self.tell(resource)
