"""What is true of a tenant that was withdrawn, and of the one beside it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gateway.authorization import State
from gateway.booking import TenantId
from gateway.entry import EntryKind
from gateway.store.copies import Readable, copy_database, count_readable
from gateway.store.store import DATABASE
from gateway.store.tables import OF_THE_INSTALLATION, metadata
from gateway.store.withdrawals import WithdrawalRow, withdrawals_of
from gateway.vault.keys import Purpose
from tests.fakes.installation import Installation
from tests.fakes.site import Site, meetings, open_site

BOOKINGS = 7
OTHERS = 4
#: Of these a withdrawal leaves rows.
OUTLIVING = {"tenants", "authorizations", "history", "entries", "withdrawals", "acknowledgements"}
OWNER = {"tenants": "id"}


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

    def rows(self, tenant: TenantId) -> dict[str, list[tuple[object, ...]]]:
        """Every row of a tenant, byte for byte."""
        with closing(sqlite3.connect(self.database)) as connection:
            return {
                name: connection.execute(
                    f"SELECT * FROM {name} WHERE {OWNER.get(name, 'tenant')} = ? ORDER BY rowid",  # noqa: S608  ours
                    [tenant],
                ).fetchall()
                for name in metadata.tables.keys() - OF_THE_INSTALLATION
            }

    def key_files(self, tenant: TenantId) -> dict[str, bytes]:
        folder = self.folder / "keys" / "tenants" / tenant
        return {path.name: path.read_bytes() for path in folder.iterdir()}


async def settle(installation: Installation, folder: Path) -> Neighbours:
    """Two tenants that were read, and a copy."""
    site = await open_site(installation, *meetings(BOOKINGS))
    other = await open_site(installation, *meetings(OTHERS))
    copy = folder / "copy.db"
    await copy_database(folder / "store" / DATABASE, copy)
    return Neighbours(folder, site, other, copy)


async def withdrawal_of(installation: Installation, tenant: TenantId) -> WithdrawalRow | None:
    rows = await installation.store.read(partial(withdrawals_of, tenant=tenant))
    return rows[-1] if rows else None


async def assert_withdrawn(installation: Installation, neighbours: Neighbours) -> None:
    """All five steps are done, and nothing opens any more; consumers are told once."""
    tenant = neighbours.site.tenant
    withdrawal = await withdrawal_of(installation, tenant)
    assert withdrawal is not None
    done = [
        withdrawal.fenced_at,
        withdrawal.dropped_at,
        withdrawal.shredded_at,
        withdrawal.erased_at,
        withdrawal.notified_at,
    ]
    assert None not in done
    assert (await installation.standing(tenant)).authorization.state is State.ERASED
    told = await installation.notices(tenant)
    assert [(entry.kind, entry.erasure) for entry in told] == [(EntryKind.TENANT_ERASED, withdrawal.id)]
    assert {name for name, rows in neighbours.rows(tenant).items() if rows} == OUTLIVING - {
        "acknowledgements"
    }
    remaining = await installation.parts.keys.remaining(tenant)
    assert {key.purpose for key in remaining} == {Purpose.EVIDENCE}
    readable = await count_readable(neighbours.copy, installation.parts.keys)
    assert readable == {
        tenant: Readable(0, BOOKINGS),
        neighbours.other.tenant: Readable(OTHERS, OTHERS),
    }
