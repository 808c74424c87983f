"""Rounds at a site whose people connected calendars: whole ones, and some of which nobody knows how far."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from gateway.clock import milliseconds
from gateway.store.store import Store
from tests.fakes.installation import PAST_A_POLL, nothing
from tests.fakes.site import Site
from tests.properties.copies_model import CopiesModel
from tests.properties.copies_rows import is_all_read
from tests.properties.copies_truth import CopiesTruth

PAST_A_DAY = timedelta(hours=25)
#: So often all is read where places came or went: first the directory, then by what it says.
ROUNDS_OF_A_MOVE, ROUNDS_MAX = 3, 12


class CopiesRounds:
    """Reads a site, and lets the model read on where everything was read."""

    def __init__(self, site: Site, model: CopiesModel, truth: CopiesTruth) -> None:
        self.is_suspended = False
        #: Who was not read since they connected first.
        self.unread = set[str]()
        self._site = site
        self._model = model
        self._truth = truth
        #: A round was cut off, or the world moved under it: what it has read of that is nobody's to know.
        self._is_doubtful = False
        #: Something is to be met by a round yet, beside what calendars say.
        self._is_due = False
        self._least = 1

    async def settle(self, after: timedelta = PAST_A_POLL) -> None:
        """Everything is read; what is told then is true. Of a suspended tenant nothing is."""
        if self.is_suspended:
            asked = dict(self._site.provider.asked)
            await self._site.later(after)
            assert self._site.provider.asked == asked
            return
        await self._read_all(after)
        self._model.read_all()
        self.unread -= self._model.connected
        self._is_doubtful = self._is_due = False
        self._least = 1
        await self._truth.is_all_told()

    async def in_doubt(self, store: Store | None = None, *, workers: int = 1) -> None:
        """Something that may come to nothing, or is done by several at once."""
        here = self._site.installation
        if not self.is_suspended:
            self._is_doubtful = self._is_due = True
            self._truth.something_else_is_told()
        here.clock.move(PAST_A_POLL)
        several = [here.worker(store, f"worker-{number}") for number in range(workers)]
        await asyncio.gather(*(worker.run_until_idle(nothing) for worker in several))

    async def amid(self, page: int, deed: Callable[[], Awaitable[None]]) -> None:
        """Something is done right before a page is answered."""
        self._site.provider.meanwhile(page, deed)
        await self.in_doubt()
        self._site.provider.undisturbed()

    async def be_sure(self, name: str | None = None) -> None:
        """Let all be read where the model cannot know what was, or where this person never was."""
        if self._is_doubtful or (name in self.unread and not self.is_suspended):
            await self.settle()

    async def check(self) -> None:
        """What was done counts at once, unless something is to be met yet."""
        if not self._is_due:
            await self._truth.is_all_told()

    def is_to_notice(self) -> None:
        """Something is met by the next round."""
        self._is_due = True

    def is_to_notice_places(self) -> None:
        """Places came or went, which is noticed once a day."""
        self._site.installation.clock.move(PAST_A_DAY)
        self._is_due, self._least = True, ROUNDS_OF_A_MOVE
        self._truth.something_else_is_told()

    async def _read_all(self, after: timedelta) -> None:
        here = self._site.installation
        done = partial(is_all_read, since=milliseconds(here.clock()))
        for number in range(1, ROUNDS_MAX + 1):
            await self._site.later(after if number == 1 else PAST_A_POLL)
            if number >= self._least and await here.store.read(done):
                return
        raise AssertionError("not everything was read")
