"""The process dies before each of its effects on the disk in turn; the same call then completes the work."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from gateway.errors import KeyUnavailable
from gateway.vault.keys import Purpose, RemainingKey, TenantPurpose
from gateway.vault.local import LocalKeyService
from tests.contracts.key_service import FIRST, SECOND, TENANT_PURPOSES, A, create, keys_of, materials

Work = Callable[[LocalKeyService], Awaitable[None]]

#: What Python announces before it changes a disk. Opening a file is among them, reading included.
EFFECTS = {"open", "os.link", "os.rename", "os.remove", "os.mkdir", "os.truncate"}

DIED = 137
LIVED = 0
FAILED = 1


def dies(work: Work, directory: Path, survived: int) -> bool:
    """Do ``work`` in a process that dies after ``survived`` effects; False if it needed no more."""
    child = os.fork()
    if child == 0:
        _live(work, directory, survived)
    end = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert end in {DIED, LIVED}
    return end == DIED


def _live(work: Work, directory: Path, survived: int) -> None:
    """Runs in the child, and never returns to the tests that were copied with it."""
    left = survived

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in EFFECTS and (event == "os.truncate" or str(directory) in str(arguments[0])):
            left -= 1
            if left < 0:
                os._exit(DIED)

    end = FAILED
    try:
        sys.addaudithook(count)
        asyncio.run(done(work, directory))
        end = LIVED
    finally:
        os._exit(end)


async def done(work: Work, directory: Path) -> None:
    await work(LocalKeyService(directory))


def deaths(base: Path, work: Work, *, after: Work) -> Iterator[Path]:
    """For every effect of ``work`` a directory as it is if the process dies just before that one."""
    for survived in range(200):
        directory = base / f"keys-{survived}"
        asyncio.run(done(after, directory))
        if not dies(work, directory, survived):
            return
        yield directory
    pytest.fail("there is no end of effects")


async def nothing(_: LocalKeyService) -> None:
    pass


async def destroy(service: LocalKeyService) -> None:
    await service.destroy_tenant_keys(A)


async def raise_epoch(service: LocalKeyService) -> None:
    await service.raise_epoch(A, FIRST, 7)


async def id_of(service: LocalKeyService, purpose: TenantPurpose) -> bytes | None:
    try:
        return (await service.open_key(A, purpose)).id
    except KeyUnavailable:
        return None


def test_creation_is_completed(tmp_path: Path) -> None:
    async def complete(service: LocalKeyService) -> None:
        early = [await id_of(service, purpose) for purpose in TENANT_PURPOSES]
        await create(service)
        keys = await keys_of(service)
        assert len(set(materials(keys))) == 5
        # A key that could be had before the death is the same after it.
        assert all(id_ in {None, key.id} for id_, key in zip(early, keys, strict=False))

    directories = list(deaths(tmp_path, create, after=nothing))
    assert len(directories) > 20
    for directory in directories:
        asyncio.run(done(complete, directory))


def test_what_an_interrupted_creation_left_is_destroyed(tmp_path: Path) -> None:
    async def complete(service: LocalKeyService) -> None:
        await destroy(service)
        assert {key.purpose for key in await service.remaining(A)} <= {Purpose.EVIDENCE}

    for directory in deaths(tmp_path, create, after=nothing):
        if (directory / "tenants" / A).is_dir():
            asyncio.run(done(complete, directory))


def test_destruction_is_completed_and_told_only_then(tmp_path: Path) -> None:
    async def complete(service: LocalKeyService) -> None:
        assert len(await service.remaining(A)) == len(files_with_bytes(directory))
        # What wraps the data keys goes first: with it they are all out of use.
        broken = "encryption.1.destroyed" in names_in(directory)
        assert broken or not any(name.endswith(".destroyed") for name in names_in(directory))
        evidence = RemainingKey(Purpose.EVIDENCE, (await service.open_key(A, Purpose.EVIDENCE)).id)
        await destroy(service)
        assert await service.remaining(A) == (evidence,)
        for authorization in (FIRST, SECOND):
            with pytest.raises(KeyUnavailable):
                await service.open_data_key(A, authorization)
        assert len(files_with_bytes(directory)) == 1

    directories = list(deaths(tmp_path, destroy, after=create))
    assert len(directories) > 15
    for directory in directories:
        asyncio.run(done(complete, directory))


def test_bytes_are_overwritten_before_they_are_let_go(tmp_path: Path) -> None:
    written: set[bytes] = set()

    async def create_and_note(service: LocalKeyService) -> None:
        await create(service)
        written.update(contents(tmp_path, "*.key"))

    seen = [
        content in written
        for directory in deaths(tmp_path, destroy, after=create_and_note)
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
    async def complete(service: LocalKeyService) -> None:
        assert await service.epoch(A, FIRST) in {0, 7}
        await raise_epoch(service)
        assert await service.epoch(A, FIRST) == 7

    for directory in deaths(tmp_path, raise_epoch, after=create):
        asyncio.run(done(complete, directory))
