"""Counts that an admin asks for. No key is needed: only states and numbers are read."""

from collections import Counter
from typing import NamedTuple

from sqlalchemy import func, select, true

from gateway.authorization import AuthorizationKind, State
from gateway.booking import Freshness, TenantId
from gateway.clock import DAY_MILLISECONDS
from gateway.request import OPEN
from gateway.store.calendars import OF_A_PLACE
from gateway.store.handle import Handle
from gateway.store.restrictions import LEFT_ALONE
from gateway.store.tables import (
    authorizations,
    bookings,
    bucket_of,
    calendars,
    channels,
    directories,
    requests,
    resources,
)
from gateway.store.told import SILENT

_HEARD_MILLISECONDS = 7 * DAY_MILLISECONDS


class Census(NamedTuple):
    """How much there is of a tenant, and how current it is."""

    calendars: int
    calendars_read: int
    #: When the calendar that waits longest was last read, epoch milliseconds; None if one never was.
    oldest_read: int | None
    bookings: int
    freshness: dict[Freshness, int]
    #: Calendars that nobody has tried to read yet.
    untouched: int
    #: What kept calendars and the directory from being read the last time, by our code.
    reasons: dict[str, int]


def census(handle: Handle, tenant: TenantId) -> Census:
    """Count one tenant's rows."""
    bucket = bucket_of(tenant)
    of_calendars = (calendars.c.bucket == bucket) & (calendars.c.tenant == tenant) & OF_A_PLACE
    completed_at = calendars.c.completed_at
    read = select(func.count(), func.count(completed_at), func.min(completed_at)).where(of_calendars)
    total, completed, oldest = handle.execute(read).one()
    standing = select(func.count()).where(
        bookings.c.bucket == bucket,
        bookings.c.tenant == tenant,
        bookings.c.body.is_not(None),
        bookings.c.position != SILENT,
    )
    untouched = select(func.count()).where(of_calendars, completed_at.is_(None), calendars.c.reason.is_(None))
    by_freshness = (
        select(resources.c.freshness, func.count())
        .where(resources.c.bucket == bucket, resources.c.tenant == tenant, resources.c.body.is_not(None))
        .group_by(resources.c.freshness)
    )
    reasons = Counter[str]()
    for table, which in ((calendars, OF_A_PLACE), (directories, true())):
        kept_from = select(table.c.reason, func.count()).where(
            table.c.bucket == bucket, table.c.tenant == tenant, table.c.reason.is_not(None), which
        )
        for reason, number in handle.execute(kept_from.group_by(table.c.reason)):
            reasons[reason] += number
    return Census(
        calendars=total,
        calendars_read=completed,
        oldest_read=oldest if completed == total else None,
        bookings=handle.execute(standing).scalar_one(),
        freshness={Freshness(row[0]): row[1] for row in handle.execute(by_freshness)},
        untouched=handle.execute(untouched).scalar_one(),
        reasons=dict(reasons),
    )


def erasures_ahead(handle: Handle) -> list[int]:
    """When what is suspended, and not left alone, will be erased, epoch milliseconds, the soonest first."""
    ahead = (authorizations.c.state == State.SUSPENDED) & ~LEFT_ALONE
    found = select(authorizations.c.erase_at).where(ahead, authorizations.c.erase_at.is_not(None))
    return list(handle.execute(found.order_by(authorizations.c.erase_at)).scalars())


def requests_ahead(handle: Handle) -> list[int]:
    """Until when people are to be answered, epoch milliseconds, the soonest first."""
    standing = authorizations.c.state.not_in([State.WITHDRAWN, State.ERASED])
    employers = (authorizations.c.kind == AuthorizationKind.EMPLOYER) & standing
    of_tenant = (authorizations.c.bucket == requests.c.bucket) & (
        authorizations.c.tenant == requests.c.tenant
    )
    joined = select(requests.c.ends_at).join_from(requests, authorizations, of_tenant & employers)
    waiting = joined.where(requests.c.state.in_(OPEN)).order_by(requests.c.ends_at)
    return list(handle.execute(waiting).scalars())


class Telling(NamedTuple):
    """Of how many of a tenant's calendars its provider tells."""

    channels: int
    #: Those of which the provider has promised to tell, until later than now.
    living: int
    #: Calendars of which it has told within a week.
    heard: int
    #: Why those that do not live could not be opened the last time, by our code.
    reasons: dict[str, int]


def telling(handle: Handle, tenant: TenantId, now: int) -> Telling:
    """Count one tenant's channels as they stand now, epoch milliseconds."""
    bucket = bucket_of(tenant)
    own = (channels.c.bucket == bucket) & (channels.c.tenant == tenant)
    lives = func.coalesce(channels.c.expires_at, 0) > now
    total, living = handle.execute(select(func.count(), func.count().filter(lives)).where(own)).one()
    heard = select(func.count()).where(
        calendars.c.bucket == bucket,
        calendars.c.tenant == tenant,
        calendars.c.notified_at > now - _HEARD_MILLISECONDS,
    )
    reasons = select(channels.c.reason, func.count()).where(own, ~lives, channels.c.reason.is_not(None))
    return Telling(
        channels=total,
        living=living,
        heard=handle.execute(heard).scalar_one(),
        reasons={row[0]: row[1] for row in handle.execute(reasons.group_by(channels.c.reason))},
    )
