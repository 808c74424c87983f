"""Whoever makes, opens, destroys or renews keys while others do: none is lost, and none comes back."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path

import pytest

from gateway.booking import SubjectId
from gateway.errors import KeyDestroyed, KeyUnavailable
from gateway.vault import data_keys, rotation
from gateway.vault.data_key_files import DataKeyFiles
from gateway.vault.key_directory import TENANTS, open_key_directory
from gateway.vault.keys import KeyVersion, Purpose, RemainingKey
from gateway.vault.secret import SecretKey
from gateway.vault.wrapped import WrappedKeyService
from gateway.vault.wrapping import WrappingKey, outliving
from tests.contracts.key_service import FIRST, OWN, SECOND, A, create, purposes
from tests.fakes.wrapping import HeldWrapping

LATE = SubjectId("late")

Happens = Callable[[], Awaitable[None]]


class Visited(HeldWrapping):
    """Before it makes a wrapping key, wraps or unwraps, or after it has wrapped, something else happens.

    Once, or each time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.wraps = 0
        self.before: Mapping[str, Happens] = {}
        self.is_again = False
        self._is_visited = False

    async def create(self, key: WrappingKey) -> None:
        await self._visit("create")
        await super().create(key)

    async def wrap(self, key: WrappingKey, secret: SecretKey) -> bytes:
        await self._visit("wrap")
        wrapped = await super().wrap(key, secret)
        self.wraps += 1
        await self._visit("wrapped")
        return wrapped

    async def unwrap(self, key: WrappingKey, wrapped: bytes) -> SecretKey:
        await self._visit("unwrap")
        return await super().unwrap(key, wrapped)

    async def _visit(self, name: str) -> None:
        happens = self.before.get(name)
        if happens is None or self._is_visited:
            return
        if not self.is_again:
            self.before = {}
        self._is_visited = True
        try:
            await happens()
        finally:
            self._is_visited = False


class Keeping(HeldWrapping):
    """Told to destroy a key it says yes, and goes on using it."""

    async def destroy(self, key: WrappingKey) -> None:
        self._known(outliving(key))


@pytest.fixture
def wrapping() -> Visited:
    return Visited()


@pytest.fixture
def service(wrapping: Visited, tmp_path: Path) -> WrappedKeyService:
    return WrappedKeyService(open_key_directory(tmp_path / "keys", None), wrapping)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys" / TENANTS / A


def with_bytes(folder: Path, owner: str) -> list[str]:
    return sorted(path.name for path in folder.glob(f"data.{owner}.*") if path.stat().st_size)


def encryption(wrapping: HeldWrapping) -> Iterable[int]:
    """Versions of what wraps data keys that the service holds."""
    return sorted(key.version for key in wrapping.held if key.purpose is Purpose.ENCRYPTION)


def rotating(service: WrappedKeyService) -> Happens:
    """Renews the tenant's key, each time once more."""

    async def rotate() -> None:
        version = (await service.key_version(A)).number + 1
        await service.rotate(A, version, version)

    return rotate


async def test_who_is_withdrawn_while_their_key_is_renewed_has_none_left(
    service: WrappedKeyService, wrapping: Visited
) -> None:
    await create(service)

    async def withdraw() -> None:
        await service.destroy_tenant_keys(A)

    wrapping.before = {"create": withdraw}
    with pytest.raises(KeyDestroyed):
        await service.rotate(A, 2, 1)
    assert encryption(wrapping) == []
    assert purposes(await service.remaining(A)) == [Purpose.EVIDENCE]
    with pytest.raises(KeyDestroyed):
        await service.create_tenant(A)
    assert encryption(wrapping) == []


async def test_who_is_withdrawn_while_credentials_are_renewed_has_none(
    service: WrappedKeyService, wrapping: Visited
) -> None:
    await create(service)
    await service.retire_credentials(A, 1)

    async def withdraw() -> None:
        await service.destroy_tenant_keys(A)

    wrapping.before = {"create": withdraw}
    with pytest.raises(KeyDestroyed):
        await service.renew_credentials(A)
    assert [key for key in wrapping.held if key.purpose is Purpose.CREDENTIALS] == []
    assert purposes(await service.remaining(A)) == [Purpose.EVIDENCE]


async def test_no_key_is_made_for_who_is_withdrawn_meanwhile(
    service: WrappedKeyService, wrapping: Visited, folder: Path
) -> None:
    await create(service)

    async def withdraw() -> None:
        await service.destroy_tenant_keys(A)

    wrapping.before = {"wrapped": withdraw}
    with pytest.raises(KeyDestroyed):
        await service.create_data_key(A, LATE)
    assert with_bytes(folder, LATE) == []
    assert purposes(await service.remaining(A)) == [Purpose.EVIDENCE]


async def test_each_key_is_wrapped_anew_once(
    service: WrappedKeyService, wrapping: Visited, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create(service)
    await service.create_data_key(A, LATE)
    monkeypatch.setattr(rotation, "TOGETHER", 2)
    before = wrapping.wraps
    await service.rotate(A, 2, 1)
    assert wrapping.wraps - before == 3


async def test_who_is_destroyed_before_it_is_their_turn_holds_up_nobody(
    service: WrappedKeyService, wrapping: Visited, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create(service)
    await service.create_data_key(A, LATE)
    monkeypatch.setattr(rotation, "TOGETHER", 1)

    async def destroy() -> None:
        # At most one of the two is the first, which is being wrapped.
        for owner in (FIRST, SECOND):
            await service.destroy_data_key(A, owner)

    wrapping.before = {"unwrap": destroy}
    await service.rotate(A, 2, 1)
    assert (await service.key_version(A)) == KeyVersion(2, 1, is_alone=True)
    for owner in (FIRST, SECOND):
        with pytest.raises(KeyDestroyed):
            await service.open_data_key(A, owner)
    await service.open_data_key(A, LATE)


async def test_two_that_renew_at_once_lose_no_key(
    service: WrappedKeyService, wrapping: Visited, folder: Path
) -> None:
    await create(service)
    before = {owner: (await service.open_data_key(A, owner)).id for owner in (FIRST, SECOND)}

    async def rotate() -> None:
        await service.rotate(A, 2, 1)

    wrapping.before = {"unwrap": rotate}
    await service.rotate(A, 2, 1)
    assert {owner: (await service.open_data_key(A, owner)).id for owner in before} == before
    assert encryption(wrapping) == [2]
    assert [with_bytes(folder, owner) for owner in before] == [[f"data.{one}.2.key"] for one in before]


async def test_a_key_is_made_under_the_version_that_came_meanwhile(
    service: WrappedKeyService, wrapping: Visited, folder: Path
) -> None:
    await create(service)
    wrapping.before = {"wrap": rotating(service)}
    await service.create_data_key(A, LATE)
    assert with_bytes(folder, LATE) == [f"data.{LATE}.2.key"]


async def test_without_what_wraps_no_key_is_made(
    service: WrappedKeyService, wrapping: Visited, folder: Path
) -> None:
    await create(service)
    del wrapping.held[WrappingKey(A, Purpose.ENCRYPTION)]
    with pytest.raises(KeyUnavailable, match="no such key"):
        await service.create_data_key(A, LATE)
    assert with_bytes(folder, LATE) == []


async def test_where_a_key_is_renewed_again_and_again_it_is_said_so(
    service: WrappedKeyService, wrapping: Visited
) -> None:
    await create(service)
    wrapping.is_again = True
    for name, use in (
        ("wrap", service.create_data_key(A, LATE)),
        ("unwrap", service.open_data_key(A, FIRST)),
    ):
        wrapping.before = {name: rotating(service)}
        number = (await service.key_version(A)).number
        with pytest.raises(KeyUnavailable, match="again and again"):
            await use
        assert (await service.key_version(A)).number == number + data_keys.TRIES
    wrapping.before = {}
    await service.create_data_key(A, LATE)
    await service.open_data_key(A, FIRST)


async def test_what_a_slow_process_put_back_goes_with_the_next_rotation(
    service: WrappedKeyService, folder: Path
) -> None:
    await create(service)
    content = (folder / f"data.{FIRST}.1.key").read_bytes()
    await service.destroy_data_key(A, FIRST)
    (folder / f"data.{FIRST}.1.key").write_bytes(content)
    await service.rotate(A, 2, 1)
    assert with_bytes(folder, FIRST) == []
    assert with_bytes(folder, SECOND) == [f"data.{SECOND}.2.key"]


async def test_a_tenant_that_is_made_again_gets_no_version_back(
    service: WrappedKeyService, wrapping: Visited
) -> None:
    await create(service)
    await service.rotate(A, 2, 1)
    await service.create_tenant(A)
    assert encryption(wrapping) == [2]


def test_where_all_were_destroyed_one_that_is_looked_for_was_destroyed(tmp_path: Path) -> None:
    files = DataKeyFiles(tmp_path)
    files.add(1, {FIRST: b"wrapped"})
    files.destroy_all()
    with pytest.raises(KeyDestroyed):
        files.newest(FIRST)
    assert files.newest(SECOND) == 0


async def test_who_is_burnt_is_not_told_so_while_the_service_uses_what_wrapped_them(tmp_path: Path) -> None:
    wrapping = Keeping()
    service = WrappedKeyService(open_key_directory(tmp_path / "keys", None), wrapping)
    await create(service)
    for at in (1, 2):
        with pytest.raises(KeyUnavailable, match="told to destroy"):
            await service.burn(A, FIRST, at)
    with pytest.raises(KeyDestroyed):
        await service.open_data_key(A, FIRST)
    await service.open_data_key(A, SECOND)
    # Withdrawn as well, there is no newer version to go to, and what the service says is told as it is.
    await service.destroy_tenant_keys(A)
    with pytest.raises(KeyUnavailable, match="told to destroy"):
        await service.burn(A, FIRST, 3)


async def test_who_was_destroyed_opens_nothing_though_somebody_puts_all_of_it_back(
    service: WrappedKeyService, wrapping: Visited, folder: Path
) -> None:
    await create(service)
    first, second = (folder / f"data.{owner}.1.key" for owner in (FIRST, SECOND))
    contents, held = {path: path.read_bytes() for path in (first, second)}, dict(wrapping.held)
    await service.open_data_key(A, FIRST)
    await service.destroy_data_key(A, FIRST)
    first.write_bytes(contents[first])
    with pytest.raises(KeyDestroyed):
        await service.open_data_key(A, FIRST)
    await service.open_data_key(A, SECOND)
    await service.destroy_tenant_keys(A)
    second.write_bytes(contents[second])
    wrapping.held.update(held)
    # Of a tenant that was withdrawn every key counts as destroyed, one that never was among them.
    for owner in (SECOND, LATE):
        with pytest.raises(KeyDestroyed):
            await service.open_data_key(A, owner)
        with pytest.raises(KeyDestroyed):
            await WrappedKeyService(folder.parents[1], wrapping).open_data_key(A, owner)


async def test_for_each_key_a_folder_of_many_is_looked_through_once(
    service: WrappedKeyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_for, newest = list[str](), DataKeyFiles.newest

    def counted(files: DataKeyFiles, owner: str) -> int:
        looked_for.append(owner)
        return newest(files, owner)

    monkeypatch.setattr(DataKeyFiles, "newest", counted)
    await create(service)
    assert looked_for == [FIRST, SECOND]
    for owner in (FIRST, SECOND, FIRST):
        await service.open_data_key(A, owner)
    # Where one was found, the others are.
    assert looked_for == [FIRST, SECOND, FIRST]


async def test_a_version_that_a_dead_process_made_goes_with_the_others(
    service: WrappedKeyService, wrapping: Visited
) -> None:
    await create(service)
    await wrapping.create(WrappingKey(A, Purpose.ENCRYPTION, 2))
    assert purposes(await service.remaining(A)).count(Purpose.ENCRYPTION) == 2
    await service.destroy_tenant_keys(A)
    assert encryption(wrapping) == []


async def test_what_the_service_goes_on_using_is_told_though_its_file_is_gone(tmp_path: Path) -> None:
    service = WrappedKeyService(open_key_directory(tmp_path / "keys", None), Keeping())
    await create(service)
    await service.destroy_credentials(A)
    left = RemainingKey(Purpose.CREDENTIALS, None)
    assert left in await service.remaining(A)
    await service.destroy_tenant_keys(A)
    found = await service.remaining(A)
    assert purposes(found) == sorted(OWN - {Purpose.DATA}, key=str)
    assert left in found


async def test_a_key_that_was_destroyed_opens_nothing_though_its_file_is_put_back(
    service: WrappedKeyService, wrapping: Visited, folder: Path
) -> None:
    await create(service)
    content, held = (folder / "credentials.key").read_bytes(), dict(wrapping.held)
    await service.destroy_credentials(A)
    (folder / "credentials.key").write_bytes(content)
    wrapping.held.update(held)
    with pytest.raises(KeyDestroyed):
        await service.open_key(A, Purpose.CREDENTIALS)


async def test_with_the_evidence_goes_what_it_sealed(service: WrappedKeyService) -> None:
    await create(service)
    for name in ("era_1", "req_1_1"):
        await service.keep_record(A, name, b"sealed")
    await service.destroy_tenant_keys(A)
    assert set(await service.kept_records(A)) == {"era_1", "req_1_1"}
    await service.destroy_evidence(A)
    assert await service.kept_records(A) == {}


async def test_evidence_is_put_back_where_all_keys_are_new(
    service: WrappedKeyService, wrapping: Visited, tmp_path: Path
) -> None:
    key = SecretKey(bytes(range(32)))
    await service.restore_evidence(A, key)
    assert (await service.open_key(A, Purpose.EVIDENCE)).id == key.id
    assert purposes(await service.remaining(A)) == [Purpose.EVIDENCE]
    again = WrappedKeyService(tmp_path / "keys", wrapping)
    await again.destroy_evidence(A)
    with pytest.raises(KeyDestroyed):
        await again.restore_evidence(A, key)


async def test_what_remains_is_told_by_its_id_where_a_whole_key_is_left(
    service: WrappedKeyService, folder: Path
) -> None:
    await create(service)
    index = await service.open_key(A, Purpose.INDEX)
    await service.destroy_credentials(A)
    (folder / "credentials.destroyed").write_bytes(b"half of it")
    (folder / "something").write_bytes(b"else")
    found = await service.remaining(A)
    assert RemainingKey(Purpose.INDEX, index.id) in found
    assert {key.id for key in found if key.purpose in {Purpose.CREDENTIALS, None}} == {None}
    assert purposes(found).count(None) == 1
