"""Everything that whoever seizes store and keys can open: each record is tried by every name there is."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Column, RowMapping, select

from gateway.booking import TenantId
from gateway.errors import KeyUnavailable, Unreadable
from gateway.store.columns import Sealed
from gateway.store.tables import authorizations, holds, metadata, subjects
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import INSTALLATION
from gateway.vault.keys import Purpose
from gateway.vault.secret import SecretKey
from gateway.withdrawal.recording import COLUMN as WITHDRAWN
from gateway.withdrawal.recording_requests import COLUMN as ASKED
from tests.fakes.installation import REGION, Installation

#: Above any epoch here.
EPOCHS = range(40)


class Cell(NamedTuple):
    """What stands at a place; None for a record that no key is left of. A place is ``table.column``."""

    place: str
    says: bytes | None


async def seize(installation: Installation, tenant: TenantId) -> list[Cell]:
    """All that store and key directory hold, opened with a tenant's keys and the installation's."""
    keys, held = await _keys(installation, tenant), list[Cell]()
    for table in metadata.sorted_tables:
        for row in await _read(installation, *table.c):
            held += (
                _cell(f"{table.name}.{name}", row, column, tenant, keys) for name, column in table.c.items()
            )
    for name, record in (await installation.parts.keys.kept_records(tenant)).items():
        found = (_opened(column, [name], record, tenant, keys) for column in (WITHDRAWN, ASKED))
        held.append(Cell("keys.records", next(filter(None, found))))
    return [*held, *(Cell("keys.names", name.encode()) for name in _names(installation))]


def _cell(place: str, row: RowMapping, column: Column[Any], tenant: TenantId, keys: list[SecretKey]) -> Cell:
    value = row[column]
    if value is None or not isinstance(column.type, Sealed):
        return Cell(place, value if isinstance(value, bytes) else str(value).encode())
    words = [str(value) for value in row.values() if isinstance(value, str | int)]
    names = [*words, *(" ".join(pair) for pair in permutations(words, 2))]
    opened = _opened((column.table.name, column.name), names, value, tenant, keys)
    # With its key it opens, or this has missed how it is named.
    assert opened is not None or not any(value.startswith(key.id, 1) for key in keys)
    return Cell(place, opened)


def _opened(
    column: tuple[str, str], names: Iterable[str], record: bytes, tenant: TenantId, keys: list[SecretKey]
) -> bytes | None:
    """A record bears its key's id, and is bound to its row's name and to an epoch, which are tried."""
    known = [key for key in keys if record.startswith(key.id, 1)]
    for key in known:
        for owner in (tenant, INSTALLATION):
            sealed = SealedColumn(key, region=REGION, tenant=owner, table=column[0], column=column[1])
            for name in names:
                for epoch in EPOCHS:
                    with suppress(Unreadable):
                        return sealed.open(name, epoch, record)
    return None


async def _keys(installation: Installation, tenant: TenantId) -> list[SecretKey]:
    """Every key that is left."""
    service = installation.parts.keys
    found = [await service.service_key()]
    for purpose in (Purpose.CREDENTIALS, Purpose.INDEX, Purpose.EVIDENCE):
        with suppress(KeyUnavailable):
            found.append(await service.open_key(tenant, purpose))
    for column in (authorizations.c.id, subjects.c.id):
        for row in await _read(installation, column):
            with suppress(KeyUnavailable):
                found.append(await service.open_data_key(tenant, row[column]))
    for row in await _read(installation, holds.c.id):
        with suppress(KeyUnavailable):
            found.append(await service.open_hold_key(tenant, row[holds.c.id]))
    return found


async def _read(installation: Installation, *columns: Column[Any]) -> list[RowMapping]:
    found = select(*columns)
    return await installation.store.read(lambda handle: list(handle.execute(found).mappings()))


def _names(installation: Installation) -> Iterator[str]:
    """Of files and folders of the key directory, which say something by themselves."""
    directory = Path(installation.parts.settings.keys)
    return (str(path.relative_to(directory)) for path in directory.rglob("*"))
