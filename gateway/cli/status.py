"""``gateway status`` and ``gateway check-config``: what an operator looks at first."""

from rich.console import Console
from rich.table import Table

from gateway.app.census import tenant_statuses
from gateway.app.parts import warn_of_shared_volume
from gateway.app.service import check_credentials
from gateway.booking import Freshness
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured
from gateway.tenant import Provider

DELEGATION = (
    "Google lets this key act as any user for these scopes; only our policy confines it. "
    "It is used to read resource calendars as the one account that was named."
)


async def status(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Show what is read, how current it is, and what waits for people."""
    table = Table("tenant", "state", "read", "bookings", *Freshness, "trouble")
    async with configured(config) as parts:
        statuses = await tenant_statuses(parts)
    for (standing, record), census in statuses:
        fresh = [f"{census.freshness.get(freshness, 0):,}" for freshness in Freshness]
        read = f"{census.calendars_read:,} of {census.calendars:,}"
        trouble = standing.authorization.reason or census.directory_reason or ""
        state = standing.authorization.state
        table.add_row(record.tenant_name, state, read, f"{census.bookings:,}", *fresh, trouble)
    console = Console()
    console.print(table)
    reading = [
        overview.record.provider for overview, _ in statuses if overview.standing.authorization.state.is_open
    ]
    if Provider.GOOGLE in reading:
        console.print(DELEGATION)


async def check_config(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Read the configuration and say whether it can be used."""
    async with configured(config) as parts:
        await check_credentials(parts)
        warn_of_shared_volume(parts)
        rules = parts.rules
    policies = ", ".join(sorted(rules.policies))
    Console().print(f"The configuration can be used. Policies: {policies}.")
