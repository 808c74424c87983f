"""All that a database holds, as its own readers see it."""

from sqlalchemy import select

from gateway.booking import TenantId
from gateway.store.handle import Handle
from gateway.store.store import Store
from gateway.store.tables import OF_THE_INSTALLATION, metadata

Rows = dict[str, list[tuple[object, ...]]]


def rows_in(handle: Handle) -> Rows:
    """Of every table, in the order of their keys."""
    tables = metadata.tables.values()
    return {one.name: [*map(tuple, handle.execute(select(one).order_by(*one.primary_key)))] for one in tables}


async def rows_of(store: Store) -> Rows:
    return await store.read(rows_in)


async def tenants_rows(store: Store, tenant: TenantId) -> Rows:
    """Every row of a tenant, byte for byte."""
    places = {name: _whose(name) for name in metadata.tables.keys() - OF_THE_INSTALLATION}
    found = await rows_of(store)
    return {name: [row for row in found[name] if row[place] == tenant] for name, place in places.items()}


def _whose(name: str) -> int:
    """Where in a row its tenant stands."""
    columns = list(metadata.tables[name].columns.keys())
    return columns.index("id" if name == "tenants" else "tenant")
