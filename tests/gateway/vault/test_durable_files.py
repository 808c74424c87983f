"""What a power cut finds of key files: a name only of what is whole, and no bytes of what was destroyed.

The disk's own order cannot be watched. So the order is in which the operating system is asked.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.errors import KeyDestroyed
from gateway.vault import files
from gateway.vault.data_key_files import DataKeyFiles
from gateway.vault.files import (
    SYNCED_SINGLY,
    bury,
    create_file,
    create_files,
    create_marker,
    destroy_file,
    discard_file,
    highest,
    is_made,
    make_folder,
    read_file,
    sweep,
)
from gateway.vault.key_file import read_key
from tests.contracts.key_service import FIRST, SECOND


class Asked:
    """What the operating system was asked for, each with the name that it was about."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.trace = list[str]()
        self.written = list[bytes]()
        fsync, link, rename, unlink, pwrite, ftruncate = (
            *(os.fsync, os.link, os.rename, os.unlink),
            *(os.pwrite, os.ftruncate),
        )

        def told(what: str, path: object) -> None:
            self.trace.append(f"{what} {_name(Path(str(path)))}")

        def synced(file: int) -> None:
            told("sync", _of(file))
            fsync(file)

        def linked(source: Path, target: Path) -> None:
            told("link", target)
            link(source, target)

        def renamed(source: Path, target: Path) -> None:
            told("rename", target)
            rename(source, target)

        def unlinked(path: Path) -> None:
            told("unlink", path)
            unlink(path)

        def overwritten(file: int, content: bytes, offset: int) -> int:
            told(f"overwrite from {offset}", _of(file))
            self.written.append(content)
            return pwrite(file, content, offset)

        def truncated(file: int, length: int) -> None:
            told(f"truncate to {length}", _of(file))
            ftruncate(file, length)

        replaced = {"fsync": synced, "link": linked, "rename": renamed, "unlink": unlinked}
        replaced |= {
            "pwrite": overwritten,
            "ftruncate": truncated,
            "sync": lambda: self.trace.append("sync all"),
        }
        for name, function in replaced.items():
            monkeypatch.setattr(os, name, function)


def _of(file: int) -> str:
    return str(Path(f"/proc/self/fd/{file}").readlink())


def _name(path: Path) -> str:
    """Without what is drawn by lot."""
    return f"{path.name.partition('.')[0]}.new" if path.suffix == ".new" else path.name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir(mode=0o700)
    return tmp_path / "folder"


@pytest.fixture
def asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    assert folder.exists()
    return Asked(monkeypatch)


def test_a_file_is_whole_before_it_has_its_name(folder: Path, asked: Asked) -> None:
    create_file(folder / "one.key", b"wrapped")
    assert asked.trace == ["sync one.new", "link one.key", "unlink one.new", "sync folder"]
    assert read_file(folder / "one.key") == b"wrapped"
    assert (folder / "one.key").stat().st_mode & 0o777 == 0o600
    asked.trace.clear()
    create_file(folder / "one.key", b"another")
    assert read_file(folder / "one.key") == b"wrapped"
    assert asked.trace == ["sync folder"]


@pytest.mark.parametrize("many", [SYNCED_SINGLY, SYNCED_SINGLY + 1])
def test_many_are_made_durable_together_and_before_any_has_its_name(
    folder: Path, asked: Asked, many: int
) -> None:
    create_files({folder / f"{number}.key": b"wrapped" for number in range(many)})
    begun = next(at for at, what in enumerate(asked.trace) if what.startswith("link"))
    synced = asked.trace[:begun]
    singly = [f"sync {number}.new" for number in range(SYNCED_SINGLY)]
    assert synced == (["sync all", *singly] if many > SYNCED_SINGLY else singly)
    assert asked.trace[-1] == "sync folder"
    assert len([*folder.iterdir()]) == many


def test_who_is_slower_keeps_what_the_faster_made(
    folder: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = files._sync

    def faster(paths: list[Path]) -> None:
        sync(paths)
        (folder / "one.key").write_bytes(b"of the faster")

    monkeypatch.setattr(files, "_sync", faster)
    create_file(folder / "one.key", b"of the slower")
    assert [path.name for path in folder.iterdir()] == ["one.key"]
    assert read_file(folder / "one.key") == b"of the faster"
    assert asked.trace[-1] == "sync folder"


def test_what_is_destroyed_is_out_of_use_first_and_overwritten_then(folder: Path, asked: Asked) -> None:
    (folder / "one.key").write_bytes(b"wrapped")
    destroy_file(folder / "one.key")
    gone = "one.destroyed"
    assert asked.trace == [
        *(f"rename {gone}", "sync folder", f"overwrite from 0 {gone}", f"sync {gone}"),
        *(f"truncate to 0 {gone}", f"sync {gone}"),
    ]
    ((written,), left) = asked.written, (folder / gone).read_bytes()
    assert (len(written), written == b"wrapped", left) == (len(b"wrapped"), False, b"")
    uses: tuple[Callable[[Path], object], ...] = (is_made, read_key, lambda path: create_file(path, b"new"))
    for use in uses:
        with pytest.raises(KeyDestroyed):
            use(folder / "one.key")


def test_what_never_came_into_use_is_overwritten_as_well(folder: Path, asked: Asked) -> None:
    (folder / "one.new").write_bytes(b"wrapped")
    discard_file(folder / "one.new")
    assert asked.trace == [
        *(
            "overwrite from 0 one.new",
            "sync one.new",
            "truncate to 0 one.new",
            "sync one.new",
            "unlink one.new",
        ),
    ]
    assert [*folder.iterdir()] == []


def test_names_are_durable_once_they_are_told(folder: Path, asked: Asked) -> None:
    tells: tuple[Callable[[], object], ...] = (
        lambda: create_marker(folder / "epoch.one.7"),
        lambda: bury(folder / "one.key"),
        lambda: sweep(folder),
        lambda: make_folder(folder / "deeper"),
        lambda: make_folder(folder / "deeper"),
    )
    for tell in tells:
        asked.trace.clear()
        tell()
        assert asked.trace == ["sync folder"]
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "epoch.one.7": 0o600,
        "one.destroyed": 0o600,
        "deeper": 0o700,
    }


def test_what_another_has_made_just_now_is_durable_before_anybody_relies_on_it(
    folder: Path, asked: Asked
) -> None:
    keys = DataKeyFiles(folder)
    assert (is_made(folder / "one.key"), keys.newest(FIRST), asked.trace) == (False, 0, [])
    (folder / "one.key").touch()
    keys.path(FIRST, 1).touch()
    assert (is_made(folder / "one.key"), asked.trace) == (True, ["sync folder"])
    assert (keys.newest(FIRST), keys.newest(SECOND), asked.trace) == (1, 0, ["sync folder"] * 2)


def test_only_what_never_came_into_use_is_swept_away(folder: Path) -> None:
    for name in ("one.key", "two.destroyed", "epoch.one.7", "one.0123.new", "data.one.1.0123.new"):
        (folder / name).touch()
    sweep(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["epoch.one.7", "one.key", "two.destroyed"]


def test_the_highest_number_counts_and_nothing_else_does(folder: Path) -> None:
    assert highest(folder, "epoch.one") == 0
    for name in (
        "epoch.one.9",
        "epoch.one.10",
        "epoch.one.x",
        "epoch.two.11",
        "epoch.one.12.old",
        "epoch.one",
    ):
        (folder / name).touch()
    assert highest(folder, "epoch.one") == 10


def test_no_more_is_read_than_a_key_can_be(folder: Path) -> None:
    (folder / "one.key").write_bytes(bytes(5_000))
    assert [len(read_file(folder / "one.key")), len(read_file(folder / "one.key", 10))] == [4_096, 10]


def test_no_file_stays_open(folder: Path) -> None:
    opened = Path("/proc/self/fd")
    before = len([*opened.iterdir()])
    create_file(folder / "one.key", b"wrapped")
    read_file(folder / "one.key")
    destroy_file(folder / "one.key")
    assert len([*opened.iterdir()]) == before


def test_a_link_is_followed_neither_to_read_nor_to_destroy(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"others'")
    for name in ("one.key", "two.destroyed"):
        (folder / name).symlink_to(tmp_path / "elsewhere")
    uses: tuple[Callable[[Path], object], ...] = (read_file, destroy_file)
    for use, name in zip(uses, ("one.key", "two.key"), strict=True):
        with pytest.raises(OSError, match="symbolic links"):
            use(folder / name)
    assert (tmp_path / "elsewhere").read_bytes() == b"others'"


def test_of_one_owner_the_newest_counts_and_older_ones_go(folder: Path) -> None:
    keys = DataKeyFiles(folder)
    for version in (1, 2, 10):
        keys.add(version, {FIRST: b"first"})
    for version in (1, 2):
        keys.add(version, {SECOND: b"second"})
    for stray in ("data.third.x.key", "data.third.key", "other.third.1.key", "data", "data.third.1.old"):
        (folder / stray).touch()
    assert (keys.newest(FIRST), keys.newest(SECOND), keys.destroyed(FIRST)) == (10, 2, 0)
    assert keys.outdated(10) == [(SECOND, 2)]
    left = sorted(path.name for path in folder.glob("data.*.key") if path.stat().st_size)
    assert left == ["data.first.10.key", "data.second.2.key"]
    assert (keys.outdated(2), keys.outdated(3)) == ([], [(SECOND, 2)])


def test_who_was_destroyed_stays_so_whatever_stands_there(folder: Path) -> None:
    keys = DataKeyFiles(folder)
    keys.add(3, {FIRST: b"first"})
    keys.destroy(FIRST)
    keys.destroy(SECOND)
    assert (keys.destroyed(FIRST), keys.destroyed(SECOND)) == (3, 0)
    for owner in (FIRST, SECOND):
        # Also who never had a key: none may be made later.
        for use in (keys.newest, keys.refuse_destroyed, lambda one: keys.add(4, {one: b"late"})):
            with pytest.raises(KeyDestroyed):
                use(owner)
        keys.path(owner, 5).write_bytes(b"put back")
        assert keys.outdated(9) == []
        assert keys.destroyed(owner) == 5
    assert not [path for path in folder.iterdir() if path.stat().st_size]
