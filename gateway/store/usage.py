"""Usage: what is counted of places and of who booked, and what is released of it, once a month."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Row, Table, bindparam, delete, func, insert, select

from gateway.booking import CalendarId, ResourceId, SubjectId
from gateway.purpose import Minimized
from gateway.store.handle import Handle
from gateway.store.registry import Standing
from gateway.store.scope import Scope, TenantScope
from gateway.store.statements import write_rows
from gateway.store.tables import bookings, bucket_of, budgets, counted_bookers, groupings, tallies, usages
from gateway.store.told import few
from gateway.tally import Interval, Tally
from gateway.usage import month_of
from gateway.vault.keyring import TenantKeys

#: Columns under the tenant's data key.
SUMS, BODY = ("tallies", "sums"), ("usages", "body")


class Taken(NamedTuple):
    """When a booking takes its place, and which enrolled subject booked it."""

    interval: Interval
    subject: SubjectId | None


class Release(NamedTuple):
    """What is told of a month, and what that spends of whom it counts: thousandths of epsilon."""

    month: int
    body: bytes
    spent: int


class _Span(msgspec.Struct):
    start: datetime
    end: datetime


# Built once: each is run for every calendar, once a day.
_TAKEN = select(bookings.c.id, bookings.c.epoch, bookings.c.body, bookings.c.subject).where(
    *(bookings.c[name] == bindparam(name) for name in ("bucket", "tenant", "calendar")),
    bookings.c.body.is_not(None),
)


class UsageRows:
    """What is counted and released of one tenant within one transaction.

    Months are counted since 1970, and days as well, UTC.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def taken(self, calendar: CalendarId) -> list[Taken]:
        """When a place is taken by what stands in its own calendar, and by whom."""
        scope, found = self._scope, list[Taken]()
        column = scope.keys.column("bookings", "body")
        key = {"bucket": scope.bucket, "tenant": scope.tenant, "calendar": calendar}
        for row in scope.handle.execute(_TAKEN, key):
            body = Minimized.unpacked(column.open(row.id, row.epoch, row.body)).body
            span = msgspec.json.decode(body, type=_Span)
            found.append(Taken(Interval(span.start, span.end), row.subject))
        return found

    def counted_on(self, day: int) -> set[ResourceId]:
        """The places in whose tallies a day is."""
        found = select(tallies.c.resource).where(
            self._scope.own(tallies), tallies.c.month == month_of(day), tallies.c.day >= day
        )
        return set(self._scope.handle.execute(found).scalars())

    def tallies(self, month: int) -> dict[ResourceId, Tally]:
        """What was counted of each place. Raises Unreadable."""
        mine = self._scope.own(tallies) & (tallies.c.month == month)
        rows = self._scope.handle.execute(select(tallies).where(mine))
        return {row.resource: self._opened(row) for row in rows}

    def add(self, day: int, counted: Mapping[ResourceId, Tally]) -> None:
        """Add a day to tallies, but to none that it, or a later one, is in."""
        scope, month, sums = self._scope, month_of(day), {**counted}
        if self.is_released(month):
            return
        for some in few(counted):
            mine = scope.own(tallies) & (tallies.c.month == month) & tallies.c.resource.in_(some)
            for row in scope.handle.execute(select(tallies).where(mine)):
                if row.day >= day:
                    del sums[row.resource]
                else:
                    sums[row.resource] += self._opened(row)
        key, column = (scope.bucket, scope.tenant, month), scope.keys.column(*SUMS)
        cells = [(tally_name(month, one), msgspec.json.encode(sums[one])) for one in sums]
        sealed = column.seal_all(scope.epoch, cells)
        rows = [(*key, one, day, scope.epoch, cell) for one, cell in zip(sums, sealed, strict=True)]
        write_rows(tallies, scope.handle, rows)

    def note_bookers(self, day: int, sites: Mapping[SubjectId, str]) -> None:
        """Note who booked, by keyed hashes of sites. Whoever is noted in that month already is no more."""
        scope, month = self._scope, month_of(day)
        if self.is_released(month):
            return
        known = select(counted_bookers.c.subject).where(
            scope.own(counted_bookers), counted_bookers.c.month == month
        )
        new = sites.keys() - set(scope.handle.execute(known).scalars())
        own = {"bucket": scope.bucket, "tenant": scope.tenant, "month": month}
        rows = [{**own, "subject": subject, "site": sites[subject]} for subject in sorted(new)]
        if rows:
            scope.handle.execute(insert(counted_bookers), rows)

    def bookers(self, month: int) -> dict[SubjectId, str]:
        """At which site each who booked counts, as a keyed hash."""
        mine = self._scope.own(counted_bookers) & (counted_bookers.c.month == month)
        found = select(counted_bookers.c.subject, counted_bookers.c.site).where(mine)
        return {row.subject: row.site for row in self._scope.handle.execute(found)}

    def keep_only(self, places: Collection[ResourceId]) -> None:
        """Drop what was counted of any other place, and its part in a group."""
        for table in (tallies, groupings):
            mine = select(table.c.resource).where(self._scope.own(table)).distinct()
            self._drop(table, set(self._scope.handle.execute(mine).scalars()) - {*places})

    def drop(self, place: ResourceId) -> None:
        """Drop what was counted of a place that was not released yet."""
        for table in (tallies, groupings):
            self._drop(table, [place])

    def groups(self, year: int) -> dict[ResourceId, str]:
        """The group of each place that has one."""
        mine = self._scope.own(groupings) & (groupings.c.year == year)
        found = select(groupings.c.resource, groupings.c.name).where(mine)
        return {row.resource: row.name for row in self._scope.handle.execute(found)}

    def form(self, year: int, groups: Mapping[ResourceId, str]) -> None:
        """Put places that have none into groups, for all the year."""
        own = {"bucket": self._scope.bucket, "tenant": self._scope.tenant, "year": year}
        rows = [{**own, "resource": resource, "name": name} for resource, name in sorted(groups.items())]
        if rows:
            self._scope.handle.execute(insert(groupings), rows)

    def unreleased(self, before: int) -> list[int]:
        """The months before one in which something was counted that was not released, the oldest first."""
        mine = self._scope.own(tallies) & (tallies.c.month < before)
        found = select(tallies.c.month).where(mine).distinct().order_by(tallies.c.month)
        return list(self._scope.handle.execute(found).scalars())

    def is_released(self, month: int) -> bool:
        one = self._scope.own(usages) & (usages.c.month == month)
        return self._scope.handle.execute(select(usages.c.month).where(one)).first() is not None

    def newest(self) -> int | None:
        """The newest month that was released."""
        found = select(func.max(usages.c.month)).where(self._scope.own(usages))
        newest: int | None = self._scope.handle.execute(found).scalar()
        return newest

    def spent(self, since: int) -> int:
        """What was spent since then (epoch milliseconds) of those who are counted."""
        mine = self._scope.own(budgets) & (budgets.c.spent_at >= since)
        found = select(func.coalesce(func.sum(budgets.c.spent), 0)).where(mine)
        return int(self._scope.handle.execute(found).scalar_one())

    def release(self, told: Release) -> None:
        """Release a month, once: what it was computed from goes, and what it spends is written down."""
        scope = self._scope
        own = {"bucket": scope.bucket, "tenant": scope.tenant, "month": told.month}
        body = scope.keys.column(*BODY).seal(str(told.month), scope.epoch, told.body)
        scope.handle.execute(insert(usages).values(**own, epoch=scope.epoch, body=body))
        if told.spent:
            scope.handle.execute(insert(budgets).values(**own, spent=told.spent, spent_at=scope.now))
        self.drop_counted(told.month)

    def drop_counted(self, month: int) -> None:
        """Drop all that was counted towards a month."""
        for table in (tallies, counted_bookers):
            self._scope.handle.execute(delete(table).where(self._scope.own(table), table.c.month == month))

    def _opened(self, row: Row[Any]) -> Tally:
        column = self._scope.keys.column(*SUMS)
        opened = column.open(tally_name(row.month, row.resource), row.epoch, row.sums)
        return msgspec.json.decode(opened, type=Tally)

    def _drop(self, table: Table, places: Collection[ResourceId]) -> None:
        for some in few(places):
            self._scope.handle.execute(
                delete(table).where(self._scope.own(table), table.c.resource.in_(some))
            )


def stop_counting(scope: TenantScope) -> None:
    """Drop whatever was counted and not released. Needs no key."""
    for table in (tallies, counted_bookers):
        scope.handle.execute(delete(table).where(scope.own(table)))


def released(handle: Handle, standing: Standing, keys: TenantKeys, month: int) -> bytes | None:
    """What was released of a month, as JSON; None: nothing was. Raises Unreadable."""
    one = (usages.c.bucket == bucket_of(standing.tenant)) & (usages.c.tenant == standing.tenant)
    found = select(usages.c.epoch, usages.c.body).where(one, usages.c.month == month)
    row = handle.execute(found).one_or_none()
    return None if row is None else keys.column(*BODY).open(str(month), row.epoch, row.body)


def tally_name(month: int, resource: ResourceId) -> str:
    """Under which name a tally is sealed."""
    return f"{month} {resource}"
