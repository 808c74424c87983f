"""Resources as consumers are shown them now, beside the log that tells of their changes."""

from typing import NamedTuple

import msgspec

from gateway.booking import Freshness, ResourceId
from gateway.entry import ResourceState
from gateway.store.feed_statements import RESOURCES
from gateway.store.handle import Handle
from gateway.store.registry import Standing
from gateway.store.tables import bucket_of
from gateway.vault.keyring import TenantKeys


class StandingResource(NamedTuple):
    """A resource as the JSON that was sealed, and how current our knowledge of it is."""

    id: ResourceId
    body: msgspec.Raw
    state: ResourceState


def standing_resources(
    handle: Handle, standing: Standing, keys: TenantKeys, first: str, most: int
) -> list[StandingResource]:
    """So many of a tenant's resources from an id on, in the order of their ids. Raises Unreadable."""
    column = keys.column("resources", "body")
    key = {"bucket": bucket_of(standing.tenant), "tenant": standing.tenant, "first": first, "most": most}
    return [
        StandingResource(
            ResourceId(row.id),
            msgspec.Raw(column.open(row.id, row.epoch, row.body)),
            ResourceState(Freshness(row.freshness), row.since, row.reason),
        )
        for row in handle.execute(RESOURCES, key)
    ]


def has_resource(handle: Handle, standing: Standing, resource: str) -> bool:
    """Whether a tenant has a resource of that id. Needs no key."""
    key = {"bucket": bucket_of(standing.tenant), "tenant": standing.tenant, "first": resource, "most": 1}
    return any(row.id == resource for row in handle.execute(RESOURCES, key))
