"""A soak: the whole service against both providers for simulated days, while everything goes wrong by lot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.sandbox.chance import Chance
from connectors.sandbox.faults.catalogue import NAMES
from gateway.authorization import State
from gateway.booking import BookingId
from gateway.minimization.places import calendar_id, resource_id
from gateway.sync import schedule
from gateway.sync.tenancy import booking_ids
from tests.fakes.backend import TenantView
from tests.fakes.strict_backend import StrictBackend
from tests.system.canaries import Canaries
from tests.system.changing_world import NOW
from tests.system.consumer import Consumer
from tests.system.evidence import FEED, Evidence
from tests.system.soak_house import SoakHouse, open_house
from tests.system.soak_proofs import PROVING
from tests.system.soak_sandbox import SoakSandbox
from tests.system.soak_time import leap, run
from tests.system.soak_truth import Taken, taken
from tests.system.soak_world import EVENTS, SoakWorld

_PAUSES = (1, 6, 6, 20, 60, 180, 480)
_WHEN, _TIMES = ("1", "1", "p:0.3", "every:2"), (1, 2, 5, 20)
#: Past every backoff, every wish of a provider's, a day's full round, a brake and a second look.
_RECOVERY = tuple(timedelta(minutes=minutes) for minutes in (25 * 60, 2, 61, 25 * 60, 2, 61, 6))

_READING = timedelta(seconds=1)

#: How long the slow consumer stays away.
SLOW = timedelta(days=2)


@dataclass
class Soak:
    """One seed's story. ``prompt`` reads after every step, ``slow`` now and then."""

    seed: int
    world: SoakWorld
    sandbox: SoakSandbox
    house: SoakHouse
    canaries: Canaries
    prompt: StrictBackend = field(default_factory=StrictBackend)
    slow: StrictBackend = field(default_factory=StrictBackend)
    slow_read_at: datetime = NOW
    answers: dict[str, bytes] = field(default_factory=dict)
    #: What has blown since the weather was calm.
    blowing: set[str] = field(default_factory=set)
    #: Told to be removed, of events that are gone for good.
    gone: set[BookingId] = field(default_factory=set)

    async def take_step(self, step: int) -> None:
        """Something changes, something goes wrong, time passes, and everything due is read."""
        chance = Chance(self.seed, step, "step")
        self.world.happen(step, self.now)
        self._turn_weather(chance)
        await self.pass_time(timedelta(minutes=chance.pick(_PAUSES)))
        await self.resume()

    async def pass_time(self, by: timedelta) -> None:
        """Time passes, everything due is read, and consumers are told of it."""
        await leap(by)
        await self.sandbox.notifier.deliver()
        # What was told at the very moment of a look would be looked at again, and time stands still there.
        await leap(_READING)
        await self.house.tend()
        await self.read(self.prompt)
        await self._none_is_resurrected()
        is_hidden = any(view.hidden for view in self.prompt.tenants.values())
        if self.now - self.slow_read_at >= SLOW and not is_hidden:
            await self.read(self.slow)
            self.slow_read_at = self.now

    async def resume(self) -> None:
        """An admin confirms the grants of which something said that they are lost."""
        if await self.house.resume():
            assert self.blowing & PROVING, "a tenant was suspended for nothing"

    async def read(self, backend: StrictBackend) -> None:
        """Read to the end."""
        await Consumer(self.house.feed, self.house.token, backend, self.answers).read_on()

    async def conclude(self) -> None:
        """Nothing goes wrong any more: in a while everything is true, and everybody knows."""
        await self.resume()
        self.calm()
        for pause in _RECOVERY:
            await self.pass_time(pause)
        new = StrictBackend()
        for backend in (self.slow, new):
            await self.read(backend)
        for name, tenant in self.house.tenants.items():
            assert await self.house.state(name) is State.ACTIVE, name
            telling = await self.house.telling(name)
            assert 0 < telling.living == telling.channels, (name, telling)
            views = [backend.view(tenant) for backend in (self.prompt, self.slow, new)]
            for view in views:
                await self._is_true(name, view)

    def calm(self) -> None:
        self.sandbox.faults.clear()
        self.blowing.clear()

    async def evidence(self) -> Evidence:
        """Every byte that was left anywhere."""
        found = Evidence()
        for source, content in self.answers.items():
            found.add(f"{FEED} {source}" if source == "/v1/feed 200" else f"answer {source}", content)
        found.add("metrics", await self.house.metrics())
        found.add("log", self.house.log.getvalue().encode())
        found.add_files("at the end", self.house.folder)
        return found

    @property
    def now(self) -> datetime:
        return self.sandbox.clock()

    def _turn_weather(self, chance: Chance) -> None:
        if chance.once_in(2):
            self.calm()
        for _ in range(chance.below(3)):
            name = chance.pick(NAMES)
            self.sandbox.faults.order(name, chance.pick(_WHEN), chance.pick(_TIMES))
            self.blowing.add(name)

    async def _is_true(self, name: str, view: TenantView) -> None:
        """Whether a consumer has what the provider has, no more and no less, and knows it to be so."""
        assert not view.hidden
        places = {place.id: place for tenant, place, _ in self.world.places() if tenant.name == name}
        assert {row["external_ref"] for row in view.resources.values()} == places.keys()
        assert {row["name"] for row in view.resources.values()} == {one.name for one in places.values()}
        assert {*view.states.values()} == {"fresh"}, view.states
        assert view.states.keys() == view.resources.keys()
        window = schedule.window(self.now)
        told = {
            booking: Taken(_moment(row["start"]), _moment(row["end"]), row["status"])
            for booking, row in view.bookings.items()
        }
        lasting = {booking: one for booking, one in told.items() if one.end > window.start}
        truth = await self._truth(name)
        # Told apart, because what differs is little of much.
        assert {*lasting.items()} - {*truth.items()} == set(), name
        assert {*truth.items()} - {*lasting.items()} == set(), name

    async def _truth(self, name: str) -> dict[BookingId, Taken]:
        keys, truth = await self.house.keys(name), dict[BookingId, Taken]()
        for tenant, place, calendar in self.world.places():
            if tenant.name == name:
                identifier = keys.index.identifier
                identify = booking_ids(
                    keys.index, calendar_id(identifier, place.id), resource_id(identifier, place.id)
                )
                found = taken(calendar, schedule.window(self.now))
                truth |= {identify(event_id): one for event_id, one in found.items()}
        return truth

    async def _none_is_resurrected(self) -> None:
        """What was removed because it is gone for good is never told again."""
        standing = {BookingId(one) for view in self.prompt.tenants.values() for one in view.bookings}
        assert not self.gone & standing, "a booking was resurrected"
        for name in self.house.tenants:
            keys = await self.house.keys(name)
            identifier = keys.index.identifier
            for tenant, place, _ in self.world.places():
                if tenant.name == name:
                    identify = booking_ids(
                        keys.index, calendar_id(identifier, place.id), resource_id(identifier, place.id)
                    )
                    deleted = {identify(event_id) for event_id in self.world.deleted.get(place.id, ())}
                    self.gone |= deleted & {BookingId(one) for one in self.prompt.removed} - standing


@asynccontextmanager
async def begin(seed: int, folder: Path, events: tuple[int, ...] = EVENTS) -> AsyncIterator[Soak]:
    """A soak that begins: everybody has authorized us, and nothing has been read."""
    canaries = Canaries()
    world = SoakWorld(seed, canaries, events)
    async with SoakSandbox(world.world, canaries) as sandbox, open_house(sandbox, folder) as house:
        yield Soak(seed, world, sandbox, house, canaries)


async def _play(seed: int, length: timedelta, folder: Path) -> None:
    step = 0
    try:
        async with begin(seed, folder) as soak:
            while soak.now < NOW + length:
                step += 1
                await soak.take_step(step)
            await soak.conclude()
            # Of an employer with few rooms nothing may have changed for a week.
            assert any([(await soak.house.telling(name)).heard for name in soak.house.tenants])
            assert (await soak.evidence()).leaks(soak.canaries) == {}
    except BaseException as error:
        error.add_note(f"Soak: seed {seed}, step {step}.")
        raise


def play(seed: int, length: timedelta, folder: Path) -> None:
    """Play one seed, in a time of its own. A failure tells seed and step; the same seed fails alike."""
    run(_play(seed, length, folder))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
