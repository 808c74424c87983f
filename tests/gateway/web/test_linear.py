"""However many write and read at once, no reader ever skips an entry."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gateway.booking import TenantId
from gateway.store.database import Database
from gateway.store.entries import EntryLog
from gateway.store.facets import ROOM
from gateway.store.store import open_store
from gateway.web.authentication import Credentials
from gateway.web.feed_reader import read_page
from gateway.web.parts import Parts
from tests.fakes.backend import Backend
from tests.fakes.filled_store import FilledStore, a_booking, a_resource, open_filled_store
from tests.gateway.web.served import parts_of

PROCESSES, TURNS, LIMIT = 3, 8, 3
BOUND_SECONDS = 30


@dataclass
class Process:
    """One of several on a database: it writes, and serves a consumer of its own."""

    filled: FilledStore
    parts: Parts
    tenant: TenantId
    token: str
    consumer: Backend

    async def write(self, name: str) -> None:
        await self.filled.put(self.tenant, a_booking(name, "north"))

    async def read(self) -> bool:
        return self.consumer.take(
            (await read_page(self.parts, Credentials(self.token), self.consumer.cursor, LIMIT)).body
        )

    async def read_to_the_end(self) -> set[str]:
        """What its consumer has by then."""
        while await self.read():
            pass
        return set(self.consumer.view(self.tenant).bookings)


@pytest.fixture
async def processes(tmp_path: Path, database: Database) -> AsyncIterator[list[Process]]:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(open_filled_store(tmp_path, database=database))
        tenant = await first.add_tenant("harbour")
        await first.put_resource(tenant, a_resource("north"))
        found = []
        for _ in range(PROCESSES):
            store = await stack.enter_async_context(open_store(database, first.clock))
            filled = replace(first, store=store)
            token = await first.add_consumer(tenant)
            found.append(Process(filled, parts_of(filled), tenant, token, Backend()))
        yield found


async def test_nothing_is_skipped_that_others_write_meanwhile(processes: list[Process]) -> None:
    written = {f"booking-{number}" for number in range(PROCESSES * TURNS)}
    ended = asyncio.Event()

    async def follow(process: Process) -> set[str]:
        while not ended.is_set():
            await process.read()
        return await process.read_to_the_end()

    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as group:
        readers = [group.create_task(follow(process)) for process in processes]
        turns = zip(sorted(written), processes * TURNS, strict=True)
        await asyncio.gather(*(process.write(name) for name, process in turns))
        ended.set()
    assert [reader.result() for reader in readers] == [written] * PROCESSES


async def test_a_position_that_is_seen_after_a_later_one_is_skipped(
    processes: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What such a fault would do, so that the test above is known to see it."""
    early, late, reader = processes
    taken = [await one.filled.turn(one.tenant, lambda to: to.log.reserve(1)) for one in (early, late)]
    assert taken[1].start - taken[0].start == ROOM
    for process, position in zip((late, early), reversed(taken), strict=True):
        monkeypatch.setattr(EntryLog, "reserve", lambda *_, one=position: one)
        await process.write(f"of-{position.start}")
        await reader.read_to_the_end()
    assert await reader.read_to_the_end() == {f"of-{taken[1].start}"}
