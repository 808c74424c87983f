"""Certificates of withdrawals, lifted holds and excluded places, sealed under the tenant's evidence key."""

from typing import NamedTuple

from sqlalchemy import insert, select

from gateway.booking import TenantId
from gateway.store.handle import Handle
from gateway.store.tables import bucket_of, certificates
from gateway.vault.columns import SealedColumn

#: The column under the evidence key.
RECORD = ("certificates", "record")


class CertificateRow(NamedTuple):
    """A certificate, opened, and in which log its leaf was the last when that was so large."""

    certificate: bytes
    log: int
    size: int

    @property
    def position(self) -> int:
        return self.size - 1


def certificate_of(
    handle: Handle, tenant: TenantId, withdrawal: str, column: SealedColumn
) -> CertificateRow | None:
    """The certificate of a withdrawal; None as long as it is not proved. Raises Unreadable."""
    one = select(certificates).where(
        certificates.c.bucket == bucket_of(tenant),
        certificates.c.tenant == tenant,
        certificates.c.id == withdrawal,
    )
    row = handle.execute(one).one_or_none()
    if row is None:
        return None
    return CertificateRow(column.open(withdrawal, row.epoch, row.record), row.log, row.position + 1)


def certified(handle: Handle, tenant: TenantId) -> set[str]:
    """What of a tenant has a certificate, by its id. Needs no key."""
    own = (certificates.c.bucket == bucket_of(tenant)) & (certificates.c.tenant == tenant)
    return set(handle.execute(select(certificates.c.id).where(own)).scalars())


def add_certificate(
    handle: Handle, tenant: TenantId, withdrawal: str, epoch: int, row: CertificateRow, column: SealedColumn
) -> None:
    """Seal the one certificate of a withdrawal, in the transaction that appends its leaf."""
    of_tenant = {"bucket": bucket_of(tenant), "tenant": tenant, "id": withdrawal, "epoch": epoch}
    sealed = column.seal(withdrawal, epoch, row.certificate)
    handle.execute(
        insert(certificates).values(**of_tenant, log=row.log, position=row.position, record=sealed)
    )
