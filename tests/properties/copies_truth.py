"""Consumers of a site whose people connected calendars, and what must be true of what they are told."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from connectors.raw import RawPlace
from gateway.booking import Booking, BookingId, Freshness, Status
from gateway.sync.tenancy import copy_ids
from tests.fakes.filled_store import NOON
from tests.fakes.installation import events_of, resource_of
from tests.fakes.log_fold import LogFold
from tests.fakes.site import Site
from tests.properties.copies_model import CopiesModel, Spot, Taken, Tellers, moves_nothing
from tests.properties.copies_rows import told_rows

#: Nothing here ages out, and nothing is forgotten.
FIRST = NOON + timedelta(days=120)
HOUR = timedelta(hours=1)


class Settled(NamedTuple):
    """What was to be told once all had been read, and where the log stood."""

    by_places: dict[tuple[RawPlace, str], int]
    by_persons: dict[Spot, Tellers]
    is_fresh: bool
    head: int


class CopiesTruth:
    """``prompt`` is told of everything at once, ``slow`` every now and then."""

    def __init__(self, site: Site, model: CopiesModel) -> None:
        self._site = site
        self._model = model
        self._prompt, self._slow = site.consumer, LogFold()
        self._before: Settled | None = None

    async def holds(self) -> None:
        """At any time: what was told stands, stands once, and is what whoever begins now is told."""
        await self._site.news()
        told = await self._site.installation.store.read(told_rows)
        assert told == sorted(self._prompt.bookings)
        self._agree(LogFold().take(await self._site.installation.entries(self._site.tenant)))

    async def is_told_slowly(self) -> None:
        await self._site.installation.news(self._site.tenant, self._slow)
        self._agree(self._slow)

    async def is_all_told(self) -> None:
        """All was read, and what is told is what calendars say; where that stayed the same, nothing was."""
        await self.holds()
        now = await self._settled()
        expected = dict(self._expected(now))
        told = self._prompt.bookings
        assert told.keys() == expected.keys()
        assert all(_taken(told[booking]) in some for booking, some in expected.items())
        before, self._before = self._before, now
        if before is not None and before.is_fresh and now.is_fresh and before.by_places == now.by_places:
            assert now.head == before.head or not moves_nothing(before.by_persons, now.by_persons)

    def something_else_is_told(self) -> None:
        """Of what calendars do not say, or what is over by the time that all is read."""
        self._before = None

    async def _settled(self) -> Settled:
        model, states = self._model, self._prompt.states.values()
        return Settled(
            model.told_by_places(),
            model.told_by_persons(),
            all(state.freshness is Freshness.FRESH for state in states),
            await self._site.head(),
        )

    def _agree(self, other: LogFold) -> None:
        prompt = self._prompt
        assert other.bookings == prompt.bookings
        assert (other.resources, other.states) == (prompt.resources, prompt.states)

    def _expected(self, now: Settled) -> Iterator[tuple[BookingId, set[Taken]]]:
        tenancy = self._site.tenancy
        for (place, item), hour in now.by_places.items():
            yield events_of(tenancy, place)(item), {Taken(hour)}
        for (place, shared), tellers in now.by_persons.items():
            identify = copy_ids(tenancy.keys.index, resource_of(tenancy, place))
            yield identify(shared), set(tellers.values())


def at(hour: int) -> datetime:
    return FIRST + hour * HOUR


def _taken(booking: Booking) -> Taken:
    assert booking.start is not None
    return Taken((booking.start - FIRST) // HOUR, booking.status is Status.CONFIRMED)
