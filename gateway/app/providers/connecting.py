"""Makes the connectors: the one place that names providers."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import NamedTuple

from connectors.accounts import Teller
from connectors.delegation import Delegation, Link, Persist
from connectors.errors import CredentialRefused, Unreachable
from connectors.examining import Examiner
from connectors.meter import Meter, unmetered
from connectors.port import Admission, Connector
from gateway.app.examining.removals import RolesIn
from gateway.app.providers.credentials import tls_context
from gateway.app.providers.google import Google
from gateway.app.providers.microsoft import Microsoft
from gateway.app.providers.sessions import open_session
from gateway.app.signals.account_signals import Tell
from gateway.clock import Clock, system_clock
from gateway.errors import ConfigurationError
from gateway.settings import Settings
from gateway.sync.persons import ConnectPerson
from gateway.sync.quiet import Vouch
from gateway.sync.tenancies import Connect
from gateway.tenant import Provider, Tenant

#: Makes how a tenant's people connect; the admission is asked before each of its requests.
Delegate = Callable[[Tenant, Admission], Delegation]

#: Makes the examiner of a tenant's grant; the admission is asked before each of its requests.
Examine = Callable[[Tenant, Admission], Examiner]

#: What is told of the attempts at a provider.
Meters = Callable[[Provider], Meter]

Opened = Mapping[Provider, Microsoft | Google]


class Connectors(NamedTuple):
    """What makes connectors: of a tenant's places, and of a person's own calendar.

    ``vouch`` is who says which directories a notification that holds something is of, ``roles_in`` what
    Microsoft lets us do in a directory.
    """

    connect: Connect
    connect_person: ConnectPerson
    vouch: Vouch
    roles_in: RolesIn


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
                return _reached(providers, tenant).connect(tenant, admit)

        def connect_person(tenant: Tenant, link: Link, admit: Admission, persist: Persist) -> Connector:
            with _usable(tenant.connection.provider):
                return _reached(providers, tenant).connect_person(tenant, link, admit, persist)

        async def vouch(tokens: Sequence[str]) -> frozenset[str]:
            microsoft = providers.get(Provider.MICROSOFT)
            return await microsoft.vouch(tokens) if isinstance(microsoft, Microsoft) else frozenset()

        async def roles_in(directory: str) -> frozenset[str] | None:
            microsoft = providers.get(Provider.MICROSOFT)
            if not isinstance(microsoft, Microsoft):
                raise Unreachable("provider_not_configured")
            return await microsoft.roles_in(directory)

        yield Connectors(connect, connect_person, vouch, roles_in)


@asynccontextmanager
async def open_delegations(settings: Settings) -> AsyncIterator[Delegate]:
    """What makes delegations, for people who connect calendars of their own; otherwise as above."""
    async with _open_providers(settings, system_clock(), lambda _: unmetered) as providers:

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
                return _reached(providers, tenant).examine(tenant, admit)

        yield examine


@asynccontextmanager
async def open_tellers(settings: Settings, clock: Clock, meters: Meters) -> AsyncIterator[Tell]:
    """What makes tellers of accounts, otherwise as ``open_connectors``."""
    async with _open_providers(settings, clock, meters) as providers:

        def tell(tenant: Tenant, admit: Admission) -> Teller:
            with _usable(tenant.connection.provider):
                return _reached(providers, tenant).teller(tenant, admit)

        yield tell


@asynccontextmanager
async def _open_providers(settings: Settings, clock: Clock, meters: Meters) -> AsyncIterator[Opened]:
    providers = settings.providers
    async with AsyncExitStack() as sessions:
        opened: dict[Provider, Microsoft | Google] = {}
        if providers.microsoft is not None:
            tls = tls_context(providers.microsoft.ca_file)
            session = await sessions.enter_async_context(open_session(tls))
            meter = meters(Provider.MICROSOFT)
            opened[Provider.MICROSOFT] = Microsoft(providers.microsoft, session, tls, clock, meter)
        if providers.google is not None:
            session = await sessions.enter_async_context(open_session(tls_context(providers.google.ca_file)))
            opened[Provider.GOOGLE] = Google(providers.google, session, clock, meters(Provider.GOOGLE))
        yield opened


def _reached(providers: Opened, tenant: Tenant) -> Microsoft | Google:
    """The provider of a tenant whose calendars can be read."""
    if not tenant.connection.is_whole:
        raise ConfigurationError(
            "The credentials of that tenant were withdrawn, so its provider is asked nothing. 'gateway "
            "tenant reconnect' takes new ones, once its admin has granted anew."
        )
    return _provider(providers, tenant)


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
