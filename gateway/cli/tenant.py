"""``gateway tenant``: onboarding, looking, withdrawing."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from gateway.app import tenants
from gateway.app.consumers import unacknowledged
from gateway.app.mapping import load_places
from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured
from gateway.clock import moment
from gateway.errors import ConfigurationError
from gateway.store.withdrawals import WithdrawalRow
from gateway.tenant import Connection, Mode, Places, Provider, Registration

ACKNOWLEDGEMENT_HOURS = 72

#: What only the customer's own admin can take back.
REMOVE_AT_PROVIDER = {
    Provider.MICROSOFT: (
        "At Microsoft the grant stands until an admin of directory {directory} removes it: Entra admin "
        "center, Enterprise applications, this application, Properties, Delete."
    ),
    Provider.GOOGLE: (
        "At Google the delegation stands until an admin of customer {directory} removes it: Admin console, "
        "Security, API controls, Domain-wide delegation, this client, Delete."
    ),
}


def _help(text: str) -> Parameter:
    return Parameter(help=text)


async def add(
    name: Annotated[str, _help("What the employer is called. Kept sealed.")],
    *,
    provider: Annotated[Provider, _help("Whose calendars they are.")],
    directory_id: Annotated[str | None, _help("The Entra directory id (Microsoft).")] = None,
    customer: Annotated[str | None, _help("The customer id (Google).")] = None,
    read_as: Annotated[str | None, _help("The account that our key acts as (Google).")] = None,
    mode: Annotated[Mode, _help("snapshot keeps people off the wire, delta is cheaper (Microsoft).")] = (
        Mode.SNAPSHOT
    ),
    policy: Annotated[str, _help("How much may be seen: a file of the configured policies.")] = "occupancy",
    zone: Annotated[str, _help("IANA zone of places whose site has none of its own.")] = "UTC",
    basis: Annotated[str, _help("The legal basis, by its letter in Art. 6(1) GDPR.")] = "f",
    region: Annotated[str | None, _help("Where the data has to stay; this installation's own.")] = None,
    places: Annotated[Path | None, _help("TOML: external_refs, site_zones, cleared, personal.")] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Record an employer's authorization."""
    connection = _connection(provider, directory_id, customer, read_as, mode)
    decisions = Places() if places is None else load_places(places)
    registration = Registration(name=name, policy=policy, zone=zone, basis=basis, places=decisions)
    async with configured(config) as parts:
        tenant = await tenants.add_tenant(parts, connection, registration, region=region)
    Console().print(f"Recorded as {tenant.id}. Its calendars are read as soon as 'gateway serve' runs.")


async def list_(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List all tenants, erased ones included."""
    table = Table("tenant", "name", "provider", "state", "since")
    async with configured(config) as parts:
        for standing, record in await tenants.list_tenants(parts):
            state = standing.authorization.state
            table.add_row(
                standing.tenant, record.tenant_name, record.provider, state, record.recorded_at[:10]
            )
    Console().print(table)


async def show(tenant: str, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Show one tenant: state, rules, withdrawals, acknowledgements."""
    async with configured(config) as parts:
        standing, record = await tenants.find_tenant(parts, tenant)
        authorization = standing.authorization
        facts = {
            "tenant": standing.tenant,
            "name": record.tenant_name,
            "provider": f"{record.provider}, directory {record.directory}",
            "state": " ".join(filter(None, (authorization.state, authorization.reason))),
            "epoch": str(authorization.epoch),
            "region": standing.region,
            "legal basis": f"Art. 6(1)({record.basis}) GDPR",
            "instruction": record.instruction,
            "policy": record.policy,
            "recorded": record.recorded_at,
        }
        facts |= await _withdrawal_facts(parts, standing.tenant)
    table = Table.grid(padding=(0, 2))
    for name, fact in facts.items():
        table.add_row(name, fact)
    Console().print(table)


async def resume(tenant: str, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Re-open a suspended tenant, once its grant is confirmed."""
    async with configured(config) as parts:
        standing = (await tenants.find_tenant(parts, tenant)).standing
        await tenants.resume_tenant(parts, standing.tenant)
    Console().print("Resumed. Consumers are told to show it again, and its calendars are read from now on.")


async def withdraw(tenant: str, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """End an authorization and destroy everything that hangs on it. This cannot be undone."""
    async with configured(config) as parts:
        standing, record = await tenants.find_tenant(parts, tenant)
        withdrawal = await tenants.withdraw_tenant(parts, standing.tenant)
    console = Console()
    for step in ("fenced", "dropped", "shredded", "erased", "notified"):
        console.print(f"{step:10} {moment(getattr(withdrawal, f'{step}_at')):%Y-%m-%d %H:%M:%S} UTC")
    console.print(f"Erasure {withdrawal.id}: consumers have {ACKNOWLEDGEMENT_HOURS} hours to acknowledge it.")
    console.print(REMOVE_AT_PROVIDER[record.provider].format(directory=record.directory))


async def _withdrawal_facts(parts: Parts, tenant: TenantId) -> dict[str, str]:
    facts = {}
    for withdrawal in await tenants.withdrawals(parts, tenant):
        last = max(step for step in withdrawal[3:] if step is not None)
        state = "done" if withdrawal.notified_at else "under way"
        facts[f"withdrawal {withdrawal.id}"] = f"{state}, last step {moment(last):%Y-%m-%d %H:%M:%S} UTC"
        for consumer, at in await tenants.acknowledgements(parts, withdrawal):
            facts[f"acknowledged by {consumer}"] = f"{moment(at):%Y-%m-%d %H:%M:%S} UTC"
        for consumer in await unacknowledged(parts, withdrawal):
            waits = "overdue" if _overdue(parts, withdrawal) else "waiting"
            facts[f"not acknowledged by {consumer}"] = waits
    return facts


def _overdue(parts: Parts, withdrawal: WithdrawalRow) -> bool:
    told = withdrawal.notified_at
    return told is not None and parts.clock() > moment(told) + timedelta(hours=ACKNOWLEDGEMENT_HOURS)


def _connection(
    provider: Provider, directory_id: str | None, customer: str | None, read_as: str | None, mode: Mode
) -> Connection:
    """Raises ConfigurationError if what the provider needs is missing, or belongs to the other one."""
    if provider is Provider.MICROSOFT and directory_id and not (customer or read_as):
        return Connection(provider=provider, directory=directory_id, mode=mode)
    if provider is Provider.GOOGLE and customer and read_as and not directory_id:
        return Connection(provider=provider, directory=customer, read_as=read_as)
    raise ConfigurationError(
        "A Microsoft tenant needs --directory-id; a Google tenant needs --customer and --read-as; neither "
        "takes the other's. Nothing was recorded."
    )
