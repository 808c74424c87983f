"""``gateway tenant``: onboarding, looking, withdrawing."""

from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from gateway.acknowledgement import DUE_HOURS
from gateway.app import tenants
from gateway.app.accountability.exporting import export_tenant
from gateway.app.accountability.history import changes
from gateway.app.accountability.history import history as history_of
from gateway.app.accountability.locations import locations
from gateway.app.examining.removals import removal
from gateway.app.holds.overview import standing_holds
from gateway.app.keys.renewal import RENEW_AFTER_DAYS, key_age, renew_key
from gateway.app.parts import Parts
from gateway.app.persons.subjects import has_suppressions
from gateway.app.progress import narrowing_progress
from gateway.app.providers.grants import form_of
from gateway.app.requests.opening import list_requests
from gateway.app.requests.told import counted, stands
from gateway.app.revoking import open_revoker
from gateway.app.rules import brings_people
from gateway.app.terms import deadlines
from gateway.app.terms.agreeing import is_held_back
from gateway.app.terms.answering import known_changes
from gateway.app.terms.change_text import change_line
from gateway.app.terms.mapping import load_places
from gateway.app.terms.places import decide_anew
from gateway.app.terms.policies import pass_to, reached
from gateway.authorization import State
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console, whole
from gateway.cli.credentials import Only, tell_steps, tell_what_stands_at_provider, withdraw_credentials
from gateway.cli.ended_requests import ended_requests
from gateway.cli.export_first import export_first
from gateway.cli.tenant_name import TenantName
from gateway.cli.withdrawals import AWAY, removal_fact, withdrawal_facts
from gateway.clock import moment, to_second
from gateway.errors import ConfigurationError, GatewayError
from gateway.record import InForce
from gateway.store.registry import Standing
from gateway.tenant import Provider

NOT_READ = "nobody: its credentials were withdrawn; 'gateway tenant reconnect' takes new ones"
HELD_BACK = "its file tells more than the tenant has agreed to; 'gateway change announce policy' asks it"

STANDS_STILL = "by no clock, as long as somebody has asked to be restricted (Art. 18(2) GDPR)"


def _help(text: str) -> Parameter:
    return Parameter(help=text)


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
    """Show one tenant: state, rules, where everything is, withdrawals, acknowledgements."""
    async with configured(config) as parts:
        overview = await tenants.find_tenant(parts, tenant)
        facts = _facts(overview) | await _rules(parts, overview) | await _key_facts(parts, overview)
        facts |= await locations(parts, overview.standing.tenant)
        known = await known_changes(parts, overview.standing) if overview.is_open else []
        facts |= {f"change {one.intended.id}": change_line(one) for one in known}
        ended = [fact async for fact in withdrawal_facts(parts, overview.standing.tenant)]
        ended += [fact async for fact in removal_fact(parts, overview.standing.tenant)]
        removed = await removal(parts, overview.standing.tenant)
        facts |= await standing_holds(parts, overview.standing.tenant)
        if await deadlines.stands_still(parts, overview.standing):
            facts |= {"all is erased": STANDS_STILL}
    table = Table.grid(padding=(0, 2))
    for name, fact in [*facts.items(), *ended]:
        table.add_row(name, fact)
    out = console()
    out.print(table)
    is_over = not overview.is_open or overview.standing.authorization.is_disconnected
    if is_over and (removed is None or removed.state not in AWAY):
        tell_what_stands_at_provider(out, overview, parts.settings)


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
            made = await decide_anew(parts, overview.standing.tenant, decisions, on_progress)
    out.print(
        "Places that became a person's, and titles that are not told as written any more, are narrowed; of "
        "places that are excluded nothing is left."
    )
    for name in made:
        out.print(f"Excluded: 'gateway certificate {overview.standing.tenant} {name}' tells what is gone.")
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
        await deadlines.renew(parts, overview.standing.tenant, deadlines.end_of(until))
    console().print("Until it is withdrawn." if until is None else f"Until {until}, UTC.")


async def rotate(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Renew what wraps a tenant's data keys, while everything runs; 'gateway serve' does every 90 days."""
    async with configured(config) as parts:
        overview = await tenants.find_tenant(parts, tenant)
        version = await renew_key(parts, overview.standing)
    console().print(
        f"Version {version} is in use, and older ones are destroyed. No record had to be sealed anew."
    )


async def history(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Show what became of an authorization, and of what people asked there, kept as evidence."""
    table = Table("when (UTC)", "what", "state", "reason", "epoch", "days left", "policy")
    async with configured(config) as parts:
        own = (await tenants.find_tenant(parts, tenant)).standing.tenant
        in_force = await changes(parts, own)
        for row in await history_of(parts, own):
            at, days = f"{moment(row.at):%Y-%m-%d %H:%M:%S}", "" if row.days is None else str(row.days)
            policy = _policy(in_force[row.number]) if row.number in in_force else ""
            table.add_row(at, row.what, row.state, row.reason or "", str(row.epoch), days, policy)
        asked = await list_requests(parts, own)
    out = console()
    out.print(table)
    for line in [*counted(asked), *map(stands, asked)]:
        out.print(f"Asked: {line}")


async def export(
    tenant: TenantName,
    target: Annotated[Path, _help("A file that is not there yet.")],
    *,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Write all that is kept of a tenant, a row a line, with why and until when (Art. 28(3)(g) GDPR)."""
    async with configured(config) as parts:
        overview = await tenants.find_tenant(parts, tenant)
        told = await export_tenant(parts, overview.standing, target)
    out = console()
    out.print(
        f"{told.rows:,} rows written, of which a withdrawal erases {told.erased:,}. Credentials are left out."
    )


async def resume(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Re-open a suspended tenant, once its grant is confirmed."""
    async with configured(config) as parts:
        overview = await tenants.find_tenant(parts, tenant)
        await tenants.resume_tenant(parts, overview.standing.tenant)
    console().print("Resumed. Consumers are told to show it again, and its calendars are read from now on.")


async def withdraw(
    tenant: TenantName,
    *,
    export: Annotated[Path | None, _help("First write all that is kept into a file not there yet.")] = None,
    without_export: Annotated[bool, _help("Neither export anything nor ask.")] = False,
    only: Annotated[
        Only | None,
        _help("Only what reads its calendars: what is known stays, is told as stale, and needs no export."),
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """End an authorization and destroy everything that hangs on it. This cannot be undone."""
    if only is not None:
        if export is not None or without_export:
            raise ConfigurationError(
                "With --only nothing is erased, so nothing is exported first. Leave --export and "
                "--without-export out; nothing was withdrawn."
            )
        await withdraw_credentials(tenant, config)
        return
    async with configured(config) as parts, open_revoker(parts) as revoke:
        overview = await tenants.find_tenant(parts, tenant)
        await export_first(parts, overview, export, without=without_export)
        withdrawal = await tenants.withdraw_tenant(parts, overview.standing.tenant, revoke)
        ended = await ended_requests(parts, overview.standing)
    out = console()
    tell_steps(out, withdrawal)
    if withdrawal.proved_at is None:
        out.print("Nothing is read or served any more. Another process finishes the rest; look again soon.")
    else:
        out.print(f"Erasure {withdrawal.id}: consumers have {DUE_HOURS} hours to acknowledge it.")
        out.print(f"'gateway certificate {withdrawal.tenant}' prints its certificate.")
    for line in ended:
        out.print(line)
    tell_what_stands_at_provider(out, overview, parts.settings)


def _policy(found: InForce) -> str:
    return found.policy if found.next_policy is None else f"{found.policy}, passing to {found.next_policy}"


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
        "policy at first": record.in_force.policy,
        "recorded": record.recorded_at,
    }


def _deadlines(standing: Standing) -> dict[str, str]:
    is_trial = standing.authorization.state is State.TRIAL
    told = {
        "a trial until" if is_trial else "given until": standing.expires_at,
        "all is erased": standing.erase_at,
    }
    return {name: to_second(at) for name, at in told.items() if at is not None}


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
        **({"held back": HELD_BACK} if is_held_back(parts.rules, choice) else {}),
        "may object for": f"{choice.objection_days} days",
        "zone": choice.zone,
        "statistics": "by month" if choice.statistics else "none",
        "grant": form_of(reach.provider, reach.grant).name,
        "read as": (reach.read_as or "the application itself") if reach.is_whole else NOT_READ,
        **({"mode": reach.mode} if reach.provider is Provider.MICROSOFT else {}),
        "over the wire": "brings names over the wire" if brings else "no names",
    }


async def _key_facts(parts: Parts, overview: tenants.TenantOverview) -> dict[str, str]:
    """How old what wraps its data keys is; nothing where that is not to be had."""
    try:
        age = await key_age(parts, overview.standing)
    except GatewayError:
        return {}
    told = f"version {age.version} since {to_second(age.since)}, renewed after {RENEW_AFTER_DAYS} days"
    return {"encryption key": told} if overview.is_open else {}
