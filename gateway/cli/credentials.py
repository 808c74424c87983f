"""Credentials alone: withdrawn with ``gateway tenant withdraw --only``, given anew with ``reconnect``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from gateway.app import reconnecting
from gateway.app.examining.removals import application_at
from gateway.app.providers.grants import form_of
from gateway.app.tenants import TenantOverview, find_tenant
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console
from gateway.cli.tenant_name import TenantName
from gateway.clock import to_second
from gateway.settings import Settings
from gateway.store.withdrawals import WithdrawalRow


class Only(StrEnum):
    """What of a tenant is withdrawn alone."""

    CREDENTIALS = "credentials"


async def withdraw_credentials(tenant: str, config: Path) -> None:
    """Take away what reads a tenant's calendars; what is known goes on being told as it grows old."""
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        withdrawal = await reconnecting.withdraw_credentials(parts, overview.standing.tenant)
        overview = await find_tenant(parts, overview.standing.tenant)
    out = console()
    tell_steps(out, withdrawal)
    ends = overview.standing.erase_at
    until = "" if ends is None else f" Unless it is reconnected, all of it is erased at {to_second(ends)}."
    out.print(
        "Nothing of its provider is read any more. What is known stays, is told as stale, and after a day as "
        f"unknown.{until} 'gateway tenant reconnect' takes new credentials."
    )
    if withdrawal.proved_at is not None:
        out.print(f"'gateway certificate {withdrawal.tenant}' prints its certificate.")
    tell_what_stands_at_provider(out, overview, parts.settings)


async def reconnect(
    tenant: TenantName,
    *,
    grant: Annotated[str | None, Parameter(help="How access is granted by now; without, as before.")] = None,
    read_as: Annotated[
        str | None, Parameter(help="The account that our key acts as (Google, delegated).")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Read a tenant again whose credentials were withdrawn, once its admin has granted anew."""
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        await reconnecting.reconnect(parts, overview.standing.tenant, grant=grant, read_as=read_as)
        after = (await find_tenant(parts, overview.standing.tenant)).standing.authorization
    then = "All of it is read in full from now on; 'gateway doctor' tells whether its grant holds."
    if not after.state.may_read:
        then = f"It stays suspended ({after.reason}): 'gateway tenant resume' re-opens it."
    console().print(f"Connected. {then}")


def tell_steps(out: Console, withdrawal: WithdrawalRow) -> None:
    """When each step was done."""
    for step in ("fenced", "dropped", "shredded", "erased", "notified", "verified", "proved"):
        at = getattr(withdrawal, f"{step}_at")
        out.print(f"{step:10} {'not yet' if at is None else to_second(at)}")


def tell_what_stands_at_provider(out: Console, overview: TenantOverview, settings: Settings) -> None:
    """What only the customer can remove there, and where."""
    record = overview.record
    if record is not None:
        removal = form_of(record.provider, record.grant).removal.format(directory=record.directory)
        ours = application_at(settings, record.provider)
        out.print(removal if ours is None else f"{removal} There we are {ours}.")
        out.print("'gateway tenant show' tells from now on how it stands there.")
