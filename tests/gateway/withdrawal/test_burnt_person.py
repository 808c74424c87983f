"""One of many is burnt: backups of store and key directory open nothing of theirs, and all of the others'."""

import shutil
from pathlib import Path

import pytest

from gateway.errors import KeyUnavailable
from gateway.store.copies import Readable, count_by_authorization
from gateway.vault.key_directory import open_key_directory
from gateway.vault.keys import KeyService
from gateway.vault.local import LocalKeyService
from gateway.vault.rotation import Rotation
from gateway.vault.wrapped import WrappedKeyService
from gateway.vault.wrapping import WRAPPING_PURPOSES, WrappingKey
from gateway.withdrawal.cascade import Cascade
from tests.fakes.filled_store import nothing_narrower
from tests.fakes.installation import Installation, open_installation
from tests.fakes.wrapping import DerivedWrapping, HeldWrapping
from tests.gateway.withdrawal.test_withdrawn_person import Household, settle, withdraw


class Found:
    """Of a copy of the store, what opens: of the one who left, and of all others."""

    def __init__(self, left: Readable, others: Readable) -> None:
        self.left, self.others = left, others


async def found(house: Household, keys: KeyService) -> Found:
    counts = await count_by_authorization(house.copy, keys)
    left = counts.pop((house.site.tenant, house.leaving))
    others = Readable(0, 0)
    for count in counts.values():
        others = others.and_of(count)
    return Found(left, others)


def backed_up(folder: Path) -> Path:
    return shutil.copytree(folder / "keys", folder / "backup")


def cascade_of(installation: Installation) -> Cascade:
    parts = installation.parts
    return Cascade(parts.store, parts.keyring, parts.keys, owner="own", narrow=nothing_narrower)


async def test_survivors_open_and_the_burnt_do_not(tmp_path: Path) -> None:
    wrapping = HeldWrapping()
    async with open_installation(tmp_path, wrapping=wrapping) as installation:
        house = await settle(installation, tmp_path)
        backup = backed_up(tmp_path)
        before = await found(house, installation.parts.keys)
        assert before.left == Readable(1, 1)
        await withdraw(cascade_of(installation), house)
        clock = installation.clock
    # The store is gone and put back from its copy, with the key directory of now.
    shutil.copy(house.copy, next((tmp_path / "store").glob("*.db")))
    async with open_installation(tmp_path, clock, wrapping=wrapping) as installation:
        now = await found(house, installation.parts.keys)
        assert now.left == Readable(0, 1)
        assert now.others == before.others == Readable(2, 2)
    # Whoever has the key directory of then, and asks the key service of now.
    then = WrappedKeyService(open_key_directory(backup, None), wrapping)
    old = await found(house, then)
    assert old.left.opened == 0
    # Neither does it help to put what they had into the directory of now.
    for path in backup.rglob(f"data.{house.leaving}.*.key"):
        shutil.copy(path, tmp_path / "keys" / path.relative_to(backup))
    for grave in (tmp_path / "keys").rglob(f"data.{house.leaving}.*destroyed"):
        grave.unlink()
    mixed = await found(house, WrappedKeyService(open_key_directory(tmp_path / "keys", None), wrapping))
    assert (mixed.left.opened, mixed.others) == (0, Readable(2, 2))


async def test_a_key_that_was_only_let_go_of_is_found_and_not_certified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forget(*_: object) -> None:
        return

    monkeypatch.setattr(Rotation, "reach", forget)
    wrapping = HeldWrapping()
    async with open_installation(tmp_path, wrapping=wrapping) as installation:
        house = await settle(installation, tmp_path)
        backup = backed_up(tmp_path)
        with pytest.raises(KeyUnavailable, match="told to destroy"):
            await withdraw(cascade_of(installation), house)
    old = await found(house, WrappedKeyService(open_key_directory(backup, None), wrapping))
    assert old.left == Readable(1, 1)


async def test_keys_that_can_be_derived_again_would_be_found(tmp_path: Path) -> None:
    async with open_installation(tmp_path, wrapping=DerivedWrapping(b"survives")) as installation:
        house = await settle(installation, tmp_path)
        backup = backed_up(tmp_path)
        await withdraw(cascade_of(installation), house)
    again = DerivedWrapping(b"survives")
    for purpose in WRAPPING_PURPOSES:
        await again.create(WrappingKey(house.site.tenant, purpose))
    old = await found(house, WrappedKeyService(open_key_directory(backup, None), again))
    assert old.left == Readable(1, 1)


async def test_what_wraps_in_the_same_backup_would_be_found(tmp_path: Path) -> None:
    async with open_installation(tmp_path) as installation:
        house = await settle(installation, tmp_path)
        backup = backed_up(tmp_path)
        await withdraw(cascade_of(installation), house)
        assert (await found(house, installation.parts.keys)).left.opened == 0
    assert (await found(house, LocalKeyService(backup))).left == Readable(1, 1)
