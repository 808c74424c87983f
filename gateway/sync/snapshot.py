"""A snapshot round: everything in the window, without a cursor. Only what differs is written."""

from connectors.errors import Malformed
from gateway.booking import BookingId
from gateway.store.transaction import Transaction
from gateway.sync.round import Round


class Seen:
    """What the pages of a look have named: what occupies its place, and what is said to be gone."""

    def __init__(self) -> None:
        self.kept: set[BookingId] = set()
        self.gone: set[BookingId] = set()


async def snapshot_round(look: Round, chance: float) -> None:
    """Look at a whole calendar once, or twice where its first look needed several pages and missed something.

    An item that moved while pages were read may stand on none of them. No provider id is stored to ask for
    it, so absence from several pages is believed only when a second look finds it absent too.
    """
    seen = Seen()
    pages = await _see(look, seen)
    if not pages:
        raise Malformed("round_without_pages")
    if pages > 1 and await _misses_any(look, seen):
        await _see(look, seen)

    def finish(transaction: Transaction) -> None:
        missing = transaction.bookings.present(look.row.id) - seen.kept
        gone, absent = missing & seen.gone, missing - seen.gone
        look.finish(transaction, gone=gone, absent=absent, cursor=None, full=True, chance=chance)

    await look.write(finish)


async def _see(look: Round, seen: Seen) -> int:
    pages = 0
    async for page in look.pages(since=None):
        prepared = await look.prepare(page)
        seen.kept.update(prepared.sorted.kept())
        seen.gone.update(prepared.sorted.gone.values())
        await look.commit(prepared, mark_seen=False)
        pages += 1
    return pages


async def _misses_any(look: Round, seen: Seen) -> bool:
    present = await look.read(lambda transaction: transaction.bookings.present(look.row.id))
    return bool(present - seen.kept - seen.gone)
