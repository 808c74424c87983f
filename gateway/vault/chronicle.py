"""What stands in the key directory so that it outlives the store: withdrawals, requests, officers, copies.

A store that is put back from a copy knows of none of them. Blocks; raises OSError.
"""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from gateway.vault.files import create_file, create_marker, make_folder, read_file
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


def add_record(folder: Path, name: str, record: bytes) -> None:
    """Keep a record under a name, durably; one that is there stays."""
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


def forget_backup(directory: Path, backup: str) -> None:
    """Keep nothing of a backup any more, if anything is kept."""
    folder = directory / BACKUPS
    for path in sorted(folder.glob(f"{backup}.*")) if folder.exists() else ():
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
        backup: KnownBackup(its[TAKEN], its.get(DRILLED))
        for backup, its in sorted(marks.items())
        if TAKEN in its
    }
