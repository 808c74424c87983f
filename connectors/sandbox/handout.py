"""What a gateway needs to reach the stand-ins, written to a directory."""

import os
from pathlib import Path
from tempfile import TemporaryFile

import msgspec

from connectors.sandbox.credentials import CLIENT_ID, DELEGATED_SCOPES
from connectors.sandbox.errors import SandboxError
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider


class HandoutRefused(SandboxError):
    """Credentials cannot be written where they should."""


class TenantHandout(msgspec.Struct, frozen=True):
    """One company. ``id`` is its directory id or customer id."""

    name: str
    provider: Provider
    zone: str
    id: str
    read_as: str


class Handout(msgspec.Struct, frozen=True):
    """Where everything is. The files hold keys and are readable by their owner alone."""

    authority_file: Path
    microsoft_file: Path
    google_file: Path
    google_client_file: Path
    client_id: str
    entra_url: str
    graph_url: str
    google_url: str
    scopes: tuple[str, ...]
    tenants: tuple[TenantHandout, ...]

    @property
    def directory_ids(self) -> tuple[str, ...]:
        return tuple(tenant.id for tenant in self.tenants if tenant.provider is Provider.MICROSOFT)

    @property
    def customer_ids(self) -> tuple[str, ...]:
        return tuple(tenant.id for tenant in self.tenants if tenant.provider is Provider.GOOGLE)


def prepare_folder(directory: Path) -> None:
    """Make a folder for credentials, before anything needs it. HandoutRefused if it holds no files."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise HandoutRefused(
            f"{directory} cannot hold credentials ({error.strerror}). Name a folder that you may write to, "
            "or one that can be made."
        ) from None


def write_credentials(sandbox: Sandbox, directory: Path) -> Handout:
    """Write the authority's certificate, the client's with its key, and the files that Google hands out.

    HandoutRefused if they cannot be written there.
    """
    prepare_folder(directory)
    identity = sandbox.identity
    return Handout(
        authority_file=_written(directory / "ca.pem", identity.authority.pem),
        microsoft_file=_written(directory / "microsoft.pem", identity.certificate.pem),
        google_file=_written(directory / "google.json", identity.account.file(f"{sandbox.google_url}/token")),
        google_client_file=_written(
            directory / "google_client.json", identity.web_client.file(sandbox.google_url)
        ),
        client_id=CLIENT_ID,
        entra_url=sandbox.entra_url,
        graph_url=sandbox.graph_url,
        google_url=sandbox.google_url,
        scopes=tuple(sorted(DELEGATED_SCOPES)),
        tenants=tuple(
            TenantHandout(tenant.name, tenant.provider, tenant.zone, tenant.id, tenant.read_as)
            for tenant in sandbox.world.tenants
        ),
    )


def _written(path: Path, content: bytes) -> Path:
    """Never readable by others, not even for a moment; a file from an earlier run is replaced."""
    try:
        # O_EXCL: what somebody else put there, such as a link, is never written through.
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except OSError as error:
        raise HandoutRefused(
            f"{path} cannot be written ({error.strerror}). Move away what stands there, or name another "
            "folder."
        ) from None
    return path
