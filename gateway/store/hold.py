"""Hold: of all that may write to a tenant's rows at once, one does, and the next one finds what it left.

With SQLite one connection writes, to whatever rows. With PostgreSQL one writes to each tenant's: whoever
reads in order to write holds the tenant first, and reads then.
"""

from functools import cache

from sqlalchemy import bindparam, func, select

from gateway.booking import TenantId
from gateway.store.handle import Handle
from gateway.store.statement import Statement
from gateway.store.tables import bucket_of, tenants

#: Of an engine: whether its transactions write, beside others that do.
HOLDS = "gateway_holds"
#: As good a number as any, but for that of upgrades.
INSTALLATION = 7_205_302


def hold(handle: Handle, tenant: TenantId) -> None:
    """Wait until nobody else writes to a tenant's rows, and let nobody until this transaction ends.

    Who only reads holds nothing: it sees one moment anyway.
    """
    if handle.get_execution_options().get(HOLDS, False):
        _held(handle.dialect.name).fetch(handle, (bucket_of(tenant), tenant))


def hold_installation(handle: Handle) -> None:
    """As ``hold``, for what belongs to no tenant. Whoever needs both holds the tenant first."""
    if handle.get_execution_options().get(HOLDS, False):
        handle.execute(select(func.pg_advisory_xact_lock(INSTALLATION)))


@cache
def _held(dialect: str) -> Statement:
    """A tenant's row, locked until the transaction ends: (bucket, id)."""
    one = [tenants.c[name] == bindparam(name) for name in ("bucket", "id")]
    return Statement(select(tenants.c.head).where(*one).with_for_update(key_share=True), dialect)
