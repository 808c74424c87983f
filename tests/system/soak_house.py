"""A gateway in one process with its stand-ins: real connectors, store, keys, worker, upkeep and feed."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path

import aiohttp
import msgspec
import structlog

from connectors.sandbox.server import Sandbox
from gateway.app.consumers import add_consumer
from gateway.app.parts import Parts
from gateway.app.rules import load_rules
from gateway.app.service import LOOPBACK, Engine, listen_at, open_engine, settle_epochs
from gateway.app.standins import connection_of, installation
from gateway.app.tenants import add_tenant, resume_tenant
from gateway.authorization import State
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.logs import configure_logs
from gateway.metrics import Metrics
from gateway.settings import Listen, Settings
from gateway.store.census import Telling, telling
from gateway.store.registry import Standing, known_standing
from gateway.store.store import open_store
from gateway.tenant import Registration
from gateway.vault.keyring import Keyring, TenantKeys
from gateway.vault.local import LocalKeyService
from gateway.web.parts import Parts as WebParts
from gateway.web.server import application, watch_application
from tests.fakes.blank_store import lay_tables
from tests.system.house import free_port
from tests.system.soak_world import EMPLOYERS

#: Never more turns than this in a row: something would be due for ever.
TURNS_MAX = 1000


@dataclass
class SoakHouse:
    """What an operator has running. ``tenants`` by the names of employers; ``log`` is all that it said."""

    folder: Path
    parts: Parts
    engine: Engine
    tenants: dict[str, TenantId]
    token: str
    log: StringIO
    feed: aiohttp.ClientSession
    watch: aiohttp.ClientSession

    async def tend(self) -> None:
        """All that a running gateway does by itself at one moment: beat, keep up, read what is due."""
        await self.engine.pulse.beat()
        await self.engine.upkeep.visit_all()
        worker = self.engine.worker
        async with asyncio.TaskGroup() as group:
            for _ in range(TURNS_MAX):
                if not (await worker.start_due(group) or worker._running):
                    break
                if worker._running:
                    await asyncio.wait([*worker._running], return_when=asyncio.FIRST_COMPLETED)
                await self.engine.pulse.beat()
            else:
                raise AssertionError("something is due for ever")
        await self.engine.pulse.beat()

    async def resume(self) -> list[str]:
        """An admin confirms every grant for which a tenant is suspended; returns whose those were."""
        suspended = [name for name in self.tenants if (await self.state(name)) is State.SUSPENDED]
        for name in suspended:
            await resume_tenant(self.parts, self.tenants[name])
        await self.engine.pulse.beat()
        return suspended

    async def state(self, name: str) -> State:
        return (await self.standing(name)).authorization.state

    async def standing(self, name: str) -> Standing:
        return await self.parts.store.read(partial(known_standing, tenant=self.tenants[name]))

    async def keys(self, name: str) -> TenantKeys:
        authorization = (await self.standing(name)).authorization
        return await self.parts.keyring.tenant(authorization.tenant, authorization.id)

    async def telling(self, name: str) -> Telling:
        now = milliseconds(self.parts.clock())
        return await self.parts.store.read(partial(telling, tenant=self.tenants[name], now=now))

    async def metrics(self) -> bytes:
        """What operators watch."""
        async with self.watch.get("/metrics") as response:
            return await response.read()


@asynccontextmanager
async def open_house(sandbox: Sandbox, folder: Path) -> AsyncIterator[SoakHouse]:
    """An installation that reads the stand-ins by their clock, with every employer onboarded."""
    settings, handout = installation(sandbox, folder / "credentials", port=0)
    port = free_port()
    settings = msgspec.structs.replace(
        settings,
        store=str(folder / "store"),
        keys=str(folder / "keys"),
        listen=Listen(port=port, public_url=f"http://{LOOPBACK}:{port}"),
    )
    async with AsyncExitStack() as stack:
        log = stack.enter_context(_logged())
        parts = await stack.enter_async_context(_open_parts(settings, sandbox))
        tenants = {}
        for company in handout.tenants:
            _, mode = EMPLOYERS[company.name]
            reach = msgspec.structs.replace(connection_of(company), mode=mode)
            chosen = Registration(name=company.name, policy="occupancy", zone=company.zone, basis="f")
            tenants[company.name] = (await add_tenant(parts, reach, chosen)).id
        _, token = await add_consumer(parts, "FlexO", tenants.values())
        engine = await stack.enter_async_context(open_engine(parts, listens=True))
        # Its own lots would make a seed play otherwise each time.
        engine.worker._chance = lambda: 0.5
        await settle_epochs(parts)
        web = WebParts(parts.store, parts.keyring, engine.pulse, parts.metrics, parts.clock)
        sessions = []
        for site, wanted in ((application(web), port), (watch_application(web), 0)):
            found = await listen_at(stack, site, LOOPBACK, wanted, setting="listen.port")
            session = aiohttp.ClientSession(f"http://{LOOPBACK}:{found}")
            sessions.append(await stack.enter_async_context(session))
        yield SoakHouse(folder, parts, engine, tenants, token, log, *sessions)


@contextmanager
def _logged() -> Iterator[StringIO]:
    """Where the gateway's log goes, as its own process would write it."""
    log, root = StringIO(), logging.getLogger()  # noqa: TID251  put back as it was
    before = [*root.handlers], root.level
    configure_logs(log)
    try:
        yield log
    finally:
        root.handlers, root.level = before
        structlog.reset_defaults()


@asynccontextmanager
async def _open_parts(settings: Settings, sandbox: Sandbox) -> AsyncIterator[Parts]:
    data, clock = Path(settings.store), sandbox.clock
    lay_tables(data)
    keys = LocalKeyService(Path(settings.keys), data)
    async with open_store(data, clock) as store:
        keyring = Keyring(keys, region=settings.region, clock=clock)
        yield Parts(
            settings=settings,
            clock=clock,
            store=store,
            keys=keys,
            keyring=keyring,
            rules=load_rules(settings),
            metrics=Metrics(),
        )
