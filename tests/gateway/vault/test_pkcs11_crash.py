"""The process dies between any two effects on the key directory and on the token."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.vault.key_directory import open_key_directory
from gateway.vault.keys import KeyService, Purpose
from gateway.vault.pkcs11 import Pkcs11Keys
from gateway.vault.wrapped import WrappedKeyService
from gateway.vault.wrapping import WrappingKey
from tests.contracts.key_service import FIRST, SECOND, A, B, create, keys_of, materials
from tests.fakes import softhsm as softhsms
from tests.fakes.softhsm import CONFIGURATION, SoftHsm
from tests.gateway.vault.dying import Mortal
from tests.gateway.vault.rotated import assert_burns_complete, assert_rotations_complete

#: Told before each change that the token is asked for.
ASKED = "gateway.test.asked"
#: What names appear by; that bytes are written and overwritten durably is the same for all key services.
EFFECTS = frozenset({ASKED, "os.link", "os.rename", "os.mkdir"})


class AnnouncingKeys(Pkcs11Keys):
    """Announces what changes the token."""

    def __init__(self, hsm: SoftHsm, directory: Path) -> None:
        self._reached = hsm.token()
        super().__init__(self._reached)
        self._directory = directory

    async def create(self, key: WrappingKey) -> None:
        sys.audit(ASKED, str(self._directory))
        await super().create(key)

    async def destroy(self, key: WrappingKey) -> None:
        sys.audit(ASKED, str(self._directory))
        await super().destroy(key)

    async def close(self) -> None:
        await self._reached.close()


@pytest.fixture
def mortal(softhsm_template: SoftHsm, monkeypatch: pytest.MonkeyPatch) -> Mortal:
    hsms: dict[Path, SoftHsm] = {}

    @asynccontextmanager
    async def opened(directory: Path) -> AsyncIterator[KeyService]:
        if directory not in hsms:
            hsms[directory] = softhsms.copied(softhsm_template, directory.with_name(f"of-{directory.name}"))
        monkeypatch.setenv(CONFIGURATION, str(hsms[directory].configuration))
        keys = AnnouncingKeys(hsms[directory], directory)
        try:
            yield WrappedKeyService(open_key_directory(directory, None), keys)
        finally:
            await keys.close()

    return Mortal(opened, EFFECTS)


async def nothing(service: KeyService) -> None:
    pass


async def create_both(service: KeyService) -> None:
    await create(service, A)
    await create(service, B)


async def destroy(service: KeyService) -> None:
    await service.destroy_tenant_keys(A)


def test_creation_is_completed_and_what_it_made_is_destroyed(mortal: Mortal, tmp_path: Path) -> None:
    async def complete(service: KeyService) -> None:
        await create(service)
        assert len(set(materials(await keys_of(service)))) == 5
        await destroy(service)
        assert {key.purpose for key in await service.remaining(A)} == {Purpose.EVIDENCE}

    directories = list(mortal.deaths(tmp_path, create, after=nothing))
    # Two folders, four wrapping keys, the files of three purposes and two owners.
    assert len(directories) == 2 + 4 + 5
    for directory in directories:
        mortal.do(complete, directory)


def test_destruction_is_completed_and_told_only_then(mortal: Mortal, tmp_path: Path) -> None:
    begun = []

    async def complete(service: KeyService) -> None:
        remaining = await service.remaining(A)
        begun.append(len({key.purpose for key in remaining}))
        # No wrapping key outlives what it wraps.
        assert {key.purpose for key in remaining if key.id is None} <= {Purpose.ENCRYPTION}
        others = materials(await keys_of(service, B))
        with pytest.raises(KeyDestroyed):
            await service.open_data_key(A, FIRST)
        await destroy(service)
        assert {key.purpose for key in await service.remaining(A)} == {Purpose.EVIDENCE}
        for owner in (FIRST, SECOND):
            with pytest.raises(KeyUnavailable):
                await service.open_data_key(A, owner)
        assert materials(await keys_of(service, B)) == others

    for directory in mortal.deaths(tmp_path, destroy, after=create_both):
        mortal.do(complete, directory)
    # All; without what wraps the data keys; without credentials; without the index key; with one data key.
    assert begun == sorted(begun, reverse=True)
    assert set(begun) == {5, 4, 3, 2}


def test_a_rotation_loses_nothing_and_is_completed(mortal: Mortal, tmp_path: Path) -> None:
    assert assert_rotations_complete(mortal, tmp_path) > 5


def test_a_burn_is_completed(mortal: Mortal, tmp_path: Path) -> None:
    assert assert_burns_complete(mortal, tmp_path) > 5
