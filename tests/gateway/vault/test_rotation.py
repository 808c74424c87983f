"""What comes between a rotation's effects: whoever makes, destroys or rotates just then."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from gateway.booking import SubjectId
from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.vault.key_directory import TENANTS, open_key_directory
from gateway.vault.key_file import key_content
from gateway.vault.keys import KeyVersion, Purpose
from gateway.vault.secret import SecretKey
from gateway.vault.tenant_folder import TenantFolder
from gateway.vault.wrapped import WrappedKeyService
from gateway.vault.wrapping import WrappingKey
from tests.contracts.key_service import FIRST, SECOND, A, create
from tests.fakes.wrapping import HeldWrapping

LATE = SubjectId("late")
NEXT = 2


class Interrupted(HeldWrapping):
    """Lets something happen once, while it wraps or makes a key."""

    between: Callable[[], Awaitable[None]] | None = None

    async def wrap(self, key: WrappingKey, secret: SecretKey) -> bytes:
        wrapped = await super().wrap(key, secret)
        happens, self.between = self.between, None
        if happens is not None:
            await happens()
        return wrapped


@pytest.fixture
def wrapping() -> Interrupted:
    return Interrupted()


@pytest.fixture
def service(wrapping: Interrupted, tmp_path: Path) -> WrappedKeyService:
    return WrappedKeyService(open_key_directory(tmp_path / "keys", None), wrapping)


def files(directory: Path, owner: str) -> list[str]:
    """Those of an owner that have bytes."""
    return sorted(path.name for path in directory.rglob(f"data.{owner}.*") if path.stat().st_size)


async def test_a_key_that_is_made_meanwhile_is_made_under_what_stays(
    service: WrappedKeyService, wrapping: Interrupted, tmp_path: Path
) -> None:
    await create(service)

    async def rotate() -> None:
        await service.rotate(A, NEXT, 1)

    wrapping.between = rotate
    await service.create_data_key(A, LATE)
    assert files(tmp_path, LATE) == [f"data.{LATE}.2.key"]
    await service.open_data_key(A, LATE)


async def test_a_key_that_was_made_at_the_last_moment_is_wrapped_anew_too(
    service: WrappedKeyService, wrapping: Interrupted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create(service)
    key, wrapped = await wrapping.generate(WrappingKey(A, Purpose.ENCRYPTION))
    supersede = TenantFolder.supersede

    def late(folder: TenantFolder, version: int) -> None:
        if not folder.is_superseded(version):
            folder.data_keys.add(version, {LATE: key_content(key, wrapped)})
        supersede(folder, version)

    monkeypatch.setattr(TenantFolder, "supersede", late)
    await service.rotate(A, NEXT, 1)
    assert (await service.open_data_key(A, LATE)).id == key.id
    assert files(tmp_path, LATE) == [f"data.{LATE}.2.key"]


async def test_a_key_that_is_destroyed_meanwhile_does_not_come_back(
    service: WrappedKeyService, wrapping: Interrupted, tmp_path: Path
) -> None:
    await create(service)
    second = await service.open_data_key(A, SECOND)

    async def destroy() -> None:
        await service.destroy_data_key(A, FIRST)

    wrapping.between = destroy
    await service.rotate(A, NEXT, 1)
    assert files(tmp_path, FIRST) == []
    with pytest.raises(KeyDestroyed):
        await service.open_data_key(A, FIRST)
    # It stood under the new version for a moment: that goes, too.
    await service.burn(A, FIRST, 2)
    assert await service.key_version(A) == KeyVersion(3, 2, is_alone=True)
    assert (await service.open_data_key(A, SECOND)).id == second.id


async def test_a_key_that_is_destroyed_while_it_is_made_does_not_come_to_be(
    service: WrappedKeyService, wrapping: Interrupted, tmp_path: Path
) -> None:
    await create(service)

    async def destroy() -> None:
        await service.destroy_data_key(A, LATE)

    wrapping.between = destroy
    with pytest.raises(KeyDestroyed):
        await service.create_data_key(A, LATE)
    assert files(tmp_path, LATE) == []


async def test_what_a_dead_process_left_of_one_who_is_burnt_is_burnt_with_them(
    service: WrappedKeyService, tmp_path: Path
) -> None:
    await create(service)
    await service.rotate(A, NEXT, 1)
    folder = tmp_path / "keys" / TENANTS / A
    left = folder / f"data.{FIRST}.3.0123456789abcdef.new"
    left.write_bytes((folder / f"data.{FIRST}.2.key").read_bytes())
    await service.burn(A, FIRST, 2)
    assert (left.exists(), files(tmp_path, FIRST)) == (False, [])
    assert (await service.key_version(A)).number == 4


async def test_a_key_that_is_opened_while_it_moves_is_found_where_it_is(
    service: WrappedKeyService, tmp_path: Path
) -> None:
    await create(service)
    first = await service.open_data_key(A, FIRST)
    wrapping = Opening(service)
    wrapping.held = service._wrapping.held  # type: ignore[attr-defined]
    other = WrappedKeyService(tmp_path / "keys", wrapping)
    assert (await other.open_data_key(A, FIRST)).id == first.id
    assert files(tmp_path, FIRST) == [f"data.{FIRST}.2.key"]


class Opening(HeldWrapping):
    """Before it unwraps for the first time, all keys are wrapped anew by somebody else."""

    def __init__(self, other: WrappedKeyService) -> None:
        super().__init__()
        self._other: WrappedKeyService | None = other

    async def unwrap(self, key: WrappingKey, wrapped: bytes) -> SecretKey:
        other, self._other = self._other, None
        if other is not None:
            await other.rotate(A, NEXT, 1)
        return await super().unwrap(key, wrapped)


async def test_a_damaged_key_holds_a_rotation_up_and_loses_nobody(
    service: WrappedKeyService, tmp_path: Path
) -> None:
    await create(service)
    path = tmp_path / "keys" / TENANTS / A / f"data.{FIRST}.1.key"
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    with pytest.raises(KeyUnavailable):
        await service.rotate(A, NEXT, 1)
    second = await service.open_data_key(A, SECOND)
    path.write_bytes(content)
    await service.rotate(A, NEXT, 1)
    await service.open_data_key(A, FIRST)
    assert (await service.open_data_key(A, SECOND)).id == second.id
    assert (await service.key_version(A)).is_alone


async def test_what_would_have_wrapped_the_next_credentials_goes_with_the_tenant(
    service: WrappedKeyService, wrapping: Interrupted
) -> None:
    await create(service)
    await service.retire_credentials(A, 1)
    # A process dies while it makes the next.
    await wrapping.create(WrappingKey(A, Purpose.CREDENTIALS, NEXT))
    assert [key.version for key in await service.remaining(A) if key.purpose is Purpose.CREDENTIALS] == [NEXT]
    await service.destroy_tenant_keys(A)
    assert {key.purpose for key in await service.remaining(A)} == {Purpose.EVIDENCE}
