"""A round with a cursor: all that changed since then; everything, by generation, without a cursor."""

from contextlib import aclosing

from connectors.errors import CursorExpired, Malformed
from connectors.port import Cursor, Page
from gateway.booking import BookingId, SeriesId
from gateway.store.states import NOT_UNDERSTOOD
from gateway.store.transaction import Transaction
from gateway.sync import schedule
from gateway.sync.round import Prepared, Round


async def incremental_round(look: Round, chance: float) -> None:
    """Read what changed, or everything where there is no cursor or its window has grown old.

    The last page, what all pages say is gone, and the cursor are one transaction.
    """
    since = _resume_from(look)
    changes = IncrementalRound(look, full=since is None)
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
    if row.cursor is None or not row.cursor.startswith(look.reading.rules):
        return None
    if schedule.rebase_due(look.started_at, row.full_at, unclear=unclear):
        return None
    if row.full_at is not None and row.full_at < look.kept_from:
        # Where nothing before today is kept, yesterday ends at midnight.
        return None
    return Cursor(row.cursor.removeprefix(look.reading.rules).decode())


class IncrementalRound:
    """What a round has met so far, as far as its end depends on it."""

    def __init__(self, look: Round, *, full: bool) -> None:
        self._look = look
        self._full = full
        #: Not of a full round, which may be of any length: its generation remembers what it met.
        self._met: set[BookingId] = set()
        #: What the provider says is gone, or occupies nothing, by its own ids.
        self._gone: dict[str, BookingId] = {}
        #: Series of which nothing is left but what this round has met, and those said to be gone altogether.
        self._retold: set[SeriesId] = set()
        self._ended: set[SeriesId] = set()

    async def pass_over(self, page: Page) -> None:
        """Commit a page that is not the last."""
        await self._look.commit(await self._prepare(page), mark_seen=self._full)

    async def conclude(self, page: Page, cursor: Cursor, chance: float) -> None:
        """Commit the last page with all that is gone and the cursor."""
        look = self._look
        prepared = await self._prepare(page)
        if self._ended & self._retold:
            # The order within a round means nothing: only all of it read anew tells which of the two is so.
            raise CursorExpired("series_contradicted")
        if doubtful := await self._doubtful(prepared):
            await look.commit(prepared, mark_seen=self._full)
            for event in doubtful:
                await self._read_again(event)
            prepared = await look.prepare(Page(events=()))

        def finish(transaction: Transaction) -> None:
            look.apply(transaction, prepared, mark_seen=self._full)
            gone = self._standing_among_gone(transaction)
            absent = self._unseen(transaction) if self._full else self._left_of_series(transaction)
            look.finish(transaction, gone=gone, absent=absent, cursor=cursor, full=self._full, chance=chance)

        await look.write(finish)

    async def _prepare(self, page: Page) -> Prepared:
        prepared = await self._look.prepare(page)
        if not self._full:
            self._met.update(prepared.sorted.kept())
        self._gone.update(prepared.sorted.gone)
        reading = self._look.reading
        self._gone.update((event, reading.identify(event)) for event in page.removed)
        if not self._full:
            # A tombstone does not say whether it is an event's or a series'.
            self._ended.update(map(reading.identify_series, page.removed))
            self._retold.update(prepared.sorted.retold)
        return prepared

    async def _doubtful(self, last: Prepared) -> list[str]:
        """Ids that were both kept and gone: the order within a round means nothing."""
        met = self._met
        if self._full and self._gone:
            met = await self._look.read(self._met_among_gone) | set(last.sorted.kept())
        return [event for event, booking in self._gone.items() if booking in met]

    async def _read_again(self, event: str) -> None:
        prepared = await self._look.prepare(await self._look.event(event))
        if prepared.sorted.kept():
            del self._gone[event]
        await self._look.commit(prepared, mark_seen=self._full)

    def _met_among_gone(self, transaction: Transaction) -> set[BookingId]:
        return self._standing_among_gone(transaction) - self._unseen(transaction)

    def _unseen(self, transaction: Transaction) -> set[BookingId]:
        """What stands and was not met by this full round."""
        row = self._look.row
        if row.completed_at is None and row.generation == 0:
            # The first round ever: to read again all that it wrote would cost its share, and find nothing.
            return set()
        return transaction.bookings.unseen(row.id, self._look.at.generation)

    def _left_of_series(self, transaction: Transaction) -> set[BookingId]:
        return transaction.bookings.of_series(self._look.row.id, self._ended | self._retold) - self._met

    def _standing_among_gone(self, transaction: Transaction) -> set[BookingId]:
        known = transaction.bookings.known(self._look.row.id, list(self._gone.values()))
        return {booking for booking, fingerprint in known.items() if fingerprint is not None}
