"""However often a gateway is killed, its consumers end up with what they would have had without it."""

import asyncio
import copy
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from connectors.sandbox.chance import Chance
from gateway.tenant import Mode
from tests.fakes.strict_backend import StrictBackend
from tests.system.changing_world import NOW, PASSES, ChangingWorld
from tests.system.consumer import consumer_of
from tests.system.crashes import POINTS, die_at
from tests.system.gateways import Ended, Gateway
from tests.system.house import Choice
from tests.system.standin_process import StandIns, stand_ins

SEED = 20270301
#: How often it is killed in each step: most often while changes come in one by one.
CRASHES = (4, 8, 6, 4)
#: Past a poll, and past the leases of whoever was killed.
A_WHILE = timedelta(minutes=6)


class Crash(NamedTuple):
    """A point that is reached for the nth time."""

    point: str
    time: int


def crashes(step: int) -> Iterator[Crash]:
    """Each kind of point in its turn, at a time drawn by lot; early ones, so that much is left to be done."""
    chance, points = Chance(SEED, "crashes", step), list(POINTS)
    for number in range(CRASHES[step]):
        point = points[(step + number + 1) % len(points)]
        yield Crash(point, chance.between(1, 2) if number else chance.between(3, 4))


class Story:
    """One installation through all steps. ``eager`` reads whenever there is anything to read from."""

    def __init__(self, standins: StandIns, token: str) -> None:
        self.house = standins.house
        self.eager, self.slow, self.new = StrictBackend(), StrictBackend(), StrictBackend()
        self.killed = 0
        #: After each step, what each of the three has.
        self.told: list[list[dict[str, Any]]] = []
        self._standins = standins
        self._token = token

    async def play(self, *, disturbed: bool) -> None:
        for step in range(len(CRASHES)):
            if step:
                await self._standins.take_step(step)
                self.house.move_clock(PASSES[step])
            for crash in crashes(step) if disturbed else ():
                await self._crash(crash)
            await self._read_all()
            backends = (self.eager, self.slow, self.new)
            self.told.append([copy.deepcopy(backend.everything()) for backend in backends])
            assert self.eager.tenants == self.slow.tenants == self.new.tenants

    async def _crash(self, crash: Crash) -> None:
        """Run until it is killed at the very point."""
        self.house.move_clock(A_WHILE)
        gateway = self.house.start("serve", alteration=partial(die_at, *crash))
        await self._read_while_it_lives(gateway)
        assert (await gateway.finished()).code == -9, crash
        self.killed += 1

    async def _read_while_it_lives(self, gateway: Gateway) -> None:
        with suppress(aiohttp.ClientError, Ended):
            async with consumer_of(await gateway.port(), self._token, self.eager) as consumer:
                while True:
                    await consumer.read_on(limit=50)
                    await asyncio.sleep(0.02)

    async def _read_all(self) -> None:
        """A run that nothing disturbs: everything is read, and told to whoever asks."""
        self.house.move_clock(A_WHILE)
        since = self.house.now()
        gateway = self.house.start("serve")
        port = await gateway.port()
        await self.house.all_read(since)
        self.new = StrictBackend()
        for backend in (self.eager, self.slow, self.new):
            async with consumer_of(port, self._token, backend) as consumer:
                await consumer.read_on()
        assert (await gateway.stop()).code == 0


async def test_killing_it_changes_nothing_that_consumers_end_up_with(tmp_path: Path) -> None:
    calm, wild = tmp_path / "calm", tmp_path / "wild"
    with stand_ins(calm, SEED) as first, stand_ins(wild, SEED) as second:
        north, south, east = first.house.companies
        _, token = await first.house.onboard(Choice(north), Choice(south, mode=Mode.DELTA), Choice(east))
        for name in ("store", "keys"):
            # The same keys, tenants and ids, so that what is told can be compared.
            shutil.copytree(calm / name, wild / name)
        undisturbed, disturbed = Story(first, token), Story(second, token)
        await asyncio.gather(undisturbed.play(disturbed=False), disturbed.play(disturbed=True))
    assert disturbed.killed >= 20
    assert sum(len(view.bookings) for view in undisturbed.new.tenants.values()) == _occupied_at_the_end()
    for step, (wild_told, calm_told) in enumerate(zip(disturbed.told, undisturbed.told, strict=True)):
        assert wild_told == calm_told, step
    assert disturbed.house.execute("PRAGMA integrity_check") == [("ok",)]


def _occupied_at_the_end() -> int:
    """The same week once more, without anybody reading it."""
    changing = ChangingWorld(SEED)
    for step in range(1, len(CRASHES)):
        changing.apply(step)
    today = (NOW + sum(PASSES, timedelta())).replace(hour=0)
    return changing.occupied((today - timedelta(days=1), today + timedelta(days=180)))
