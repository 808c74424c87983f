"""Copies of the database: taken while it is in use, known by their digest, put back whole. Blocks."""

import errno
import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from gateway.errors import ConfigurationError
from gateway.store.database import Database

FILE_MODE = 0o600
PART_SUFFIX = ".part"
#: What SQLite keeps beside a database.
LOG_SUFFIXES = ("-wal", "-shm", "-journal")
_CHUNK_BYTES = 1 << 20


def write_copy(database: Database, target: Path) -> Path:
    """Copy a database that may be in use, for ``target``: it gets that name by ``publish``.

    Raises ConfigurationError where nothing can be written there.
    """
    part = target.with_name(f"{target.name}{PART_SUFFIX}")
    try:
        # Nobody else's: what a crash has left is in the way, and is named.
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE))
    except OSError as error:
        raise _unwritable(target, error.strerror) from None
    try:
        database.copy_to(part)
        with closing(sqlite3.connect(part)) as copy:
            # By itself, without a log beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
        _sync(part)
    except BaseException as error:
        remove(part)
        if isinstance(error, OSError | sqlite3.Error | SQLAlchemyError):
            raise _unwritable(target, type(error).__name__) from None
        raise
    return part


def remove(part: Path) -> None:
    """Leave nothing of a copy that was not finished."""
    for path in (part, *(part.with_name(part.name + suffix) for suffix in LOG_SUFFIXES)):
        path.unlink(missing_ok=True)


def publish(part: Path, target: Path) -> None:
    """Give a copy its name. Raises ConfigurationError where it is taken."""
    try:
        # A link, unlike a rename, takes nobody's name.
        os.link(part, target)
    except OSError as error:
        raise _unwritable(target, error.strerror) from None
    finally:
        part.unlink()


def backup_id(copy: Path) -> str:
    """What a copy is known by: BLAKE2b of all its bytes. Raises OSError."""
    with copy.open("rb") as file:
        return f"bak_{hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=20)).hexdigest()}"


def put_back(copy: Path, database: Path) -> None:
    """Let a copy be the database, whole or not at all.

    Raises ConfigurationError where there is one, or the log of one: it would be applied to the copy.
    """
    part = database.with_name(f"{database.name}{PART_SUFFIX}")
    try:
        if any(database.with_name(database.name + suffix).exists() for suffix in LOG_SUFFIXES):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        made = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
        try:
            with os.fdopen(made, "wb") as to:
                with copy.open("rb") as file:
                    shutil.copyfileobj(file, to, _CHUNK_BYTES)
                to.flush()
                os.fsync(to.fileno())
            os.link(part, database)
            _sync(database.parent)
        finally:
            part.unlink()
    except OSError as error:
        raise ConfigurationError(
            f"The copy cannot be put in place ({error.strerror}). Where there is a database already, or a "
            f"file beside it ({', '.join(LOG_SUFFIXES)}), move them aside first; and end whatever serves."
        ) from None


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _unwritable(target: Path, why: str | None) -> ConfigurationError:
    return ConfigurationError(
        f"No copy can be written to {target} ({why}). Is there room? Name a file that is not there yet, nor "
        f"one beside it that ends in {PART_SUFFIX}, in a folder that this user may write to."
    )
