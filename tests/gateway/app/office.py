"""A site whose directory is a stand-in's, of two whom we know: asked over HTTP what became of accounts."""

import dataclasses
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
from msgspec.structs import replace

from connectors.accounts import Teller
from connectors.google.grants import DELEGATED_READONLY
from connectors.meter import unmetered
from connectors.microsoft.accounts import USERS_ROLE, MicrosoftTeller
from connectors.microsoft.grant import Application, EntraGrant
from connectors.port import Admission
from connectors.quota import Allowance
from connectors.sandbox.consent import PLACES_ROLE, Consent
from connectors.sandbox.directory import Account, Directory
from connectors.sandbox.handout import Handout, write_credentials
from connectors.sandbox.identity import Identity
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider as Whose
from connectors.sandbox.truth import Tenant as Company
from connectors.sandbox.world import generate
from connectors.transport import Limits
from gateway.app.parts import Parts
from gateway.app.providers.google import Google
from gateway.app.signals.account_signals import AccountSignals
from gateway.app.signals.transmitters import follow_accounts, list_transmitters
from gateway.authorization import AuthorizationId
from gateway.booking import SubjectId
from gateway.clock import system_clock
from gateway.settings import GoogleSettings
from gateway.signals.transmitter import Followed, Transmitter, TransmitterKind
from gateway.store.store import Fence
from gateway.store.transmitters import TransmitterRow
from gateway.store.unlock import unlock
from gateway.tenant import Connection, Provider, Tenant
from gateway.withdrawal.door import Door
from tests.fakes.installation import Installation
from tests.fakes.signalled import ANAS_ID, WENDLAS_ID, Scene, open_signalled_site
from tests.fakes.site import open_site

LIMITS = Limits(attempts_max=2, patience_seconds=20, first_wait_seconds=0.001, wait_seconds_max=0.002)
_GRANT = DELEGATED_READONLY.name
POLL = timedelta(minutes=5)


@dataclass
class Office:
    """``scene`` has whom we know; ``directory`` is where their accounts are, among those of others."""

    scene: Scene
    sandbox: Sandbox
    company: Company
    handout: Handout
    session: aiohttp.ClientSession
    tls: ssl.SSLContext
    name: str = ""
    url: str | None = None
    signals: AccountSignals = field(init=False)
    #: Comes before each request, beside the admission.
    before: Callable[[], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        self.signals = self.process()

    @property
    def here(self) -> Installation:
        return self.scene.site.installation

    @property
    def consent(self) -> Consent:
        return self.sandbox.world.consents[self.company.id]

    @property
    def directory(self) -> Directory:
        return self.sandbox.world.directories[self.company.id]

    def process(self, door: Door | None = None) -> AccountSignals:
        """As another process would ask."""
        tell = self._tell_google if self.company.provider is Whose.GOOGLE else self._tell
        return AccountSignals(self.parts, door or self.scene.door, tell)

    @property
    def parts(self) -> Parts:
        """Those of a gateway that is reached at ``url``, if at all."""
        settings = self.here.parts.settings
        listen = replace(settings.listen, public_url=self.url)
        return dataclasses.replace(self.here.parts, settings=replace(settings, listen=listen))

    @property
    def kind(self) -> TransmitterKind:
        is_google = self.company.provider is Whose.GOOGLE
        return TransmitterKind.GOOGLE if is_google else TransmitterKind.GRAPH

    def _admitted(self, admit: Admission) -> Admission:
        async def admitted() -> None:
            if self.before is not None:
                await self.before()
            await admit()

        return admitted

    def _tell_google(self, tenant: Tenant, admit: Admission) -> Teller:
        """Made as the gateway makes it, for the company in the place of the tenant's own directory."""
        settings = GoogleSettings(
            key_file=str(self.handout.google_file),
            client_file=str(self.handout.google_client_file),
            directory_url=self.handout.google_url,
        )
        reach = Connection(
            provider=Provider.GOOGLE, directory=self.company.id, read_as=self.company.read_as, grant=_GRANT
        )
        there = replace(tenant, connection=reach)
        google = Google(settings, self.session, self.here.clock, unmetered)
        return google.teller(there, self._admitted(admit))

    def _tell(self, _: Tenant, admit: Admission) -> Teller:
        pem = self.handout.microsoft_file.read_text()
        application = Application(self.handout.client_id, pem, pem)
        login_urls = [self.handout.entra_url]
        return MicrosoftTeller(
            self.session,
            self._admitted(admit),
            lambda: EntraGrant(application, self.company.id, self.tls, login_urls=login_urls),
            Allowance(),
            client_id=self.handout.client_id,
            permissions=frozenset({PLACES_ROLE}),
            graph_url=self.handout.graph_url,
            limits=LIMITS,
        )

    async def follow(self) -> None:
        """Let the tenant's provider be asked."""
        standing = await self.here.standing(self.scene.site.tenant)
        self.name = await follow_accounts(self.here.parts, standing, self.kind)

    @property
    def domain(self) -> str:
        return self.company.read_as.partition("@")[2]

    def hire(self, number: int) -> None:
        """So many accounts of strangers."""
        for one in range(number):
            name = f"a-stranger-{one}"
            self.directory.add(Account(id=name, name="Name", address=f"{name}@{self.domain}"))

    async def row(self) -> TransmitterRow:
        (row,) = await list_transmitters(self.here.parts, await self.here.standing(self.scene.site.tenant))
        return row

    async def look(self, signals: AccountSignals | None = None) -> str | None:
        """One visit; by what it was kept from telling all."""
        _, reason = await (signals or self.signals).look(self.scene.site.tenant, await self.row())
        return reason

    async def later(self, after: timedelta = POLL) -> str | None:
        self.here.clock.move(after)
        return await self.look()

    async def followed(self) -> Followed:
        """How far it was asked, as that is stored."""
        standing = await self.here.standing(self.scene.site.tenant)
        keys = await unlock(self.here.parts.keyring, standing)
        store = self.here.store
        record = await store.look(Fence.of(standing), keys, lambda to: to.transmitters.load(self.name))
        assert record is not None
        return Transmitter.read(record).followed

    async def told(self) -> list[tuple[str, str, str]]:
        """What signals did, the first first: claim, whom it was about, effect."""
        rows = sorted(await self.scene.rows(), key=lambda row: row.received_at)
        return [(row.claim, row.extent, row.effect) for row in rows]

    def requests(self, before: Counter[str]) -> dict[str, int]:
        return dict(self.sandbox.requests - before)


@asynccontextmanager
async def office(
    installation: Installation,
    folder: Path,
    identity: Identity,
    *,
    peopled: bool = True,
    whose: Provider = Provider.MICROSOFT,
) -> AsyncIterator[Office]:
    """Nothing was asked yet. Wendla and Ana have accounts there; ``peopled``: and we know them."""
    world = generate(7, calendars_per_tenant=2, now=installation.clock())
    company = next(one for one in world.tenants if one.provider.value == whose)
    world.consents[company.id] = Consent(roles=(PLACES_ROLE, USERS_ROLE))
    scene = await (open_signalled_site if peopled else _open_empty_site)(installation, whose)
    async with Sandbox(world, installation.clock, system_clock(), identity=identity) as sandbox:
        handout = write_credentials(sandbox, folder / "handout")
        tls = ssl.create_default_context(cafile=handout.authority_file)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls)) as session:
            opened = Office(scene, sandbox, company, handout, session, tls)
            for name in (WENDLAS_ID, ANAS_ID):
                account = Account(id=name, name=f"Name of {name}", address=f"{name}@{opened.domain}")
                opened.directory.add(account)
            await opened.follow()
            yield opened


async def _open_empty_site(installation: Installation, whose: Provider) -> Scene:
    parts = installation.parts
    door = Door(parts.store, parts.keyring, parts.metrics)
    site = await open_site(installation, whose=whose)
    return Scene(site, door, SubjectId("nobody"), AuthorizationId("nobody"))
