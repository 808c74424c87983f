"""``gateway tenant add``: an employer is onboarded."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from connectors.grant_form import GrantForm
from gateway.app.providers.grants import FORMS, form_of, least
from gateway.app.rules import brings_people
from gateway.app.tenants import add_tenant
from gateway.app.terms.deadlines import end_of
from gateway.app.terms.mapping import load_mandate, load_places
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console
from gateway.clock import DAY_MILLISECONDS, milliseconds
from gateway.errors import ConfigurationError
from gateway.record import Controller
from gateway.store.registry import Terms
from gateway.tenant import Connection, Mode, Persons, Places, Provider, Registration, Tenant, Trial


def _help(text: str) -> Parameter:
    return Parameter(help=text)


@dataclass(frozen=True, kw_only=True)
class Who:
    """Who the tenant is before the law."""

    address: Annotated[str, _help("Its postal address. Kept sealed, as all of the record.")]
    contact: Annotated[str, _help("Where people turn to about their data, such as a mailbox for it.")]
    jurisdiction: Annotated[
        str | None, _help("Its country's two letters (ISO 3166-1); without, the operator's.")
    ] = None
    national_rule: Annotated[
        str | None, _help("A national rule that its legal basis rests on as well, such as '§ 26 BDSG'.")
    ] = None
    mandate: Annotated[
        Path | None, _help("Who acts for it, and by which mandate, TOML; config/README.md.")
    ] = None

    def controller(self) -> Controller:
        """Raises ConfigurationError."""
        return Controller(
            address=self.address,
            contact=self.contact,
            jurisdiction=self.jurisdiction,
            national_rule=self.national_rule,
            mandate=None if self.mandate is None else load_mandate(self.mandate),
        )


@dataclass(frozen=True, kw_only=True)
class People:
    """Who may connect a calendar of their own, and when what people ask for is carried out."""

    persons: Annotated[bool, _help("People who are invited may connect calendars of their own.")] = False
    person_domain: Annotated[
        list[str] | None, _help("A domain of these people's accounts; repeatable (Google).")
    ] = None
    consumer_accounts: Annotated[
        bool, _help("Also accounts of no organization, such as outlook.com and gmail.com.")
    ] = False

    requests_after: Annotated[
        int,
        _help("Days for you to refuse an erasure that somebody asks for, before it is carried out; to 14."),
    ] = 0

    def who_may_connect(self) -> Persons | None:
        """Raises ConfigurationError for who may connect where nobody may."""
        if self.persons:
            domains = frozenset(domain.casefold() for domain in self.person_domain or ())
            return Persons(domains=domains, consumers=self.consumer_accounts)
        if self.person_domain or self.consumer_accounts:
            raise ConfigurationError(
                "--person-domain and --consumer-accounts say who may connect a calendar of their own; "
                "without --persons nobody may. Add it, or leave them out; nothing was recorded."
            )
        return None


NOBODY = People()


@dataclass(frozen=True, kw_only=True)
class Trying:
    """A look at some calendars first."""

    trial: Annotated[
        int | None,
        _help("Only try it, for so many days, 7 at most: 'tenant preview' shows what FlexO would be told."),
    ] = None
    calendar: Annotated[
        list[str] | None, _help("Address of a place's calendar to look at; repeatable (--trial).")
    ] = None

    def chosen(self) -> Trial | None:
        """Raises ConfigurationError for calendars where all are read."""
        if self.trial is None and self.calendar:
            raise ConfigurationError(
                "--calendar says what is looked at in a trial; without one, the directory tells all places. "
                "Add --trial, or leave it out; nothing was recorded."
            )
        return None if self.trial is None else Trial(calendars=tuple(self.calendar or ()))

    def terms(self, until: date | None, erase_after: int, now: datetime) -> Terms:
        """Raises ConfigurationError where two ends are given."""
        if self.trial is None:
            return Terms(end_of(until), erase_after)
        if until is not None or self.trial < 1:
            raise ConfigurationError(
                "A trial ends after its days, one at least: leave --until out. Nothing was recorded."
            )
        return Terms(milliseconds(now) + self.trial * DAY_MILLISECONDS, erase_after)


ALL_AT_ONCE = Trying()


def _grants_help() -> str:
    named = (
        f"{', '.join(form.name for form in forms)} ({provider.title()})" for provider, forms in FORMS.items()
    )
    return f"How access is granted: {'; '.join(named)}. The least stands first, and is what you get."


async def add(
    name: Annotated[str, _help("What the employer is called. Kept sealed.")],
    *,
    provider: Annotated[Provider, _help("Whose calendars they are.")],
    who: Annotated[Who, Parameter(name="*")],
    directory_id: Annotated[str | None, _help("The Entra directory id (Microsoft).")] = None,
    customer: Annotated[str | None, _help("The customer id (Google).")] = None,
    read_as: Annotated[str | None, _help("The account that our key acts as (Google, delegated).")] = None,
    grant: Annotated[str | None, _help(_grants_help())] = None,
    mode: Annotated[Mode, _help("snapshot keeps people off the wire, delta is cheaper (Microsoft).")] = (
        Mode.SNAPSHOT
    ),
    policy: Annotated[str, _help("How much may be seen: a file of the configured policies.")] = "occupancy",
    zone: Annotated[str, _help("IANA zone of places whose site has none of its own.")] = "UTC",
    basis: Annotated[str, _help("The legal basis, by its letter in Art. 6(1) GDPR.")] = "f",
    region: Annotated[str | None, _help("Where the data has to stay; this installation's own.")] = None,
    places: Annotated[Path | None, _help("What you say of places, TOML; config/README.md.")] = None,
    until: Annotated[
        date | None, _help("The last day for which it is given, UTC; without, until withdrawn.")
    ] = None,
    erase_after: Annotated[int, _help("Days for which it may stay suspended before all is erased.")] = 30,
    object_within: Annotated[int, _help("Days for which it may object to what is announced to it.")] = 30,
    people: Annotated[People, Parameter(name="*")] = NOBODY,
    trying: Annotated[Trying, Parameter(name="*")] = ALL_AT_ONCE,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Record an employer's authorization."""
    form = least(provider) if grant is None else form_of(provider, grant)
    connection = _connection(form, provider, directory_id, customer, read_as, mode)
    registration = Registration(
        name=name,
        policy=policy,
        zone=zone,
        basis=basis,
        places=Places() if places is None else load_places(places),
        persons=people.who_may_connect(),
        objection_days=object_within,
        trial=trying.chosen(),
        requests_after_days=people.requests_after,
    )
    async with configured(config) as parts:
        terms = trying.terms(until, erase_after, parts.clock())
        tenant = await add_tenant(
            parts, connection, registration, controller=who.controller(), region=region, terms=terms
        )
        brings = brings_people(parts.rules, tenant)
    _say(tenant, brings=brings)


def _say(tenant: Tenant, *, brings: bool) -> None:
    is_trial = tenant.registration.trial is not None
    then = "'gateway tenant preview' shows what FlexO would be told"
    then = then if is_trial else "'gateway serve' reads its calendars within a minute"
    console().print(f"Recorded as {tenant.id}. {then}.")
    if brings:
        console().print("This choice brings names over the wire; they are taken out in memory.")


def _connection(
    form: GrantForm,
    provider: Provider,
    directory_id: str | None,
    customer: str | None,
    read_as: str | None,
    mode: Mode,
) -> Connection:
    """Raises ConfigurationError if what the grant needs is missing, or belongs to another one."""
    is_whole = bool(read_as) == form.is_delegated
    if provider is Provider.MICROSOFT and directory_id and is_whole and not customer:
        return Connection(provider=provider, directory=directory_id, grant=form.name, mode=mode)
    if provider is Provider.GOOGLE and customer and is_whole and not directory_id and mode is Mode.SNAPSHOT:
        return Connection(provider=provider, directory=customer, grant=form.name, read_as=read_as)
    raise ConfigurationError(
        "A Microsoft tenant needs --directory-id, and may choose --mode; a Google tenant needs --customer, "
        "and under a delegated --grant, and there alone, --read-as. Neither takes the other's. Nothing was "
        "recorded."
    )
