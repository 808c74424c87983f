"""What stands in the key directory so that it outlives the store: withdrawals, requests, officers, copies.

A store that is put back from a copy knows of none of them. What is no method blocks, and raises OSError.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from gateway.booking import TenantId
from gateway.errors import KeyUnavailable
from gateway.vault.files import create_file, create_marker, highest, in_thread, make_folder, read_file
from gateway.vault.key_directory import LOG, checked
from gateway.vault.keys import KnownBackup

RECORDS = "records"
BACKUPS = "backups"
REVOCATIONS = "revocations"
OFFICERS = "officers"

RECORD_SUFFIX = ".sealed"
#: Of somebody with as many addresses as nobody has.
RECORD_BYTES_MAX = 1 << 16

TAKEN = "taken"
DRILLED = "drilled"
DESTROYED = "gone"


class Chronicle:
    """What of a key service is neither a key nor a tenant's own. All methods raise KeyUnavailable."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def log_size(self, log: int) -> int:
        return await in_thread(lambda: highest(self._directory, f"{LOG}.{log}"))

    async def raise_log_size(self, log: int, size: int) -> None:
        await in_thread(lambda: create_marker(self._directory / f"{LOG}.{log}.{size}"))

    async def keep_record(self, tenant: TenantId, name: str, record: bytes) -> None:
        await in_thread(partial(add_record, self._records(tenant), checked(name), record))

    async def kept_records(self, tenant: TenantId) -> Mapping[str, bytes]:
        return await in_thread(partial(records, self._records(tenant)))

    async def forget_record(self, tenant: TenantId, name: str) -> None:
        await in_thread(partial(forget_record, self._records(tenant), checked(name)))

    async def officers(self) -> Sequence[bytes]:
        kept = await in_thread(partial(records, self._directory / OFFICERS))
        return [kept[name] for name in sorted(kept, key=int)]

    async def record_officers(self, number: int, record: bytes) -> None:
        await in_thread(partial(add_record, self._directory / OFFICERS, str(number), record))

    async def record_revocation(self, consumer: str) -> None:
        await in_thread(partial(mark_revocation, self._directory, checked(consumer)))

    async def revocations(self) -> frozenset[str]:
        return await in_thread(partial(known_revocations, self._directory))

    async def register_backup(self, backup: str, taken_at: int) -> None:
        await in_thread(partial(mark_backup, self._directory, checked(backup), TAKEN, taken_at))

    async def record_drill(self, backup: str, drilled_at: int) -> None:
        await in_thread(partial(mark_backup, self._directory, checked(backup), DRILLED, drilled_at))

    async def record_destruction(self, backup: str, destroyed_at: int) -> None:
        await in_thread(partial(mark_backup, self._directory, checked(backup), DESTROYED, destroyed_at))

    async def backups(self) -> Mapping[str, KnownBackup]:
        return await in_thread(partial(known_backups, self._directory))

    def _records(self, tenant: TenantId) -> Path:
        return self._directory / RECORDS / checked(tenant)


def add_record(folder: Path, name: str, record: bytes) -> None:
    """Keep a record under a name, durably; one that is there stays. Raises KeyUnavailable."""
    if len(record) > RECORD_BYTES_MAX:
        raise KeyUnavailable(
            f"What is to be kept beside the keys is longer than {RECORD_BYTES_MAX} bytes, and would not open "
            "again. Nothing was kept, and nothing that follows from it was done: report this."
        )
    make_folder(folder.parent)
    make_folder(folder)
    create_file(folder / f"{name}{RECORD_SUFFIX}", record)


def records(folder: Path) -> Mapping[str, bytes]:
    """All records that were kept, by their names."""
    if not folder.exists():
        return {}
    found = sorted(path for path in folder.iterdir() if path.suffix == RECORD_SUFFIX)
    return {path.stem: read_file(path, RECORD_BYTES_MAX) for path in found}


def forget_record(folder: Path, name: str) -> None:
    """Remove a record, if it is there."""
    (folder / f"{name}{RECORD_SUFFIX}").unlink(missing_ok=True)


def forget_records(folder: Path) -> None:
    """Remove all records of a folder, which nothing opens any more."""
    for name in records(folder):
        forget_record(folder, name)


def mark_revocation(directory: Path, consumer: str) -> None:
    """Keep that a consumer was revoked."""
    folder = directory / REVOCATIONS
    make_folder(folder)
    create_marker(folder / consumer)


def known_revocations(directory: Path) -> frozenset[str]:
    """Every consumer that was revoked."""
    folder = directory / REVOCATIONS
    return frozenset(path.name for path in folder.iterdir()) if folder.exists() else frozenset()


def mark_backup(directory: Path, backup: str, what: str, at: int) -> None:
    """Keep what happened to a backup at a time, epoch milliseconds."""
    folder = directory / BACKUPS
    make_folder(folder)
    create_marker(folder / f"{backup}.{what}.{at}")
    for path in folder.glob(f"{backup}.{what}.*"):
        # Of what happened several times only the last is kept.
        if path.suffix[1:].isdecimal() and int(path.suffix[1:]) < at:
            path.unlink(missing_ok=True)


def known_backups(directory: Path) -> Mapping[str, KnownBackup]:
    """Every backup that was taken, and when it was tried last."""
    folder = directory / BACKUPS
    if not folder.exists():
        return {}
    marks = defaultdict[str, dict[str, int]](dict)
    for path in folder.iterdir():
        backup, what, at = (*path.name.split("."), "", "")[:3]
        if at.isdecimal():
            marks[backup][what] = max(int(at), marks[backup].get(what, 0))
    return {
        backup: KnownBackup(its[TAKEN], its.get(DRILLED), its.get(DESTROYED))
        for backup, its in sorted(marks.items())
        if TAKEN in its
    }
