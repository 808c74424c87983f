"""Worlds from files: a customer's own exported week, or one that was written by hand."""

from datetime import UTC
from pathlib import Path

from connectors.sandbox import events_file, world_file
from connectors.sandbox.calendar import Calendar
from connectors.sandbox.dialects import DIALECTS
from connectors.sandbox.truth import Resource, Tenant, World


def load_world(directory: Path) -> World:
    """The world that a folder with ``world.toml`` describes. WorldError if anything in it cannot be used."""
    table = world_file.read(directory)
    now = table.now.astimezone(UTC)
    tenants, calendars = [], {}
    for described in table.tenant:
        tenant = _tenant(described)
        tenants.append(tenant)
        for address in tenant.addresses:
            calendars[address] = Calendar(address, tenant.zone, DIALECTS[tenant.provider], lambda: now)
        for resource in described.resource:
            if resource.events is not None:
                events = events_file.read(directory, resource.events, tenant.provider)
                calendars[resource.address].load(events)
    return World(now, tenants, calendars)


def _tenant(described: world_file.TenantTable) -> Tenant:
    return Tenant(
        name=described.name,
        provider=described.provider,
        zone=described.zone,
        id=described.id,
        people=described.person,
        resources=tuple(map(_resource, described.resource)),
    )


def _resource(described: world_file.ResourceTable) -> Resource:
    return Resource(
        id=described.id,
        kind=described.kind,
        name=described.name,
        address=described.address,
        capacity=described.capacity,
        site=described.site,
        building=described.building,
        floor=described.floor,
        mode=described.mode,
    )
