"""Makes the connectors: the one place that names providers."""

import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp

from connectors.google.client import GoogleConnector
from connectors.google.grant import ServiceAccount
from connectors.microsoft.client import MicrosoftConnector
from connectors.microsoft.client import Mode as ReadingMode
from connectors.microsoft.grant import Application, EntraGrant
from connectors.port import Admission, Connector
from gateway.errors import ConfigurationError
from gateway.settings import GoogleSettings, MicrosoftSettings, Settings
from gateway.sync.tenancies import Connect
from gateway.tenant import Provider, Tenant

CONNECTIONS_AT_ONCE = 32


class Microsoft:
    """Connects tenants whose calendars are in Microsoft 365."""

    def __init__(
        self, settings: MicrosoftSettings, session: aiohttp.ClientSession, tls: ssl.SSLContext
    ) -> None:
        self._settings = settings
        self._session = session
        self._tls = tls
        pem = _read(settings.certificate_file)
        self._application = Application(settings.client_id, private_key=pem, certificate=_certificate(pem))

    def connect(self, tenant: Tenant, admit: Admission) -> Connector:
        grant = EntraGrant(
            self._application,
            tenant.connection.directory,
            self._tls,
            login_url=self._settings.login_url,
            scope=f"{self._settings.graph_url}/.default",
        )
        return MicrosoftConnector(
            self._session,
            admit,
            grant,
            graph_url=f"{self._settings.graph_url}/v1.0",
            mode=ReadingMode(tenant.connection.mode.value),
        )


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            f"{Path(path).name} cannot be read as a credential. Check that the path in the configuration is right "
            "and that the gateway's user may read it."
        ) from None


def _certificate(pem: str) -> str:
    start = pem.find("-----BEGIN CERTIFICATE-----")
    if start < 0:
        raise ConfigurationError(
            "The certificate file for Microsoft holds no certificate. It needs the private key and the certificate, "
            "one after the other, as PEM."
        )
    return pem[start:]
