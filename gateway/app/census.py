"""Counts for people: how much is read, how current it is."""

from typing import NamedTuple

from gateway.app.parts import Parts
from gateway.app.tenants import TenantOverview, list_tenants
from gateway.store.census import Census, census


class TenantStatus(NamedTuple):
    """One tenant and its counts."""

    overview: TenantOverview
    census: Census


async def tenant_statuses(parts: Parts) -> list[TenantStatus]:
    """Every tenant with its counts, the oldest first."""
    overviews = await list_tenants(parts)
    async with parts.store.reading() as connection:
        return [
            TenantStatus(overview, await census(connection, overview.standing.tenant))
            for overview in overviews
        ]


async def calendars_read(parts: Parts) -> tuple[int, int]:
    """How many calendars have been read completely, and how many there are."""
    counts = [status.census for status in await tenant_statuses(parts)]
    return sum(count.calendars_read for count in counts), sum(count.calendars for count in counts)
