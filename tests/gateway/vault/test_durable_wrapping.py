"""In what order key files become durable: no name before its bytes, nothing goes before what replaces it."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.booking import SubjectId
from gateway.vault.files import SYNCED_SINGLY
from gateway.vault.key_directory import open_key_directory
from gateway.vault.local import LocalKeyService
from gateway.vault.wrapped import WrappedKeyService
from tests.contracts.key_service import A
from tests.fakes.wrapping import HeldWrapping


class Disk:
    """Knows what would be lost, should the power fail now: bytes of files, and changes of folders."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._bytes, self._names = set[int](), set[int]()
        self.renamed = 0
        for name in ("write", "fsync", "sync", "rename", "link", "unlink"):
            known = getattr(os, name)
            monkeypatch.setattr(os, name, self._noting(getattr(self, f"_{name}"), known))

    def _noting(self, note: Callable[..., None], known: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*arguments: Any, **named: Any) -> Any:
            note(*arguments)
            return known(*arguments, **named)

        return noted

    def _write(self, file: int, _content: bytes) -> None:
        self._bytes.add(os.fstat(file).st_ino)

    def _fsync(self, file: int) -> None:
        status = os.fstat(file)
        (self._names if stat.S_ISDIR(status.st_mode) else self._bytes).discard(status.st_ino)

    def _sync(self) -> None:
        self._bytes.clear()
        self._names.clear()

    def _rename(self, source: Path, target: Path) -> None:
        assert source.lstat().st_ino not in self._bytes or not source.stat().st_size, target.name
        self._names.add(Path(target).parent.stat().st_ino)
        self.renamed += 1

    _link = _rename

    def _unlink(self, path: Path) -> None:
        if path.suffix == ".key":
            assert path.parent.stat().st_ino not in self._names, path.name


@pytest.mark.parametrize("people", [SYNCED_SINGLY // 2, SYNCED_SINGLY * 2])
@pytest.mark.parametrize("wraps_together", [True, False])
async def test_what_is_wrapped_anew_is_durable_before_what_it_replaces_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, people: int, *, wraps_together: bool
) -> None:
    directory = open_key_directory(tmp_path / "keys", None)
    service = LocalKeyService(directory) if wraps_together else WrappedKeyService(directory, HeldWrapping())
    disk = Disk(monkeypatch)
    await service.create_tenant(A)
    subjects = [SubjectId(f"sub_{number}") for number in range(people)]
    for subject in subjects:
        await service.create_data_key(A, subject)
    ids = {subject: (await service.open_data_key(A, subject)).id for subject in subjects}
    before = disk.renamed
    await service.burn(A, subjects[0], 1)
    assert disk.renamed > before + people - 2
    assert {one: (await service.open_data_key(A, one)).id for one in subjects[1:]} == {
        one: ids[one] for one in subjects[1:]
    }
