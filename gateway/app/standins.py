"""The stand-in providers, and an installation that is ready to read them."""

import asyncio
import json
import shlex
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec

from connectors.google import grants as google
from connectors.microsoft import grants as microsoft
from connectors.sandbox.consent import ACCOUNT_SCOPES
from connectors.sandbox.errors import SandboxError
from connectors.sandbox.faults.catalogue import asked, told
from connectors.sandbox.files import load_world
from connectors.sandbox.handout import Handout, TenantHandout, prepare_folder, write_credentials
from connectors.sandbox.server import Sandbox
from connectors.sandbox.signals.server import SignalTransmitter
from connectors.sandbox.truth import World
from connectors.sandbox.world import generate
from gateway.clock import system_clock
from gateway.errors import ConfigurationError
from gateway.record import Controller, Party
from gateway.settings import GoogleSettings, Listen, MicrosoftSettings, Providers, Settings
from gateway.stopping import stopped_within
from gateway.tenant import Connection, Provider

REGION = "eu"
METRICS_PORT = 9090
#: Who runs such an installation, and what its companies say of themselves.
OPERATOR = Party(
    name="Example Operations",
    address="1 Example Street, Example City",
    contact="privacy@operator.example",
    jurisdiction="DE",
)
CONTROLLER = Controller(address="2 Example Street, Example City", contact="privacy@example.com")
#: How often the stand-ins tell of what has changed.
DELIVERY_SECONDS = 0.5


def made_up_world(seed: int, calendars_per_tenant: int) -> World:
    """Two companies, the same for every seed, whose week is this one. Raises ConfigurationError."""
    if calendars_per_tenant < 1:
        raise ConfigurationError("A company without calendars shows nothing. Ask for 1 calendar or more.")
    return generate(seed, calendars_per_tenant=calendars_per_tenant, now=system_clock()())


def world_from(directory: Path) -> World:
    """A world from files. Raises ConfigurationError that names file, key and reason."""
    with _refusals():
        return load_world(directory)


def check_faults(faults: Iterable[str]) -> None:
    """Refuse faults, ``NAME[@WHEN]``, that do not exist. Raises ConfigurationError that tells near names."""
    with _refusals():
        for fault in faults:
            asked(fault)


def fault_list() -> str:
    """All faults, a line each."""
    return "\n".join(told())


def make_folder(directory: Path) -> None:
    """Make a folder for credentials and settings. Raises ConfigurationError if it cannot be written to."""
    with _refusals():
        prepare_folder(directory)


@asynccontextmanager
async def open_standins(world: World, *, seed: int = 1, faults: Iterable[str] = ()) -> AsyncIterator[Sandbox]:
    """Both providers on loopback, over TLS, as long as the context lasts. Faults are ``NAME[@WHEN]``."""
    for tenant in world.tenants:
        # As little as a careful admin grants: places, and no person's calendar or account.
        world.consents[tenant.id].reach = frozenset(resource.address for resource in tenant.resources)
        world.consents[tenant.id].undelegated = ACCOUNT_SCOPES
    real = system_clock()
    async with Sandbox(world, system_clock(world.now - real()), real, seed=seed) as sandbox:
        for fault in faults:
            sandbox.faults.ask(fault)
        yield sandbox


@asynccontextmanager
async def open_transmitter(sandbox: Sandbox) -> AsyncIterator[SignalTransmitter]:
    """A transmitter of signals beside the providers: in their time, with their faults, and in the clear."""
    beside = SignalTransmitter(sandbox.clock, sandbox.identity.authority, faults=sandbox.faults)
    async with beside as transmitter:
        yield transmitter


async def tell_of_changes(sandbox: Sandbox, transmitter: SignalTransmitter, stop: asyncio.Event) -> None:
    """Let the stand-ins push what changes, to whoever asked for it, until told to stop."""
    while not stop.is_set():
        await sandbox.notifier.deliver()
        await sandbox.risc.deliver()
        await transmitter.deliver()
        await stopped_within(stop, DELIVERY_SECONDS)


def installation(sandbox: Sandbox, directory: Path, *, port: int) -> tuple[Settings, Handout]:
    """Write credentials to a directory; returns settings for a gateway that reads the stand-ins with them.

    The gateway's clock goes with the world's. Raises ConfigurationError if nothing can be written there.
    """
    directory = directory.resolve()
    with _refusals():
        handout = write_credentials(sandbox, directory)
    authority = str(handout.authority_file)
    microsoft = MicrosoftSettings(
        client_id=handout.client_id,
        certificate_file=str(handout.microsoft_file),
        login_url=handout.entra_url,
        graph_url=handout.graph_url,
        ca_file=authority,
    )
    google = GoogleSettings(
        key_file=str(handout.google_file),
        client_file=str(handout.google_client_file),
        risc_key_file=str(handout.google_file) if port else None,
        accounts_url=f"{handout.google_url}/",
        risc_url=f"{handout.google_url}/",
        calendar_url=f"{handout.google_url}/",
        directory_url=f"{handout.google_url}/",
        ca_file=authority,
    )
    offset = sandbox.clock() - system_clock()()
    settings = Settings(
        store=str(directory / "store"),
        keys=str(directory / "keys"),
        region=REGION,
        operator=OPERATOR,
        listen=Listen(
            port=port,
            public_url=f"http://127.0.0.1:{port}" if port else None,
            metrics_port=port and METRICS_PORT,
        ),
        providers=Providers(microsoft, google),
        clock_offset_seconds=round(offset / timedelta(seconds=1)),
    )
    return settings, handout


def hearing(transmitter: SignalTransmitter, tenant: str, config: Path) -> list[str]:
    """The commands, as a shell takes them, that let a tenant hear of signals, and let one be told."""
    token = transmitter.streams.admit(tenant)
    add = ["gateway", "signals", "add", tenant, "ssf-poll", transmitter.issuer, "--token", "-"]
    told = {"event": "risc/account-disabled", "subject": {"format": "opaque", "id": "DIRECTORY-ID"}}
    shown = ["-H", f"Authorization: Bearer {transmitter.control_token}"]
    tell = ["curl", *shown, "-d", json.dumps(told), f"{transmitter.url}/control/signals"]
    return [f"echo {shlex.quote(token)} | {shlex.join([*add, '--config', str(config)])}", shlex.join(tell)]


def accounts_told(sandbox: Sandbox) -> str:
    """The command, as a shell takes it, that lets Google tell of somebody who connected."""
    subject = {"subject_type": "iss-sub", "iss": "https://accounts.google.com/", "sub": "GOOGLE-ACCOUNT-ID"}
    told = json.dumps({"event": "oauth/tokens-revoked", "subject": subject})
    shown = ["-H", f"Authorization: Bearer {sandbox.control_token}"]
    return shlex.join(["curl", "-k", *shown, "-d", told, f"{sandbox.url}/control/risc"])


def write_settings(settings: Settings, path: Path) -> None:
    """Write ``gateway.toml`` for an installation beside the stand-ins. Raises ConfigurationError."""
    listen, microsoft, google = settings.listen, settings.providers.microsoft, settings.providers.google
    names = ("region", "store", "keys", "clock_offset_seconds")
    top = {name: getattr(settings, name) for name in names}
    sections = {
        "operator": settings.operator,
        "listen": listen,
        "providers.microsoft": microsoft,
        "providers.google": google,
    }
    lines = ["# An installation that reads the stand-in providers.", *_pairs(top)]
    for name, section in sections.items():
        lines += ["", f"[{name}]", *_pairs(msgspec.to_builtins(section))]
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written ({error.strerror}). Move away what stands there, or name another "
            "folder."
        ) from None


@contextmanager
def _refusals() -> Iterator[None]:
    """What the stand-ins refuse, as the command line tells it."""
    try:
        yield
    except SandboxError as error:
        raise ConfigurationError(str(error)) from None


def connection_of(tenant: TenantHandout) -> Connection:
    """How a stand-in's tenant is reached."""
    if tenant.provider.value == Provider.GOOGLE:
        return Connection(
            provider=Provider.GOOGLE,
            directory=tenant.id,
            read_as=tenant.read_as,
            grant=google.DELEGATED_READONLY.name,
        )
    return Connection(provider=Provider.MICROSOFT, directory=tenant.id, grant=microsoft.SCOPED.name)


def _pairs(values: dict[str, object]) -> list[str]:
    # A JSON string, number or boolean is a TOML one.
    return [f"{name} = {json.dumps(value)}" for name, value in values.items() if value is not None]
