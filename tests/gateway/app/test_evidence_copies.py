"""Evidence keys, and no others, have copies in two folders that open with a key which is elsewhere."""

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from structlog.testing import capture_logs

from gateway.app.keys import evidence_copies
from gateway.app.keys.evidence_copies import FolderState
from gateway.app.parts import Parts
from gateway.app.tenants import withdraw_tenant
from gateway.booking import TenantId
from gateway.errors import ConfigurationError, KeyDestroyed, KeyUnavailable
from gateway.key_settings import EvidenceCopySettings
from gateway.vault.evidence_copies import CopyDamaged
from gateway.vault.keys import Purpose
from gateway.vault.local import LocalKeyService
from tests.fakes.installation import Installation, open_installation
from tests.fakes.site import open_site


def write_keys(folder: Path, name: str) -> tuple[Path, Path]:
    """A private key, and its public one."""
    made, private, public = X25519PrivateKey.generate(), folder / f"{name}.pem", folder / f"{name}.pub.pem"
    private.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


class House:
    """Two tenants, and two folders."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.installation = installation
        self.private, public = write_keys(folder, "evidence")
        self.folders = (folder / "one", folder / "two")
        first, second = map(str, self.folders)
        settings = msgspec.structs.replace(
            installation.parts.settings, evidence_copies=EvidenceCopySettings((first, second), str(public))
        )
        self.parts: Parts = replace(installation.parts, settings=settings)
        self.tenants: list[TenantId] = []

    async def add(self) -> TenantId:
        self.tenants.append((await open_site(self.installation)).tenant)
        return self.tenants[-1]

    async def end(self, tenant: TenantId) -> None:
        """As when a limitation period is over."""
        await withdraw_tenant(self.parts, tenant)
        await self.parts.keys.destroy_evidence(tenant)

    def copies(self) -> list[list[str]]:
        return [sorted(path.name for path in folder.glob("*.evidence")) for folder in self.folders]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_installation(tmp_path / "gateway_") as installation:
        made = House(installation, tmp_path)
        await made.add()
        await made.add()
        yield made


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> None:
    (tmp_path / "gateway_").mkdir()


def named(*tenants: TenantId) -> list[list[str]]:
    return [sorted(f"{tenant}.evidence" for tenant in tenants)] * 2


def complete(house: House) -> list[FolderState]:
    return [FolderState(folder, is_reached=True) for folder in house.folders]


async def test_evidence_alone_is_copied_and_stands_nowhere_in_the_clear(house: House) -> None:
    assert [state.is_reached for state in await evidence_copies.look(house.parts)] == [False, False]
    assert await evidence_copies.prepare(house.parts) == complete(house)
    assert house.copies() == named(*house.tenants)
    stands = b"".join(path.read_bytes() for folder in house.folders for path in folder.iterdir())
    for tenant in house.tenants:
        for purpose in (Purpose.EVIDENCE, Purpose.INDEX, Purpose.CREDENTIALS):
            key = await house.parts.keys.open_key(tenant, purpose)
            assert key.use(bytes) not in stands
            assert (bytes(key.id) in stands) == (purpose is Purpose.EVIDENCE)
    modes = {path.stat().st_mode & 0o777 for folder in house.folders for path in folder.iterdir()}
    assert modes == {0o600}
    assert {folder.stat().st_mode & 0o777 for folder in house.folders} == {0o700}
    assert await evidence_copies.drill(house.parts, house.private) == 2


async def test_a_tenant_that_comes_later_is_copied_without_anybody(house: House) -> None:
    await evidence_copies.prepare(house.parts)
    new = await house.add()
    assert [state.missing for state in await evidence_copies.look(house.parts)] == [{new}, {new}]
    with pytest.raises(ConfigurationError, match="lacks copies"):
        await evidence_copies.drill(house.parts, house.private)
    await evidence_copies.copy_or_tell(house.parts)
    assert await evidence_copies.look(house.parts) == complete(house)
    assert await evidence_copies.drill(house.parts, house.private) == 3


async def test_a_folder_that_is_not_mounted_is_not_written_to_and_catches_up(house: House) -> None:
    await evidence_copies.prepare(house.parts)
    one, two = house.folders
    two.rename(two.with_name("unmounted"))
    two.mkdir()
    new, ended = await house.add(), house.tenants[0]
    await house.end(ended)
    with capture_logs() as logs:
        await evidence_copies.copy_or_tell(house.parts)
    assert [one["event"] for one in logs if one["log_level"] == "warning"] == ["evidence_copies_not_reached"]
    assert [*two.iterdir()] == []
    assert await evidence_copies.look(house.parts) == [
        FolderState(one, is_reached=True),
        FolderState(two, is_reached=False),
    ]
    two.rmdir()
    two.with_name("unmounted").rename(two)
    state = (await evidence_copies.look(house.parts))[1]
    assert [set(state.missing), set(state.to_destroy)] == [{new}, {ended}]
    await evidence_copies.copy_or_tell(house.parts)
    assert house.copies() == named(house.tenants[1], new)


async def test_a_copy_is_overwritten_and_goes_with_its_key(house: House, tmp_path: Path) -> None:
    await evidence_copies.prepare(house.parts)
    ended, stays = house.tenants
    for number, folder in enumerate(house.folders):
        os.link(folder / f"{ended}.evidence", tmp_path / f"kept-{number}")
    await withdraw_tenant(house.parts, ended)
    await evidence_copies.copy_or_tell(house.parts)
    assert house.copies() == named(ended, stays)
    await house.parts.keys.destroy_evidence(ended)
    await evidence_copies.copy_or_tell(house.parts)
    assert house.copies() == named(stays)
    assert [(tmp_path / f"kept-{number}").read_bytes() for number in range(2)] == [b"", b""]


async def test_a_key_that_is_not_to_be_had_is_no_reason_to_destroy_its_copy(house: House) -> None:
    await evidence_copies.prepare(house.parts)
    folder = Path(house.parts.settings.keys) / "tenants" / house.tenants[0]
    folder.rename(folder.with_name("lost"))
    await evidence_copies.copy_or_tell(house.parts)
    assert house.copies() == named(*house.tenants)


@pytest.mark.parametrize("damage", ["truncated", "of another tenant", "empty", "one bit"])
async def test_a_copy_that_is_not_what_it_is_taken_for_is_found(house: House, damage: str) -> None:
    await evidence_copies.prepare(house.parts)
    first, second = (house.folders[1] / f"{tenant}.evidence" for tenant in house.tenants)
    content = first.read_bytes()
    first.write_bytes(
        {
            "truncated": content[:-1],
            "of another tenant": second.read_bytes(),
            "empty": b"",
            "one bit": content[:-1] + bytes([content[-1] ^ 1]),
        }[damage]
    )
    with pytest.raises(CopyDamaged, match="remove the file"):
        await evidence_copies.drill(house.parts, house.private)
    if damage != "one bit":
        # Without the private key, by the id of the key that it is said to hold.
        with pytest.raises(CopyDamaged):
            await evidence_copies.prepare(house.parts)
    first.unlink()
    await evidence_copies.prepare(house.parts)
    assert await evidence_copies.drill(house.parts, house.private) == 2


async def test_another_private_key_opens_nothing(house: House, tmp_path: Path) -> None:
    await evidence_copies.prepare(house.parts)
    other, _ = write_keys(tmp_path, "other")
    with pytest.raises(CopyDamaged):
        await evidence_copies.drill(house.parts, other)
    for wrong in (tmp_path / "none.pem", tmp_path / "evidence.pub.pem"):
        with pytest.raises(ConfigurationError, match="private key"):
            await evidence_copies.drill(house.parts, wrong)


async def test_where_keys_are_lost_proof_opens_again_and_nothing_else(house: House) -> None:
    await evidence_copies.prepare(house.parts)
    known = {one: (await house.parts.keys.open_key(one, Purpose.EVIDENCE)).id for one in house.tenants}
    shutil.rmtree(house.parts.settings.keys)
    assert await evidence_copies.restore(house.parts.settings, house.folders[1], house.private) == 2
    keys = LocalKeyService(Path(house.parts.settings.keys))
    for tenant, id_ in known.items():
        assert (await keys.open_key(tenant, Purpose.EVIDENCE)).id == id_
        with pytest.raises(KeyUnavailable):
            await keys.open_key(tenant, Purpose.INDEX)
    with pytest.raises(ConfigurationError, match="is no folder"):
        await evidence_copies.restore(house.parts.settings, house.folders[1] / "else", house.private)


async def test_what_was_destroyed_is_not_put_back_and_holds_up_no_other(house: House) -> None:
    await evidence_copies.prepare(house.parts)
    first, second = sorted(house.tenants)
    await house.end(first)
    (Path(house.parts.settings.keys) / "tenants" / second / "evidence.key").unlink()
    await evidence_copies.restore(house.parts.settings, house.folders[0], house.private)
    keys = LocalKeyService(Path(house.parts.settings.keys))
    (await keys.open_key(second, Purpose.EVIDENCE)).drop()
    with pytest.raises(KeyDestroyed):
        await keys.open_key(first, Purpose.EVIDENCE)


async def test_a_copy_that_was_moved_to_another_tenant_is_not_put_back(house: House) -> None:
    await evidence_copies.prepare(house.parts)
    first, second = (house.folders[0] / f"{tenant}.evidence" for tenant in house.tenants)
    first.write_bytes(second.read_bytes())
    shutil.rmtree(house.parts.settings.keys)
    with pytest.raises(CopyDamaged):
        await evidence_copies.restore(house.parts.settings, house.folders[0], house.private)
    keys = LocalKeyService(Path(house.parts.settings.keys))
    for tenant in house.tenants:
        with pytest.raises(KeyUnavailable):
            await keys.open_key(tenant, Purpose.EVIDENCE)


async def test_nothing_starts_without_what_copies_are_sealed_for(house: House, tmp_path: Path) -> None:
    await evidence_copies.check(house.parts)
    (tmp_path / "evidence.pub.pem").unlink()
    with pytest.raises(ConfigurationError, match="public key"):
        await evidence_copies.check(house.parts)


async def test_without_folders_nothing_is_copied_and_the_command_says_so(house: House) -> None:
    assert await evidence_copies.look(house.installation.parts) == []
    assert await evidence_copies.copy_missing(house.installation.parts) == []
    with pytest.raises(ConfigurationError, match="names no folders"):
        await evidence_copies.prepare(house.installation.parts)
