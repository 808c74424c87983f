"""What a notification does to the store: whoever repeats a channel's secret makes its calendar due."""

from collections.abc import Collection, Mapping
from hmac import compare_digest
from typing import NamedTuple

from sqlalchemy import case, func, select, update

from gateway.booking import CalendarId, TenantId
from gateway.store.channel_secrets import hashed, named
from gateway.store.handle import Handle
from gateway.store.tables import bucket_of, calendars, channels

#: Before all that is due because time has passed.
AT_ONCE = 0


class Ringing(NamedTuple):
    """What is known of a secret that somebody repeats to us."""

    tenant: TenantId
    calendar: CalendarId


def recognized(handle: Handle, repeated: Collection[str]) -> Mapping[str, Ringing]:
    """Which secrets are ours, and of what calendar each tells. Needs no key, and writes nothing."""
    found = {secret: _recognize(handle, secret) for secret in repeated if secret.isascii()}
    return {secret: ringing for secret, ringing in found.items() if ringing is not None}


def _recognize(handle: Handle, secret: str) -> Ringing | None:
    tenant, calendar = named(secret)
    row = handle.execute(
        select(channels.c.secret, channels.c.next_secret).where(
            channels.c.bucket == bucket_of(tenant),
            channels.c.tenant == tenant,
            channels.c.calendar == calendar,
        )
    ).one_or_none()
    # An empty one is no secret: fail closed. Both are compared, whatever the first one says.
    matches = [compare_digest(known, hashed(secret)) for known in (row or ()) if known]
    return Ringing(TenantId(tenant), CalendarId(calendar)) if any(matches) else None


def ring(handle: Handle, calls: Collection[Ringing], now: int) -> None:
    """Let calendars be looked at before all others, and once more a while after that look."""
    for tenant, calendar in calls:
        one = (
            (calendars.c.bucket == bucket_of(tenant))
            & (calendars.c.tenant == tenant)
            & (calendars.c.id == calendar)
        )
        # A provider that asked us to wait is not asked sooner because it tells of a change.
        due_at = case((calendars.c.attempts == 0, AT_ONCE), else_=calendars.c.due_at)
        handle.execute(update(calendars).where(one).values(notified_at=now, due_at=due_at))


def make_due(handle: Handle, calls: Collection[Ringing], *, ended: bool) -> None:
    """Let channels be renewed now; those that ended are opened anew."""
    values: dict[str, object] = {"due_at": AT_ONCE}
    if ended:
        values |= {"watch": None, "expires_at": None}
    for tenant, calendar in calls:
        one = (
            (channels.c.bucket == bucket_of(tenant))
            & (channels.c.tenant == tenant)
            & (channels.c.calendar == calendar)
        )
        handle.execute(update(channels).where(one).values(values))


class Coverage(NamedTuple):
    """Over how many of the calendars a provider tells of changes right now."""

    calendars: int
    told: int


def coverage(handle: Handle, now: int) -> Coverage:
    """Count all tenants' calendars."""
    counted = select(func.count()).select_from(calendars)
    living = select(func.count()).where(channels.c.expires_at > now)
    return Coverage(handle.execute(counted).scalar_one(), handle.execute(living).scalar_one())
