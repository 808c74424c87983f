"""Channels: over which a provider tells of one calendar's changes, and until when."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select, update

from gateway.booking import CalendarId
from gateway.clock import milliseconds
from gateway.store import leases
from gateway.store.leases import Lease
from gateway.store.named_secrets import hashed
from gateway.store.scope import Scope
from gateway.store.tables import calendars, channels


class ChannelRow(NamedTuple):
    """One channel as a turn finds it.

    ``watch`` is the caller's encoding of what the provider promised, None while it has not. ``details`` are
    the calendar's, None once it is gone.
    """

    watch: bytes | None
    details: bytes | None


class ChannelRows:
    """The channels of one tenant within one transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._watch = scope.keys.column("channels", "watch")
        self._details = scope.keys.column("calendars", "details")

    def end(self, calendar: CalendarId) -> None:
        """Let a channel be closed soon, whose calendar goes."""
        scope = self._scope
        one = scope.own(channels) & (channels.c.calendar == calendar)
        scope.handle.execute(update(channels).where(one).values(due_at=scope.now))

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
        leases.keep(self._scope, channels, lease, next_secret=hashed(secret))

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

    def lose_all(self) -> None:
        """Forget all that a provider promised, whoever is at it just now.

        What it tells is recognized no more, and ends by itself.
        """
        scope, gone = self._scope, dict.fromkeys(("watch", "expires_at", "secret", "next_secret"))
        freed = {"fencing": channels.c.fencing + 1, "lease_until": 0, "lease_owner": None}
        scope.handle.execute(update(channels).where(scope.own(channels)).values(gone | freed))

    def postpone(self, lease: Lease, *, due_at: int, reason: str) -> None:
        """Try again later, for a reason of ours."""
        values = {"reason": reason, "next_secret": None}
        leases.release(self._scope, channels, lease, values, due_at=due_at, attempts=lease.attempts)

    def close(self, lease: Lease) -> None:
        """Forget a channel that has ended; if its calendar is there again by now, it is opened anew."""
        scope = self._scope
        self.lose(lease, due_at=scope.now)
        calendar = select(calendars.c.id).where(scope.own(calendars), calendars.c.id == lease.id)
        ended = scope.own(channels) & (channels.c.calendar == lease.id) & ~calendar.exists()
        scope.handle.execute(delete(channels).where(ended))
