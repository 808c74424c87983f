"""Series in a round of changes. Graph tells their occurrences by id and time alone, and not every deletion.

learn.microsoft.com/graph/delta-query-events, /graph/api/event-list-instances.
"""

from collections.abc import AsyncIterator, Awaitable, Callable

from msgspec.structs import replace

from connectors.microsoft.wire import inherited
from connectors.port import Page
from connectors.raw import Kind, RawEvent, Unclear

#: Reads a master by its id, with a projection; None if it is gone.
ReadMaster = Callable[[str], Awaitable[RawEvent | Unclear | None]]

#: Reads every occurrence of a series in the window, with a projection, page by page.
ReadOccurrences = Callable[[str], AsyncIterator[Page]]

#: Of one page; what needs more of them is told in several.
MASTERS_PER_PAGE = 25


class SeriesReader:
    """Completes the pages of one round with what stands elsewhere.

    In a full round an occurrence is what its master says. Where a master itself has changed, each of its
    occurrences is read anew: which were deleted is told nowhere else.
    """

    def __init__(self, master: ReadMaster, occurrences: ReadOccurrences, *, full: bool) -> None:
        self._read_master = master
        self._read_occurrences = occurrences
        self._full = full
        self._masters = dict[str, RawEvent | None]()
        self._retold = set[str]()
        self._read = 0

    async def completed(self, page: Page) -> AsyncIterator[Page]:
        """The page as it is to be understood, after pages of the series that it says have changed."""
        changed = {event.id: event for event in page.events if event.kind is Kind.MASTER}
        self._masters |= changed
        if not self._full:
            for series in changed:
                self._retold.add(series)
                async for occurrences in self._read_occurrences(series):
                    yield occurrences
        told, read = list[RawEvent](), self._read
        async for event in self._understood(page):
            told.append(event)
            if self._read - read >= MASTERS_PER_PAGE:
                # A page now and then shows whoever waits that reading goes on.
                yield Page(events=tuple(told), series=page.series)
                told, read = [], self._read
        yield replace(page, events=tuple(told))

    async def _understood(self, page: Page) -> AsyncIterator[RawEvent]:
        for event in page.events:
            series = page.series.get(event.id)
            if series is None or not event.bare:
                yield event
            elif series not in self._retold:
                master = await self._master(series)
                yield event if master is None else inherited(event, master)

    async def _master(self, series: str) -> RawEvent | None:
        if series not in self._masters:
            self._read += 1
            found = await self._read_master(series)
            # One that is not understood tells nothing of its occurrences: they stay bare, and so private.
            self._masters[series] = found if isinstance(found, RawEvent) and found.understood else None
        return self._masters[series]


async def as_told(page: Page) -> AsyncIterator[Page]:
    """The page itself, where nothing is left to complete."""
    yield page
