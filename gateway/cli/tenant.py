"""``gateway tenant``: onboarding, looking, withdrawing."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from connectors.grant_form import GrantForm
from gateway.app import deadlines, tenants
from gateway.app.consumers import unacknowledged
from gateway.app.grants import FORMS, form_of, least
from gateway.app.history import choices
from gateway.app.history import history as history_of
from gateway.app.mapping import load_places
from gateway.app.parts import Parts
from gateway.app.places import decide_anew
from gateway.app.policies import pass_to, reached
from gateway.app.progress import narrowing_progress
from gateway.app.revoking import open_revoker
from gateway.app.rules import brings_people
from gateway.app.subjects import has_suppressions
from gateway.booking import TenantId
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console, whole
from gateway.clock import moment
from gateway.errors import ConfigurationError, GatewayError
from gateway.store.registry import Standing, Terms
from gateway.store.withdrawals import WithdrawalRow
from gateway.tenant import Connection, Mode, Persons, Places, Provider, Registration

ACKNOWLEDGEMENT_HOURS = 72

TenantName = Annotated[str, Parameter(help="Name or id, as 'gateway tenant list' shows it.")]


def _help(text: str) -> Parameter:
    return Parameter(help=text)


def _grants_help() -> str:
    named = (
        f"{', '.join(form.name for form in forms)} ({provider.title()})" for provider, forms in FORMS.items()
    )
    return f"How access is granted: {'; '.join(named)}. The least stands first, and is what you get."


async def add(
    name: Annotated[str, _help("What the employer is called. Kept sealed.")],
    *,
    provider: Annotated[Provider, _help("Whose calendars they are.")],
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
    persons: Annotated[bool, _help("People who are invited may connect calendars of their own.")] = False,
    person_domain: Annotated[
        list[str] | None, _help("A domain of these people's accounts; repeatable (Google).")
    ] = None,
    consumer_accounts: Annotated[
        bool, _help("Also accounts of no organization, such as outlook.com and gmail.com.")
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Record an employer's authorization."""
    form = least(provider) if grant is None else form_of(provider, grant)
    connection = _connection(form, provider, directory_id, customer, read_as, mode)
    decisions = Places() if places is None else load_places(places)
    registration = Registration(
        name=name,
        policy=policy,
        zone=zone,
        basis=basis,
        places=decisions,
        persons=_persons(allowed=persons, domains=person_domain or [], consumers=consumer_accounts),
    )
    terms = Terms(_end_of(until), erase_after)
    async with configured(config) as parts:
        tenant = await tenants.add_tenant(parts, connection, registration, region=region, terms=terms)
        brings = brings_people(parts.rules, tenant)
    out = console()
    out.print(f"Recorded as {tenant.id}. 'gateway serve' reads its calendars within a minute.")
    if brings:
        out.print("This choice brings names over the wire; they are taken out in memory.")


async def list_(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List all tenants, erased ones included."""
    table = Table(whole("tenant"), "name", "provider", "state", "since")
    async with configured(config) as parts:
        for overview in await tenants.list_tenants(parts):
            record, state = overview.record, overview.standing.authorization.state
            told = (record.provider, state, record.recorded_at[:10]) if record else ("", state, "")
            table.add_row(overview.standing.tenant, overview.name, *told)
    console().print(table, crop=False)


async def show(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Show one tenant: state, rules, withdrawals, acknowledgements."""
    async with configured(config) as parts:
        overview = await tenants.find_tenant(parts, tenant)
        facts = _facts(overview) | await _rules(parts, overview)
        facts |= await _withdrawal_facts(parts, overview.standing.tenant)
    table = Table.grid(padding=(0, 2))
    for name, fact in facts.items():
        table.add_row(name, fact)
    out = console()
    out.print(table)
    if not overview.is_open:
        _tell_what_stands_at_provider(out, overview)


async def policy(
    tenant: TenantName,
    policy: Annotated[str, _help("A file of the configured policies.")],
    *,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Let a tenant live by another policy: what it no longer allows is gone when this returns."""
    out = console()
    async with configured(config) as parts:
        overview = await tenants.find_tenant(parts, tenant)
        with narrowing_progress(out) as on_progress:
            await pass_to(parts, overview.standing.tenant, policy, on_progress)
    out.print(f"{policy} is in force: nothing that it does not allow is stored or told any more.")
    out.print(
        "What it allows beyond the former policy is read anew; 'gateway tenant show' says how far that is."
    )


async def places(
    tenant: TenantName,
    places: Annotated[Path, _help("What you say of places from now on, TOML; config/README.md.")],
    *,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Say anew of a tenant's places what no directory does: what that hides is gone when this returns."""
    out, decisions = console(), load_places(places)
    async with configured(config) as parts:
        overview = await tenants.find_tenant(parts, tenant)
        with narrowing_progress(out) as on_progress:
            await decide_anew(parts, overview.standing.tenant, decisions, on_progress)
    out.print(
        "Places that became a person's, and titles that are not told as written any more, are narrowed."
    )
    out.print(
        "Whatever else it says is in force once 'gateway serve' has looked at the directory, which is soon."
    )


async def renew(
    tenant: TenantName,
    *,
    until: Annotated[
        date | None, _help("The last day for which it is given, UTC; without, until withdrawn.")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Move until when an authorization is given; one that has expired is re-opened."""
    async with configured(config) as parts:
        overview = await tenants.find_tenant(parts, tenant)
        await deadlines.renew(parts, overview.standing.tenant, _end_of(until))
    console().print("Until it is withdrawn." if until is None else f"Until {until}, UTC.")


async def history(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Show what became of an authorization, kept as evidence."""
    table = Table("when (UTC)", "what", "state", "reason", "epoch", "days left", "policy")
    async with configured(config) as parts:
        own = (await tenants.find_tenant(parts, tenant)).standing.tenant
        chosen = await choices(parts, own)
        for row in await history_of(parts, own):
            at, days = f"{moment(row.at):%Y-%m-%d %H:%M:%S}", "" if row.days is None else str(row.days)
            policy = chosen.get(row.number, "")
            table.add_row(at, row.what, row.state, row.reason or "", str(row.epoch), days, policy)
    console().print(table)


async def resume(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Re-open a suspended tenant, once its grant is confirmed."""
    async with configured(config) as parts:
        overview = await tenants.find_tenant(parts, tenant)
        await tenants.resume_tenant(parts, overview.standing.tenant)
    console().print("Resumed. Consumers are told to show it again, and its calendars are read from now on.")


async def withdraw(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """End an authorization and destroy everything that hangs on it. This cannot be undone."""
    async with configured(config) as parts, open_revoker(parts) as revoke:
        overview = await tenants.find_tenant(parts, tenant)
        withdrawal = await tenants.withdraw_tenant(parts, overview.standing.tenant, revoke)
    out = console()
    for step in ("fenced", "dropped", "shredded", "erased", "notified"):
        at = getattr(withdrawal, f"{step}_at")
        out.print(f"{step:10} {'not yet' if at is None else _printed(at)}")
    if withdrawal.notified_at is None:
        out.print("Nothing is read or served any more. Another process finishes the rest; look again soon.")
    else:
        out.print(f"Erasure {withdrawal.id}: consumers have {ACKNOWLEDGEMENT_HOURS} hours to acknowledge it.")
    _tell_what_stands_at_provider(out, overview)


def _facts(overview: tenants.TenantOverview) -> dict[str, str]:
    standing, record = overview.standing, overview.record
    authorization = standing.authorization
    facts = {
        "tenant": standing.tenant,
        "name": overview.name,
        "state": " ".join(filter(None, (authorization.state, authorization.reason))),
        "epoch": str(authorization.epoch),
        "region": standing.region,
        **_deadlines(standing),
    }
    if record is None:
        return facts
    return facts | {
        "provider": f"{record.provider}, directory {record.directory}",
        "legal basis": f"Art. 6(1)({record.basis}) GDPR",
        "instruction": record.instruction,
        "policy at first": record.policy,
        "recorded": record.recorded_at,
    }


def _deadlines(standing: Standing) -> dict[str, str]:
    told = {
        "given until": standing.expires_at,
        "all is erased": standing.erase_at,
    }
    return {name: _printed(at) for name, at in told.items() if at is not None}


async def _rules(parts: Parts, overview: tenants.TenantOverview) -> dict[str, str]:
    """What the tenant chose; nothing once its keys are gone."""
    try:
        tenant = await tenants.open_tenant(parts, overview.standing)
        read, calendars = await reached(parts, overview.standing)
    except GatewayError:
        return {}
    reach, choice = tenant.connection, tenant.registration
    objected = await has_suppressions(parts, overview.standing)
    brings = brings_people(parts.rules, tenant, has_suppressions=objected)
    return {
        **({"passing to policy": choice.next_policy} if choice.next_policy else {}),
        "policy in force": choice.policy,
        "read under it": f"{read:,} of {calendars:,} calendars of places",
        "zone": choice.zone,
        "grant": form_of(reach.provider, reach.grant).name,
        "read as": reach.read_as or "the application itself",
        **({"mode": reach.mode} if reach.provider is Provider.MICROSOFT else {}),
        "over the wire": "brings names over the wire" if brings else "no names",
    }


def _end_of(day: date | None) -> int | None:
    return None if day is None else deadlines.end_of(day)


def _tell_what_stands_at_provider(out: Console, overview: tenants.TenantOverview) -> None:
    if overview.record is not None:
        form = form_of(overview.record.provider, overview.record.grant)
        out.print(form.removal.format(directory=overview.record.directory))


def _printed(milliseconds: int) -> str:
    return f"{moment(milliseconds):%Y-%m-%d %H:%M:%S} UTC"


async def _withdrawal_facts(parts: Parts, tenant: TenantId) -> dict[str, str]:
    facts = {}
    for withdrawal in await tenants.withdrawals(parts, tenant):
        last = max(step for step in withdrawal[4:] if step is not None)
        state = "done" if withdrawal.notified_at else "under way"
        facts[f"withdrawal {withdrawal.id}"] = f"{state}, last step {_printed(last)}"
        for consumer, at in await tenants.acknowledgements(parts, withdrawal):
            facts[f"acknowledged by {consumer}"] = _printed(at)
        for consumer in await unacknowledged(parts, withdrawal):
            waits = "overdue" if _overdue(parts, withdrawal) else "waiting"
            facts[f"not acknowledged by {consumer}"] = waits
    return facts


def _overdue(parts: Parts, withdrawal: WithdrawalRow) -> bool:
    told = withdrawal.notified_at
    return told is not None and parts.clock() > moment(told) + timedelta(hours=ACKNOWLEDGEMENT_HOURS)


def _persons(*, allowed: bool, domains: list[str], consumers: bool) -> Persons | None:
    """Raises ConfigurationError for who may connect where nobody may."""
    if allowed:
        return Persons(domains=frozenset(domain.casefold() for domain in domains), consumers=consumers)
    if domains or consumers:
        raise ConfigurationError(
            "--person-domain and --consumer-accounts say who may connect a calendar of their own; without "
            "--persons nobody may. Add it, or leave them out; nothing was recorded."
        )
    return None


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
