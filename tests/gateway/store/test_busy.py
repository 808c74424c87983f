"""A database that does not answer: said as such, and outlasted by whoever runs."""

import asyncio

import pytest
from sqlalchemy import text

from gateway.errors import StoreBusy
from gateway.store.database import Database
from gateway.store.pulse import Pulse
from gateway.store.registry import Standing
from tests.fakes.installation import Installation
from tests.fakes.site import open_site

PATIENCE_SECONDS = 10


def rename(database: Database, before: str, after: str) -> None:
    engine = database.engine(writes=True)
    with engine.begin() as handle:
        handle.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))
    engine.dispose()


async def unheard(_standing: Standing) -> None:
    return


async def test_what_the_driver_says_does_not_pass(installation: Installation, database: Database) -> None:
    rename(database, "tenants", "elsewhere")
    with pytest.raises(StoreBusy) as raised:
        await Pulse(installation.store, unheard).beat()
    rename(database, "elsewhere", "tenants")
    assert "tenants" not in str(raised.value)


async def test_the_pulse_goes_on_after_a_missed_beat(installation: Installation, database: Database) -> None:
    await open_site(installation)
    rename(database, "tenants", "elsewhere")
    pulse, stop = Pulse(installation.store, unheard), asyncio.Event()
    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        group.create_task(pulse.run(stop))
        await asyncio.sleep(0.1)
        rename(database, "elsewhere", "tenants")
        while not pulse.standings:  # noqa: ASYNC110  nothing tells but the pulse itself
            await asyncio.sleep(0.05)
        stop.set()
