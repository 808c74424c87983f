"""An installation beside the stand-ins: a gateway that is started again after each crash, and its admin."""

import logging
from collections.abc import AsyncIterator, Iterator
from collections.abc import Set as AbstractSet
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from io import StringIO
from pathlib import Path

import msgspec
import structlog

from connectors.sandbox.handout import Handout
from connectors.sandbox.server import Sandbox
from gateway.app.consumers.overview import add_consumer
from gateway.app.parts import Parts
from gateway.app.service import LOOPBACK
from gateway.app.standins import CONTROLLER, connection_of, installation
from gateway.app.tenants import add_tenant, resume_tenant
from gateway.authorization import State
from gateway.booking import TenantId
from gateway.clock import Clock, milliseconds
from gateway.logs import configure_logs
from gateway.settings import Listen, Settings
from gateway.store.census import Telling, telling
from gateway.store.registry import Standing, known_standing
from gateway.tenant import Persons, Registration
from gateway.vault.keyring import TenantKeys
from tests.fakes.crashes import Crash, Fuse
from tests.system.house import free_port
from tests.system.soak_gateway import FOR_EVER, SoakGateway, open_gateway, open_process
from tests.system.soak_premises import domain
from tests.system.soak_world import EMPLOYERS, PEOPLED


class SoakHouse:
    """What an operator has. ``tenants`` by the names of employers, as long as they are not withdrawn.

    ``log`` is all that was ever said; ``crashes`` counts the lives that were cut off.
    """

    gateway: SoakGateway

    def __init__(
        self, folder: Path, settings: Settings, handout: Handout, clock: Clock, log: StringIO
    ) -> None:
        self.folder = folder
        self.tenants: dict[str, TenantId] = {}
        self.log = log
        self.crashes = 0
        self._settings = settings
        self._companies = {company.name: company for company in handout.tenants}
        self._clock = clock
        self._life = AsyncExitStack()

    async def start(self) -> None:
        self.gateway = await self._life.enter_async_context(open_gateway(self._settings, self._clock))

    async def stop(self) -> None:
        await self._life.aclose()

    async def tend(self) -> None:
        """Let the gateway do all it does by itself at one moment. If it dies of it, another one goes on."""
        try:
            await self.gateway.tend()
        except* Crash:
            pass
        if self.gateway.fuse.burnt:
            self.crashes += 1
            await self.stop()
            await self.start()
            await self.gateway.tend()

    @property
    def authority(self) -> str:
        """The file by which the stand-ins are known."""
        google = self._settings.providers.google
        assert google is not None
        return str(google.ca_file)

    def directory(self, employer: str) -> str:
        """By which id a provider knows an employer."""
        return self._companies[employer].id

    @asynccontextmanager
    async def command(self, fuse: Fuse | None = None) -> AsyncIterator[Parts]:
        """What an admin's command opens: it is a process of its own, and shares nothing but the disk."""
        async with open_process(self._settings, self._clock, fuse or Fuse(FOR_EVER)) as parts:
            yield parts

    async def onboard(self, *names: str) -> str:
        """Employers authorize us; returns the token of a consumer that reads them alone."""
        async with self.command() as parts:
            for name in names:
                company, (_, mode) = self._companies[name], EMPLOYERS[name]
                reach = msgspec.structs.replace(connection_of(company), mode=mode)
                domains = frozenset({domain(name)} if reach.read_as else ())
                persons = Persons(domains=domains) if name in PEOPLED else None
                chosen = Registration(
                    name=name, policy="occupancy", zone=company.zone, basis="f", persons=persons
                )
                self.tenants[name] = (await add_tenant(parts, reach, chosen, controller=CONTROLLER)).id
            scope = [self.tenants[name] for name in names]
            _, token = await add_consumer(parts, f"FlexO {scope[0]}", scope, purpose="occupancy")
        return token

    async def resume(self, *, besides: AbstractSet[str] = frozenset()) -> list[str]:
        """An admin confirms every grant for which a tenant is suspended; returns whose those were."""
        names = self.tenants.keys() - besides
        suspended = [name for name in sorted(names) if await self.state(name) is State.SUSPENDED]
        if suspended:
            async with self.command() as parts:
                for name in suspended:
                    await resume_tenant(parts, self.tenants[name])
        return suspended

    async def state(self, name: str) -> State:
        return (await self.standing(self.tenants[name])).authorization.state

    async def standing(self, tenant: TenantId) -> Standing:
        return await self.gateway.parts.store.read(partial(known_standing, tenant=tenant))

    async def keys(self, name: str) -> TenantKeys:
        authorization = (await self.standing(self.tenants[name])).authorization
        return await self.gateway.parts.keyring.tenant(authorization.tenant, authorization.id)

    async def telling(self, name: str) -> Telling:
        now = milliseconds(self._clock())
        return await self.gateway.parts.store.read(partial(telling, tenant=self.tenants[name], now=now))

    async def metrics(self) -> bytes:
        """What operators watch."""
        async with self.gateway.watch.get("/metrics") as response:
            return await response.read()


@asynccontextmanager
async def open_house(sandbox: Sandbox, folder: Path) -> AsyncIterator[SoakHouse]:
    """An installation that reads the stand-ins by their clock. Nobody has authorized it."""
    settings, handout = installation(sandbox, folder / "credentials", port=0)
    port = free_port()
    settings = msgspec.structs.replace(
        settings,
        store=str(folder / "store"),
        keys=str(folder / "keys"),
        listen=Listen(port=port, public_url=f"http://{LOOPBACK}:{port}"),
    )
    with _logged() as log:
        house = SoakHouse(folder, settings, handout, sandbox.clock, log)
        await house.start()
        try:
            yield house
        finally:
            await house.stop()


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
