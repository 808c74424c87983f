"""``gateway link``: people who connect calendars of their own."""

from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from gateway.app.persons import links
from gateway.app.persons.links import invite as new_invitation
from gateway.app.persons.links import list_links
from gateway.app.revoking import open_revoker
from gateway.app.tenants import find_tenant
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console, whole
from gateway.cli.tenant_name import TenantName
from gateway.clock import moment, to_minute
from gateway.store.persons import LINK_NOT_OPENED

INVITATION_DAYS = 7

LinkName = Annotated[str, Parameter(help="Its id, as 'gateway link list' shows it.")]


async def invite(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Make an invitation for one person; prints its address once."""
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        address = await new_invitation(parts, overview.standing)
    out = console()
    out.print(f"Hand this to one person. It is good once, for {INVITATION_DAYS} days, and is not stored:")
    # Plain, on a line of its own, so that a script can take it.
    out.out(address, highlight=False)


async def list_(tenant: TenantName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List a tenant's links by id; who they are is not shown."""
    table = Table(whole("link"), "state", "since", "last read", "kept from it by")
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        rows = await list_links(parts, overview.standing.tenant)
        for row in rows:
            state = " ".join(filter(None, (row.state, row.reason)))
            table.add_row(
                row.authorization,
                state,
                f"{moment(row.created_at):%Y-%m-%d}",
                "never" if row.completed_at is None else to_minute(row.completed_at),
                row.kept_from or "",
            )
    out = console()
    out.print(table, crop=False)
    for row in rows:
        if row.kept_from == LINK_NOT_OPENED:
            out.print(_not_opened(overview.standing.tenant, row.authorization))


def _not_opened(tenant: TenantId, link: AuthorizationId) -> str:
    return (
        f"The key of link {link} is missing, or is another than sealed it: its calendar is not read, and "
        "whoever has yet to be told of its bookings is told nothing of the tenant. Put the key's file back "
        f"if it was moved. Else 'gateway link withdraw {tenant} {link}', and invite that person to connect "
        "again."
    )


async def withdraw(tenant: TenantName, link: LinkName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """End one person's link and destroy what was read by it. This cannot be undone."""
    async with configured(config) as parts, open_revoker(parts) as revoke:
        overview = await find_tenant(parts, tenant)
        withdrawal = await links.withdraw_link(parts, overview.standing.tenant, AuthorizationId(link), revoke)
        removal = await links.removal(parts, overview.standing)
    out = console()
    if withdrawal.proved_at is None:
        out.print(
            "Nothing of it is read or served any more. Another process finishes the rest; look again soon."
        )
    else:
        out.print("Nothing of it is read or served any more, and its key is destroyed.")
        out.print(f"For that person: 'gateway certificate {withdrawal.tenant} {withdrawal.id}'.")
    out.print(removal)
