"""A soak: the whole service against both providers for simulated days, while everything goes wrong by lot."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from connectors.sandbox.chance import Chance
from connectors.sandbox.faults.catalogue import PROVIDERS_NAMES
from gateway.authorization import State
from tests.fakes.crashes import Crash
from tests.system.canaries import Canaries
from tests.system.changing_world import NOW
from tests.system.evidence import FEED, Evidence
from tests.system.soak_acts import Acts
from tests.system.soak_house import SoakHouse, open_house
from tests.system.soak_proofs import PROVING
from tests.system.soak_sandbox import SoakSandbox
from tests.system.soak_time import leap, run
from tests.system.soak_world import EMPLOYERS, EVENTS, PEOPLE, SoakWorld

_PAUSES = (1, 6, 6, 20, 60, 180, 480)
_WHEN, _TIMES = ("1", "1", "p:0.3", "every:2"), (1, 2, 5, 20)
#: Past every backoff, every wish of a provider's, a day's full round, a brake and a second look.
_RECOVERY = tuple(timedelta(minutes=minutes) for minutes in (25 * 60, 2, 61, 25 * 60, 2, 61, 6))

_READING = timedelta(seconds=1)


@dataclass
class Soak:
    """One seed's story."""

    seed: int
    world: SoakWorld
    sandbox: SoakSandbox
    house: SoakHouse
    canaries: Canaries
    acts: Acts
    answers: dict[str, bytes]
    #: What has blown since the weather was calm.
    blowing: set[str] = field(default_factory=set)

    async def take_step(self, step: int) -> None:
        """Something changes, something goes wrong, time passes, and everything due is read."""
        chance = Chance(self.seed, step, "step")
        self.world.happen(step, self.now)
        self._turn_weather(chance)
        await self.acts.happen(Chance(self.seed, step, "acts"))
        await self.pass_time(timedelta(minutes=chance.pick(_PAUSES)))
        await self.resume()

    async def pass_time(self, by: timedelta) -> None:
        """Time passes, everything due is read, and consumers are told of it."""
        await leap(by)
        await self.sandbox.notifier.deliver()
        # What was told at the very moment of a look would be looked at again, and time stands still there.
        await leap(_READING)
        await self.house.tend()
        for audience in self.acts.audiences:
            await audience.read_on(self.now)
        await self.acts.settle()

    async def resume(self) -> None:
        """An admin confirms the grants of which something said that they are lost."""
        if await self.acts.resume():
            assert self.blowing & PROVING, "a tenant was suspended for nothing"
        if await self.acts.persons.resume():
            assert self.blowing, "a person was suspended for nothing"

    async def conclude(self) -> None:
        """Nothing goes wrong any more: in a while everything is true, and everybody knows."""
        self.acts.calm()
        await self.resume()
        self.calm()
        await self.acts.persons.resume()
        for name in self.house.tenants:
            await self.acts.persons.begin(name)
        for pause in _RECOVERY:
            await self.pass_time(pause)
        for name in self.house.tenants:
            assert await self.house.state(name) is State.ACTIVE, f"{name} is not active"
            telling = await self.house.telling(name)
            assert 0 < telling.living == telling.channels, f"{name} is not told of changes"
        for audience in self.acts.audiences:
            await audience.know_the_truth(self.acts.persons.connected, self.now)
        await self.acts.persons.check()
        assert self.acts.all_settled(), "a withdrawal has not come to its end"
        assert not self._bugs(), "a turn failed, and not by dying"

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

    def _bugs(self) -> list[str]:
        """Lines of the log that tell of turns which failed by what nobody foresaw."""
        lines = self.house.log.getvalue().splitlines()
        return [line for line in lines if '"round_failed"' in line and f'"{Crash.__name__}"' not in line]

    def _turn_weather(self, chance: Chance) -> None:
        if chance.once_in(2):
            self.calm()
        for _ in range(chance.below(3)):
            name = chance.pick(PROVIDERS_NAMES)
            self.sandbox.faults.order(name, chance.pick(_WHEN), chance.pick(_TIMES))
            self.blowing.add(name)


@asynccontextmanager
async def begin(
    seed: int,
    folder: Path,
    employers: Iterable[str] = EMPLOYERS,
    *,
    events: tuple[int, ...] = EVENTS,
    people: int = PEOPLE,
) -> AsyncIterator[Soak]:
    """A soak that begins: these employers have authorized us, and nothing has been read."""
    canaries, answers = Canaries(), dict[str, bytes]()
    world = SoakWorld(seed, canaries, events, people)
    async with SoakSandbox(world.world, canaries) as sandbox, open_house(sandbox, folder) as house:
        acts = Acts(house, sandbox, world, answers)
        await acts.onboard(*employers)
        yield Soak(seed, world, sandbox, house, canaries, acts, answers)


async def _play(seed: int, length: timedelta, folder: Path) -> Counter[str]:
    step, happened = 0, Counter[str]()
    try:
        async with begin(seed, folder) as soak:
            happened = soak.acts.happened
            while soak.now < NOW + length:
                step += 1
                await soak.take_step(step)
            await soak.conclude()
            # Of an employer with few rooms nothing may have changed for a week.
            assert any([(await soak.house.telling(name)).heard for name in soak.house.tenants])
            assert (await soak.evidence()).leaks(soak.canaries) == {}, "something personal was left"
            happened["crash"] = soak.house.crashes
    except BaseException as error:
        error.add_note(f"Soak: seed {seed}, step {step}, after {dict(happened)}.")
        raise
    return happened


def play(seed: int, length: timedelta, folder: Path) -> Counter[str]:
    """Play one seed, in a time of its own; returns what befell the installation, counted by kind.

    A failure tells seed and step; the same seed fails alike.
    """
    return run(_play(seed, length, folder))
