"""A round: one complete look at one calendar. Pages come in, commits go out, one transaction each."""

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from datetime import datetime
from typing import NamedTuple, TypeVar

import structlog

from connectors.port import Cursor, Page, page_of
from gateway.booking import BookingId, Freshness, SeriesId
from gateway.clock import Clock, milliseconds
from gateway.metrics import Metrics
from gateway.minimization.subjects import Subjects
from gateway.receipt import Count
from gateway.store.bookings import Draft, Placement
from gateway.store.calendars import CalendarRow
from gateway.store.leases import LEASE_MILLISECONDS, Lease
from gateway.store.states import NOT_UNDERSTOOD
from gateway.store.store import Store
from gateway.store.transaction import Transaction
from gateway.sync import schedule
from gateway.sync.personal_reading import PersonReading
from gateway.sync.plan import BRAKE_FLOOR, PagePlan, plan_absence, plan_page
from gateway.sync.reading import PlaceReading, Reading
from gateway.sync.recognition import Recognition
from gateway.sync.sorting import Sorted
from gateway.sync.tenancy import Tenancy

log = structlog.get_logger()

Result = TypeVar("Result")


class Prepared(NamedTuple):
    """A page as it would be stored."""

    sorted: Sorted
    drafts: list[Draft]


class Round:
    """One look at one calendar, under one lease and one epoch; what is committed stands, whatever follows.

    Everything that writes raises Fenced if the epoch or the lease moved on.
    """

    def __init__(
        self,
        store: Store,
        tenancy: Tenancy,
        lease: Lease,
        row: CalendarRow,
        *,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        now = clock()
        self.row = row
        self.started_at = milliseconds(now)
        self.at = Placement(row.id, row.generation)
        self._store = store
        self._tenancy = tenancy
        self._lease = lease
        self._clock = clock
        self._kept_at = self.started_at
        self._metrics = metrics
        self._recognition = Recognition(store, tenancy)
        self.reading = _reading(tenancy, row, now, self._recognition.subjects)
        #: What was counted, until whatever ends the round commits it.
        self._counted = Counter[Count]()
        self._unclear = False
        self._blind = False
        self._spared: set[SeriesId] = set()

    async def pages(self, since: Cursor | None) -> AsyncGenerator[Page, None]:
        """The provider's answer, page by page."""
        reading = self.reading
        changes = self._tenancy.connector.changes(
            reading.address,
            window=schedule.asked(reading.window),
            projection=reading.projection,
            since=since,
        )
        async with aclosing(changes):
            async for page in changes:
                yield page

    async def event(self, event_id: str) -> Page:
        """One event as it is now; an empty page if it is gone."""
        connector, reading = self._tenancy.connector, self.reading
        return page_of(await connector.event(reading.address, event_id, projection=reading.projection))

    @property
    def kept_from(self) -> int:
        """What ended by then (epoch milliseconds) is never kept."""
        return milliseconds(self.reading.kept_from)

    async def read(self, work: Callable[[Transaction], Result]) -> Result:
        """A reading transaction behind the fence."""
        return await self._store.look(self._tenancy.fence, self._tenancy.keys, work)

    async def write(self, work: Callable[[Transaction], Result]) -> Result:
        """A writing transaction behind the fence."""
        return await self._store.turn(self._tenancy.fence, self._tenancy.keys, work)

    async def prepare(self, page: Page) -> Prepared:
        """Minimize a page."""
        await self._recognition.meet(page)
        result = await self.reading.sort(page)
        self._count(result)
        self._counted += self.reading.counting.count(result.met, result.reasons, page.size)
        self._unclear |= not result.understood
        self._blind |= result.blind
        self._spared |= result.spared
        return Prepared(result, self._recognition.drafts(result))

    async def commit(self, prepared: Prepared, *, mark_seen: bool) -> None:
        """Write what a page changes; if it changes nothing, keep the lease, which else may run out."""
        if not (mark_seen or self._lease_is_old() or await self._differs(prepared)):
            return

        def write(transaction: Transaction) -> int:
            transaction.calendars.keep(self._lease)
            self.apply(transaction, prepared, mark_seen=mark_seen)
            return transaction.now

        self._kept_at = await self.write(write)

    def apply(self, transaction: Transaction, prepared: Prepared, *, mark_seen: bool) -> None:
        """Write what a page changes. ``mark_seen`` carries what it leaves into the generation."""
        plan = self._compare(transaction, prepared)
        self.reading.put(transaction, self.at, plan.put, plan.new)
        if mark_seen:
            transaction.bookings.mark_seen(self.at, plan.keep)

    def account(self, transaction: Transaction) -> None:
        """Write down what was counted. Once, where the round ends, however it does."""
        transaction.receipts.add(self._counted)

    def finish(
        self,
        transaction: Transaction,
        *,
        gone: Collection[BookingId],
        absent: Collection[BookingId],
        cursor: Cursor | None,
        full: bool,
        chance: float,
    ) -> None:
        """End the round: remove what is absent or gone, unless that is suspicious; tell how current it is."""
        self.account(transaction)
        # An item without an id may be any of those that were not met; it is none of those said to be gone.
        missing = set(gone) if self._blind else {*gone, *absent}
        if self._spared:
            missing -= transaction.bookings.of_series(self.row.id, self._spared)
        left = self._without_past(transaction, sorted(missing))
        # To count is to read the whole calendar, and only many absent ones can be suspicious.
        standing = transaction.bookings.count(self.row.id) if len(left) > BRAKE_FLOOR else len(left)
        remove, brake = plan_absence(left, standing=standing, braked=self.row.braked)
        if brake:
            again_at = self.started_at + schedule.LOOK_AGAIN_MILLISECONDS
            transaction.calendars.brake(self._lease, due_at=again_at)
            return
        self.reading.remove(transaction, remove)
        reason = self._reason(full=full)
        freshness = Freshness.UNKNOWN if reason else Freshness.FRESH
        since = transaction.now if reason else None
        transaction.states.set(self.row.id, freshness, since=since, reason=reason)
        transaction.calendars.complete(
            self._lease,
            cursor=None if cursor is None else self.reading.rules + cursor.encode(),
            full_at=self.started_at if full else None,
            due_at=schedule.next_look(
                transaction.now, self.started_at, transaction.calendars.notified_at(self.row.id), chance
            ),
            reason=reason,
            rules=self.reading.rules,
        )

    async def begin_generation(self) -> None:
        """Open a new generation: whatever no page of it meets is absent at its end."""
        self.at = self.at._replace(generation=self.row.generation + 1)
        generation = self.at.generation
        await self.write(lambda transaction: transaction.calendars.begin_full_round(self._lease, generation))

    async def _differs(self, prepared: Prepared) -> bool:
        """Whether a page changes anything. Most do not, and none of these has to wait for the one writer."""
        if self.row.completed_at is None:
            return True
        plan = await self.read(lambda transaction: self._compare(transaction, prepared))
        return bool(plan.put)

    def _compare(self, transaction: Transaction, prepared: Prepared) -> PagePlan[Draft]:
        met, drafts = prepared
        known = transaction.bookings.known(self.row.id, met.kept())
        return plan_page(self.reading.compared(transaction, drafts), met.unclear, known)

    def _lease_is_old(self) -> bool:
        # So early, because the provider may take its time for the next page, too.
        return milliseconds(self._clock()) - self._kept_at > LEASE_MILLISECONDS // 4

    def _reason(self, *, full: bool) -> str | None:
        # Only a full round can say that nothing is left that could not be understood.
        before = not full and self.row.reason == NOT_UNDERSTOOD
        return NOT_UNDERSTOOD if self._unclear or before else None

    def _without_past(self, transaction: Transaction, gone: Collection[BookingId]) -> list[BookingId]:
        """Drop, silently, what has aged out; returns the rest."""
        if not gone:
            return []
        ends = transaction.bookings.ends(self.row.id, list(gone))
        past = {booking for booking, end in ends.items() if end <= self.reading.kept_from}
        self.reading.forget(transaction, sorted(past))
        return [booking for booking in gone if booking not in past]

    def _count(self, result: Sorted) -> None:
        puts = result.puts.values()
        tripped, faults = sum(put.tripped for put in puts), [put.fault for put in puts if put.fault]
        self._metrics.events.labels("booking").inc(len(puts))
        for reason, number in result.reasons.items():
            self._metrics.events.labels(reason).inc(number)
        self._metrics.tripped_titles.inc(tripped)
        self._metrics.faults.inc(len(faults))
        for where in set(faults):
            log.error("event_not_minimized", tenant=self._tenancy.tenant.id, where=where)
        if tripped:
            log.warning("title_tripped", tenant=self._tenancy.tenant.id, titles=tripped)


def _reading(tenancy: Tenancy, row: CalendarRow, now: datetime, subjects: Subjects) -> Reading:
    if row.resource is None:
        return PersonReading(tenancy, row, now, subjects)
    return PlaceReading(tenancy, row, row.resource, now, subjects)
