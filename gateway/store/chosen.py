"""Chosen: how a tenant's provider is reached, and what the tenant chose, each under a key of its own."""

from typing import Any

import msgspec
from sqlalchemy import select

from gateway.booking import TenantId
from gateway.errors import Unreadable
from gateway.store.handle import Handle
from gateway.store.row_lock import lock_row
from gateway.store.tables import bucket_of, tenants
from gateway.tenant import Connection, Registration, Tenant
from gateway.vault.keyring import TenantKeys


def open_chosen(handle: Handle, tenant: TenantId, keys: TenantKeys) -> tuple[Connection, Registration]:
    """Both, opened; of a connection whose credentials were withdrawn what is left.

    Raises KeyUnavailable, Unreadable.
    """
    row, registration = _row(handle, tenant), open_registration(handle, tenant, keys)
    if row.connection is None:
        if registration.left is None:
            raise Unreadable("It is not stored how a tenant's provider is reached. Withdraw the tenant.")
        return registration.left, registration
    reach = keys.credentials("tenants", "connection").open(tenant, row.epoch, row.connection)
    return msgspec.json.decode(reach, type=Connection), registration


def open_registration(handle: Handle, tenant: TenantId, keys: TenantKeys) -> Registration:
    """What a tenant chose, also where its connection does not open. Raises Unreadable."""
    row = _row(handle, tenant)
    choice = keys.column("tenants", "registration").open(tenant, row.epoch, row.registration)
    return msgspec.json.decode(choice, type=Registration)


def seal_chosen(tenant: Tenant, epoch: int, keys: TenantKeys) -> dict[str, object]:
    """What is stored of both. Raises KeyDestroyed for a connection whose key was withdrawn."""
    choice, connection = keys.column("tenants", "registration"), None
    if tenant.connection.is_whole:
        reach = keys.credentials("tenants", "connection")
        connection = reach.seal(tenant.id, epoch, msgspec.json.encode(tenant.connection))
    registration = choice.seal(tenant.id, epoch, msgspec.json.encode(tenant.registration))
    return {"epoch": epoch, "connection": connection, "registration": registration}


def is_connected(handle: Handle, tenant: TenantId) -> bool:
    """Whether it is stored how a tenant's provider is reached. Needs no key."""
    return _row(handle, tenant).connection is not None


def _row(handle: Handle, tenant: TenantId) -> Any:
    lock_row(handle, tenant)
    columns = select(tenants.c.epoch, tenants.c.connection, tenants.c.registration)
    one = columns.where(tenants.c.bucket == bucket_of(tenant), tenants.c.id == tenant)
    return handle.execute(one).one()
