"""Upkeep: what time alone changes. Knowledge grows stale, old removals are forgotten."""

import asyncio
from datetime import datetime
from functools import partial

import msgspec
import structlog

from gateway.booking import BookingId, CalendarId, Freshness, TenantId
from gateway.clock import Clock, milliseconds
from gateway.errors import GatewayError, StoreBusy
from gateway.minimization.minimize import kept_from, kept_from_any
from gateway.minimization.places import Listed
from gateway.stopping import stopped_within
from gateway.store.forgetting import forget_old
from gateway.store.persons import persons_unread
from gateway.store.registry import Registry, Standing, standings
from gateway.store.scope import TenantScope
from gateway.store.states import CREDENTIALS_WITHDRAWN, POLLS_MISSED
from gateway.store.store import Fence, Store
from gateway.store.transaction import Transaction
from gateway.store.unlock import unlock
from gateway.sync import schedule
from gateway.sync.watchful import Watched, be_watchful
from gateway.vault.keyring import Keyring, TenantKeys

log = structlog.get_logger()

#: What becomes of knowledge, and after how long.
_AGES = (
    (Freshness.FRESH, Freshness.STALE, schedule.STALE_AFTER_MILLISECONDS),
    (Freshness.STALE, Freshness.UNKNOWN, schedule.UNKNOWN_AFTER_MILLISECONDS),
)


class Upkeep:
    """Visits every tenant that is served, also those that cannot be read: theirs is what grows old.

    What goes by time alone goes from all that have not ended, suspended or not.
    """

    def __init__(self, store: Store, keyring: Keyring, clock: Clock) -> None:
        self._store = store
        self._keyring = keyring
        self._clock = clock
        #: In which hour a tenant's unread calendars were last looked through.
        self._swept: dict[TenantId, int] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Visit all tenants now and every minute, until told to stop."""
        while not stop.is_set():
            try:
                await self.visit_all()
            except StoreBusy:
                log.warning("upkeep_waits_for_the_store")
            await stopped_within(stop, schedule.UPKEEP_SECONDS)

    async def visit_all(self) -> None:
        """One visit to each tenant; one that fails does not hold up the others."""
        for standing in await self._store.read(standings):
            try:
                await self._visit(standing)
            except GatewayError as error:
                log.info("upkeep_stopped", tenant=standing.tenant, code=type(error).__name__)

    async def _visit(self, standing: Standing) -> None:
        authorization = standing.authorization
        if authorization.state.is_open:
            await self._store.administer(partial(_forget_old, standing.tenant))
        if not authorization.state.may_serve:
            return
        fence = Fence.of(standing)
        keys = await unlock(self._keyring, standing)
        reason, since = POLLS_MISSED, standing.changed_at
        if authorization.is_disconnected:
            # Nobody is asked anything.
            reason, since = CREDENTIALS_WITHDRAWN, milliseconds(self._clock())
        watched = await self._store.turn(fence, keys, partial(_look_after, reason=reason, since=since))
        for name in watched.silent:
            log.warning("transmitter_silent", tenant=standing.tenant, transmitter=name)
        if watched.told:
            log.warning("freshness_told_by_signals", tenant=standing.tenant, count=watched.told)
        now = self._clock()
        hour = milliseconds(now) // schedule.UNREAD_AFTER_MILLISECONDS
        if self._swept.get(standing.tenant) != hour:
            await forget_past(self._store, fence, keys, now)
            await self._forget_past_of_persons(fence, keys, now)
            self._swept[standing.tenant] = hour

    async def _forget_past_of_persons(self, employer: Fence, known: TenantKeys, now: datetime) -> None:
        """Drop what has aged out of persons' unread calendars, of which other copies may be told then."""
        unread = milliseconds(now) - schedule.UNREAD_AFTER_MILLISECONDS
        tenant = employer.tenant
        found = await self._store.read(partial(persons_unread, tenant=tenant, before=unread))
        if not found:
            return
        start = await self._store.look(employer, known, partial(_kept_from_any, now=now))
        for one in found:
            fence = Fence(tenant, one.authorization, one.epoch, within=employer)
            try:
                keys = await self._keyring.tenant(tenant, one.authorization)
                forget = partial(_forget_copies, calendar=one.calendar, start=start)
                await self._store.turn(fence, keys, forget)
            except GatewayError as error:
                log.info("upkeep_stopped", tenant=tenant, code=type(error).__name__)


async def forget_past(store: Store, fence: Fence, keys: TenantKeys, now: datetime) -> None:
    """Drop what has aged out of calendars that no round has completed for a while: no round drops it."""
    unread = milliseconds(now) - schedule.UNREAD_AFTER_MILLISECONDS
    found = await store.look(fence, keys, lambda transaction: transaction.calendars.unread_since(unread))
    for calendar, details in found.items():
        place = msgspec.json.decode(details, type=Listed).place
        start = kept_from(place, schedule.window(now), now)
        await store.turn(fence, keys, partial(_forget_ended, calendar=calendar, start=start))


def _forget_old(tenant: TenantId, registry: Registry) -> None:
    forget_old(TenantScope(handle=registry.handle, tenant=tenant, now=registry.now))


def _kept_from_any(transaction: Transaction, now: datetime) -> datetime:
    details = transaction.calendars.details().values()
    places = [msgspec.json.decode(one, type=Listed).place for one in details]
    return kept_from_any(places, schedule.window(now), now)


def _forget_ended(transaction: Transaction, calendar: CalendarId, start: datetime) -> None:
    transaction.bookings.forget(calendar, _ended(transaction, calendar, start))


def _forget_copies(transaction: Transaction, calendar: CalendarId, start: datetime) -> None:
    transaction.personal.forget(calendar, _ended(transaction, calendar, start))


def _ended(transaction: Transaction, calendar: CalendarId, start: datetime) -> list[BookingId]:
    ends = transaction.bookings.ends(calendar, sorted(transaction.bookings.present(calendar)))
    return [booking for booking, end in ends.items() if end <= start]


def _look_after(transaction: Transaction, reason: str, since: int) -> Watched:
    """Say of every resource that has missed its polls since when it is stale, and after a day unknown."""
    now = transaction.now
    for young, old, after in _AGES:
        transaction.states.age(young, old, completed_before=now - after, reason=reason)
    return be_watchful(transaction, since)
