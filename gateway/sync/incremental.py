"""A round with a cursor: all that changed since then; everything, by generation, without a cursor."""

from collections.abc import Callable, Collection
from contextlib import aclosing

from connectors.errors import Malformed
from connectors.port import Cursor, Page
from gateway.booking import BookingId
from gateway.store.bookings import Known
from gateway.store.transaction import Transaction
from gateway.sync import schedule
from gateway.sync.round import NOT_UNDERSTOOD, Round

Identify = Callable[[str], BookingId]


async def incremental_round(look: Round, identify: Identify, chance: float) -> None:
    """Read what changed, or everything where there is no cursor or its window has grown old.

    The last page, the tombstones of all pages and the cursor are one transaction.
    """
    since = _resume_from(look)
    changes = IncrementalRound(look, identify, full=since is None)
    if since is None:
        await look.begin_generation()
    async with aclosing(look.pages(since)) as pages:
        async for page in pages:
            if page.cursor is None:
                await changes.pass_over(page)
            else:
                await changes.conclude(page, page.cursor, chance)
                return
    raise Malformed("round_without_cursor")


def _resume_from(look: Round) -> Cursor | None:
    row = look.row
    unclear = row.reason == NOT_UNDERSTOOD
    if row.cursor is None or not row.cursor.startswith(look.rules):
        return None
    if schedule.rebase_due(look.started_at, row.full_at, unclear=unclear):
        return None
    if row.full_at is not None and row.full_at < look.kept_from:
        # Where nothing before today is kept, yesterday ends at midnight.
        return None
    return Cursor(row.cursor.removeprefix(look.rules).decode())


class IncrementalRound:
    """What a round has met so far, as far as its end depends on it."""

    def __init__(self, look: Round, identify: Identify, *, full: bool) -> None:
        self._look = look
        self._identify = identify
        self._full = full
        self._met: set[BookingId] = set()
        self._tombstones: dict[str, BookingId] = {}

    async def pass_over(self, page: Page) -> None:
        """Commit a page that is not the last."""
        self._note(page)
        prepared = await self._look.prepare(page)
        self._meet(prepared.sorted.ids())
        await self._look.commit(prepared, mark_seen=self._full)

    async def conclude(self, page: Page, cursor: Cursor, chance: float) -> None:
        """Commit the last page with all tombstones and the cursor."""
        look = self._look
        self._note(page)
        prepared = await look.prepare(page)
        self._meet(prepared.sorted.ids())
        if doubtful := await self._doubtful():
            await look.commit(prepared, mark_seen=self._full)
            for event in doubtful:
                await self._read_again(event)
            prepared = await look.prepare(Page(events=()))

        def finish(transaction: Transaction) -> None:
            look.apply(transaction, prepared, mark_seen=self._full)
            absent = self._absent(transaction)
            look.finish(transaction, absent, cursor=cursor, full=self._full, chance=chance)

        await look.write(finish)

    def _note(self, page: Page) -> None:
        self._tombstones.update((event, self._identify(event)) for event in page.removed)

    def _meet(self, ids: list[BookingId]) -> None:
        # A full round may be of any length, and its generation remembers what it met.
        if not self._full:
            self._met.update(ids)

    async def _doubtful(self) -> list[str]:
        """Ids that were both changed and removed: the order within a round means nothing."""
        met = self._met
        if self._full and self._tombstones:
            known = await self._look.read(self._known_tombstones)
            met = {booking for booking, fingerprint in known.items() if fingerprint is not None}
        return [event for event, booking in self._tombstones.items() if booking in met]

    async def _read_again(self, event: str) -> None:
        prepared = await self._look.prepare(await self._look.event(event))
        if prepared.sorted.ids():
            del self._tombstones[event]
        await self._look.commit(prepared, mark_seen=self._full)

    def _absent(self, transaction: Transaction) -> Collection[BookingId]:
        row, at = self._look.row, self._look.at
        if self._full:
            return sorted(transaction.bookings.unseen(row.id, at.generation))
        known = self._known_tombstones(transaction)
        return [booking for booking, fingerprint in known.items() if fingerprint is not None]

    def _known_tombstones(self, transaction: Transaction) -> Known:
        return transaction.bookings.known(self._look.row.id, list(self._tombstones.values()))
