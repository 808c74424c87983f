"""States: how current our knowledge is, of each calendar and so of the resource that it tells of."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, Table, bindparam, case, select, update

from gateway.authorization import SuspensionReason
from gateway.booking import CalendarId, Freshness, ResourceId
from gateway.entry import EntryKind
from gateway.store.entries import EntryLog, EntryRow
from gateway.store.scope import Scope
from gateway.store.tables import calendars, resources
from gateway.store.transmitters import transmitters_of
from gateway.unheard import Unheard

#: Why a calendar is unknown that no provider has refused.
NOT_READ_YET, NOT_UNDERSTOOD, POLLS_MISSED, CREDENTIALS_WITHDRAWN = REASONS = (
    *("not_read_yet", "not_understood", "polls_missed"),
    SuspensionReason.CREDENTIALS_WITHDRAWN.value,
)

#: Why a resource is stale whose calendars were all read: who would tell that we may not is not heard.
SIGNALS_SILENT = "signals_silent"

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


class _Known(NamedTuple):
    """What may be told of a resource, since when, and why it is no more."""

    freshness: Freshness
    since: int | None
    reason: str | None


class _Silent(NamedTuple):
    """Since when signals were silent, in epoch milliseconds; None where nobody can know."""

    at: int | None


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
        """Tell consumers of a resource what is true of the worst of its calendars, if that is news.

        Where signals are silent for too long, the best that is told is *stale*.
        """
        execute, key = self._scope.handle.execute, self._tenant | {"of_id": resource}
        now = self._as_signals_allow(*execute(_WORST, self._tenant | {"of_resource": resource}).one())
        told = execute(_TOLD, key).one()
        if told.state_position and (told.freshness, told.reason) == (now.freshness, now.reason):
            return
        position = self._log.append(EntryRow(EntryKind.RESOURCE_STATE, resource), [told.state_position])
        values = zip(("freshness", "since", "reason", "state_position"), (*now, position), strict=True)
        execute(_TELL, key | dict(values))

    def tell_what_signals_allow(self) -> int:
        """Tell consumers of all resources of which signals, silent or heard again, make something else.

        Returns of how many that was news.
        """
        is_fresh, is_silent = resources.c.freshness == Freshness.FRESH, resources.c.reason == SIGNALS_SILENT
        other = is_silent if self._silent_since() is None else is_fresh
        one = self._scope.own(resources) & resources.c.body.is_not(None) & (resources.c.state_position > 0)
        found = self._scope.handle.execute(select(resources.c.id).where(one, other).order_by(resources.c.id))
        changed = [ResourceId(row.id) for row in found]
        for resource in changed:
            self.tell(resource)
        return len(changed)

    def _as_signals_allow(self, freshness: Freshness, since: int | None, reason: str | None) -> "_Known":
        silent = self._silent_since() if freshness == Freshness.FRESH else None
        if silent is None:
            return _Known(freshness, since, reason)
        return _Known(Freshness.STALE, silent.at, SIGNALS_SILENT)

    def _silent_since(self) -> "_Silent | None":
        """Since when not all who tell were heard, where that is too long; None: it is not."""
        now = self._scope.now
        rows = transmitters_of(self._scope.handle, self._scope.tenant)
        unheard = [row.last_heard(now) for row in rows if row.unheard(now) is Unheard.NOT_FRESH]
        known = [at for at in unheard if at is not None]
        return _Silent(min(known) if known == unheard else None) if unheard else None

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
