"""Settings: what an operator wrote in ``gateway.toml``, read once and handed down as plain values."""

from collections.abc import Iterator
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec

from gateway.errors import ConfigurationError
from gateway.key_settings import (
    EvidenceCopySettings,
    KeyServices,
    anchored_evidence_copies,
    anchored_key_services,
    check_evidence_copies,
    check_key_services,
)
from gateway.record import Party
from gateway.store_settings import PostgresqlSettings, anchored_postgresql, anchored_store, check_store
from gateway.written import ADDRESS, HOOK, LOOPBACK_ADDRESS, Text, with_paths

#: 0 takes any that is free.
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]

#: Proof outlasts what it proves by a year at least.
LimitationDays = Annotated[int, msgspec.Meta(ge=365, le=36_525)]

#: As far as worlds of the stand-ins lie from any day on which somebody reads them.
OFFSET_SECONDS_MAX = 250 * 365 * 86_400

Offset = Annotated[int, msgspec.Meta(ge=-OFFSET_SECONDS_MAX, le=OFFSET_SECONDS_MAX)]


class Listen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the feed is served. TLS is the proxy's in front."""

    host: Text = "127.0.0.1"
    port: Port = 8080
    #: Where providers reach the listener through its proxy, to tell of changes. Without it they are polled.
    public_url: str | None = None
    #: Where operators watch: /metrics, on loopback. It tells more than consumers may know.
    metrics_port: Port = 9090
    #: The proxies in front, as networks, that verify clients' certificates and tell them (RFC 9440).
    certificates_from: tuple[str, ...] = ()

    @property
    def certificate_proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Raises ValueError."""
        return tuple(map(ip_network, self.certificates_from))


class Cloud(StrEnum):
    """Microsoft's clouds: a directory is in one of them, and tokens of one say nothing in another."""

    GLOBAL = "global"
    GCC_HIGH = "gcc-high"
    DOD = "dod"
    CHINA = "china"


class CloudHosts(NamedTuple):
    """Where a cloud is asked. The first login host is asked; it may name the others for its endpoints."""

    login_urls: tuple[str, ...]
    graph_url: str

    @property
    def scope(self) -> str:
        """All that was consented to at this cloud's Graph."""
        return f"{self.graph_url.rstrip('/')}/.default"


#: learn.microsoft.com/graph/deployments.
CLOUDS = {
    Cloud.GLOBAL: CloudHosts(("https://login.microsoftonline.com",), "https://graph.microsoft.com"),
    Cloud.GCC_HIGH: CloudHosts(("https://login.microsoftonline.us",), "https://graph.microsoft.us"),
    Cloud.DOD: CloudHosts(("https://login.microsoftonline.us",), "https://dod-graph.microsoft.us"),
    Cloud.CHINA: CloudHosts(
        ("https://login.chinacloudapi.cn", "https://login.partner.microsoftonline.cn"),
        "https://microsoftgraph.chinacloudapi.cn",
    ),
}


class MicrosoftSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The app registration. ``certificate_file`` holds its private key and certificate, PEM."""

    client_id: Text
    certificate_file: Text
    cloud: Cloud = Cloud.GLOBAL
    #: Both, for stand-ins: hosts instead of a cloud's.
    login_url: str | None = None
    graph_url: str | None = None
    #: Certificate authorities to trust instead of the system's, PEM.
    ca_file: str | None = None

    @property
    def hosts(self) -> CloudHosts:
        """The only hosts that are asked."""
        if self.login_url is None or self.graph_url is None:
            return CLOUDS[self.cloud]
        return CloudHosts((self.login_url,), self.graph_url)


class GoogleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The service account. ``key_file`` is the JSON that Google issued for it."""

    key_file: Text
    #: The JSON of the web client with which people connect calendars of their own.
    client_file: str | None = None
    #: The JSON key of a service account of that client's project, which may arrange for what Google tells of
    #: accounts (Cross-Account Protection).
    risc_key_file: str | None = None
    accounts_url: str = "https://accounts.google.com/"
    risc_url: str = "https://risc.googleapis.com/"
    calendar_url: str = "https://www.googleapis.com/"
    directory_url: str = "https://admin.googleapis.com/"
    #: Certificate authorities to trust instead of the system's, PEM.
    ca_file: str | None = None


class Providers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The providers that this installation can read."""

    microsoft: MicrosoftSettings | None = None
    google: GoogleSettings | None = None


class LogSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The transparency log of withdrawals."""

    #: Keys of those who sign its heads beside us, as they hand them out (C2SP tlog-cosignature, Ed25519).
    witnesses: tuple[Text, ...] = ()


class EscalationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the operator is told what people have to see to."""

    #: Takes Standard Webhooks; on the public network, or on this machine's loopback.
    url: str
    #: Holds what signs them: ``whsec_`` and base64.
    secret_file: Text


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything an operator decides. Paths are relative to the file they stand in."""

    #: A folder, or ``postgresql://USER@HOST/DATABASE``.
    store: Text
    keys: Text
    region: Text
    #: Who runs this installation: the processor, in every record of an authorization.
    operator: Party
    #: Refuses what only warns elsewhere.
    production: bool = False
    listen: Listen = Listen()
    providers: Providers = Providers()
    key_service: KeyServices = KeyServices()
    #: Where evidence keys, and no others, have copies. Without it whoever runs the key service copies them.
    evidence_copies: EvidenceCopySettings | None = None
    postgresql: PostgresqlSettings = PostgresqlSettings()
    log: LogSettings = LogSettings()
    escalation: EscalationSettings | None = None
    #: For how long the proof of what was authorized and withdrawn outlasts its end: three years.
    limitation_days: LimitationDays = 3 * 365 + 1
    #: Folder with ``policies/`` and ``legal.toml``; what the product ships if it is not set.
    config: str | None = None
    #: Moves the gateway's clock, for stand-ins whose world plays at another time.
    clock_offset_seconds: Offset = 0


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
    _check_ports(settings.listen, path.name)
    _check_public_url(settings.listen.public_url, path.name)
    _check_proxies(settings.listen, path.name)
    for setting, address in _addresses(settings.providers):
        _check_address(address, f"{path.name}: {setting}")
    _check_cloud(settings.providers.microsoft, path.name)
    _check_risc(settings, path.name)
    _check_hook(settings.escalation, path.name)
    check_key_services(settings.key_service, path.name)
    check_store(settings.store, settings.postgresql, path.name)
    anchored = _anchored(settings, path.resolve().parent)
    apart = [Path(anchored.keys), *([] if "://" in anchored.store else [Path(anchored.store)])]
    check_evidence_copies(anchored.evidence_copies, apart, path.name)
    return anchored


def _check_ports(listen: Listen, file: str) -> None:
    if listen.port and listen.port == listen.metrics_port:
        raise ConfigurationError(
            f"{file}: listen.port and listen.metrics_port are one port. Operators may see more than "
            "consumers may: give each a port of its own."
        )


def _check_public_url(address: str | None, file: str) -> None:
    if address is None or ADDRESS.fullmatch(address) or LOOPBACK_ADDRESS.fullmatch(address):
        return
    raise ConfigurationError(
        f"{file}: listen.public_url is no address that providers can reach. Give the proxy's as "
        "https://HOST/, or leave it out: calendars are polled then. Nothing was started."
    )


def _check_proxies(listen: Listen, file: str) -> None:
    try:
        proxies = listen.certificate_proxies
    except ValueError:
        proxies = None
    if proxies is None or any(not one.prefixlen for one in proxies):
        raise ConfigurationError(
            f"{file}: listen.certificates_from names no networks of proxies: whoever is in one of them is "
            'believed which certificate a client has shown. Name each as "10.0.0.5/32" or "2001:db8::5/128".'
        )


def _addresses(providers: Providers) -> Iterator[tuple[str, str]]:
    """Every address of a provider, by the name of its setting."""
    for section in msgspec.structs.fields(providers):
        provider = getattr(providers, section.name)
        for field in msgspec.structs.fields(provider) if provider is not None else ():
            address = getattr(provider, field.name)
            if field.name.endswith("_url") and address is not None:
                yield f"providers.{section.name}.{field.name}", address


def _check_address(address: str, where: str) -> None:
    if ADDRESS.fullmatch(address) is None:
        raise ConfigurationError(
            f"{where} is no address of a provider. Give it as https://HOST/ and no more, or leave it out for "
            "the provider's own. Nothing was started."
        )


def _check_cloud(microsoft: MicrosoftSettings | None, file: str) -> None:
    if microsoft is None or (microsoft.login_url is None and microsoft.graph_url is None):
        return
    if None in (microsoft.login_url, microsoft.graph_url) or microsoft.cloud is not Cloud.GLOBAL:
        raise ConfigurationError(
            f"{file}: providers.microsoft.login_url and graph_url replace the hosts of a cloud together: a "
            "token of one cloud must not reach another. Give both and no 'cloud', or 'cloud' alone. Nothing "
            "was started."
        )


def _check_risc(settings: Settings, file: str) -> None:
    google = settings.providers.google
    if google is None or google.risc_key_file is None:
        return
    if google.client_file is None or settings.listen.public_url is None:
        raise ConfigurationError(
            f"{file}: providers.google.risc_key_file lets Google tell of accounts of who connected: that "
            "takes a client_file beside it, and a listen.public_url where Google reaches us. Give both, or "
            "leave it out: then an end shows when a token is renewed. Nothing was started."
        )


def _check_hook(escalation: EscalationSettings | None, file: str) -> None:
    if escalation is not None and HOOK.fullmatch(escalation.url) is None:
        raise ConfigurationError(
            f"{file}: escalation.url is no address that can be told anything. Give it as https://HOST/PATH, "
            "without a user, or as http:// on loopback. Nothing was started."
        )


def _anchored(settings: Settings, folder: Path) -> Settings:
    microsoft, google = settings.providers.microsoft, settings.providers.google
    providers = Providers(
        microsoft and with_paths(microsoft, folder, "certificate_file", "ca_file"),
        google and with_paths(google, folder, "key_file", "client_file", "risc_key_file", "ca_file"),
    )
    key_service = anchored_key_services(settings.key_service, folder)
    anchored = with_paths(settings, folder, "keys", "config")
    return msgspec.structs.replace(
        anchored,
        store=anchored_store(settings.store, folder),
        postgresql=anchored_postgresql(settings.postgresql, folder),
        providers=providers,
        key_service=key_service,
        escalation=settings.escalation and with_paths(settings.escalation, folder, "secret_file"),
        evidence_copies=anchored_evidence_copies(settings.evidence_copies, folder),
    )
