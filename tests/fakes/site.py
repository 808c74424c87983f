"""A tenant with one room that has been read once, and a consumer that was told of it."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from connectors.raw import RawEvent, RawPlace
from gateway.booking import Booking, BookingId, Freshness, TenantId
from gateway.entry import EntryKind, ResourceState
from gateway.store.calendars import CalendarRow
from gateway.store.store import Store
from gateway.store.tables import calendars, directories
from gateway.sync.directory import DirectoryLook
from gateway.sync.tenancy import Tenancy
from gateway.sync.turn import Turns
from gateway.tenant import Provider
from tests.fakes.filled_store import NOON
from tests.fakes.installation import PAST_A_POLL, Installation, events_of
from tests.fakes.log_fold import LogFold
from tests.fakes.provider import FakeProvider, meeting, room

AMBER = room("amber")


def meetings(count: int, *, first: int = 0) -> list[RawEvent]:
    """So many meetings in a row, an hour each, named ``event-0`` and so on."""
    numbers = range(first, first + count)
    return [meeting(f"event-{number}", NOON + timedelta(hours=number)) for number in numbers]


@dataclass
class Site:
    """``tenancy`` is that of the first epoch."""

    installation: Installation
    provider: FakeProvider
    tenant: TenantId
    tenancy: Tenancy
    place: RawPlace
    consumer: LogFold = field(default_factory=LogFold)

    async def later(self, after: timedelta = PAST_A_POLL, store: Store | None = None) -> list[EntryKind]:
        """Let time pass and everything due be read; what the consumer is told then."""
        await self.installation.sync_later(after, store)
        return await self.news()

    async def news(self) -> list[EntryKind]:
        return await self.installation.news(self.tenant, self.consumer)

    async def turn(self) -> None:
        """One turn at the room's calendar, which must be due; raises what the turn raises."""
        here = self.installation
        (lease,) = await here.store.claim(calendars, tenant=self.tenant, owner="worker", limit=1)
        turns = Turns(here.store, self.tenancy, clock=here.clock, metrics=here.parts.metrics)
        await turns.take(lease, 0.5)

    async def look_at_directory(self) -> None:
        """One look at the directory, which must be due; raises what the look raises."""
        here = self.installation
        (lease,) = await here.store.claim(directories, tenant=self.tenant, owner="worker", limit=1)
        await DirectoryLook(here.store, self.tenancy, here.clock).take(lease, 0.5)

    async def head(self) -> int:
        return (await self.installation.standing(self.tenant)).head

    def id(self, event: str) -> BookingId:
        return events_of(self.tenancy, self.place)(event)

    @property
    def told(self) -> set[str]:
        """Events of the provider's that the consumer has bookings for."""
        return {self._names[booking] for booking in self.consumer.bookings}

    @cached_property
    def _names(self) -> dict[BookingId, str]:
        """More events than any test has, by our ids of them."""
        identify = events_of(self.tenancy, self.place)
        return {identify(name): name for name in (f"event-{number}" for number in range(2000))}

    def booking(self, event: str) -> Booking:
        return self.consumer.bookings[self.id(event)]

    @property
    def state(self) -> ResourceState:
        (state,) = self.consumer.states.values()
        return state

    def freshness(self) -> Freshness:
        return self.state.freshness

    async def calendar(self) -> CalendarRow:
        row = await self.installation.calendar(self.tenant, self.place)
        assert row is not None
        return row


async def open_site(
    installation: Installation,
    *events: RawEvent,
    incremental: bool = False,
    page_items: int = 100,
    place: RawPlace = AMBER,
    policy: str = "occupancy",
    basis: str = "f",
    whose: Provider = Provider.MICROSOFT,
) -> Site:
    """Onboard a provider whose one room holds these events, and read it."""
    provider = FakeProvider(place, incremental=incremental, page_items=page_items)
    provider.put(place, *events)
    tenant = await installation.onboard(provider, policy=policy, basis=basis, whose=whose)
    site = Site(installation, provider, tenant, await installation.tenancy(tenant), place)
    await installation.sync()
    await site.news()
    return site
