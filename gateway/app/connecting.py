"""Makes the connectors: the one place that names providers."""

import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from typing import NamedTuple

import aiohttp

from connectors.delegation import Delegation, Link, Persist
from connectors.errors import CredentialRefused
from connectors.examining import Examiner
from connectors.google.client import PROJECT_RATE, USER_RATE, GoogleConnector, Urls
from connectors.google.delegation import CALENDAR_SCOPE, GoogleDelegation, LinkedAccount
from connectors.google.grant import ServiceAccount
from connectors.google.grants import events_scope
from connectors.meter import Meter, unmetered
from connectors.microsoft.client import MAILBOX_RATE, MicrosoftConnector
from connectors.microsoft.client import Mode as ReadingMode
from connectors.microsoft.delegation import MicrosoftDelegation
from connectors.microsoft.grant import Application, EntraGrant
from connectors.microsoft.roles import roles
from connectors.port import Admission, Connector
from connectors.quota import Quotas
from connectors.transport import Transport
from gateway.app.credentials import (
    certificate_in,
    check_pair,
    read_account_key,
    read_client,
    read_credential,
    tls_context,
)
from gateway.app.grants import form_of
from gateway.clock import Clock, system_clock
from gateway.errors import ConfigurationError
from gateway.settings import GoogleSettings, MicrosoftSettings, Settings
from gateway.sync.persons import ConnectPerson
from gateway.sync.tenancies import Connect
from gateway.tenant import Provider, Tenant

CONNECTIONS_AT_ONCE = 32

#: Makes how a tenant's people connect; the admission is asked before each of its requests.
Delegate = Callable[[Tenant, Admission], Delegation]

#: Makes the examiner of a tenant's grant; the admission is asked before each of its requests.
Examine = Callable[[Tenant, Admission], Examiner]

#: What is told of the attempts at a provider.
Meters = Callable[[Provider], Meter]


class Microsoft:
    """Connects tenants whose calendars are in Microsoft 365."""

    def __init__(
        self,
        settings: MicrosoftSettings,
        session: aiohttp.ClientSession,
        tls: ssl.SSLContext,
        clock: Clock,
        meter: Meter,
    ) -> None:
        self._settings = settings
        self._meter = meter
        self._session = session
        self._quotas = Quotas(CONNECTIONS_AT_ONCE, calendar=MAILBOX_RATE)
        self._tls = tls
        self._clock = clock
        check_pair(settings.certificate_file)
        pem = read_credential(settings.certificate_file)
        self._application = Application(settings.client_id, private_key=pem, certificate=certificate_in(pem))

    def connect(self, tenant: Tenant, admit: Admission) -> Connector:
        return self._connector(tenant, admit, self._grant(tenant))

    def delegation(self, tenant: Tenant, admit: Admission) -> MicrosoftDelegation:
        """How its people connect calendars: members of its directory, or also who is of none."""
        persons = tenant.registration.persons
        takes_all = persons is not None and persons.consumers
        return MicrosoftDelegation(
            self._session,
            admit,
            self._application,
            clock=system_clock(),
            graph_url=self._settings.hosts.graph_url,
            directory="common" if takes_all else tenant.connection.directory,
            login_url=self._settings.hosts.login_urls[0],
        )

    def connect_person(self, tenant: Tenant, link: Link, admit: Admission, persist: Persist) -> Connector:
        """Always by snapshots: what Graph tells of changes names people, and no occurrence's uid."""
        return MicrosoftConnector(
            self._session,
            admit,
            self.delegation(tenant, admit).grant(link, persist),
            self._quotas.of(link.organization or tenant.connection.directory),
            clock=self._clock,
            graph_url=self._settings.hosts.graph_url,
        )

    def examine(self, tenant: Tenant, admit: Admission) -> Examiner:
        grant = self._grant(tenant)

        async def permissions() -> frozenset[str] | None:
            return roles(await grant.token())

        time = Transport(self._session, admit, self._settings.hosts.graph_url).time
        return Examiner(self._connector(tenant, admit, grant), permissions, time, hides=False, confirms=True)

    def _grant(self, tenant: Tenant) -> EntraGrant:
        hosts = self._settings.hosts
        return EntraGrant(
            self._application,
            tenant.connection.directory,
            self._tls,
            login_urls=hosts.login_urls,
            scope=hosts.scope,
        )

    def _connector(self, tenant: Tenant, admit: Admission, grant: EntraGrant) -> MicrosoftConnector:
        return MicrosoftConnector(
            self._session,
            admit,
            grant,
            self._quotas.of(tenant.connection.directory),
            clock=self._clock,
            graph_url=self._settings.hosts.graph_url,
            mode=ReadingMode(tenant.connection.mode.value),
            meter=self._meter,
        )


class Google:
    """Connects tenants whose calendars are in Google Workspace."""

    def __init__(
        self, settings: GoogleSettings, session: aiohttp.ClientSession, clock: Clock, meter: Meter
    ) -> None:
        self._settings = settings
        self._meter = meter
        self._session = session
        self._clock = clock
        self._quotas = Quotas(CONNECTIONS_AT_ONCE, application=PROJECT_RATE, user=USER_RATE)
        self._key = read_account_key(settings.key_file)
        self._client = None if settings.client_file is None else read_client(settings.client_file)

    def connect(self, tenant: Tenant, admit: Admission) -> Connector:
        return self._connector(tenant, admit, self._account(tenant, admit))

    def delegation(self, tenant: Tenant, admit: Admission) -> GoogleDelegation:  # noqa: ARG002  one for all
        """How people connect calendars. Raises ConfigurationError without a web client."""
        if self._client is None:
            raise ConfigurationError(
                "The configuration has no client_file in [providers.google], with which people connect "
                "calendars of their own. Put the JSON of a web client there, then try again."
            )
        return GoogleDelegation(self._session, admit, self._client, clock=system_clock())

    def connect_person(self, tenant: Tenant, link: Link, admit: Admission, persist: Persist) -> Connector:
        return GoogleConnector(
            self._session,
            admit,
            LinkedAccount(self.delegation(tenant, admit).grant(link, persist)),
            self._quotas.of(tenant.connection.directory, link.account),
            clock=self._clock,
            events_scope=CALENDAR_SCOPE,
            urls=Urls(self._settings.calendar_url, self._settings.directory_url),
        )

    def examine(self, tenant: Tenant, admit: Admission) -> Examiner:
        account, form = self._account(tenant, admit), form_of(Provider.GOOGLE, tenant.connection.grant)
        permissions = partial(account.granted, form.permissions)
        time = Transport(self._session, admit, self._settings.calendar_url).time
        connector = self._connector(tenant, admit, account)
        return Examiner(connector, permissions, time, hides=True, confirms=False)

    def _account(self, tenant: Tenant, admit: Admission) -> ServiceAccount:
        is_delegated = form_of(Provider.GOOGLE, tenant.connection.grant).is_delegated
        if is_delegated and tenant.connection.read_as is None:
            raise ConfigurationError("A delegated grant needs the account to read as (--read-as).")
        return ServiceAccount(self._session, admit, self._key, tenant.connection.read_as)

    def _connector(self, tenant: Tenant, admit: Admission, account: ServiceAccount) -> GoogleConnector:
        return GoogleConnector(
            self._session,
            admit,
            account,
            self._quotas.of(tenant.connection.directory, tenant.connection.read_as),
            clock=self._clock,
            events_scope=events_scope(form_of(Provider.GOOGLE, tenant.connection.grant)),
            customer=tenant.connection.directory,
            urls=Urls(self._settings.calendar_url, self._settings.directory_url),
            meter=self._meter,
        )


Opened = Mapping[Provider, Microsoft | Google]


class Connectors(NamedTuple):
    """What makes connectors: of a tenant's places, and of a person's own calendar."""

    connect: Connect
    connect_person: ConnectPerson


@asynccontextmanager
async def open_connectors(
    settings: Settings, clock: Clock, meters: Meters = lambda _: unmetered
) -> AsyncIterator[Connectors]:
    """What makes connectors, over sessions that are closed at the end.

    ``meters`` are told of all that is asked but tokens, which are had in other ways. Raises
    ConfigurationError for credentials that cannot be read.
    """
    async with _open_providers(settings, clock, meters) as providers:

        def connect(tenant: Tenant, admit: Admission) -> Connector:
            with _usable(tenant.connection.provider):
                return _provider(providers, tenant).connect(tenant, admit)

        def connect_person(tenant: Tenant, link: Link, admit: Admission, persist: Persist) -> Connector:
            with _usable(tenant.connection.provider):
                return _provider(providers, tenant).connect_person(tenant, link, admit, persist)

        yield Connectors(connect, connect_person)


@asynccontextmanager
async def open_delegations(settings: Settings) -> AsyncIterator[Delegate]:
    """What makes delegations, for people who connect calendars of their own; otherwise as above."""
    async with _open_providers(settings, system_clock()) as providers:

        def delegate(tenant: Tenant, admit: Admission) -> Delegation:
            with _usable(tenant.connection.provider):
                return _provider(providers, tenant).delegation(tenant, admit)

        yield delegate


@asynccontextmanager
async def open_examiners(settings: Settings, clock: Clock) -> AsyncIterator[Examine]:
    """What makes examiners of grants, otherwise as ``open_connectors``."""
    async with _open_providers(settings, clock, lambda _: unmetered) as providers:

        def examine(tenant: Tenant, admit: Admission) -> Examiner:
            with _usable(tenant.connection.provider):
                return _provider(providers, tenant).examine(tenant, admit)

        yield examine


@asynccontextmanager
async def _open_providers(settings: Settings, clock: Clock, meters: Meters) -> AsyncIterator[Opened]:
    providers = settings.providers
    async with AsyncExitStack() as sessions:
        opened: dict[Provider, Microsoft | Google] = {}
        if providers.microsoft is not None:
            tls = tls_context(providers.microsoft.ca_file)
            session = await sessions.enter_async_context(_session(tls))
            meter = meters(Provider.MICROSOFT)
            opened[Provider.MICROSOFT] = Microsoft(providers.microsoft, session, tls, clock, meter)
        if providers.google is not None:
            session = await sessions.enter_async_context(_session(tls_context(providers.google.ca_file)))
            opened[Provider.GOOGLE] = Google(providers.google, session, clock, meters(Provider.GOOGLE))
        yield opened


def _provider(providers: Opened, tenant: Tenant) -> Microsoft | Google:
    provider = providers.get(tenant.connection.provider)
    if provider is None:
        raise ConfigurationError(
            f"The configuration has no section [providers.{tenant.connection.provider}], so a tenant "
            "that was onboarded cannot be read. Add the section again, or withdraw the tenant."
        )
    return provider


@contextmanager
def _usable(provider: Provider) -> Iterator[None]:
    try:
        yield
    except CredentialRefused:
        raise ConfigurationError(
            f"The credential in [providers.{provider}] is no usable key. "
            "Put the file there that the provider issued."
        ) from None


def _session(tls: ssl.SSLContext) -> aiohttp.ClientSession:
    # No cookies, no environment proxies, no netrc: what is sent is what we wrote.
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=tls, limit=CONNECTIONS_AT_ONCE),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )
