import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.errors import KeyUnavailable
from gateway.vault.key_directory import open_key_directory
from gateway.vault.key_file import KeptKey
from gateway.vault.keys import KeyVersion, Purpose, RemainingKey
from gateway.vault.local import LocalKeyService, LocalWrappingKeys
from gateway.vault.secret import SecretKey
from gateway.vault.wrapped import WrappedKeyService
from gateway.vault.wrapping import WrappingKey
from tests.contracts.key_service import (
    FIRST,
    SECOND,
    A,
    Connect,
    KeyServiceContract,
    create,
    keys_of,
    materials,
)

Opened = Callable[[LocalKeyService], Awaitable[SecretKey]]

KEYS_OF_A_TENANT = ["credentials.key", "encryption.1.key", "evidence.key", "index.key"]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def folder(directory: Path) -> Path:
    return directory / "tenants" / A


@pytest.fixture
def service(directory: Path) -> LocalKeyService:
    return LocalKeyService(directory)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def modes(directory: Path) -> set[tuple[bool, int]]:
    return {(path.is_dir(), path.stat().st_mode & 0o777) for path in [directory, *directory.rglob("*")]}


def unmount(volume: Path) -> None:
    """Leave an empty mount point behind, as a volume does that is not mounted."""
    volume.rename(volume.with_name("unmounted"))
    volume.mkdir(mode=0o700)


def everything(directory: Path) -> bytes:
    """All bytes and all names below the directory."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    return b"\0".join([path.name.encode() + b"\0" + path.read_bytes() for path in files])


class TestLocalKeyService(KeyServiceContract):
    wraps_elsewhere = False

    @pytest.fixture
    def connect(self, directory: Path) -> Connect:
        return lambda: LocalKeyService(directory)


async def test_the_layout_is_the_documented_one(
    service: LocalKeyService, directory: Path, folder: Path
) -> None:
    await service.create_tenant(A)
    assert names(directory) == ["tenants"]
    assert names(folder) == KEYS_OF_A_TENANT
    await service.create_data_key(A, FIRST)
    await service.raise_epoch(A, FIRST, 7)
    await service.service_key()
    assert names(directory) == ["service.key", "tenants"]
    assert names(folder) == sorted([*KEYS_OF_A_TENANT, "data.first.1.key", "epoch.first.7"])


async def test_nobody_else_may_look(service: LocalKeyService, directory: Path) -> None:
    await create(service)
    await service.service_key()
    await service.raise_epoch(A, FIRST, 1)
    await service.destroy_credentials(A)
    assert modes(directory) == {(True, 0o700), (False, 0o600)}


async def test_data_keys_are_wrapped(service: LocalKeyService, directory: Path, folder: Path) -> None:
    await create(service)
    material = (await service.open_data_key(A, FIRST)).use(bytes)
    assert material not in everything(directory)
    encryption = (folder / "encryption.1.key").read_bytes()[8:]
    assert (folder / "data.first.1.key").read_bytes()[8:] == aes_key_wrap(encryption, material)


async def test_destroyed_keys_leave_no_bytes(service: LocalKeyService, directory: Path, folder: Path) -> None:
    await create(service)
    evidence = (await service.open_key(A, Purpose.EVIDENCE)).use(bytes)
    files = [folder / name for name in names(folder)]
    secrets = {path.read_bytes()[8:] for path in files} | set(materials(await keys_of(service))) - {evidence}
    kept = {path.read_bytes()[8:] for path in files if path.name == "evidence.key"}
    assert len(secrets - kept) == 7

    await service.destroy_tenant_keys(A)
    left = everything(directory)
    assert evidence in left
    assert not [secret for secret in secrets - kept if secret[:16] in left or secret[-16:] in left]


async def test_the_bytes_are_overwritten_and_not_only_let_go(
    service: LocalKeyService, folder: Path, tmp_path: Path
) -> None:
    await create(service)
    os.link(folder / "index.key", tmp_path / "index")
    os.link(folder / "data.first.1.key", tmp_path / "data")
    await service.destroy_tenant_keys(A)
    assert [(tmp_path / name).read_bytes() for name in ("index", "data")] == [b"", b""]


async def open_index(service: LocalKeyService) -> SecretKey:
    return await service.open_key(A, Purpose.INDEX)


async def open_data(service: LocalKeyService) -> SecretKey:
    return await service.open_data_key(A, FIRST)


@pytest.mark.parametrize(
    ("name", "opened"),
    [("index.key", open_index), ("encryption.1.key", open_data), ("data.first.1.key", open_data)],
)
@pytest.mark.parametrize("damage", ["empty", "short", "long", "zero", "another id", "one bit"])
async def test_a_damaged_file_is_no_key(
    service: LocalKeyService, folder: Path, name: str, opened: Opened, damage: str
) -> None:
    await create(service)
    path = folder / name
    content = path.read_bytes()
    path.write_bytes(
        {
            "empty": b"",
            "short": content[:-1],
            "long": content + b"\0",
            "zero": bytes(len(content)),
            "another id": bytes(8) + content[8:],
            "one bit": content[:-1] + bytes([content[-1] ^ 1]),
        }[damage]
    )
    with pytest.raises(KeyUnavailable, match="damaged"):
        await opened(service)


async def test_data_keys_cannot_be_swapped_unnoticed(service: LocalKeyService, folder: Path) -> None:
    await create(service)
    first, second = folder / "data.first.1.key", folder / "data.second.1.key"
    first.write_bytes(first.read_bytes()[:8] + second.read_bytes()[8:])
    with pytest.raises(KeyUnavailable, match="damaged"):
        await service.open_data_key(A, FIRST)


async def test_a_link_is_not_followed(service: LocalKeyService, folder: Path, tmp_path: Path) -> None:
    await create(service)
    moved = (folder / "index.key").rename(tmp_path / "index.key")
    (folder / "index.key").symlink_to(moved)
    with pytest.raises(KeyUnavailable):
        await service.open_key(A, Purpose.INDEX)


async def test_whatever_has_bytes_counts_as_remaining(service: LocalKeyService, folder: Path) -> None:
    await create(service)
    await service.destroy_tenant_keys(A)
    evidence = await service.remaining(A)
    (folder / "index.key.bak").write_bytes(b"an operator's copy")
    (folder / "data.first.1.destroyed").write_bytes(b"half overwritten")
    (folder / "notes").write_bytes(b"?")
    assert set(await service.remaining(A)) - set(evidence) == {
        RemainingKey(Purpose.INDEX, None),
        RemainingKey(Purpose.DATA, None),
        RemainingKey(None, None),
    }


async def test_an_unmounted_volume_is_an_error_and_not_an_end(
    service: LocalKeyService, directory: Path
) -> None:
    await create(service)
    unmount(directory)
    for use in (service.remaining, service.destroy_credentials, service.destroy_tenant_keys):
        with pytest.raises(KeyUnavailable, match="mounted"):
            await use(A)
    with pytest.raises(KeyUnavailable, match="mounted"):
        await service.epoch(A, FIRST)
    assert names(directory) == []


async def test_stray_files_are_no_epochs(service: LocalKeyService, folder: Path) -> None:
    await create(service)
    await service.raise_epoch(A, FIRST, 2)
    for name in ("epoch.first.bak", "epoch.first.3~", "epoch.first.", "epoch.first.9.bak", "epoch.other.9"):
        (folder / name).touch()
    assert await service.epoch(A, FIRST) == 2


@pytest.mark.parametrize("name", ["", "..", ".", "a/b", "../a", "a.b", "a\n", "a\0", "é", "x" * 65])
async def test_a_name_never_reaches_the_file_system_unless_it_is_an_id(
    service: LocalKeyService, directory: Path, name: str
) -> None:
    with pytest.raises(KeyUnavailable, match="id"):
        await service.create_tenant(TenantId(name))
    await service.create_tenant(A)
    with pytest.raises(KeyUnavailable, match="id"):
        await service.create_data_key(A, AuthorizationId(name))
    assert names(directory / "tenants") == [A]


async def test_the_two_authorizations_of_a_tenant_survive_a_second_creation(service: LocalKeyService) -> None:
    await create(service)
    before = materials(await keys_of(service))
    await service.create_data_key(A, SECOND)
    await service.create_tenant(A)
    assert materials(await keys_of(service)) == before


class Overtaken(LocalWrappingKeys):
    """Once it has read what it is to wrap anew, another process renews the same keys to the end."""

    def __init__(self, directory: Path, other: LocalKeyService) -> None:
        super().__init__(directory)
        self._other = other

    async def wrap_anew(
        self, kept: Sequence[tuple[WrappingKey, KeptKey]], under: WrappingKey
    ) -> list[bytes | KeyUnavailable]:
        await self._other.rotate(A, under.version, 2)
        return await super().wrap_anew(kept, under)


async def test_keys_that_another_process_renews_meanwhile_are_left_as_it_left_them(
    service: LocalKeyService, directory: Path, folder: Path
) -> None:
    await create(service)
    before = materials(await keys_of(service))
    opened = open_key_directory(directory, None)
    await WrappedKeyService(opened, Overtaken(opened, service)).rotate(A, 2, 1)
    assert materials(await keys_of(service)) == before
    assert (await service.key_version(A)).is_alone
    assert [name for name in names(folder) if name.startswith("data.first")] == ["data.first.2.key"]


async def test_a_damaged_key_holds_a_rotation_up_and_loses_nobody(
    service: LocalKeyService, folder: Path
) -> None:
    await create(service)
    before = materials(await keys_of(service))
    path = folder / "data.first.1.key"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(KeyUnavailable, match="damaged"):
        await service.rotate(A, 2, 1)
    # The others go on, and open.
    assert "data.second.2.key" in names(folder)
    await service.open_data_key(A, SECOND)
    path.write_bytes(content)
    await service.rotate(A, 2, 1)
    assert materials(await keys_of(service)) == before
    assert await service.key_version(A) == KeyVersion(2, 1, is_alone=True)
