"""Contents: every row that is kept of a tenant, opened as far as its keys are at hand. For exports."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import msgspec
from sqlalchemy import RowMapping, Table, select

from gateway.booking import TenantId
from gateway.errors import Unreadable
from gateway.purpose import Minimized
from gateway.store.handle import Handle
from gateway.store.history import row_name
from gateway.store.registry import FIRST_EPOCH
from gateway.store.tables import OF_THE_INSTALLATION, bucket_of, metadata
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import TenantKeys

#: What stands for what only serves to reach a provider, and for what does not open.
SECRET = "(a credential; not exported)"  # noqa: S105  the words instead of one
CLOSED = "(its key is not to be had)"

Cells = RowMapping


class ExportKeys(NamedTuple):
    """The employer's keys, and those of the people and subjects whose keys are to be had, by our ids."""

    employer: TenantKeys
    others: Mapping[str, TenantKeys]


class Content(NamedTuple):
    """One row: its table, and what stands in it by column."""

    table: Table
    row: Mapping[str, object]


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


_DATA, _EVIDENCE = TenantKeys.column, TenantKeys.evidence
_CELLS = {
    ("tenants", "registration"): _Cell(_DATA),
    ("authorizations", "record"): _Cell(_EVIDENCE, epoch=lambda _: FIRST_EPOCH),
    ("history", "detail"): _Cell(_EVIDENCE, name=lambda row: row_name(row["authorization"], row["number"])),
    ("certificates", "record"): _Cell(_EVIDENCE),
    ("requests", "record"): _Cell(_EVIDENCE),
    ("resources", "body"): _Cell(_DATA),
    ("calendars", "details"): _Cell(_DATA, "authorization", says=_place),
    ("links", "link"): _Cell(_DATA, "authorization", name=lambda row: row["authorization"], says=_person),
    ("subjects", "record"): _Cell(_DATA, "id"),
    ("bookings", "body"): _Cell(_DATA, "authorization", says=_booking),
    ("bookings", "booker"): _Cell(_DATA, "subject", says=bytes.decode),
}
#: These reach a provider, or are its own marks of how far it was read.
_SECRETS = {
    ("tenants", "connection"),
    ("calendars", "cursor"),
    ("channels", "watch"),
    ("invitations", "verifier"),
}


def contents(handle: Handle, tenant: TenantId, keys: ExportKeys) -> Iterator[Content]:
    """Every row of a tenant in every table, as of one moment."""
    for table in metadata.sorted_tables:
        if table.name not in OF_THE_INSTALLATION:
            owner = table.c.id if table.name == "tenants" else table.c.tenant
            own = select(table).where(table.c.bucket == bucket_of(tenant), owner == tenant)
            for row in handle.execute(own).mappings():
                told = {str(name): _told(table.name, name, row, keys) for name in row}
                yield Content(table, told)


def _told(table: str, column: str, row: Cells, keys: ExportKeys) -> object:
    value = row[column]
    if value is None:
        return None
    if (table, column) in _SECRETS:
        return SECRET
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
