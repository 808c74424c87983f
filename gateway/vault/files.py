"""Files that hold keys: they appear whole and durably, and are overwritten before they go.

A crash between any two effects leaves what the same call completes. Overwriting reaches the file, not the
old blocks of a copy-on-write file system, a snapshot or a flash drive: that is for whoever runs the volume.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import TypeVar

from gateway.errors import KeyDestroyed, KeyUnavailable

FILE_MODE = 0o600
FOLDER_MODE = 0o700
FILE_BYTES_MAX = 4096

#: More files than this are written together.
SYNCED_SINGLY = 8

#: Not in use yet: nothing was ever sealed with what stands in such a file.
NEW_SUFFIX = ".new"
#: Out of use for good. Its bytes are gone once it is empty; it stays so that its name is not taken again.
DESTROYED_SUFFIX = ".destroyed"

Result = TypeVar("Result")


async def in_thread(work: Callable[[], Result]) -> Result:
    """Run what waits for the disk, off the event loop. Raises KeyUnavailable for what the disk refuses."""
    try:
        return await asyncio.to_thread(work)
    except OSError as error:
        raise KeyUnavailable(
            f"The key directory could not be read or written ({error.strerror}). Nothing was lost; "
            "check that its volume is mounted and writable, then try again."
        ) from error


def make_folder(folder: Path) -> None:
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    sync_folder(folder.parent)


def create_file(path: Path, content: bytes) -> None:
    """Create the file, unless it is there already, which is left as it is.

    Raises KeyDestroyed if there was one and it was destroyed.
    """
    refuse_destroyed(path)
    create_files({path: content})


def create_files(contents: Mapping[Path, bytes]) -> None:
    """Create files of one folder, those left as they are that are there already."""
    for path, written in _written({path: contents[path] for path in contents if not path.exists()}):
        # A link, unlike a rename, fails when another process was faster.
        with suppress(FileExistsError):
            os.link(written, path)
        written.unlink()
    for folder in {path.parent for path in contents}:
        sync_folder(folder)


def replace_files(contents: Mapping[Path, bytes]) -> None:
    """Create files of one folder, or replace those there: each is one or the other, whole."""
    for path, written in _written(contents):
        written.rename(path)
    for folder in {path.parent for path in contents}:
        sync_folder(folder)


def is_made(path: Path) -> bool:
    """Whether the file is there, for good. Raises KeyDestroyed if there was one and it was destroyed."""
    refuse_destroyed(path)
    if not path.exists():
        return False
    # Another process may have made it just now.
    sync_folder(path.parent)
    return True


def refuse_destroyed(path: Path) -> None:
    """Raises KeyDestroyed if the file was destroyed, or is being destroyed."""
    if tombstone(path).exists():
        raise KeyDestroyed("This key was destroyed. What it sealed stays closed, and it is not made again.")


def read_file(path: Path, most: int = FILE_BYTES_MAX) -> bytes:
    with _descriptor(path, os.O_RDONLY) as file:
        return os.read(file, most)


def bury(path: Path) -> None:
    """Take the key out of use, and keep its name from being taken; its bytes stay until it is destroyed."""
    create_marker(tombstone(path))


def destroy_file(path: Path) -> None:
    """Take the file out of use, then overwrite its bytes. One that was never there may not be made later."""
    grave = tombstone(path)
    # Renamed before it is overwritten: no reader meets half a key under its name, and the next call finds it.
    with suppress(FileNotFoundError):
        path.rename(grave)
    with _descriptor(grave, os.O_WRONLY | os.O_CREAT) as file:
        sync_folder(path.parent)
        _overwrite(file)


def discard_file(path: Path) -> None:
    """Overwrite a file that never came into use, and remove it."""
    with _descriptor(path, os.O_WRONLY) as file:
        _overwrite(file)
    path.unlink()


def sweep(folder: Path) -> None:
    """Remove files that a crash kept from coming into use."""
    for path in folder.iterdir():
        if path.suffix == NEW_SUFFIX:
            path.unlink(missing_ok=True)
    sync_folder(folder)


def create_marker(path: Path) -> None:
    """Create an empty file: its name says it all."""
    path.touch(mode=FILE_MODE, exist_ok=True)
    sync_folder(path.parent)


def highest(folder: Path, name: str) -> int:
    """The highest number that a marker NAME.NUMBER bears, 0 if there is none.

    Each has its own and none is ever removed, so that neither a crash nor a race can lower the answer.
    """
    numbers = (path.suffix.removeprefix(".") for path in folder.iterdir() if path.stem == name)
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def tombstone(path: Path) -> Path:
    return path.with_suffix(DESTROYED_SUFFIX)


def sync_folder(folder: Path) -> None:
    """Make names durable: a file's own fsync does not."""
    with _descriptor(folder.resolve(), os.O_RDONLY | os.O_DIRECTORY) as opened:
        os.fsync(opened)


def _overwrite(file: int) -> None:
    os.pwrite(file, os.urandom(os.fstat(file).st_size), 0)
    os.fsync(file)
    os.ftruncate(file, 0)
    os.fsync(file)


def _written(contents: Mapping[Path, bytes]) -> list[tuple[Path, Path]]:
    """Write files beside those that they are for, durably, all behind one barrier."""
    new = [(path, path.with_name(f"{path.stem}.{token_hex(8)}{NEW_SUFFIX}")) for path in contents]
    for path, written in new:
        _write(written, contents[path])
    _sync([written for _, written in new])
    return new


def _write(path: Path, content: bytes) -> None:
    with _descriptor(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as file:
        left = memoryview(content)
        while left:
            left = left[os.write(file, left) :]


def _sync(paths: Sequence[Path]) -> None:
    """Make files durable. Many would take minutes one at a time, so the system writes all that it holds."""
    if len(paths) > SYNCED_SINGLY:
        os.sync()
    for path in paths[:SYNCED_SINGLY]:
        with _descriptor(path, os.O_RDONLY) as file:
            os.fsync(file)


@contextmanager
def _descriptor(path: Path, flags: int) -> Iterator[int]:
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
