"""TenantFolder: one tenant's key files and epochs. Blocks; raises KeyUnavailable or OSError."""

from collections.abc import Iterator
from pathlib import Path

from gateway.vault.files import DESTROYED_SUFFIX, create_marker, destroy_file, highest, make_folder, sweep
from gateway.vault.key_file import KEY_SUFFIX, read_key
from gateway.vault.keys import Purpose, RemainingKey

EPOCH = "epoch"

#: The one version of a tenant's encryption key, in its own name and in those of the data keys it wraps.
VERSION = 1


class TenantFolder:
    """What the key directory holds of one tenant.

    Only ``create`` makes the folder. To everything else a folder that is not there is an error and not an
    empty one: the volume may not be mounted, and then nothing is known to be destroyed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def create(self) -> None:
        make_folder(self._path.parent)
        make_folder(self._path)

    def key(self, purpose: Purpose) -> Path:
        """Where the tenant's own key of a purpose stands, or what is left of it."""
        name = f"{purpose}.{VERSION}" if purpose is Purpose.ENCRYPTION else purpose
        return self._path / f"{name}{KEY_SUFFIX}"

    def data_key(self, owner: str) -> Path:
        """Its name bears the version of the encryption key that wraps it."""
        return self._path / f"{Purpose.DATA}.{owner}.{VERSION}{KEY_SUFFIX}"

    def hold_key(self, hold: str) -> Path:
        return self._path / f"{Purpose.HOLD}.{hold}{KEY_SUFFIX}"

    def destroy_data_keys(self) -> None:
        for data_key in self._data_keys():
            destroy_file(data_key)
        sweep(self._path)

    def remaining(self) -> Iterator[RemainingKey]:
        """Whatever has bytes, also what a crash or a careless copy left."""
        for path in self._files():
            if path.stat().st_size:
                yield RemainingKey(_purpose(path), read_key(path).id if path.suffix == KEY_SUFFIX else None)

    def epoch(self, authorization: str) -> int:
        """The highest of the epochs that have a marker here."""
        return highest(self._path, f"{EPOCH}.{authorization}")

    def raise_epoch(self, authorization: str, epoch: int) -> None:
        create_marker(self._path / f"{EPOCH}.{authorization}.{epoch}")

    def _data_keys(self) -> set[Path]:
        """All data keys that are there, and those whose destruction was begun."""
        return {
            path.with_suffix(KEY_SUFFIX)
            for path in self._files()
            if _purpose(path) is Purpose.DATA and path.suffix in {KEY_SUFFIX, DESTROYED_SUFFIX}
        }

    def _files(self) -> list[Path]:
        return sorted(self._path.iterdir())


def _purpose(path: Path) -> Purpose | None:
    word = path.name.partition(".")[0]
    return Purpose(word) if word in set(Purpose) else None
