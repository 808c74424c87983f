"""A house: an installation on disk that reads stand-ins, and the processes that work on it."""

import asyncio
import secrets
import shutil
import socket
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple, Self

import msgspec

from connectors.sandbox.handout import TenantHandout
from connectors.sandbox.server import Sandbox
from gateway.app.consumers.overview import add_consumer
from gateway.app.parts import open_parts
from gateway.app.standins import CONTROLLER, connection_of, installation, write_settings
from gateway.app.tenants import add_tenant
from gateway.clock import milliseconds, system_clock
from gateway.settings import Listen, Settings, shipped_config
from gateway.store.sqlite import DATABASE
from gateway.tenant import Mode, Registration, Tenant
from tests.system.gateways import PATIENCE_SECONDS, Alteration, Finished, Gateway, call

#: Shows as much as the contract allows, so that as much as possible comes near.
WIDEST = """
time = 2
place = 2
status = 1
conference = 1
booker = 1
people = 2
title = 1
dpia_reference = "DPIA-1"
privacy_officer_confirmed_on = 2027-02-01
"""


class Choice(NamedTuple):
    """What an employer chose."""

    company: TenantHandout
    policy: str = "occupancy"
    mode: Mode = Mode.SNAPSHOT


@dataclass
class House:
    """``folder`` holds everything: store, keys, configuration, credentials, and what processes say."""

    folder: Path
    settings: Settings
    companies: tuple[TenantHandout, ...]

    @classmethod
    def build(cls, sandbox: Sandbox, folder: Path) -> Self:
        """Write credentials, policies and ``gateway.toml``. Processes are not started."""
        folder.mkdir()
        settings, handout = installation(sandbox, folder / "credentials", port=0)
        rules = folder / "config"
        shutil.copytree(shipped_config(), rules)
        (rules / "policies" / "widest.toml").write_text(WIDEST)
        settings = msgspec.structs.replace(
            settings,
            store=str(folder / "store"),
            keys=str(folder / "keys"),
            config=str(rules),
            listen=Listen(port=0, metrics_port=free_port()),
        )
        house = cls(folder, settings, handout.tenants)
        house.write_config()
        return house

    @property
    def config(self) -> Path:
        return self.folder / "gateway.toml"

    @property
    def database(self) -> Path:
        return Path(self.settings.store) / DATABASE

    def move_clock(self, by: timedelta) -> None:
        """For every process from now on."""
        offset = self.settings.clock_offset_seconds + round(by.total_seconds())
        self.settings = msgspec.structs.replace(self.settings, clock_offset_seconds=offset)
        self.write_config()

    def write_config(self) -> None:
        write_settings(self.settings, self.config)
        self.config.write_text(f'config = "{self.settings.config}"\n{self.config.read_text()}')

    def now(self) -> int:
        """The time of its processes, epoch milliseconds."""
        return milliseconds(system_clock(timedelta(seconds=self.settings.clock_offset_seconds))())

    async def onboard(self, *choices: Choice) -> tuple[list[Tenant], str]:
        """Record what employers chose; returns them, and the token of a consumer that may read them all."""
        async with open_parts(self.settings) as parts:
            tenants = []
            for company, policy, mode in choices:
                reach = msgspec.structs.replace(connection_of(company), mode=mode)
                chosen = Registration(name=company.name, policy=policy, zone=company.zone, basis="f")
                tenants.append(await add_tenant(parts, reach, chosen, controller=CONTROLLER))
            scope = [tenant.id for tenant in tenants]
            _, token = await add_consumer(parts, "FlexO", scope, purpose=choices[0].policy)
        return tenants, token

    def start(self, *arguments: str, alteration: Alteration | None = None) -> Gateway:
        return Gateway.start(
            *arguments, "--config", str(self.config), folder=self.folder, alteration=alteration
        )

    async def call(self, *arguments: str, alteration: Alteration | None = None) -> Finished:
        return await call(*arguments, "--config", str(self.config), folder=self.folder, alteration=alteration)

    async def call_plain(self, *arguments: str) -> Finished:
        """Run a command that takes no configuration."""
        return await call(*arguments, folder=self.folder)

    def execute(self, statement: str, *values: object) -> list[Any]:
        """Run SQL as another process would."""
        with closing(sqlite3.connect(self.database, timeout=10, isolation_level=None)) as connection:
            return connection.execute(statement, values).fetchall()

    def dump(self) -> list[str]:
        """Everything in the database, as SQL."""
        with closing(sqlite3.connect(self.database)) as connection:
            return list(connection.iterdump())

    def make_due(self) -> int:
        """Let every directory and calendar be read now; returns the moment, epoch milliseconds."""
        since = self.now()
        for table in ("directories", "calendars"):
            self.execute(f"UPDATE {table} SET due_at = 0")  # noqa: S608  one of two words above
        return since

    async def until(self, query: str, *values: object) -> None:
        """Wait until a query's first value is true."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.execute(query, *values)[0][0]:  # noqa: ASYNC110  another process rings no event here
                await asyncio.sleep(0.02)

    async def all_tried(self) -> None:
        """Wait until whatever was made due has been tried, successfully or not."""
        busy = "SELECT count(*) FROM {} WHERE due_at = 0 OR lease_until > 0"
        await self.until(f"SELECT ({busy.format('directories')}) + ({busy.format('calendars')}) = 0")

    async def all_read(self, since: int = 0) -> None:
        """Wait until every directory has been read, and every calendar completely since a moment."""
        unknown = "SELECT count(*) FROM directories WHERE completed_at IS NULL"
        behind = "SELECT count(*) FROM calendars WHERE coalesce(completed_at, -1) < ?1"
        await self.until(f"SELECT ({unknown}) + ({behind}) = 0", since)


def free_port() -> int:
    """One that stays free while a gateway is down: none that the system gives to whoever asks for any."""
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
