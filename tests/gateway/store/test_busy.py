"""A database that does not answer: said as such, and outlasted by whoever runs."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway.errors import StoreBusy
from gateway.store.pulse import Pulse
from gateway.store.registry import Standing
from gateway.store.store import DATABASE
from tests.fakes.installation import Installation
from tests.fakes.site import open_site

PATIENCE_SECONDS = 10


def rename(directory: Path, before: str, after: str) -> None:
    with closing(sqlite3.connect(directory / "store" / DATABASE)) as database:
        database.execute(f"ALTER TABLE {before} RENAME TO {after}")
        database.commit()


async def unheard(_standing: Standing) -> None:
    return


async def test_what_the_driver_says_does_not_pass(installation: Installation, tmp_path: Path) -> None:
    rename(tmp_path, "tenants", "elsewhere")
    with pytest.raises(StoreBusy) as raised:
        await Pulse(installation.store, unheard).beat()
    assert "tenants" not in str(raised.value)


async def test_the_pulse_goes_on_after_a_missed_beat(installation: Installation, tmp_path: Path) -> None:
    await open_site(installation)
    rename(tmp_path, "tenants", "elsewhere")
    pulse, stop = Pulse(installation.store, unheard), asyncio.Event()
    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        group.create_task(pulse.run(stop))
        await asyncio.sleep(0.1)
        rename(tmp_path, "elsewhere", "tenants")
        while not pulse.standings:  # noqa: ASYNC110  nothing tells but the pulse itself
            await asyncio.sleep(0.05)
        stop.set()
