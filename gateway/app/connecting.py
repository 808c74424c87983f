"""Makes the connectors: the one place that names providers."""

import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp

from connectors.errors import CredentialRefused
from connectors.google.client import PROJECT_RATE, USER_RATE, GoogleConnector, Urls
from connectors.google.grant import ServiceAccount
from connectors.google.grants import events_scope
from connectors.microsoft.client import MAILBOX_RATE, MicrosoftConnector
from connectors.microsoft.client import Mode as ReadingMode
from connectors.microsoft.grant import Application, EntraGrant
from connectors.port import Admission, Connector
from connectors.quota import Quotas
from gateway.app.grants import form_of
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
        self._quotas = Quotas(CONNECTIONS_AT_ONCE, calendar=MAILBOX_RATE)
        self._tls = tls
        _check_pair(settings.certificate_file)
        pem = _read(settings.certificate_file)
        self._application = Application(settings.client_id, private_key=pem, certificate=_certificate(pem))

    def connect(self, tenant: Tenant, admit: Admission) -> Connector:
        hosts = self._settings.hosts
        grant = EntraGrant(
            self._application,
            tenant.connection.directory,
            self._tls,
            login_urls=hosts.login_urls,
            scope=hosts.scope,
        )
        return MicrosoftConnector(
            self._session,
            admit,
            grant,
            self._quotas.of(tenant.connection.directory),
            graph_url=hosts.graph_url,
            mode=ReadingMode(tenant.connection.mode.value),
        )


class Google:
    """Connects tenants whose calendars are in Google Workspace."""

    def __init__(self, settings: GoogleSettings, session: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._session = session
        self._quotas = Quotas(CONNECTIONS_AT_ONCE, application=PROJECT_RATE, user=USER_RATE)
        self._key = _read(settings.key_file).encode()
        _check_key(self._session, self._key)

    def connect(self, tenant: Tenant, admit: Admission) -> Connector:
        form = form_of(Provider.GOOGLE, tenant.connection.grant)
        if form.is_delegated and tenant.connection.read_as is None:
            raise ConfigurationError("A delegated grant needs the account to read as (--read-as).")
        account = ServiceAccount(self._session, admit, self._key, tenant.connection.read_as)
        return GoogleConnector(
            self._session,
            admit,
            account,
            self._quotas.of(tenant.connection.directory, tenant.connection.read_as),
            events_scope=events_scope(form),
            customer=tenant.connection.directory,
            urls=Urls(self._settings.calendar_url, self._settings.directory_url),
        )


@asynccontextmanager
async def open_connectors(settings: Settings) -> AsyncIterator[Connect]:
    """What makes connectors, over sessions that are closed at the end.

    Raises ConfigurationError for credentials that cannot be read.
    """
    providers = settings.providers
    async with AsyncExitStack() as sessions:
        makers: dict[Provider, Microsoft | Google] = {}
        if providers.microsoft is not None:
            tls = _tls(providers.microsoft.ca_file)
            session = await sessions.enter_async_context(_session(tls))
            makers[Provider.MICROSOFT] = Microsoft(providers.microsoft, session, tls)
        if providers.google is not None:
            session = await sessions.enter_async_context(_session(_tls(providers.google.ca_file)))
            makers[Provider.GOOGLE] = Google(providers.google, session)

        def connect(tenant: Tenant, admit: Admission) -> Connector:
            maker = makers.get(tenant.connection.provider)
            if maker is None:
                raise ConfigurationError(
                    f"The configuration has no section [providers.{tenant.connection.provider}], so a tenant "
                    "that was onboarded cannot be read. Add the section again, or withdraw the tenant."
                )
            try:
                return maker.connect(tenant, admit)
            except CredentialRefused:
                raise ConfigurationError(
                    f"The credential in [providers.{tenant.connection.provider}] is no usable key. "
                    "Put the file there that the provider issued."
                ) from None

        yield connect


def _session(tls: ssl.SSLContext) -> aiohttp.ClientSession:
    # No cookies, no environment proxies, no netrc: what is sent is what we wrote.
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=tls, limit=CONNECTIONS_AT_ONCE),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


def _tls(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError):
        raise ConfigurationError(
            "The file of certificate authorities (ca_file) cannot be read as PEM. Check its path, or remove "
            "the setting to trust the system's authorities."
        ) from None


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            f"{Path(path).name} cannot be read as a credential. Check that the path in the configuration is "
            "right and that the gateway's user may read it."
        ) from None


def _check_key(session: aiohttp.ClientSession, key: bytes) -> None:
    async def admit() -> None:
        return

    try:
        ServiceAccount(session, admit, key, read_as=None)
    except CredentialRefused:
        raise ConfigurationError(
            "The key file in [providers.google] is no key of a service account. Put the JSON file there that "
            "Google issued."
        ) from None


def _check_pair(path: str) -> None:
    """Raises ConfigurationError unless the file holds a private key and the certificate that goes with it."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(path)
    except (OSError, ssl.SSLError):
        raise ConfigurationError(
            f"{Path(path).name} is no certificate with its private key. It needs both, one after the other, "
            "as PEM, and the gateway's user has to be able to read it."
        ) from None


def _certificate(pem: str) -> str:
    return pem[pem.index("-----BEGIN CERTIFICATE-----") :]
