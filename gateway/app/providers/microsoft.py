"""Connects tenants and their people whose calendars are in Microsoft 365."""

import ssl
from functools import partial

import aiohttp

from connectors.delegation import Link, Persist
from connectors.examining import Examiner
from connectors.meter import Meter
from connectors.microsoft.accounts import MicrosoftTeller
from connectors.microsoft.client import MAILBOX_RATE, MicrosoftConnector
from connectors.microsoft.client import Mode as ReadingMode
from connectors.microsoft.delegation import MicrosoftDelegation
from connectors.microsoft.grant import Application, EntraGrant
from connectors.microsoft.publisher import Publisher
from connectors.microsoft.roles import roles
from connectors.port import Admission, Connector
from connectors.quota import Quotas
from connectors.transport import Limits, Transport
from gateway.app.providers.credentials import certificate_in, check_pair, read_credential
from gateway.app.providers.grants import form_of
from gateway.app.providers.sessions import CONNECTIONS_AT_ONCE
from gateway.clock import Clock, system_clock
from gateway.settings import MicrosoftSettings
from gateway.tenant import Tenant

#: For the keys of who tells of changes, who waits meanwhile.
PUBLISHER_LIMITS = Limits(attempts_max=1, patience_seconds=5)


async def _nobody_asks() -> None:
    """What belongs to no tenant is asked whoever may be read."""


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

        login = Transport(session, _nobody_asks, settings.hosts.login_urls[0], limits=PUBLISHER_LIMITS)
        #: The directories that Graph's tokens vouch for. Their times are those of the world.
        self.vouch = Publisher(login, settings.client_id, system_clock()).directories

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
            meter=self._meter,
            graph_url=self._settings.hosts.graph_url,
        )

    def examine(self, tenant: Tenant, admit: Admission) -> Examiner:
        grant = self._grant(tenant)

        async def permissions() -> frozenset[str] | None:
            return roles(await grant.token())

        time = Transport(self._session, admit, self._settings.hosts.graph_url).time
        return Examiner(self._connector(tenant, admit, grant), permissions, time, hides=False, confirms=True)

    def teller(self, tenant: Tenant, admit: Admission) -> MicrosoftTeller:
        """What tells of its accounts, and of our application there."""
        connection = tenant.connection
        return MicrosoftTeller(
            self._session,
            admit,
            partial(self._grant, tenant),
            self._quotas.of(connection.directory).directory,
            client_id=self._settings.client_id,
            permissions=form_of(connection.provider, connection.grant).permissions,
            graph_url=self._settings.hosts.graph_url,
            meter=self._meter,
        )

    async def roles_in(self, directory: str) -> frozenset[str] | None:
        """What a fresh token for a directory is good for; None where it does not tell."""
        return roles(await self._grant_in(directory).token())

    def _grant(self, tenant: Tenant) -> EntraGrant:
        return self._grant_in(tenant.connection.directory)

    def _grant_in(self, directory: str) -> EntraGrant:
        hosts = self._settings.hosts
        return EntraGrant(
            self._application,
            directory,
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
