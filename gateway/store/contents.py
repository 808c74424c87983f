"""Contents: every row that is kept of a tenant, opened as far as its keys are at hand. For exports."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec
from sqlalchemy import RowMapping, Table, select

from gateway.booking import TenantId
from gateway.errors import Unreadable
from gateway.legal_hold import HoldId, LegalHold
from gateway.purpose import Minimized
from gateway.store import history
from gateway.store.acknowledgements import row_name as acknowledged_by
from gateway.store.handle import Handle
from gateway.store.legal_holds import HELD, RECORD, holds_of, row_name
from gateway.store.registry import FIRST_EPOCH
from gateway.store.tables import OF_THE_INSTALLATION, bucket_of, metadata
from gateway.store.usage import BODY, SUMS, tally_name
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import TenantKeys

#: What stands for what only serves to reach a provider, and for what does not open.
SECRET = "(a credential; not exported)"  # noqa: S105  the words instead of one
CLOSED = "(its key is not to be had)"

Cells = RowMapping


class ExportKeys(NamedTuple):
    """The employer's keys, and those of the people and subjects whose keys are to be had, by our ids.

    ``holds``: what opens the copies that legal holds keep, by hold.
    """

    employer: TenantKeys
    others: Mapping[str, TenantKeys]
    holds: Mapping[HoldId, SealedColumn] = MappingProxyType({})


class Content(NamedTuple):
    """One row: its table, and what stands in it by column. ``hold``: that it is, or that keeps it."""

    table: Table
    row: Mapping[str, object]
    hold: LegalHold | None = None


class _Cell(NamedTuple):
    """How a sealed cell is opened: by whose key, under which name, and what it says then."""

    column: Callable[[TenantKeys, str, str], SealedColumn]
    owner: str | None = None
    name: Callable[[Cells], str] = lambda row: row["id"]
    epoch: Callable[[Cells], int] = lambda row: row["epoch"]
    says: Callable[[bytes], object] = msgspec.json.decode


def _place(details: bytes) -> object:
    # Of a person's own calendar, its address alone.
    return msgspec.json.decode(details) if details.startswith(b"{") else details.decode()


def _booking(packed: bytes) -> object:
    return msgspec.json.decode(Minimized.unpacked(packed).body)


def _person(link: bytes) -> object:
    told = msgspec.json.decode(link)
    return {name: SECRET if "token" in name else value for name, value in told.items()}


def _happened(row: Cells) -> str:
    return history.row_name(row["authorization"], row["number"])


_DATA, _EVIDENCE = TenantKeys.column, TenantKeys.evidence
_CELLS = {
    ("tenants", "registration"): _Cell(_DATA),
    ("authorizations", "record"): _Cell(_EVIDENCE, epoch=lambda _: FIRST_EPOCH),
    ("history", "detail"): _Cell(_EVIDENCE, name=_happened),
    ("certificates", "record"): _Cell(_EVIDENCE),
    ("holds", "record"): _Cell(_EVIDENCE),
    ("acknowledgements", "signed"): _Cell(
        _EVIDENCE, name=lambda row: acknowledged_by(row["erasure"], row["consumer"])
    ),
    ("requests", "record"): _Cell(_EVIDENCE),
    ("resources", "body"): _Cell(_DATA),
    ("calendars", "details"): _Cell(_DATA, "authorization", says=_place),
    ("links", "link"): _Cell(_DATA, "authorization", name=lambda row: row["authorization"], says=_person),
    ("subjects", "record"): _Cell(_DATA, "id"),
    ("bookings", "body"): _Cell(_DATA, "authorization", says=_booking),
    ("bookings", "booker"): _Cell(_DATA, "subject", says=bytes.decode),
    SUMS: _Cell(_DATA, name=lambda row: tally_name(row["month"], row["resource"])),
    BODY: _Cell(_DATA, name=lambda row: str(row["month"])),
}
#: These reach a provider, or are its own marks of how far it was read.
_SECRETS = {
    ("tenants", "connection"),
    ("tenants", "webhook"),
    ("calendars", "cursor"),
    ("channels", "watch"),
    ("invitations", "verifier"),
    ("transmitters", "record"),
}


def contents(handle: Handle, tenant: TenantId, keys: ExportKeys) -> Iterator[Content]:
    """Every row of a tenant in every table, as of one moment; of holds by order none."""
    holds = _holds(handle, tenant, keys)
    for table in metadata.sorted_tables:
        if table.name not in OF_THE_INSTALLATION:
            owner = table.c.id if table.name == "tenants" else table.c.tenant
            own = select(table).where(table.c.bucket == bucket_of(tenant), owner == tenant)
            for row in handle.execute(own).mappings():
                hold = None
                if table.name in {"holds", "held"}:
                    hold = holds.get(row["id" if table.name == "holds" else "hold"])
                    if hold is None:
                        continue
                told = {str(name): _told(table.name, name, row, keys) for name in row}
                yield Content(table, told, hold)


def _holds(handle: Handle, tenant: TenantId, keys: ExportKeys) -> dict[HoldId, LegalHold]:
    """Those that may be named."""
    column = keys.employer.evidence(*RECORD)
    opened = {row.id: row.opened(column) for row in holds_of(handle, tenant)}
    return {hold: record for hold, record in opened.items() if not record.sealed}


def _told(table: str, column: str, row: Cells, keys: ExportKeys) -> object:
    value = row[column]
    if value is None:
        return None
    if (table, column) in _SECRETS:
        return SECRET
    if (table, column) == HELD:
        return _of_hold(row, keys)
    cell = _CELLS.get((table, column))
    if cell is None:
        return value.hex() if isinstance(value, bytes) else value
    return _opened(cell, (table, column), row, keys)


def _opened(cell: _Cell, place: tuple[str, str], row: Cells, keys: ExportKeys) -> object:
    owner = None if cell.owner is None else row[cell.owner]
    theirs = keys.employer if owner is None else keys.others.get(str(owner))
    if theirs is None:
        return CLOSED
    try:
        opened = cell.column(theirs, *place).open(cell.name(row), cell.epoch(row), row[place[1]])
    except Unreadable:
        return CLOSED
    return cell.says(opened)


def _of_hold(row: Cells, keys: ExportKeys) -> object:
    column = keys.holds.get(row["hold"])
    if column is None:
        return CLOSED
    return msgspec.json.decode(column.open(row_name(row["hold"], row["number"]), row["epoch"], row["record"]))
