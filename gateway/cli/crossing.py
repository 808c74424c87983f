"""``gateway crossing``: what crosses the wire when a tenant's calendar is read."""

from typing import Annotated

from cyclopts import Parameter
from rich.table import Column, Table

from connectors.crossing import Crossed
from connectors.personal import KINDS
from gateway.app.previews.crossing import Crossing, crossings
from gateway.app.tenants import find_tenant
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console
from gateway.cli.tenant_name import TenantName

TITLE = "What crossed the wire"
WHAT = "one calendar, read in full"


async def crossing(
    tenant: TenantName,
    *,
    both_modes: Annotated[
        bool,
        Parameter(help="Microsoft: read it in the other mode, too. In delta mode people cross our memory."),
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Read the fullest calendar of a tenant's, and count what crossed the wire. Keeps and shows no event."""
    async with configured(config) as parts:
        found = await crossings(parts, await find_tenant(parts, tenant), both_modes=both_modes)
    console().print(_table(found))


def _table(found: list[Crossing]) -> Table:
    headings = [Column(_heading(one), justify="right") for one in found]
    table = Table(WHAT, *headings, title=TITLE)
    counts = [_counts(one.crossed) for one in found]
    for what in counts[0]:
        table.add_row(what, *(f"{counted[what]:,}" for counted in counts))
    return table


def _counts(crossed: Crossed) -> dict[str, int]:
    plain = {"requests": crossed.requests, "bytes": crossed.bytes, "events": crossed.events}
    return plain | {f"personal: {kind}": crossed.personal[kind] for kind in KINDS}


def _heading(one: Crossing) -> str:
    if one.mode is None:
        return "read"
    return f"{one.mode} (chosen)" if one.is_chosen else one.mode
