"""The stage: stand-ins, an installation that reads them, employers, and FlexO's place as a consumer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import aiohttp
import msgspec

from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import World
from gateway.app.consumers.overview import add_consumer
from gateway.app.parts import Parts, open_parts
from gateway.app.service import serve_until
from gateway.app.standins import CONTROLLER, connection_of, installation, open_standins
from gateway.app.tenants import add_tenant
from gateway.client import FeedClient
from gateway.tenant import Registration, Tenant

#: What the employers choose, in turn: taken or not; and, for the second, roughly how many come.
POLICIES = ("occupancy", "capacity")
LEGAL_BASIS = "f"
#: Who reads the feed, and for which purpose.
READERS = (("FlexO", "capacity"), ("FlexO's screens", "occupancy"))


@dataclass(frozen=True, slots=True)
class Stage:
    """What the story plays on."""

    sandbox: Sandbox
    parts: Parts
    employers: tuple[Tenant, ...]


@asynccontextmanager
async def open_stage(world: World, data: Path, scratch: Path) -> AsyncIterator[Stage]:
    """Start the stand-ins and onboard their companies.

    ``data`` gets ``store`` and ``keys``; credentials of the stand-ins go to ``scratch``, which does not last.
    """
    async with open_standins(world) as sandbox:
        settings, handout = installation(sandbox, scratch, port=0)
        settings = msgspec.structs.replace(settings, store=str(data / "store"), keys=str(data / "keys"))
        async with open_parts(settings) as parts:
            employers = []
            for company, policy in zip(handout.tenants, cycle(POLICIES), strict=False):
                choice = Registration(name=company.name, policy=policy, zone=company.zone, basis=LEGAL_BASIS)
                reach = connection_of(company)
                employers.append(await add_tenant(parts, reach, choice, controller=CONTROLLER))
            yield Stage(sandbox, parts, tuple(employers))


@asynccontextmanager
async def consumers(stage: Stage) -> AsyncIterator[tuple[FeedClient, FeedClient]]:
    """Serve the feed over HTTP on loopback, and read it for each purpose: FlexO's, and its screens'."""
    tenants = [tenant.id for tenant in stage.employers]
    tokens = [
        (await add_consumer(stage.parts, name, tenants, purpose=purpose))[1] for name, purpose in READERS
    ]
    stop, listening = asyncio.Event(), asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as group:
        group.create_task(serve_until(stage.parts, stop, listening.set_result), name="serve")
        try:
            async with aiohttp.ClientSession() as session:
                url = f"http://127.0.0.1:{await listening}"
                flexo, screens = (FeedClient(session, url, token) for token in tokens)
                yield flexo, screens
        finally:
            stop.set()
