"""The process dies before each of its effects on the disk in turn; the same call then completes the work."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.vault.keys import KeyService, Purpose, RemainingKey, TenantPurpose
from gateway.vault.local import LocalKeyService
from tests.contracts.key_service import FIRST, HELD, SECOND, TENANT_PURPOSES, A, create, keys_of, materials
from tests.gateway.vault.dying import Mortal, Work
from tests.gateway.vault.rotated import assert_burns_complete, assert_rotations_complete


@asynccontextmanager
async def local(directory: Path) -> AsyncIterator[KeyService]:
    yield LocalKeyService(directory)


MORTAL = Mortal(local)
#: Dies only where names change: how files are written and overwritten is the same for all of them.
NAMES = Mortal(local, {"os.link", "os.rename"})


async def nothing(_: KeyService) -> None:
    pass


async def destroy(service: KeyService) -> None:
    await service.destroy_tenant_keys(A)


async def raise_epoch(service: KeyService) -> None:
    await service.raise_epoch(A, FIRST, 7)


async def id_of(service: KeyService, purpose: TenantPurpose) -> bytes | None:
    try:
        return (await service.open_key(A, purpose)).id
    except KeyUnavailable:
        return None


def test_creation_is_completed(tmp_path: Path) -> None:
    async def complete(service: KeyService) -> None:
        early = [await id_of(service, purpose) for purpose in TENANT_PURPOSES]
        await create(service)
        keys = await keys_of(service)
        assert len(set(materials(keys))) == 5
        # A key that could be had before the death is the same after it.
        assert all(id_ in {None, key.id} for id_, key in zip(early, keys, strict=False))

    directories = list(MORTAL.deaths(tmp_path, create, after=nothing))
    assert len(directories) > 20
    for directory in directories:
        MORTAL.do(complete, directory)


def test_what_an_interrupted_creation_left_is_destroyed(tmp_path: Path) -> None:
    async def complete(service: KeyService) -> None:
        await destroy(service)
        assert {key.purpose for key in await service.remaining(A)} <= {Purpose.EVIDENCE}

    for directory in MORTAL.deaths(tmp_path, create, after=nothing):
        if (directory / "tenants" / A).is_dir():
            MORTAL.do(complete, directory)


def test_destruction_is_completed_and_told_only_then(tmp_path: Path) -> None:
    async def complete(service: KeyService) -> None:
        assert len(await service.remaining(A)) == len(files_with_bytes(directory))
        # What wraps the data keys goes first: with it they are all out of use.
        broken = "encryption.destroyed" in names_in(directory)
        assert broken or not any(name.endswith(".destroyed") for name in names_in(directory))
        evidence = RemainingKey(Purpose.EVIDENCE, (await service.open_key(A, Purpose.EVIDENCE)).id)
        await destroy(service)
        assert await service.remaining(A) == (evidence,)
        for authorization in (FIRST, SECOND):
            with pytest.raises(KeyUnavailable):
                await service.open_data_key(A, authorization)
        assert len(files_with_bytes(directory)) == 1

    directories = list(MORTAL.deaths(tmp_path, destroy, after=create))
    assert len(directories) > 15
    for directory in directories:
        MORTAL.do(complete, directory)


def test_bytes_are_overwritten_before_they_are_let_go(tmp_path: Path) -> None:
    written: set[bytes] = set()

    async def create_and_note(service: KeyService) -> None:
        await create(service)
        written.update(contents(tmp_path, "*.key"))

    seen = [
        content in written
        for directory in MORTAL.deaths(tmp_path, destroy, after=create_and_note)
        for content in contents(directory, "*.destroyed")
    ]
    # Of each of the five keys one death lies between overwriting and emptying, two lie before.
    assert sorted(seen) == [False] * 5 + [True] * 10


def contents(directory: Path, pattern: str) -> list[bytes]:
    return [path.read_bytes() for path in directory.rglob(pattern) if path.stat().st_size]


def names_in(directory: Path) -> set[str]:
    return {path.name for path in directory.rglob("*")}


def files_with_bytes(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file() and path.stat().st_size]


def test_an_epoch_is_raised_or_not(tmp_path: Path) -> None:
    async def complete(service: KeyService) -> None:
        assert await service.epoch(A, FIRST) in {0, 7}
        await raise_epoch(service)
        assert await service.epoch(A, FIRST) == 7

    for directory in MORTAL.deaths(tmp_path, raise_epoch, after=create):
        MORTAL.do(complete, directory)


async def create_and_hold(service: KeyService) -> None:
    await create(service)
    await service.service_key()
    await service.create_hold_key(A, HELD)


async def end_hold(service: KeyService) -> None:
    await service.destroy_hold_key(A, HELD)


@pytest.mark.parametrize("begun", [create_and_hold, end_hold])
def test_the_key_of_a_hold_is_gone_for_good_wherever_its_making_or_its_end_was_cut_off(
    tmp_path: Path, begun: Work
) -> None:
    async def complete(service: KeyService) -> None:
        await service.create_tenant(A)
        await end_hold(service)
        assert Purpose.HOLD not in {key.purpose for key in await service.remaining(A) if key.id}
        with pytest.raises(KeyDestroyed):
            await service.create_hold_key(A, HELD)

    after = create_and_hold if begun is end_hold else nothing
    directories = list(MORTAL.deaths(tmp_path, begun, after=after))
    assert len(directories) > 3
    for directory in directories:
        MORTAL.do(complete, directory)


async def renew_credentials(service: KeyService) -> None:
    await service.retire_credentials(A, 1)
    await service.renew_credentials(A)


def test_credentials_are_renewed_wherever_that_was_cut_off(tmp_path: Path) -> None:
    async def complete(service: KeyService) -> None:
        early = await id_of(service, Purpose.CREDENTIALS)
        is_first = "credentials.key" in names_in(directory)
        await renew_credentials(service)
        assert await service.credentials_version(A) == 2
        now = await id_of(service, Purpose.CREDENTIALS)
        # A new one that could be had before the death is the same after it.
        assert is_first or early in {None, now}
        left = [key for key in await service.remaining(A) if key.purpose is Purpose.CREDENTIALS]
        assert {(key.id, key.version) for key in left if key.id} == {(now, 2)}
        assert {key.version for key in left} == {2}
        await service.retire_credentials(A, 2)
        assert Purpose.CREDENTIALS not in {key.purpose for key in await service.remaining(A)}

    directories = list(MORTAL.deaths(tmp_path, renew_credentials, after=create))
    assert len(directories) > 8
    for directory in directories:
        MORTAL.do(complete, directory)


def test_what_an_interrupted_creation_left_of_credentials_goes_with_them(tmp_path: Path) -> None:
    async def complete(service: KeyService) -> None:
        await create(service)
        await service.retire_credentials(A, 1)
        assert Purpose.CREDENTIALS not in {key.purpose for key in await service.remaining(A)}

    for directory in MORTAL.deaths(tmp_path, create, after=nothing):
        MORTAL.do(complete, directory)


def test_a_rotation_loses_nothing_and_is_completed(tmp_path: Path) -> None:
    assert assert_rotations_complete(NAMES, tmp_path) > 5


def test_a_burn_is_completed(tmp_path: Path) -> None:
    assert assert_burns_complete(NAMES, tmp_path) > 5
