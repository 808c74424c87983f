"""Connects tenants and their people whose calendars are in Google Workspace."""

from functools import partial

import aiohttp

from connectors.delegation import Link, Persist
from connectors.examining import Examiner
from connectors.google.accounts import LIMITS, Clients, GoogleTeller
from connectors.google.client import PROJECT_RATE, USER_RATE, GoogleConnector, Urls
from connectors.google.delegation import CALENDAR_SCOPE, GoogleDelegation, LinkedAccount, client_id
from connectors.google.grant import ACCOUNT_SCOPES, ServiceAccount
from connectors.google.grants import events_scope
from connectors.meter import Meter
from connectors.port import Admission, Connector
from connectors.quota import Quotas
from connectors.transport import Limits, Transport
from gateway.app.providers.credentials import read_account_key, read_client
from gateway.app.providers.grants import form_of
from gateway.app.providers.sessions import CONNECTIONS_AT_ONCE
from gateway.clock import Clock, system_clock
from gateway.errors import ConfigurationError
from gateway.settings import GoogleSettings
from gateway.tenant import Provider, Tenant


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
        """Raises ConfigurationError, also where its people may connect calendars and could not."""
        if tenant.registration.persons is not None:
            self.delegation(tenant, admit)
        return self._connector(tenant, admit, self._account(tenant, admit))

    def delegation(self, tenant: Tenant, admit: Admission) -> GoogleDelegation:  # noqa: ARG002  one for all
        """How people connect calendars. Raises ConfigurationError without a web client."""
        if self._client is None:
            raise ConfigurationError(
                "The configuration has no client_file in [providers.google], with which people connect "
                "calendars of their own. Put the JSON of a web client there, then try again."
            )
        is_told = self._settings.risc_key_file is not None
        return GoogleDelegation(self._session, admit, self._client, clock=system_clock(), is_told=is_told)

    def connect_person(self, tenant: Tenant, link: Link, admit: Admission, persist: Persist) -> Connector:
        return GoogleConnector(
            self._session,
            admit,
            LinkedAccount(self.delegation(tenant, admit).grant(link, persist)),
            self._quotas.of(tenant.connection.directory, link.account),
            clock=self._clock,
            meter=self._meter,
            events_scope=CALENDAR_SCOPE,
            urls=Urls(self._settings.calendar_url, self._settings.directory_url),
        )

    def examine(self, tenant: Tenant, admit: Admission) -> Examiner:
        account, form = self._account(tenant, admit), form_of(Provider.GOOGLE, tenant.connection.grant)

        async def permissions() -> frozenset[str]:
            """Whoever acts for itself is given any scope: a role says what that opens."""
            held = await account.granted(form.permissions)
            return held | await account.granted_of(ACCOUNT_SCOPES) if form.is_delegated else held

        time = Transport(self._session, admit, self._settings.calendar_url).time
        connector = self._connector(tenant, admit, account)
        return Examiner(connector, permissions, time, hides=True, confirms=False)

    def teller(self, tenant: Tenant, admit: Admission) -> GoogleTeller:
        """What tells of its accounts, and of our application there."""
        connection, account = tenant.connection, self._account(tenant, admit, LIMITS)
        permissions = form_of(Provider.GOOGLE, connection.grant).permissions
        return GoogleTeller(
            self._session,
            admit,
            account,
            partial(account.granted, permissions),
            self._quotas.of(connection.directory, connection.read_as).directory,
            clients=Clients(self._key.names, None if self._client is None else client_id(self._client)),
            permissions=permissions,
            clock=self._clock,
            customer=connection.directory,
            directory_url=self._settings.directory_url,
            meter=self._meter,
        )

    def _account(self, tenant: Tenant, admit: Admission, limits: Limits | None = None) -> ServiceAccount:
        is_delegated = form_of(Provider.GOOGLE, tenant.connection.grant).is_delegated
        if is_delegated and tenant.connection.read_as is None:
            raise ConfigurationError("A delegated grant needs the account to read as (--read-as).")
        return ServiceAccount(self._session, admit, self._key, tenant.connection.read_as, limits=limits)

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
