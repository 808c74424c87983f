"""What holds of a rotation, or a burn, whose process has died, for every key service."""

from pathlib import Path

import pytest

from gateway.booking import SubjectId
from gateway.errors import KeyDestroyed
from gateway.vault.keys import KeyService
from tests.contracts.key_service import FIRST, OWN, SECOND, A, create, purposes
from tests.gateway.vault.dying import Mortal

THIRD = SubjectId("third")


async def create_three(service: KeyService) -> None:
    await create(service)
    await service.create_data_key(A, THIRD)


async def rotate(service: KeyService) -> None:
    await service.rotate(A, 2, 1_000)


async def burn(service: KeyService) -> None:
    await service.burn(A, FIRST, 1_000)


def assert_rotations_complete(mortal: Mortal, base: Path) -> int:
    """Nothing is lost at any death, and whoever comes next completes it; returns how many there were."""
    ids = list[bytes]()

    async def prepare(service: KeyService) -> None:
        await create_three(service)
        ids[:] = await _ids(service)

    async def complete(service: KeyService) -> None:
        assert set(await _ids(service)) == known[directory]
        await service.create_data_key(A, SubjectId("fourth"))
        await rotate(service)
        assert set(await _ids(service)) == known[directory]
        assert (await service.key_version(A)).is_alone
        assert set(purposes(await service.remaining(A))) == OWN

    known = {directory: set(ids) for directory in mortal.deaths(base, rotate, after=prepare)}
    for directory in known:
        mortal.do(complete, directory)
    return len(known)


def assert_burns_complete(mortal: Mortal, base: Path) -> int:
    """Whoever is burnt opens at no death, unless nothing was destroyed yet; the others always do."""

    async def complete(service: KeyService) -> None:
        others = await service.open_data_key(A, SECOND), await service.open_data_key(A, THIRD)
        await burn(service)
        with pytest.raises(KeyDestroyed):
            await service.open_data_key(A, FIRST)
        again = await service.open_data_key(A, SECOND), await service.open_data_key(A, THIRD)
        assert [key.id for key in again] == [key.id for key in others]
        assert (await service.key_version(A)).is_alone
        assert not [path for path in directory.rglob("data.first.*") if path.stat().st_size]
        assert not [*directory.rglob("data.first.*.new")]

    directories = list(mortal.deaths(base, burn, after=create_three))
    for directory in directories:
        mortal.do(complete, directory)
    return len(directories)


async def _ids(service: KeyService) -> list[bytes]:
    return [(await service.open_data_key(A, owner)).id for owner in (FIRST, SECOND, THIRD)]
