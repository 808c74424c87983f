"""What a notification does to the store: whoever repeats a channel's secret makes its calendar due."""

from collections.abc import Iterable, Mapping
from functools import cache
from hmac import compare_digest
from typing import NamedTuple

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, func, literal_column, select, update

from gateway.authorization import READING, AuthorizationKind
from gateway.booking import CalendarId, TenantId
from gateway.clock import MINUTE_MILLISECONDS
from gateway.store.handle import Handle
from gateway.store.named_secrets import hashed, named
from gateway.store.statement import Statement
from gateway.store.tables import authorizations, bucket_of, calendars, channels

#: What is told of comes before polls that are due; but not before those that are late.
AHEAD_MILLISECONDS = 15 * MINUTE_MILLISECONDS
#: A provider that lets channels end again and again is asked no more often for new ones.
CHANNEL_PAUSE_MILLISECONDS = MINUTE_MILLISECONDS
#: A provider names some that we have forgotten; who guesses names many.
UNKNOWN_MAX = 20


class Ringing(NamedTuple):
    """Whose calendar a secret tells of."""

    tenant: TenantId
    calendar: CalendarId


def recognized(handle: Handle, repeated: Iterable[str]) -> Mapping[str, Ringing]:
    """Which secrets are ours, of tenants that may be read. Needs no key, and writes nothing.

    After too many that are not, the rest is not looked at.
    """
    found, unknown = dict[str, Ringing](), 0
    for secret in repeated:
        ringing = _recognize(handle, secret) if secret.isascii() else None
        if ringing is not None:
            found[secret] = ringing
            continue
        unknown += 1
        if unknown == UNKNOWN_MAX:
            break
    return found


def _recognize(handle: Handle, secret: str) -> Ringing | None:
    tenant, calendar = named(secret)
    rows = _secrets(handle.dialect.name).fetch(handle, (bucket_of(tenant), tenant, calendar))
    # An empty one is no secret: fail closed. Both are compared, whatever the first one says.
    matches = [compare_digest(known, hashed(secret)) for row in rows for known in row if known]
    return Ringing(TenantId(tenant), CalendarId(calendar)) if any(matches) else None


@cache
def _secrets(dialect: str) -> Statement:
    """A channel's secrets, by (bucket, tenant, calendar)."""
    found = select(channels.c.secret, channels.c.next_secret).join_from(
        channels,
        authorizations,
        (authorizations.c.bucket == channels.c.bucket) & (authorizations.c.tenant == channels.c.tenant),
    )
    key = [channels.c[name] == bindparam(name) for name in ("bucket", "tenant", "calendar")]
    # Written out: these are words of ours, and the same in every statement.
    may_read = authorizations.c.state.in_([literal_column(f"'{state}'") for state in sorted(READING)])
    employers = authorizations.c.kind == literal_column(f"'{AuthorizationKind.EMPLOYER}'")
    return Statement(found.where(*key, may_read, employers), dialect)


def ring(handle: Handle, calls: Iterable[Ringing], now: int) -> None:
    """Let calendars be looked at soon, and once more a while after that look."""
    values = {"notified_at": now, "due_at": _sooner(calendars, now - AHEAD_MILLISECONDS)}
    for call in calls:
        handle.execute(update(calendars).where(_one(calendars, call, calendars.c.id)).values(values))


def make_due(handle: Handle, calls: Iterable[Ringing], now: int, *, ended: bool) -> None:
    """Let channels be renewed soon; those that ended are opened anew, whoever is at them just now."""
    values: dict[str, object] = {"due_at": _sooner(channels, now + CHANNEL_PAUSE_MILLISECONDS)}
    if ended:
        freed = {"fencing": channels.c.fencing + 1, "lease_until": 0, "lease_owner": None}
        values |= {"watch": None, "expires_at": None, **freed}
    for call in calls:
        handle.execute(update(channels).where(_one(channels, call, channels.c.calendar)).values(values))


def _sooner(table: Table, at: int) -> ColumnElement[int]:
    """Due by then; but a provider that asked us to wait is not asked sooner because it tells us something."""
    stays = (table.c.attempts > 0) | (table.c.due_at < at)
    return case((stays, table.c.due_at), else_=at)


def _one(table: Table, call: Ringing, named_by: ColumnElement[str]) -> ColumnElement[bool]:
    bucket = bucket_of(call.tenant)
    return and_(table.c.bucket == bucket, table.c.tenant == call.tenant, named_by == call.calendar)


class Coverage(NamedTuple):
    """Over how many of the calendars a provider tells of changes right now."""

    calendars: int
    told: int


def coverage(handle: Handle, now: int) -> Coverage:
    """Count all tenants' calendars."""
    counted = select(func.count()).select_from(calendars)
    living = select(func.count()).where(channels.c.expires_at > now)
    return Coverage(handle.execute(counted).scalar_one(), handle.execute(living).scalar_one())
