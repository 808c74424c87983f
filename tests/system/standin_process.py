"""Stand-ins in a process of their own, which changes their world when it is told to."""

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from connectors.sandbox.server import Sandbox
from gateway.clock import system_clock
from tests.loopback import stay_on_loopback
from tests.system.changing_world import FORGETFUL_STEP, PASSES, ChangingWorld
from tests.system.gateways import FORKS, PATIENCE_SECONDS
from tests.system.house import House

STOP = -1


@dataclass
class StandIns:
    """Told by a pipe. ``house`` is an installation that reads them."""

    house: House
    _pipe: "Connection[int, object]"

    async def take_step(self, step: int) -> None:
        """Let everything of one step happen."""
        self._pipe.send(step)
        await asyncio.to_thread(self._pipe.recv)


@contextmanager
def stand_ins(folder: Path, seed: int) -> Iterator[StandIns]:
    """Stand-ins and a house beside them, as long as the context lasts."""
    ours, theirs = multiprocessing.Pipe()
    process = FORKS.Process(target=_run, args=(theirs, folder, seed), daemon=True)
    process.start()
    try:
        assert ours.poll(PATIENCE_SECONDS)
        yield StandIns(ours.recv(), ours)
    finally:
        ours.send(STOP)
        process.join(PATIENCE_SECONDS)


def _run(pipe: "Connection[object, int]", folder: Path, seed: int) -> None:
    stay_on_loopback()
    asyncio.run(_play(pipe, folder, seed))


async def _play(pipe: "Connection[object, int]", folder: Path, seed: int) -> None:
    changing, real, passed = ChangingWorld(seed), system_clock(), timedelta()
    began = system_clock(changing.world.now - real())
    async with Sandbox(changing.world, lambda: began() + passed, real) as sandbox:
        pipe.send(House.build(sandbox, folder))
        while (step := await asyncio.to_thread(pipe.recv)) != STOP:
            passed += PASSES[step]
            changing.apply(step)
            if step == FORGETFUL_STEP:
                sandbox.expire_sync_tokens()
            pipe.send(step)
