"""A provider, a gateway that reads it, consumers that fold what it tells, and what must be true of them."""

from collections.abc import Set as AbstractSet
from datetime import timedelta

from connectors.raw import RawPlace, Unclear
from gateway.booking import Booking, BookingId, Freshness
from gateway.clock import milliseconds
from gateway.entry import Entry, EntryKind
from gateway.minimization.outcome import Put
from gateway.store.store import Store
from gateway.sync import schedule
from tests.fakes.installation import Installation, calendar_of, events_of
from tests.fakes.log_fold import LogFold
from tests.fakes.provider import FakeProvider

Bookings = dict[BookingId, Booking]

# Backoff keeps a calendar waiting for an hour at most.
POLLS_MAX = 12
PAST_A_REBASE = timedelta(hours=1)


class SyncWorld:
    """One place of one tenant. The model is the provider's own list, minimized.

    ``prompt`` reads whatever is told as soon as it is told, ``slow`` every now and then.
    """

    def __init__(self, installation: Installation, provider: FakeProvider, place: RawPlace) -> None:
        self.provider = provider
        self.place = place
        self.names: list[str] = []
        self.prompt, self.slow = LogFold(), LogFold()
        self._installation = installation
        self._removed_at: dict[BookingId, int] = {}

    async def onboard(self) -> None:
        self._tenant = await self._installation.onboard(self.provider)
        self._tenancy = await self._installation.tenancy(self._tenant)
        self._calendar = calendar_of(self._tenancy, self.place)
        self._identify = events_of(self._tenancy, self.place)

    async def sync(self, store: Store | None = None) -> None:
        """A round, complete or not; the prompt consumer reads at once."""
        await self._installation.sync_later(store=store)
        entries = await self._entries(self.prompt)
        self._none_is_resurrected(entries)
        self.prompt.take(entries)

    async def read_slowly(self) -> None:
        self.slow.take(await self._entries(self.slow))

    async def complete(self) -> None:
        """Read until all is read; then everything is true, and nothing more is told."""
        before = dict(self.prompt.bookings)
        await self._sync_to_the_end()
        if not self._unclear() and Freshness.UNKNOWN in self._freshness():
            self._installation.clock.move(PAST_A_REBASE)
            await self.sync()
        await self._agrees_with_provider(before)
        await self._consumers_agree()
        await self._is_silent()

    async def _sync_to_the_end(self) -> None:
        begun = milliseconds(self._installation.clock())
        for _ in range(POLLS_MAX):
            await self.sync()
            if await self._is_read(begun):
                return
        raise AssertionError("no complete round")

    async def _is_read(self, begun: int) -> bool:
        tenancy = self._tenancy
        directory, calendar = await self._installation.store.look(
            tenancy.fence,
            tenancy.keys,
            lambda transaction: (transaction.directory.load(), transaction.calendars.load(self._calendar)),
        )
        looked = directory.completed_at is not None and directory.reason is None
        return looked and (calendar is None or (calendar.completed_at or 0) > begun)

    async def _agrees_with_provider(self, before: Bookings) -> None:
        if not self.provider.places:
            assert not self.prompt.resources
            assert not self.prompt.bookings
            return
        unclear = self._unclear()
        assert self._freshness() == {Freshness.UNKNOWN if unclear else Freshness.FRESH}
        kept = {self._identify(name) for name, item in unclear.items() if item.id is not None}
        expected = self._truth() | self._lasting(before, kept)
        told = self._lasting(self.prompt.bookings)
        if any(item.id is None for item in unclear.values()):
            # It may be any of those that were there before.
            assert expected.items() <= told.items() <= (before | expected).items()
        else:
            assert told == expected

    async def _consumers_agree(self) -> None:
        await self.read_slowly()
        new = LogFold().take(await self._entries(LogFold()))
        for other in (self.slow, new):
            assert self._lasting(other.bookings) == self._lasting(self.prompt.bookings)
            assert (other.resources, other.states) == (self.prompt.resources, self.prompt.states)

    async def _is_silent(self) -> None:
        head = (await self._installation.standing(self._tenant)).head
        await self.sync()
        assert (await self._installation.standing(self._tenant)).head == head

    def _none_is_resurrected(self, entries: list[Entry]) -> None:
        """What was told to be removed is told again only after something happened to it."""
        counts = self.provider.calendars[self.place.address].changes
        changes = {self._identify(name): counts[name] for name in self.names}
        for entry in entries:
            if entry.booking_id is None:
                continue
            if entry.kind is EntryKind.BOOKING_REMOVED:
                self._removed_at[entry.booking_id] = changes[entry.booking_id]
            elif entry.booking_id in self._removed_at:
                assert changes[entry.booking_id] > self._removed_at.pop(entry.booking_id)

    def _truth(self) -> Bookings:
        """What the provider's items minimize to."""
        now, tenancy = self._installation.clock(), self._tenancy
        place = tenancy.importer().bookable(self.place)
        assert place is not None
        window = schedule.window(now)
        identify = tenancy.identify(self._calendar, place.resource.id)
        minimizer = tenancy.minimizer(place, identify, window=window, now=now)
        outcomes = (minimizer.minimize(item) for item in self.provider.items(self.place).values())
        return {outcome.booking.id: outcome.booking for outcome in outcomes if isinstance(outcome, Put)}

    def _lasting(self, bookings: Bookings, among: AbstractSet[BookingId] | None = None) -> Bookings:
        """Without those that consumers drop by themselves, because they are over."""
        start = schedule.window(self._installation.clock()).start
        return {
            booking: told
            for booking, told in bookings.items()
            if told.end > start and (among is None or booking in among)
        }

    def _unclear(self) -> dict[str, Unclear]:
        items = self.provider.items(self.place)
        return {name: item for name, item in items.items() if isinstance(item, Unclear)}

    def _freshness(self) -> set[Freshness]:
        return {state.freshness for state in self.prompt.states.values()}

    async def _entries(self, consumer: LogFold) -> list[Entry]:
        return await self._installation.entries(self._tenant, consumer.position)
