"""A turn: take a calendar's round under its lease, and say what came of it."""

from connectors.errors import (
    AccessDenied,
    AccessLost,
    CalendarMissing,
    ConnectorError,
    CursorExpired,
    Throttled,
)
from gateway.booking import CalendarId, Freshness
from gateway.clock import Clock
from gateway.metrics import Metrics
from gateway.store.leases import Lease
from gateway.store.states import NOT_UNDERSTOOD
from gateway.store.store import Store
from gateway.store.transaction import Transaction
from gateway.sync import schedule
from gateway.sync.incremental import incremental_round
from gateway.sync.round import Round
from gateway.sync.snapshot import snapshot_round
from gateway.sync.tenancy import Tenancy


class Turns:
    """Takes turns at the calendars of one tenant."""

    def __init__(self, store: Store, tenancy: Tenancy, *, clock: Clock, metrics: Metrics) -> None:
        self._store = store
        self._tenancy = tenancy
        self._clock = clock
        self._metrics = metrics

    async def take(self, lease: Lease, chance: float) -> bool:
        """One turn. True if the calendar is due at once, for a full round, because its cursor has expired.

        Raises the ConnectorError, once the calendar was postponed for it; GatewayErrors pass through.
        """
        row = await self._store.look(
            self._tenancy.fence,
            self._tenancy.keys,
            lambda transaction: transaction.calendars.load(CalendarId(lease.id)),
        )
        if row is None:
            return False
        look = Round(self._store, self._tenancy, lease, row, clock=self._clock, metrics=self._metrics)
        try:
            await self._look(look, chance)
        except ConnectorError as error:
            self._metrics.rounds.labels(error.code).inc()
            await self._settle(lease, look, error, chance)
            if not isinstance(error, CursorExpired):
                raise
            return True
        return False

    async def _look(self, look: Round, chance: float) -> None:
        if self._tenancy.connector.incremental:
            await incremental_round(look, chance)
        else:
            await snapshot_round(look, chance)
        self._metrics.rounds.labels("complete").inc()

    async def _settle(self, lease: Lease, look: Round, error: ConnectorError, chance: float) -> None:
        """Record beside the calendar what kept it from being read, and when to try again.

        Raises AccessLost if no calendar of the tenant may be read any more.
        """
        row = look.row

        def write(transaction: Transaction) -> bool:
            look.account(transaction)
            if isinstance(error, CursorExpired) and row.cursor is not None:
                transaction.calendars.expire_cursor(lease)
                return False
            if isinstance(error, CalendarMissing | AccessDenied):
                # Not there, not visible or not allowed: none of these means that the place is free.
                transaction.states.set(row.id, Freshness.UNKNOWN, since=transaction.now, reason=error.code)
            due_at = next_attempt(transaction.now, lease, error, chance)
            # Until a full round meets nothing of the sort, what was not understood is the reason that counts.
            reason = NOT_UNDERSTOOD if row.reason == NOT_UNDERSTOOD else error.code
            transaction.calendars.postpone(lease, due_at=due_at, reason=reason)
            denied = isinstance(error, AccessDenied)
            return denied and transaction.states.are_all_refused()

        if await self._store.turn(self._tenancy.fence, self._tenancy.keys, write):
            raise AccessLost(error.code) from None


def next_attempt(now: int, lease: Lease, error: ConnectorError, chance: float) -> int:
    """When to try again; never before a provider said we may."""
    wait_seconds = error.retry_after_seconds if isinstance(error, Throttled) else 0
    return schedule.next_attempt(now, lease.attempts, chance, at_least_milliseconds=int(wait_seconds * 1000))
