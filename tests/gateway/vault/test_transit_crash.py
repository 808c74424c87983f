"""The process dies between any two effects on the key directory and on the transit engine."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.vault.exchange import Answer
from gateway.vault.key_directory import open_key_directory
from gateway.vault.keys import KeyService, Purpose
from gateway.vault.transit import TransitKeys
from gateway.vault.transit_engine import TransitEngine
from gateway.vault.wrapped import WrappedKeyService
from tests.contracts.key_service import FIRST, SECOND, A, B, create, keys_of, materials
from tests.fakes.openbao import OpenBao
from tests.gateway.vault.dying import Mortal
from tests.gateway.vault.rotated import assert_burns_complete, assert_rotations_complete

#: Told before each change that the engine is asked for.
ASKED = "gateway.test.asked"
#: What names appear by; that bytes are written and overwritten durably is the same for all key services.
EFFECTS = frozenset({ASKED, "os.link", "os.rename", "os.mkdir"})


class AnnouncingEngine(TransitEngine):
    """Announces what changes the engine."""

    def __init__(self, session: aiohttp.ClientSession, mount_url: str, directory: Path) -> None:
        super().__init__(session, mount_url, directory.parent / "token")
        self._directory = directory

    async def ask(self, method: str, path: str, **body: str | int | bool) -> Answer:
        if method != "GET":
            sys.audit(ASKED, str(self._directory))
        return await super().ask(method, path, **body)


@pytest.fixture
def mortal(openbao: OpenBao, tmp_path: Path) -> Mortal:
    mounts: dict[Path, str] = {}
    (tmp_path / "token").write_text(openbao.root_token)

    @asynccontextmanager
    async def opened(directory: Path) -> AsyncIterator[KeyService]:
        if directory not in mounts:
            mounts[directory] = openbao.mount()
        async with aiohttp.ClientSession() as session:
            engine = AnnouncingEngine(session, f"{openbao.url}/v1/{mounts[directory]}", directory)
            yield WrappedKeyService(open_key_directory(directory, None), TransitKeys(engine))

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
    # Two folders, four wrapping keys; a key and the file for it of three purposes and two owners.
    assert len(directories) == 2 + 4 + 2 * 5
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
