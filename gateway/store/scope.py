"""What every query inside one tenant's transaction needs to know."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, and_

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.store.handle import Handle
from gateway.store.tables import bucket_of
from gateway.vault.keyring import TenantKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantScope:
    """One tenant, one transaction. ``now`` is in epoch milliseconds."""

    handle: Handle
    tenant: TenantId
    now: int

    @property
    def bucket(self) -> int:
        return bucket_of(self.tenant)

    @property
    def dialect(self) -> str:
        return self.handle.dialect.name

    def own(self, table: Table) -> ColumnElement[bool]:
        """Restricts a statement to this tenant's rows."""
        return and_(table.c.bucket == self.bucket, table.c.tenant == self.tenant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope(TenantScope):
    """A tenant under one authorization: its keys are at hand, and its epoch still stands.

    ``person`` is the authorization where a person gave it for their own calendar; None: it is the employer's.
    """

    authorization: AuthorizationId
    keys: TenantKeys
    epoch: int
    person: AuthorizationId | None = None
