"""``gateway tenant preview`` and ``activate``: a trial is looked at, and becomes more."""

import sys
from datetime import date
from typing import Annotated

from cyclopts import Parameter

from gateway.app.previews.trying import as_json, show, try_out
from gateway.app.tenants import find_tenant
from gateway.app.terms.activating import activate as activated
from gateway.app.terms.deadlines import end_of
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console
from gateway.cli.tenant_name import TenantName


async def preview(
    tenant: TenantName,
    *,
    json: Annotated[bool, Parameter(help="For programs.")] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Read a trial's calendars, and show what FlexO would be told and why no more. Stores no event."""
    async with configured(config) as parts:
        tried = await try_out(parts, await find_tenant(parts, tenant))
    if json:
        sys.stdout.write(as_json(tried) + "\n")
    else:
        show(console(), tried)


async def activate(
    tenant: TenantName,
    *,
    until: Annotated[
        date | None, Parameter(help="The last day for which it is given, UTC; without, until withdrawn.")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Make an authorization of a trial: from now on its calendars are read, and FlexO is told."""
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        await activated(parts, overview.standing.tenant, end_of(until))
    console().print("Recorded. 'gateway serve' reads its calendars within a minute.")
