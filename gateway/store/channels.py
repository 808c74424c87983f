"""Channels: over which a provider tells of one calendar's changes, and until when.

The secret that a provider repeats names the calendar, so that it is found without a key:
``tenant.calendar.random``. Only its hash is stored.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from hmac import compare_digest
from typing import NamedTuple

from sqlalchemy import case, delete, func, select, update

from gateway.booking import CalendarId, TenantId
from gateway.clock import milliseconds
from gateway.store import leases
from gateway.store.handle import Handle
from gateway.store.leases import Lease
from gateway.store.scope import Scope
from gateway.store.tables import bucket_of, calendars, channels

_RANDOM_BYTES = 32

#: Before all that is due because time has passed.
AT_ONCE = 0


class ChannelRow(NamedTuple):
    """One channel as a turn finds it.

    ``watch`` is the caller's encoding of what the provider promised, None while it has not. ``details`` are
    the calendar's, None once it is gone.
    """

    watch: bytes | None
    details: bytes | None


class Ringing(NamedTuple):
    """What is known of a secret that somebody repeats to us."""

    tenant: TenantId
    calendar: CalendarId


def new_secret(tenant: TenantId, calendar: CalendarId) -> str:
    """A secret for a provider to repeat, less than 128 characters."""
    return f"{tenant}.{calendar}.{secrets.token_urlsafe(_RANDOM_BYTES)}"


def _hash(secret: str) -> bytes:
    # Random enough to need no salt and no stretching.
    return hashlib.sha256(secret.encode()).digest()


class ChannelRows:
    """The channels of one tenant within one transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._watch = scope.keys.column("channels", "watch")
        self._details = scope.keys.column("calendars", "details")

    def add(self, calendar: CalendarId) -> None:
        """Make room for a calendar's channel, due at once; one that is there stays."""
        scope = self._scope
        one = scope.own(channels) & (channels.c.calendar == calendar)
        if scope.handle.execute(select(channels.c.calendar).where(one)).first() is None:
            scope.handle.execute(
                channels.insert().values(
                    bucket=scope.bucket,
                    tenant=scope.tenant,
                    calendar=calendar,
                    epoch=scope.epoch,
                    due_at=scope.now,
                    fencing=scope.now,
                )
            )

    def load(self, calendar: CalendarId) -> ChannelRow | None:
        """A channel with its secrets opened, or None if it was closed."""
        scope = self._scope
        of_calendar = (calendars.c.bucket == channels.c.bucket) & (calendars.c.tenant == channels.c.tenant)
        row = scope.handle.execute(
            select(
                channels.c.epoch,
                channels.c.watch,
                calendars.c.epoch.label("details_epoch"),
                calendars.c.details,
            )
            .outerjoin_from(channels, calendars, of_calendar & (calendars.c.id == channels.c.calendar))
            .where(scope.own(channels), channels.c.calendar == calendar)
        ).one_or_none()
        if row is None:
            return None
        watch = None if row.watch is None else self._watch.open(calendar, row.epoch, row.watch)
        details = (
            None if row.details is None else self._details.open(calendar, row.details_epoch, row.details)
        )
        return ChannelRow(watch, details)

    def introduce(self, lease: Lease, secret: str) -> None:
        """Expect another secret beside the one that holds: the provider may use it before it answers us."""
        leases.keep(self._scope, channels, lease, next_secret=_hash(secret))

    def settle(
        self, lease: Lease, *, watch: bytes, expires_at: datetime, due_at: int, introduced: bool
    ) -> None:
        """Record what a provider promised. ``introduced``: from now on it repeats the other secret."""
        scope = self._scope
        one = scope.own(channels) & (channels.c.calendar == lease.id)
        values: dict[str, object] = {
            "epoch": scope.epoch,
            "watch": self._watch.seal(lease.id, scope.epoch, watch),
            "expires_at": milliseconds(expires_at),
            "reason": None,
        }
        if introduced:
            scope.handle.execute(update(channels).where(one).values(secret=channels.c.next_secret))
        leases.release(scope, channels, lease, {**values, "next_secret": None}, due_at=due_at)

    def lose(self, lease: Lease, *, due_at: int) -> None:
        """Forget what a provider promised and knows no more."""
        gone = {"watch": None, "expires_at": None, "secret": None, "next_secret": None}
        leases.release(self._scope, channels, lease, gone, due_at=due_at)

    def postpone(self, lease: Lease, *, due_at: int, reason: str) -> None:
        """Try again later, for a reason of ours."""
        values = {"reason": reason, "next_secret": None}
        leases.release(self._scope, channels, lease, values, due_at=due_at, attempts=lease.attempts)

    def close(self, lease: Lease) -> None:
        """Forget a channel whose calendar is gone. Raises Fenced if the lease was lost."""
        scope = self._scope
        leases.keep(scope, channels, lease)
        one = scope.own(channels) & (channels.c.calendar == lease.id)
        scope.handle.execute(delete(channels).where(one))


def recognized(handle: Handle, repeated: Collection[str]) -> Mapping[str, Ringing]:
    """Which secrets are ours, and of what calendar each tells. Needs no key, and writes nothing."""
    found = {secret: _recognize(handle, secret) for secret in repeated if secret.isascii()}
    return {secret: ringing for secret, ringing in found.items() if ringing is not None}


def _recognize(handle: Handle, secret: str) -> Ringing | None:
    tenant, _, rest = secret.partition(".")
    calendar, _, _ = rest.partition(".")
    row = handle.execute(
        select(channels.c.secret, channels.c.next_secret).where(
            channels.c.bucket == bucket_of(tenant),
            channels.c.tenant == tenant,
            channels.c.calendar == calendar,
        )
    ).one_or_none()
    # An empty one is no secret: fail closed. Both are compared, whatever the first one says.
    hashed = _hash(secret)
    matches = [compare_digest(known, hashed) for known in (row or ()) if known]
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
