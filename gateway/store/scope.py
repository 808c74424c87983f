"""What every query inside one tenant's transaction needs to know."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, and_

from gateway.booking import TenantId
from gateway.store.handle import Handle
from gateway.store.tables import bucket_of
from gateway.vault.keyring import TenantKeys


@dataclass(frozen=True, slots=True)
class Scope:
    """One tenant, one transaction. ``now`` is in epoch milliseconds; ``epoch`` the authorization's."""

    handle: Handle
    tenant: TenantId
    keys: TenantKeys
    epoch: int
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
