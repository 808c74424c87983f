"""What is true of a tenant that was withdrawn, and of the one beside it."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gateway.authorization import State
from gateway.booking import TenantId
from gateway.entry import EntryKind
from gateway.store.copies import Readable, copy_database, count_readable
from gateway.store.sqlite import DATABASE
from gateway.store.withdrawals import WithdrawalRow, withdrawals_of
from gateway.vault.keys import Purpose
from tests.fakes.installation import Installation
from tests.fakes.rows import tenants_rows
from tests.fakes.site import Site, meetings, open_site
from tests.gateway.withdrawal.proved import assert_proved

BOOKINGS = 7
OTHERS = 4
#: Of these a withdrawal leaves rows.
OUTLIVING = {
    "tenants",
    "authorizations",
    "history",
    "entries",
    "withdrawals",
    "acknowledgements",
    "certificates",
    "removals",
}


@dataclass
class Neighbours:
    """Two tenants of one installation, and a copy of its database from when both were there."""

    folder: Path
    site: Site
    other: Site
    copy: Path

    @property
    def database(self) -> Path:
        return self.folder / "store" / DATABASE

    def key_files(self, tenant: TenantId) -> dict[str, bytes]:
        folder = self.folder / "keys" / "tenants" / tenant
        return {path.name: path.read_bytes() for path in folder.iterdir()}


async def settle(installation: Installation, folder: Path) -> Neighbours:
    """Two tenants that were read, and a copy."""
    site = await open_site(installation, *meetings(BOOKINGS))
    other = await open_site(installation, *meetings(OTHERS))
    copy = folder / "copy.db"
    await copy_database(installation.store.database, copy)
    return Neighbours(folder, site, other, copy)


async def withdrawal_of(installation: Installation, tenant: TenantId) -> WithdrawalRow | None:
    rows = await installation.store.read(partial(withdrawals_of, tenant=tenant))
    return rows[-1] if rows else None


def times_of(withdrawal: WithdrawalRow) -> list[int | None]:
    """When each step was done, in order."""
    return [getattr(withdrawal, name) for name in WithdrawalRow._fields if name.endswith("_at")]


async def assert_withdrawn(installation: Installation, neighbours: Neighbours) -> None:
    """All steps are done, proved, and nothing opens any more; consumers are told once."""
    tenant = neighbours.site.tenant
    withdrawal = await withdrawal_of(installation, tenant)
    assert withdrawal is not None
    assert None not in times_of(withdrawal)
    assert (await assert_proved(installation, tenant))["withdrawal"] == withdrawal.id
    assert (await installation.standing(tenant)).authorization.state is State.ERASED
    told = await installation.notices(tenant)
    assert [(entry.kind, entry.erasure) for entry in told] == [(EntryKind.TENANT_ERASED, withdrawal.id)]
    assert {
        name for name, rows in (await tenants_rows(installation.store, tenant)).items() if rows
    } == OUTLIVING - {"acknowledgements"}
    remaining = await installation.parts.keys.remaining(tenant)
    assert {key.purpose for key in remaining} == {Purpose.EVIDENCE}
    readable = await count_readable(neighbours.copy, installation.parts.keys)
    assert readable == {
        tenant: Readable(0, BOOKINGS),
        neighbours.other.tenant: Readable(OTHERS, OTHERS),
    }


async def assert_not_read(installation: Installation, site: Site) -> None:
    asked = dict(site.provider.asked)
    await installation.sync()
    assert site.provider.asked == asked
