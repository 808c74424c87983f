"""Row lock: of all that may write to a tenant's rows at once, one does, and the next one finds what it left.

With SQLite one connection writes, to whatever rows. With PostgreSQL one writes to each tenant's: whoever
reads in order to write locks the tenant's row first, and reads then.
"""

from functools import cache

from sqlalchemy import bindparam, func, select

from gateway.booking import TenantId
from gateway.store.handle import Handle
from gateway.store.statement import Statement
from gateway.store.tables import bucket_of, tenants

#: Of an engine: whether its transactions write, beside others that do.
LOCKS = "gateway_locks"
#: As good a number as any, but for that of upgrades.
INSTALLATION = 7_205_302


def lock_row(handle: Handle, tenant: TenantId) -> None:
    """Wait until nobody else writes to a tenant's rows, and let nobody until this transaction ends.

    Who only reads locks nothing: it sees one moment anyway.
    """
    if handle.get_execution_options().get(LOCKS, False):
        _locked(handle.dialect.name).fetch(handle, (bucket_of(tenant), tenant))


def lock_installation(handle: Handle) -> None:
    """As ``lock_row``, for what belongs to no tenant. Whoever needs both locks the tenant's row first."""
    if handle.get_execution_options().get(LOCKS, False):
        handle.execute(select(func.pg_advisory_xact_lock(INSTALLATION)))


@cache
def _locked(dialect: str) -> Statement:
    """A tenant's row, locked until the transaction ends: (bucket, id)."""
    one = [tenants.c[name] == bindparam(name) for name in ("bucket", "id")]
    return Statement(select(tenants.c.head).where(*one).with_for_update(key_share=True), dialect)
