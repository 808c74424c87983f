"""Counts for people: how much is read, how current it is."""

from functools import partial
from typing import NamedTuple

from gateway.app.parts import Parts
from gateway.app.tenants import TenantOverview, list_tenants
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.store.asked import RequestRow, requests_of
from gateway.store.census import Census, Telling, census, telling
from gateway.store.handle import Handle
from gateway.store.persons import LinkRow, links_of


class TenantStatus(NamedTuple):
    """One tenant and its counts."""

    overview: TenantOverview
    census: Census
    telling: Telling
    links: list[LinkRow]
    requests: list[RequestRow]


async def tenant_statuses(parts: Parts) -> list[TenantStatus]:
    """Every tenant with its counts, the oldest first."""
    overviews = await list_tenants(parts)
    now = milliseconds(parts.clock())

    def look(handle: Handle) -> list[TenantStatus]:
        return [_status(handle, overview, now) for overview in overviews]

    return await parts.store.read(look)


def _status(handle: Handle, overview: TenantOverview, now: int) -> TenantStatus:
    tenant = overview.standing.tenant
    return TenantStatus(
        overview,
        census(handle, tenant),
        telling(handle, tenant, now),
        links_of(handle, tenant),
        requests_of(handle, tenant),
    )


async def read_again(parts: Parts, tenant: TenantId) -> int:
    """Make every calendar of a tenant due now; returns the moment, epoch milliseconds."""
    since = milliseconds(parts.clock())
    await parts.store.make_due(tenant)
    return since


async def all_read_since(parts: Parts, tenant: TenantId, since: int) -> bool:
    """Whether every calendar of a tenant was read completely after a moment."""
    oldest = (await parts.store.read(partial(census, tenant=tenant))).oldest_read
    return oldest is not None and oldest >= since


async def calendars_read(parts: Parts) -> tuple[int, int]:
    """How many calendars have been read completely, and how many there are."""
    counts = [status.census for status in await tenant_statuses(parts)]
    return sum(count.calendars_read for count in counts), sum(count.calendars for count in counts)


def outcomes(parts: Parts) -> dict[str, int]:
    """What became of the events met since the process began, those that are no booking."""
    return {
        outcome: number
        for outcome, number in parts.metrics.events_by_outcome().items()
        if outcome != "booking"
    }
