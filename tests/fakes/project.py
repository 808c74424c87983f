"""A site at Google of whose people its stand-in tells, on the one stream of the project, over the wire."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace as settings_with

from connectors.sandbox.calendar import Event
from connectors.sandbox.google_risc_stream import RiscStream
from connectors.sandbox.handout import write_credentials
from connectors.sandbox.identity import Identity
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import generate
from gateway.app.parts import Parts as AppParts
from gateway.app.signals.asking import open_asker
from gateway.app.signals.front_door import FrontDoor
from gateway.app.signals.hearing import Hearing
from gateway.app.signals.project_stream import OpenedProject, open_project
from gateway.clock import system_clock
from gateway.settings import GoogleSettings, Providers
from gateway.signals.project_stream import ProjectStream
from gateway.store.project_streams import (
    PROJECT_STREAMS,
    ProjectStreamRow,
    ProjectStreamRows,
    project_stream,
)
from gateway.store.pulse import Pulse
from gateway.store.registry import Standing
from gateway.web.parts import Parts
from gateway.web.receiving import Receiving
from gateway.withdrawal.door import Door
from tests.fakes.installation import Installation
from tests.gateway.web.served import Answer, Served, serve_parts

NOT_YET = timedelta(0)
ISSUER = "https://accounts.google.com/"


def account(id_: str) -> Event:
    """Somebody, as Google names them."""
    return {"subject_type": "iss-sub", "iss": ISSUER, "sub": id_}


@dataclass
class Project:
    """An installation whose project has a stream, and Google's side of it."""

    installation: Installation
    sandbox: Sandbox
    opened: OpenedProject
    served: Served

    @property
    def stream(self) -> RiscStream:
        return self.sandbox.risc

    @property
    def path(self) -> str:
        """Where Google was told to send tokens."""
        return str(self.stream.url).removeprefix(str(self.served.client._base_url).rstrip("/"))

    async def visit(self, after: timedelta = NOT_YET) -> ProjectStreamRow:
        """Let time pass and the stream be asked, if that is due; how it stands then."""
        self.installation.clock.move(after)
        await self.opened.visit()
        row = await self.row()
        assert row is not None
        return row

    async def row(self) -> ProjectStreamRow | None:
        return await self.installation.store.read(project_stream)

    async def known(self) -> ProjectStream:
        """What is known here of the stream."""
        parts = self.installation.parts
        column = await parts.keyring.service(*PROJECT_STREAMS)
        record = await parts.store.read(lambda handle: ProjectStreamRows(handle, column).load())
        assert record is not None
        return ProjectStream.read(record)

    async def tell(self, name: str, subject: Event | None, *faults: str, **members: object) -> int:
        """Let Google tell something, and send it; how that was answered."""
        for fault in faults:
            self.sandbox.faults.order(fault, times=1)
        assert self.stream.tell(name, subject, **members) is not None
        await self.stream.deliver()
        return self.stream.answers[-1].status

    async def post(self, path: str, token: bytes = b"a token") -> Answer:
        return await self.served.ask("POST", path, data=token)

    async def begin_anew(self, stack: AsyncExitStack) -> OpenedProject:
        """As another process that starts."""
        parts = self.installation.parts
        door = Door(parts.store, parts.keyring, parts.metrics)
        opened = await stack.enter_async_context(open_project(parts, door))
        assert opened is not None
        return opened


class _Later:
    """The hearing of a project, of which it is known only later who it is."""

    hearing: OpenedProject

    async def recognize(self, secret: str) -> bool:
        return await self.hearing.hearing.recognize(secret)

    async def hear(self, token: bytes) -> None:
        await self.hearing.hearing.hear(token)


def told_settings(parts: AppParts, sandbox: Sandbox, folder: Path, url: str) -> AppParts:
    """Settings by which the stand-in Google tells of accounts, at this address."""
    handout = write_credentials(sandbox, folder)
    google = GoogleSettings(
        key_file=str(handout.google_file),
        client_file=str(handout.google_client_file),
        risc_key_file=str(handout.google_file),
        ca_file=str(handout.authority_file),
        **dict.fromkeys(("accounts_url", "risc_url", "calendar_url"), f"{sandbox.google_url}/"),
    )
    settings = settings_with(
        parts.settings,
        listen=settings_with(parts.settings.listen, public_url=url),
        providers=Providers(parts.settings.providers.microsoft, google),
    )
    return replace(parts, settings=settings)


@asynccontextmanager
async def open_told_project(
    installation: Installation, folder: Path, identity: Identity
) -> AsyncIterator[Project]:
    """All of it; nobody has asked for a stream yet."""
    world = generate(7, calendars_per_tenant=1, now=installation.clock())
    async with AsyncExitStack() as stack:
        stand_in = Sandbox(world, installation.clock, system_clock(), identity=identity)
        sandbox = await stack.enter_async_context(stand_in)
        parts, later = installation.parts, _Later()
        door = Door(parts.store, parts.keyring, parts.metrics)
        hearing = Hearing(parts, door, await stack.enter_async_context(open_asker()))
        receiving = Receiving(
            hearing.find, FrontDoor(parts, door), hearing.hear, parts.clock, "https://unused.example", later
        )
        served = await stack.enter_async_context(serve_parts(_web(parts), receiving=receiving))
        parts = told_settings(parts, sandbox, folder, str(served.client._base_url).rstrip("/"))
        installation.parts = parts
        opened = await stack.enter_async_context(open_project(parts, door))
        assert opened is not None
        later.hearing = opened
        yield Project(installation, sandbox, opened, served)


def _web(parts: AppParts) -> Parts:
    async def obey(standing: Standing) -> None:
        parts.keyring.drop(standing.tenant)

    pulse = Pulse(parts.store, obey)
    return Parts(parts.store, parts.keyring, pulse, parts.metrics, parts.clock, purposes={})
