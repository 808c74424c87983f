"""Settings: what an operator wrote in ``gateway.toml``, read once and handed down as plain values."""

from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from gateway.errors import ConfigurationError

#: 0 takes any that is free.
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]

Section = TypeVar("Section", bound=msgspec.Struct)


class Listen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the feed is served. TLS is the proxy's in front."""

    host: str = "127.0.0.1"
    port: Port = 8080
    #: Where operators watch: /metrics, on loopback. It tells more than consumers may know.
    metrics_port: Port = 9090


class MicrosoftSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The app registration. ``certificate_file`` holds its private key and certificate, PEM."""

    client_id: str
    certificate_file: str
    login_url: str = "https://login.microsoftonline.com"
    graph_url: str = "https://graph.microsoft.com"
    #: Certificate authorities to trust instead of the system's, PEM.
    ca_file: str | None = None


class GoogleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The service account. ``key_file`` is the JSON that Google issued for it."""

    key_file: str
    calendar_url: str = "https://www.googleapis.com/"
    directory_url: str = "https://admin.googleapis.com/"
    #: Certificate authorities to trust instead of the system's, PEM.
    ca_file: str | None = None


class Providers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The providers that this installation can read."""

    microsoft: MicrosoftSettings | None = None
    google: GoogleSettings | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything an operator decides. Paths are relative to the file they stand in."""

    store: str
    keys: str
    region: str
    #: Refuses what only warns elsewhere.
    production: bool = False
    listen: Listen = Listen()
    providers: Providers = Providers()
    #: Folder with ``policies/`` and ``legal.toml``; what the product ships if it is not set.
    config: str | None = None
    #: Moves the gateway's clock, for stand-ins whose world plays at another time.
    clock_offset_seconds: int = 0


def shipped_config() -> Path:
    """The policies that come with the product: inside an installed wheel, or beside a checkout's packages."""
    inside = Path(__file__).parent / "config"
    return inside if inside.is_dir() else Path(__file__).parents[1] / "config"


def load_settings(path: Path) -> Settings:
    """Read ``gateway.toml``. Raises ConfigurationError with file, key and reason."""
    try:
        settings = msgspec.toml.decode(path.read_bytes(), type=Settings)
    except OSError as error:
        raise ConfigurationError(
            f"{path.name} cannot be read ({error.strerror}). Name the file with --config; "
            "'gateway sandbox --out DIR' writes one to start from."
        ) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{path.name} cannot be used: {error}. Nothing was started. Settings are listed in "
            "config/README.md."
        ) from None
    if settings.production and settings.clock_offset_seconds:
        raise ConfigurationError(
            f"{path.name}: clock_offset_seconds moves the clock, which only stand-ins need. "
            "Remove it, or set production = false."
        )
    return _anchored(settings, path.resolve().parent)


def _anchored(settings: Settings, folder: Path) -> Settings:
    microsoft, google = settings.providers.microsoft, settings.providers.google
    providers = Providers(
        microsoft and _with_paths(microsoft, folder, "certificate_file", "ca_file"),
        google and _with_paths(google, folder, "key_file", "ca_file"),
    )
    anchored = _with_paths(settings, folder, "store", "keys", "config")
    return msgspec.structs.replace(anchored, providers=providers)


def _with_paths(section: Section, folder: Path, *names: str) -> Section:
    given = {name: getattr(section, name) for name in names if getattr(section, name) is not None}
    return msgspec.structs.replace(section, **{name: str(folder / path) for name, path in given.items()})
