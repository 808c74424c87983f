"""Forgetting: what goes by time alone, whatever the state of a tenant that has not ended. Needs no key.

What a reader may have missed by it raises the horizon: their cursor is told to start again.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, select, update

from gateway.clock import DAY_MILLISECONDS, MINUTE_MILLISECONDS
from gateway.entry import EntryKind
from gateway.store.receipts import day_of
from gateway.store.row_lock import lock_row
from gateway.store.scope import TenantScope
from gateway.store.statements import delete_bookings, forget_entries
from gateway.store.tables import (
    REMOVED,
    bookings,
    calendars,
    channels,
    counted_bookers,
    entries,
    groupings,
    invitations,
    receipts,
    resources,
    tallies,
    tenants,
    usages,
)
from gateway.store.trace_statements import delete_traces
from gateway.usage import month_of, year_of

#: How long a reader may stay away and still be told of every removal.
REMOVALS_KEPT_DAYS = 30
#: A year, and time to look at it.
RECEIPTS_KEPT_DAYS = 400
#: Behind the end of a month: how long what was released of it is told, and how long it may wait for that.
USAGE_KEPT_DAYS = 400
COUNTED_KEPT_DAYS = 31

# Of one transaction; upkeep comes again for the rest.
FORGOTTEN_AT_ONCE = 1000

_NOTICES = (EntryKind.TENANT_SUSPENDED, EntryKind.TENANT_RESUMED)


def forget_old(scope: TenantScope) -> None:
    """Forget all whose time is over."""
    lock_row(scope.handle, scope.tenant)
    removed_before = scope.now - REMOVALS_KEPT_DAYS * DAY_MILLISECONDS
    forget_removed(scope, removed_before)
    _forget_resources(scope, removed_before)
    _forget_notices(scope, removed_before)
    _forget_receipts(scope, scope.now - RECEIPTS_KEPT_DAYS * DAY_MILLISECONDS)
    _forget_usage(scope)
    _forget_invitations(scope)
    _forget_channels(scope)


def forget_removed(scope: TenantScope, before: int) -> None:
    """Forget removals of bookings that were committed before then (epoch milliseconds)."""
    old = (
        select(bookings.c.whole, bookings.c.calendar, bookings.c.id)
        .where(scope.own(bookings), REMOVED, bookings.c.minute < before // MINUTE_MILLISECONDS)
        .order_by(bookings.c.position)
        .limit(FORGOTTEN_AT_ONCE)
    )
    rows = scope.handle.execute(old).all()
    # Where all were told of them: of what moved later, and showed only to some, nothing has to be told.
    raise_horizon(scope, [row.whole for row in rows])
    keys = [(scope.bucket, scope.tenant, row.calendar, row.id) for row in rows]
    delete_bookings(scope.dialect).run(scope.handle, keys)
    delete_traces(scope.dialect).run(scope.handle, keys)


def _forget_resources(scope: TenantScope, before: int) -> None:
    """Those that were removed by then, and the word of it."""
    positions = _forget_entries(scope, before, entries.c.kind == EntryKind.RESOURCE_REMOVED)
    if not positions:
        return
    emptied = scope.own(resources) & resources.c.body.is_(None) & resources.c.position.in_(positions)
    scope.handle.execute(delete(resources).where(emptied))


def _forget_notices(scope: TenantScope, before: int) -> None:
    """That the tenant was suspended or resumed; but not the suspension that holds."""
    of_tenant = entries.c.kind.in_((EntryKind.TENANT_SUSPENDED, EntryKind.TENANT_RESUMED))
    newest = select(func.max(entries.c.position)).where(scope.own(entries), of_tenant).scalar_subquery()
    passed = (entries.c.kind == EntryKind.TENANT_RESUMED) | (entries.c.position < newest)
    _forget_entries(scope, before, of_tenant & passed)


def _forget_entries(scope: TenantScope, before: int, which: ColumnElement[bool]) -> list[int]:
    """Their positions."""
    old = scope.own(entries) & (entries.c.minute < before // MINUTE_MILLISECONDS) & which
    found = select(entries.c.position).where(old).order_by(entries.c.position).limit(FORGOTTEN_AT_ONCE)
    positions = list(scope.handle.execute(found).scalars())
    raise_horizon(scope, positions)
    forget_entries(scope.dialect).run(
        scope.handle, [(scope.bucket, scope.tenant, position) for position in positions]
    )
    return positions


def raise_horizon(scope: TenantScope, forgotten: Sequence[int]) -> None:
    """Let whoever has not read up to what was forgotten start again."""
    if not forgotten:
        return
    reached = max(forgotten)
    mine = (tenants.c.bucket == scope.bucket) & (tenants.c.id == scope.tenant)
    scope.handle.execute(update(tenants).where(mine, tenants.c.horizon < reached).values(horizon=reached))


def _forget_receipts(scope: TenantScope, before: int) -> None:
    old = scope.own(receipts) & (receipts.c.day < day_of(before))
    scope.handle.execute(delete(receipts).where(old))


def _forget_usage(scope: TenantScope) -> None:
    """What was counted and not released in time, and what was released long ago."""
    today = day_of(scope.now)
    counted, told = month_of(today - COUNTED_KEPT_DAYS), month_of(today - USAGE_KEPT_DAYS)
    for table, first in ((tallies, counted), (counted_bookers, counted), (usages, told)):
        scope.handle.execute(delete(table).where(scope.own(table), table.c.month < first))
    scope.handle.execute(delete(groupings).where(scope.own(groupings), groupings.c.year < year_of(counted)))


def _forget_invitations(scope: TenantScope) -> None:
    """Those that nobody has followed in time."""
    ended = scope.own(invitations) & (invitations.c.expires_at <= scope.now)
    scope.handle.execute(delete(invitations).where(ended))


def _forget_channels(scope: TenantScope) -> None:
    """Of calendars that are gone, once the provider's promise has ended by itself."""
    calendar = select(calendars.c.id).where(scope.own(calendars), calendars.c.id == channels.c.calendar)
    ended = (func.coalesce(channels.c.expires_at, 0) <= scope.now) & (channels.c.lease_until <= scope.now)
    scope.handle.execute(delete(channels).where(scope.own(channels), ended, ~calendar.exists()))
