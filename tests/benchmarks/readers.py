"""Who reads the stand-ins: the gateway as it is, and peers in an environment of their own."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, Protocol

import msgspec

from connectors.sandbox.handout import TenantHandout
from connectors.sandbox.truth import Provider
from gateway.app.census import read_again
from gateway.app.parts import Parts, open_parts
from gateway.app.service import sync_once
from gateway.app.standins import CONTROLLER, connection_of
from gateway.app.tenants import add_tenant
from gateway.booking import TenantId
from gateway.tenant import Mode, Registration
from tests.benchmarks.peer import Task
from tests.benchmarks.standins import Opened

PEER_PYTHON = Path(".venv-peers/bin/python")


class Cost(NamedTuple):
    """Of one round: seconds of the reader's own CPU, and of waiting for it."""

    cpu: float
    wall: float


class Reader(Protocol):
    """Reads all calendars of a provider, with everything at first and then as it is able to."""

    async def round(self) -> Cost: ...


class Gateway:
    """Everything that ``gateway sync --once`` does: keys, minimization, sealing, commits included."""

    def __init__(self, parts: Parts, tenants: list[TenantId]) -> None:
        self._parts = parts
        self._tenants = tenants

    async def round(self) -> Cost:
        for tenant in self._tenants:
            await read_again(self._parts, tenant)
        gc.collect()
        cpu, wall = time.process_time(), time.perf_counter()
        await sync_once(self._parts, _nothing)
        return Cost(time.process_time() - cpu, time.perf_counter() - wall)


@asynccontextmanager
async def open_gateway(
    opened: Opened, provider: Provider, mode: Mode = Mode.SNAPSHOT
) -> AsyncIterator[Reader]:
    """A new store, new keys, a provider's employers, and nothing read yet."""
    with TemporaryDirectory() as directory:
        settings = msgspec.structs.replace(
            opened.settings, store=f"{directory}/store", keys=f"{directory}/keys"
        )
        async with open_parts(settings) as parts:
            companies = [one for one in opened.handout.tenants if one.provider is provider]
            yield Gateway(parts, [await _onboarded(parts, company, mode) for company in companies])


async def _onboarded(parts: Parts, company: TenantHandout, mode: Mode) -> TenantId:
    connection = msgspec.structs.replace(connection_of(company), mode=mode)
    choice = Registration(name=company.name, policy="occupancy", zone=company.zone, basis="f")
    return (await add_tenant(parts, connection, choice, controller=CONTROLLER)).id


class Peer:
    """A process that takes a round for each line that it is sent, and answers with its cost."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin, self._stdout = process.stdin, process.stdout

    async def send(self, line: bytes) -> None:
        self._stdin.write(line + b"\n")
        await self._stdin.drain()

    async def round(self) -> Cost:
        await self.send(b"")
        return msgspec.json.decode(await self._stdout.readline(), type=Cost)


@asynccontextmanager
async def open_peer(module: str, task: Task) -> AsyncIterator[Reader]:
    process = await asyncio.create_subprocess_exec(
        PEER_PYTHON,
        "-m",
        f"tests.benchmarks.{module}",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    peer = Peer(process)
    try:
        await peer.send(msgspec.json.encode(task))
        yield peer
    finally:
        process.kill()
        await process.wait()


async def _nothing() -> None:
    """Told after every turn, and content with it."""
