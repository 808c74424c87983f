"""TenantFolder: one tenant's key files, versions and epochs. Blocks; raises KeyUnavailable or OSError."""

import os
from collections.abc import Iterator
from pathlib import Path

from gateway.vault.data_key_files import DataKeyFiles
from gateway.vault.files import (
    NEW_SUFFIX,
    bury,
    create_marker,
    discard_file,
    highest,
    make_folder,
    refuse_destroyed,
    sweep,
    tombstone,
)
from gateway.vault.key_file import KEY_SUFFIX, read_key
from gateway.vault.keys import Purpose, RemainingKey

EPOCH = "epoch"

#: How markers of versions begin: one says since when it is in use, the other that it is nowhere any more.
VERSION = "version"
GONE = "gone"

#: Needs no marker.
FIRST_VERSION = 1


class TenantFolder:
    """What the key directory holds of one tenant.

    Only ``create`` makes the folder. To everything else a folder that is not there is an error and not an
    empty one: the volume may not be mounted, and then nothing is known to be destroyed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.data_keys = DataKeyFiles(path)

    def create(self) -> None:
        make_folder(self._path.parent)
        make_folder(self._path)

    def key(self, purpose: Purpose) -> Path:
        """Where the tenant's own key of a purpose stands, or what is left of it.

        Of the encryption key, whose versions stand elsewhere, a tombstone says that none is made any more.
        """
        return self._path / f"{purpose}{KEY_SUFFIX}"

    def credentials_key(self, version: int) -> Path:
        """Where a version of the credentials key stands, or what is left of it."""
        if version == FIRST_VERSION:
            return self.key(Purpose.CREDENTIALS)
        return self._path / f"{Purpose.CREDENTIALS}.{version}{KEY_SUFFIX}"

    def credentials_version(self) -> int:
        """The newest version of the credentials key. One comes only after the one before was destroyed."""
        # Where no folder is, nothing is known.
        self._path.stat()
        version = FIRST_VERSION
        while self._was_made(self.credentials_key(version + 1)):
            version += 1
        return version

    def discard_credentials(self, version: int) -> None:
        """Overwrite what a crash left of credentials keys, up to a version, as they were made."""
        for path in self._files():
            is_left = path.suffix == NEW_SUFFIX and _purpose(path) is Purpose.CREDENTIALS
            if is_left and _version(path) <= version:
                discard_file(path)

    def version_key(self, version: int) -> Path:
        """Where a version of the encryption key stands, if it is a file, or what is left of it."""
        return self._path / f"{Purpose.ENCRYPTION}.{version}{KEY_SUFFIX}"

    def begin_version(self, version: int, at: int) -> None:
        """Say that a version, which is there, is the one to wrap under from now on, epoch milliseconds.

        Raises KeyDestroyed if none is to be made any more.
        """
        create_marker(self._path / f"{VERSION}.{version}.{at}")
        refuse_destroyed(self.key(Purpose.ENCRYPTION))

    def version(self) -> int:
        """The newest version."""
        return max(self._versions(), default=FIRST_VERSION)

    def version_since(self, version: int) -> int | None:
        """Since when a version is in use, epoch milliseconds; None for the first."""
        return highest(self._path, f"{VERSION}.{version}") or None

    def versions_left(self) -> list[int]:
        """The versions that may be somewhere yet, the newest last."""
        gone = {int(number) for word, number, _ in self._markers() if word == GONE and number.isdecimal()}
        return [version for version in range(FIRST_VERSION, self.version() + 1) if version not in gone]

    def mark_gone(self, version: int) -> None:
        create_marker(self._path / f"{GONE}.{version}")

    def supersede(self, version: int) -> None:
        """Let nobody wrap under a version any more. What stands wrapped under it opens as before."""
        bury(self.version_key(version))

    def is_superseded(self, version: int) -> bool:
        return tombstone(self.version_key(version)).exists()

    def hold_key(self, hold: str) -> Path:
        return self._path / f"{Purpose.HOLD}.{hold}{KEY_SUFFIX}"

    def destroy_data_keys(self) -> None:
        self.data_keys.destroy_all()
        sweep(self._path)

    def remaining(self) -> Iterator[RemainingKey]:
        """Whatever has bytes, also what a crash or a careless copy left."""
        for path in self._files():
            if path.stat().st_size:
                known = read_key(path).id if path.suffix == KEY_SUFFIX else None
                yield RemainingKey(_purpose(path), known, version=_version(path))

    def epoch(self, authorization: str) -> int:
        """The highest of the epochs that have a marker here."""
        return highest(self._path, f"{EPOCH}.{authorization}")

    def raise_epoch(self, authorization: str, epoch: int) -> None:
        create_marker(self._path / f"{EPOCH}.{authorization}.{epoch}")

    def _was_made(self, path: Path) -> bool:
        return path.exists() or tombstone(path).exists()

    def _versions(self) -> Iterator[int]:
        for word, version, at in self._markers():
            if word == VERSION and version.isdecimal() and at.isdecimal():
                yield int(version)

    def _markers(self) -> Iterator[tuple[str, str, str]]:
        """Of each name what stands before its first dot, between that and the next, and behind."""
        with os.scandir(self._path) as entries:
            for entry in entries:
                word, _, rest = entry.name.partition(".")
                number, _, at = rest.partition(".")
                yield word, number, at

    def _files(self) -> list[Path]:
        return sorted(self._path.iterdir())


def _purpose(path: Path) -> Purpose | None:
    word = path.name.partition(".")[0]
    return Purpose(word) if word in set(Purpose) else None


def _version(path: Path) -> int:
    """Of a credentials key's file; of all others the first."""
    word, *rest = path.stem.split(".")
    # What is not in use yet has a name of its own, last.
    version = rest[:-1] if path.suffix == NEW_SUFFIX else rest
    is_told = word == Purpose.CREDENTIALS and version and version[0].isdecimal()
    return int(version[0]) if is_told else FIRST_VERSION
