"""DataKeyFiles: the wrapped data keys of one tenant. Blocks; raises KeyUnavailable, KeyDestroyed or OSError.

``data.OWNER.N.key`` is wrapped under version N of the tenant's encryption key. Of several of one owner the
newest counts, and none is changed: so whoever wraps them anew, at whatever moment it dies and however many do
so at once, neither loses a key nor lets an older one take a newer one's place. ``data.OWNER.destroyed`` says
that the owner's key was destroyed; ``data.OWNER.N.destroyed``, under which versions it was wrapped by then.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gateway.errors import KeyUnavailable
from gateway.vault.files import (
    DESTROYED_SUFFIX,
    NEW_SUFFIX,
    bury,
    create_files,
    destroy_file,
    discard_file,
    refuse_destroyed,
    replace_files,
    sync_folder,
)
from gateway.vault.key_file import KEY_SUFFIX
from gateway.vault.keys import Purpose

#: Of what is there, and of what is gone or whose destruction was begun.
SUFFIXES = (KEY_SUFFIX, DESTROYED_SUFFIX)

#: The first is 1.
NO_VERSION = 0

#: An owner, and a version.
Stand = tuple[str, int]

#: Of a file: its owner, its version, if any, and its suffix.
Name = tuple[str, str, str]


class DataKeyFiles:
    """Owners' data keys, in a tenant's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, owner: str, version: int) -> Path:
        return self._folder / f"{Purpose.DATA}.{owner}.{version}{KEY_SUFFIX}"

    def newest(self, owner: str) -> int:
        """The newest version that the owner's key is wrapped under, 0 if there is no key.

        Raises KeyDestroyed if there was one.
        """
        self.refuse_destroyed(owner)
        found = _versions(self._names(), KEY_SUFFIX)[owner]
        if not found and self.destroyed(owner):
            refuse_destroyed(self.path(owner, self.destroyed(owner)))
        if found:
            # Another process may have made it just now.
            sync_folder(self._folder)
        return max(found, default=NO_VERSION)

    def refuse_destroyed(self, owner: str) -> None:
        refuse_destroyed(self._grave(owner))

    def add(self, version: int, contents: Mapping[str, bytes]) -> None:
        """Put owners' keys there, wrapped under a version; those that are there stay.

        Raises KeyDestroyed if one was destroyed meanwhile, which is destroyed again then.
        """
        create_files({self.path(owner, version): content for owner, content in contents.items()})
        self._destroy_again(contents)

    def replace(self, version: int, contents: Mapping[str, bytes]) -> None:
        """As ``add``, of keys that stand under an older version: who was faster has wrapped the same."""
        replace_files({self.path(owner, version): content for owner, content in contents.items()})
        self._destroy_again(contents)

    def _destroy_again(self, owners: Iterable[str]) -> None:
        # Who destroys buries first and looks for files afterwards: one of the two sees the other.
        buried = _buried(self._names())
        destroyed = [owner for owner in owners if owner in buried]
        for owner in destroyed:
            self.destroy(owner)
        for owner in destroyed:
            self.refuse_destroyed(owner)

    def remove(self, owner: str, version: int) -> None:
        """Let go of a key that nothing was sealed with, or of which a newer wrapping stands."""
        self.path(owner, version).unlink(missing_ok=True)

    def outdated(self, version: int) -> list[Stand]:
        """Whose newest wrapping is older than a version. Of all others, older ones are let go of."""
        names = [*self._names()]
        found, buried, older = _versions(names, KEY_SUFFIX), _buried(names), list[Stand]()
        for owner, versions in found.items():
            if owner in buried:
                self.destroy(owner)
                continue
            for superseded in versions - {max(versions)}:
                self.remove(owner, superseded)
            if max(versions) < version:
                older.append((owner, max(versions)))
        return older

    def destroy(self, owner: str) -> None:
        """Destroy an owner's key, under whatever it is wrapped. One that never was may not be made later."""
        bury(self._grave(owner))
        for version in _versions(self._names(), *SUFFIXES, NEW_SUFFIX)[owner]:
            destroy_file(self.path(owner, version))
        # What a crash left of one that was being made opens as well, should its version go on.
        for path in self._folder.glob(f"{Purpose.DATA}.{owner}.*{NEW_SUFFIX}"):
            discard_file(path)

    def destroy_all(self) -> None:
        """Destroy whatever is there, of whomever: no version is left to wrap under, so no more is made."""
        for owner, versions in _versions(self._names(), *SUFFIXES).items():
            for version in versions:
                destroy_file(self.path(owner, version))

    def destroyed(self, owner: str) -> int:
        """The newest version that a destroyed key was wrapped under, 0 if there was none."""
        return max(_versions(self._names(), DESTROYED_SUFFIX)[owner], default=NO_VERSION)

    def _grave(self, owner: str) -> Path:
        return self._folder / f"{Purpose.DATA}.{owner}{KEY_SUFFIX}"

    def _names(self) -> Iterator[Name]:
        """All that is there. They are many, so no paths are made."""
        with os.scandir(self._folder) as entries:
            for entry in entries:
                word, *rest = entry.name.split(".")
                if word == Purpose.DATA and len(rest) > 1:
                    yield rest[0], "".join(rest[1:-1][:1]), f".{rest[-1]}"


def _versions(names: Iterable[Name], *suffixes: str) -> Mapping[str, set[int]]:
    """Of each owner, the versions with a file of one of those suffixes."""
    found = defaultdict[str, set[int]](set)
    for owner, version, suffix in names:
        if suffix in suffixes and version.isdecimal():
            found[owner].add(int(version))
    return found


def _buried(names: Iterable[Name]) -> set[str]:
    """Whose keys were destroyed, or are being destroyed."""
    return {owner for owner, version, suffix in names if not version and suffix == DESTROYED_SUFFIX}


def no_key() -> KeyUnavailable:
    return KeyUnavailable(
        "A data key is not there: it was never made, or its volume is not mounted. What it seals stays "
        "closed."
    )
