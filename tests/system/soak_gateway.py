"""One life of a gateway: real connectors, store, keys, worker, upkeep and feed, until its fuse has burnt."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from gateway.app.engine import Engine, open_engine, settle_epochs
from gateway.app.parts import Parts
from gateway.app.persons.sign_in import SignIns
from gateway.app.providers.connecting import open_delegations
from gateway.app.service import LOOPBACK, check_installation, listen_at
from gateway.app.terms.narrowing import narrow
from gateway.clock import Clock
from gateway.metrics import Metrics
from gateway.minimization.purposes import purposes
from gateway.settings import Settings
from gateway.store.leases import Lease
from gateway.store.sqlite import SqliteDatabase
from gateway.store.store import open_store
from gateway.vault.keyring import Keyring
from gateway.vault.local import LocalKeyService
from gateway.web.parts import Parts as WebParts
from gateway.web.server import application, watch_application
from tests.fakes.blank_store import lay_tables
from tests.fakes.crashes import CrashingKeys, CrashingStore, Fuse
from tests.fakes.installation import SHIPPED

#: Never more turns than this in a row: something would be due for ever.
TURNS_MAX = 1000

#: More effects than any life has.
FOR_EVER = 10**9


class SoakStore(CrashingStore):
    """A store in which taking work is an effect as well: the dead take none."""

    async def claim(self, *arguments: Any, **options: Any) -> list[Lease]:
        self._fuse.before()
        leases = await super().claim(*arguments, **options)
        self._fuse.done()
        return leases


@dataclass
class SoakGateway:
    """What one process holds. ``feed`` and ``watch`` reach what it serves."""

    parts: Parts
    fuse: Fuse
    engine: Engine
    feed: aiohttp.ClientSession
    watch: aiohttp.ClientSession

    async def tend(self) -> None:
        """All that a running gateway does by itself at one moment. Raises Crash, alone or in a group."""
        await self.engine.pulse.beat()
        await self.engine.cascade.resume()
        self.parts.keyring.expire()
        await self.engine.upkeep.visit_all()
        await self.engine.limitation.visit()
        worker, ended = self.engine.worker, asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.engine.pulse.run(ended))
            for _ in range(TURNS_MAX):
                if not (await worker.start_due(group) or worker._running):
                    break
                if worker._running:
                    await asyncio.wait([*worker._running], return_when=asyncio.FIRST_COMPLETED)
                await self.engine.pulse.beat()
            else:
                raise AssertionError("something is due for ever")
            ended.set()
        await self.engine.pulse.beat()


@asynccontextmanager
async def open_gateway(settings: Settings, clock: Clock) -> AsyncIterator[SoakGateway]:
    """A gateway as it starts on what is on disk, and serves."""
    fuse, port = Fuse(FOR_EVER), settings.listen.port
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(open_process(settings, clock, fuse))
        await check_installation(parts)
        await narrow(parts)
        engine = await stack.enter_async_context(open_engine(parts, listens=True))
        delegate = await stack.enter_async_context(open_delegations(settings))
        # Its own lots would make a seed play otherwise each time.
        engine.worker._chance = lambda: 0.5
        await engine.pulse.beat()
        await settle_epochs(parts)
        allowed, quiet = purposes(parts.rules.policies), engine.quiet.calendars
        web = WebParts(parts.store, parts.keyring, engine.pulse, parts.metrics, parts.clock, allowed, quiet)
        sessions = []
        for site, wanted in ((application(web, SignIns(parts, delegate)), port), (watch_application(web), 0)):
            found = await listen_at(stack, site, LOOPBACK, wanted, setting="listen.port")
            session = aiohttp.ClientSession(f"http://{LOOPBACK}:{found}")
            sessions.append(await stack.enter_async_context(session))
        yield SoakGateway(parts, fuse, engine, *sessions)


@asynccontextmanager
async def open_process(settings: Settings, clock: Clock, fuse: Fuse) -> AsyncIterator[Parts]:
    """What every process opens: a store, keys and a keyring of its own over the same files."""
    data = Path(settings.store)
    lay_tables(data)
    keys = CrashingKeys(LocalKeyService(Path(settings.keys), data), fuse)
    async with open_store(SqliteDatabase(data), clock) as store:
        yield Parts(
            settings=settings,
            clock=clock,
            store=SoakStore(store, fuse),
            keys=keys,
            keyring=Keyring(keys, region=settings.region, clock=clock),
            rules=SHIPPED,
            metrics=Metrics(),
        )
