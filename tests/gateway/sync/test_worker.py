"""The worker takes what is due, a bounded number at a time, and leaves when told to."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from msgspec.structs import replace
from sqlalchemy import Table

from connectors.errors import AccessLost, CredentialRefused, Unreachable
from connectors.raw import RawPlace
from gateway.authorization import State
from gateway.booking import TenantId
from gateway.entry import EntryKind
from gateway.errors import StoreBusy
from gateway.minimization.lattice import Place
from gateway.store.leases import Sort
from gateway.store.registry import Registry
from gateway.store.store import Store
from gateway.store.tables import calendars
from gateway.sync.worker import TURNS_AT_ONCE, TURNS_AT_PERSONS, TURNS_OF_ONE_TENANT
from tests.fakes.filled_store import NOON
from tests.fakes.installation import PAST_A_POLL, Installation, nothing
from tests.fakes.log_fold import LogFold
from tests.fakes.persons import ANYBODY, Person
from tests.fakes.provider import FakeProvider, meeting, room
from tests.fakes.site import AMBER, Site, meetings, open_site

Result = TypeVar("Result")

BOUND_SECONDS = 10
PAST_A_DAY = timedelta(days=1, minutes=6)


class CrowdedProvider(FakeProvider):
    """Counts how many ask at once."""

    asking = most = 0

    async def request_page(self) -> None:
        self.asking += 1
        self.most = max(self.most, self.asking)
        await asyncio.sleep(0.001)
        await super().request_page()
        self.asking -= 1


class SlowProvider(FakeProvider):
    """Answers only once as many are being asked as the worker has room for."""

    served: list[FakeProvider]
    crowd: asyncio.Barrier | None = None

    def join(self, served: list[FakeProvider], crowd: asyncio.Barrier) -> None:
        self.served, self.crowd = served, crowd

    async def request_page(self) -> None:
        if self.crowd is not None:
            self.served.append(self)
            await self.crowd.wait()
        await super().request_page()


class RefusingProvider(FakeProvider):
    """Refuses from some time on."""

    refuses = False

    async def request_page(self) -> None:
        await super().request_page()
        if self.refuses:
            raise AccessLost("consent_revoked")


class WaitingProvider(FakeProvider):
    """Lets every page wait while it is under load."""

    is_under_load = False

    def __init__(self, *places: RawPlace) -> None:
        super().__init__(*places)
        self.full, self.go_on = asyncio.Event(), asyncio.Event()
        self.waiting = 0

    async def request_page(self) -> None:
        await super().request_page()
        if self.is_under_load:
            self.waiting += 1
            if self.waiting == TURNS_OF_ONE_TENANT:
                self.full.set()
            await self.go_on.wait()


class LateProvider(FakeProvider):
    """Tells of its places only once a turn has ended."""

    def __init__(self, *places: RawPlace) -> None:
        super().__init__(*places)
        self.turn_ended = asyncio.Event()
        self.turn_ended.set()

    async def request_places(self) -> None:
        await self.turn_ended.wait()
        await super().request_places()


class BusyOnceStore(Store):
    """A store that does not answer the first time."""

    def __init__(self, store: Store) -> None:
        super().__init__(store._lanes, store._clock)
        self.was_busy = False

    async def tenants_with_due(self, table: Table, *, sort: Sort | None = None) -> set[TenantId]:
        if not self.was_busy:
            self.was_busy = True
            raise StoreBusy("The database did not answer.")
        return await super().tenants_with_due(table, sort=sort)


def rooms(count: int, sort: type[FakeProvider] = FakeProvider) -> FakeProvider:
    provider = sort(*(room(f"room{number}") for number in range(count)))
    for number in range(count):
        provider.put(room(f"room{number}"), meeting(f"event-{number}", NOON))
    return provider


async def bookings(installation: Installation, tenant: TenantId) -> int:
    return len(LogFold().take(await installation.entries(tenant)).bookings)


async def test_all_that_is_due_is_read(installation: Installation) -> None:
    tenants = [await installation.onboard(rooms(count)) for count in (3, 20, 1)]
    ended = list[int]()

    async def count() -> None:
        ended.append(1)

    await installation.worker().run_until_idle(count)
    assert [await bookings(installation, tenant) for tenant in tenants] == [3, 20, 1]
    assert ended
    assert await installation.store.tenants_with_due(calendars) == set()


async def test_no_more_turns_run_at_once_than_a_few(installation: Installation) -> None:
    provider = rooms(20, CrowdedProvider)
    await installation.onboard(provider)
    await installation.sync()
    assert isinstance(provider, CrowdedProvider)
    assert 1 < provider.most <= TURNS_OF_ONE_TENANT


async def test_many_tenants_are_served_in_turn(installation: Installation) -> None:
    providers = [SlowProvider(*(room(f"room{number}") for number in range(4))) for _ in range(12)]
    for provider in providers:
        await installation.onboard(provider)
    await installation.sync()
    served, crowd = list[FakeProvider](), asyncio.Barrier(TURNS_AT_ONCE - 2)
    for provider in providers:
        provider.join(served, crowd)
    async with asyncio.timeout(BOUND_SECONDS):
        await installation.sync_later()
    assert len(served) == 48
    assert {id(provider) for provider in served[:16]} == {id(provider) for provider in providers}


async def test_a_large_tenant_that_waits_holds_up_no_small_one(installation: Installation) -> None:
    waiting, small = rooms(30, WaitingProvider), rooms(1)
    await installation.onboard(waiting)
    tenant = await installation.onboard(small, name="Fjord")
    await installation.sync()
    assert isinstance(waiting, WaitingProvider)
    waiting.is_under_load = True
    installation.clock.move(PAST_A_POLL)
    worker = installation.worker()
    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as group:
        while not waiting.full.is_set():
            await worker.start_due(group)
            await asyncio.sleep(0)
        small.put(room("room0"), meeting("event-9", NOON))
        installation.clock.move(PAST_A_POLL)
        while await bookings(installation, tenant) < 2:
            await worker.start_due(group)
            await asyncio.sleep(0)
        waiting.go_on.set()


async def test_one_calendars_bug_stops_no_other(installation: Installation) -> None:
    provider = rooms(5)
    tenant = await installation.onboard(provider)

    async def break_down() -> None:
        raise ZeroDivisionError

    await installation.sync()
    provider.put(room("room1"), meeting("event-9", NOON))
    provider.meanwhile(1, break_down)
    await installation.sync_later()
    assert 'result="failed"} 1.0' in installation.parts.metrics.exposition().decode()
    await installation.sync_later()
    assert await bookings(installation, tenant) == 6


async def test_a_failure_is_repeated_later_and_later(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    pauses = list[float]()
    installation.clock.move(PAST_A_POLL)
    for _ in range(5):
        site.provider.fail(1, Unreachable("network"))
        before = installation.clock()
        await installation.sync()
        while not await installation.store.tenants_with_due(calendars):
            installation.clock.move(timedelta(seconds=1))
        pauses.append((installation.clock() - before).total_seconds())
    assert pauses == [15, 30, 60, 120, 240]


@pytest.mark.parametrize("fails", [False, True])
async def test_a_run_that_ends_by_itself_takes_nothing_twice(
    installation: Installation, *, fails: bool
) -> None:
    site = await open_site(installation, *meetings(1))
    asked = site.provider.asked["page"]

    async def let_time_pass() -> None:
        # Past the next poll, and past any pause after a failure.
        installation.clock.move(timedelta(hours=2))

    installation.clock.move(PAST_A_POLL)
    if fails:
        site.provider.fail(1, Unreachable("network"))
    async with asyncio.timeout(BOUND_SECONDS):
        await installation.worker().run_until_idle(let_time_pass)
    assert site.provider.asked["page"] == asked + 1


async def test_what_a_late_look_at_the_directory_makes_due_is_read_in_the_same_run(
    installation: Installation,
) -> None:
    installation.set_policy("sites", place=Place.SITE)
    provider = LateProvider(AMBER)
    provider.put(AMBER, meeting("event-0", NOON + timedelta(days=2)))
    tenant = await installation.onboard(provider, policy="sites")
    await installation.sync()
    provider.add_place(replace(AMBER, site="Old Town"))
    provider.turn_ended.clear()

    async def tell() -> None:
        provider.turn_ended.set()

    installation.clock.move(PAST_A_DAY)
    async with asyncio.timeout(BOUND_SECONDS):
        await installation.worker().run_until_idle(tell)
    assert await bookings(installation, tenant) == 1


async def test_it_leaves_when_told_to_and_lets_turns_end(installation: Installation) -> None:
    provider = rooms(1)
    tenant = await installation.onboard(provider)
    stop = asyncio.Event()

    async def tell_to_stop() -> None:
        stop.set()

    await installation.sync()
    provider.put(room("room0"), meeting("event-9", NOON))
    provider.meanwhile(1, tell_to_stop)
    installation.clock.move(PAST_A_POLL)
    async with asyncio.timeout(BOUND_SECONDS):
        await installation.worker().run(stop)
    assert await bookings(installation, tenant) == 2


async def test_it_remembers_that_our_own_credential_was_refused(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    worker = installation.worker()
    site.provider.fail(1, CredentialRefused("certificate_expired"))
    installation.clock.move(PAST_A_POLL)
    await worker.run_until_idle(nothing)
    assert worker.refusals == {"certificate_expired"}
    assert (await installation.standing(site.tenant)).authorization.state is State.DEGRADED


async def test_it_goes_on_after_the_store_did_not_answer(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    site.provider.put(AMBER, *meetings(2))
    store, stop = BusyOnceStore(installation.store), asyncio.Event()

    async def tell_to_stop() -> None:
        stop.set()

    site.provider.meanwhile(1, tell_to_stop)
    installation.clock.move(PAST_A_POLL)
    async with asyncio.timeout(BOUND_SECONDS):
        await installation.worker(store).run(stop)
    assert (store.was_busy, await site.news()) == (True, [EntryKind.BOOKING_PUT])


async def test_of_many_turns_that_find_access_lost_one_suspends(installation: Installation) -> None:
    provider = rooms(4, RefusingProvider)
    assert isinstance(provider, RefusingProvider)
    tenant = await installation.onboard(provider)
    await installation.sync()
    provider.refuses = True
    await installation.sync_later()
    assert (await installation.standing(tenant)).authorization.epoch == 2
    assert len(await installation.notices(tenant)) == 1


async def test_a_dropped_tenants_turns_end_at_once_and_no_others(installation: Installation) -> None:
    dropped, other = await open_site(installation, *meetings(1)), await open_site(installation)
    begun, never = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        begun.set()
        await never.wait()

    dropped.provider.meanwhile(1, hang)
    other.provider.put(AMBER, *meetings(1))
    installation.clock.move(PAST_A_POLL)
    worker = installation.worker()
    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as group:
        assert await worker.start_due(group) == 2
        await begun.wait()
        worker.drop(dropped.tenant)
    assert await other.news() == [EntryKind.BOOKING_PUT]


async def test_a_turn_cut_off_anywhere_leaves_the_store_usable(installation: Installation) -> None:
    site = await open_site(installation, *meetings(6), incremental=True, page_items=2)
    for hops in range(0, 60, 3):
        site.provider.put(AMBER, *meetings(6, first=hops + 1))
        installation.clock.move(PAST_A_POLL)
        worker = installation.worker()
        async with asyncio.TaskGroup() as group:
            await worker.start_due(group)
            for _ in range(hops):
                await asyncio.sleep(0.0002)
            worker.drop(site.tenant)
        async with asyncio.timeout(BOUND_SECONDS):
            await installation.store.administer(lambda registry: registry.standing(site.tenant))
    await site.later()
    assert site.told == {event.id for event in meetings(64)}


async def test_two_workers_on_one_store_share_the_work(installation: Installation) -> None:
    tenant = await installation.onboard(rooms(12))
    provider = installation.providers[tenant]
    one, two = installation.worker(owner="one"), installation.worker(owner="two")
    await installation.sync()
    asked = provider.asked["page"]
    installation.clock.move(PAST_A_POLL)
    await asyncio.gather(one.run_until_idle(nothing), two.run_until_idle(nothing))
    assert provider.asked["page"] == asked + 12


async def test_people_whose_calendars_take_long_hold_up_no_place(installation: Installation) -> None:
    provider = rooms(1, WaitingProvider)
    assert isinstance(provider, WaitingProvider)
    tenant = await installation.onboard(provider, persons=ANYBODY)
    site = Site(installation, provider, tenant, await installation.tenancy(tenant), room("room0"))
    await installation.sync()
    for number in range(TURNS_OF_ONE_TENANT):
        await Person(site, f"somebody-{number}").connect()
    provider.is_under_load = True
    worker = installation.worker()
    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as group:
        begun = 0
        while begun < TURNS_AT_PERSONS:
            begun += await worker.start_due(group)
        # Those that wait are left room for.
        assert await worker.start_due(group) == 0
        installation.clock.move(PAST_A_POLL)
        started = await worker.start_due(group)
        provider.go_on.set()
    assert started == 1


class FaultyStore(Store):
    """A store over whose registry code of ours fails."""

    def __init__(self, store: Store) -> None:
        super().__init__(store._lanes, store._clock)

    async def administer(self, work: Callable[[Registry], Result]) -> Result:
        raise ZeroDivisionError(type(work).__name__)


async def test_a_bug_over_what_a_provider_refused_stops_no_other_calendar(
    installation: Installation,
) -> None:
    lost, read = rooms(1), rooms(1)
    for number, provider in enumerate((lost, read)):
        await installation.onboard(provider, name=f"company {number}")
    await installation.sync()
    lost.refused[room("room0").address] = AccessLost("consent_missing")
    before = read.asked["page"]
    installation.clock.move(PAST_A_POLL)
    await installation.worker(FaultyStore(installation.store)).run_until_idle(nothing)
    assert read.asked["page"] > before
    assert 'result="failed"} 1.0' in installation.parts.metrics.exposition().decode()
