"""``gateway tenant statistics`` and ``usage``: whether it is counted how places are used; what came of it."""

from typing import Annotated

import msgspec
from cyclopts import Parameter

from gateway.app.consumers.counting import count_usage, is_anonymous, released_usage
from gateway.app.tenants import find_tenant
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console
from gateway.cli.tenant_name import TenantName


async def statistics(
    tenant: TenantName,
    *,
    off: Annotated[
        bool, Parameter(help="Count no more: what is not released yet is gone when this returns.")
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Count how a tenant's places are used, and tell it in numbers of whole months; off by default."""
    out = console()
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        await count_usage(parts, overview.standing.tenant, is_counted=not off)
    if off:
        out.print("Nothing is counted any more. Months that were released stay, for 400 days each.")
        return
    out.print(
        "Counted from now on. On the second day after a month consumers can read of it (/v1/usage): "
        "aggregated, over groups of ten places or more that were counted on three quarters of its days."
    )
    if await is_anonymous():
        out.print("Where bookers are told and 50 are enrolled: also anonymous numbers of bookers by site.")
    else:
        out.print("No anonymous numbers of bookers: install the gateway with its extra 'statistics'.")


async def usage(
    tenant: TenantName,
    month: Annotated[str, Parameter(help="As 2027-03.")],
    *,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Print how a tenant's places were used in a month: what consumers can read, and no more."""
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        body = await released_usage(parts, overview.standing, month)
    console().out(msgspec.json.format(body, indent=2).decode(), highlight=False)
