"""What was written before opens with what is here now: formats and names stay as they are documented.

A change of any of them loses what stands in stores and key directories, so it needs a version of its own.
"""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from gateway.booking import TenantId
from gateway.errors import KeyUnavailable
from gateway.legal_hold import HoldId
from gateway.vault.columns import SealedColumn
from gateway.vault.evidence_copies import CopyDamaged, EvidenceCopies
from gateway.vault.exchange import Answer
from gateway.vault.index import Index
from gateway.vault.keyring import Keyring
from gateway.vault.keys import KnownBackup, Purpose
from gateway.vault.local import LocalKeyService
from gateway.vault.secret import SecretKey, key_id
from gateway.vault.wrapped import WrappedKeyService
from tests.contracts.key_service import FIRST, A, create
from tests.fakes.wrapping import HeldWrapping
from tests.gateway.vault.hand_clock import HandClock

KEY = bytes(range(32))
ID = bytes.fromhex("fd15bf09da88c3a1")

RECORD = bytes.fromhex(
    "01fd15bf09da88c3a16465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f80818283053d3fbf465469343985"
    "f1e27db30f42314a6031ae4aae1e518ebe72d1946964deaafd0775d20cb72d69b026e06218ed982502d66f"
)
#: Under the key that is all zero.
WRAPPED = bytes.fromhex(
    "fd15bf09da88c3a1246d75815315bd8b40ac141ba1cbca56785ae73cbbafa7fd20f4c91a99312c946edff8132c8259b4"
)
COPY = bytes.fromhex(
    "fd15bf09da88c3a11830b3890f1f8eb1d7b2c30992fb7764b08ecbdbd2bc811c3841564b8f36f86708152a073a1c303ddd72a2"
    "94ab36cf81fbfdb92ce2571751ee1d4616a3991c31c9779bc3f25c0e046ebee36613cb6222"
)
PRIVATE_KEY = X25519PrivateKey.from_private_bytes(bytes(range(64, 96)))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(content)


def test_a_record_opens() -> None:
    column = SealedColumn(SecretKey(KEY), region="eu", tenant=A, table="bookings", column="body")
    assert key_id(KEY) == ID
    assert column.open("row-1", 7, RECORD) == b"taken"


async def test_a_data_key_opens(tmp_path: Path) -> None:
    folder = tmp_path / "keys" / "tenants" / A
    put(folder / "encryption.1.key", key_id(bytes(32)) + bytes(32))
    put(folder / f"data.{FIRST}.1.key", WRAPPED)
    (tmp_path / "keys").chmod(0o700)
    key = await LocalKeyService(tmp_path / "keys").open_data_key(A, FIRST)
    assert key.use(bytes) == KEY


async def test_what_belongs_to_the_installation_opens(tmp_path: Path) -> None:
    put(tmp_path / "keys" / "service.key", ID + KEY)
    (tmp_path / "keys").chmod(0o700)
    keyring = Keyring(LocalKeyService(tmp_path / "keys"), region="eu", clock=HandClock())
    as_it_was = SealedColumn(SecretKey(KEY), region="eu", tenant="", table="consumers", column="record")
    column = await keyring.service("consumers", "record")
    assert column.open("row", 1, as_it_was.seal("row", 1, b"told")) == b"told"


def test_a_copy_of_an_evidence_key_opens_and_is_no_other_tenants(tmp_path: Path) -> None:
    put(tmp_path / "copies" / f"{A}.evidence", COPY)
    put(tmp_path / "copies" / "tenant-b.evidence", COPY)
    copies = EvidenceCopies(tmp_path / "copies")
    assert copies.open(A, PRIVATE_KEY).use(bytes) == KEY
    with pytest.raises(CopyDamaged):
        copies.open(TenantId("tenant-b"), PRIVATE_KEY)
    assert not copies.is_reached
    copies.prepare()
    assert copies.is_reached
    assert (names(copies.folder), copies.tenants()) == (
        ["evidence-copies", "tenant-a.evidence", "tenant-b.evidence"],
        {A, "tenant-b"},
    )


def test_a_copy_that_is_there_is_kept_and_another_keys_is_found(tmp_path: Path) -> None:
    put(tmp_path / f"{A}.evidence", COPY)
    copies = EvidenceCopies(tmp_path)
    copies.put(A, SecretKey(KEY), PRIVATE_KEY.public_key())
    assert (tmp_path / f"{A}.evidence").read_bytes() == COPY
    with pytest.raises(CopyDamaged):
        copies.put(A, SecretKey(bytes(32)), PRIVATE_KEY.public_key())
    assert (tmp_path / f"{A}.evidence").read_bytes() == COPY
    put(tmp_path / f"{A}.evidence", COPY + b"\0")
    with pytest.raises(CopyDamaged):
        copies.key_id(A)


async def test_the_key_directory_is_laid_out_as_documented(tmp_path: Path) -> None:
    wrapping = HeldWrapping()
    service = WrappedKeyService(tmp_path, wrapping)
    await create(service)
    await service.create_hold_key(A, HoldId("hold-1"))
    await service.rotate(A, 2, 1_000)
    await service.raise_epoch(A, FIRST, 7)
    await service.log_key()
    await service.raise_log_size(1, 7)
    await service.record_officers(0, b"signed")
    await service.keep_record(A, "era_1", b"sealed")
    await service.record_revocation("con_1")
    await service.register_backup("bak_1", 1)
    await service.record_drill("bak_1", 2)
    await service.record_destruction("bak_1", 3)
    assert files(tmp_path) == {
        "log.key",
        "log.1.7",
        *(f"tenants/{A}/{name}.key" for name in ("credentials", "evidence", "index", "hold.hold-1")),
        *(f"tenants/{A}/data.{owner}.2.key" for owner in ("first", "second")),
        *(f"tenants/{A}/{name}" for name in ("version.2.1000", "gone.1", "encryption.1.destroyed")),
        f"tenants/{A}/epoch.first.7",
        "officers/0.sealed",
        f"records/{A}/era_1.sealed",
        "revocations/con_1",
        *(f"backups/bak_1.{name}" for name in ("taken.1", "drilled.2", "gone.3")),
    }
    assert sorted(f"{key.owner}.{key.name}" for key in wrapping.held) == [
        "hold-1.hold",
        "installation.service",
        *(f"{A}.{name}" for name in ("credentials", "encryption-2", "evidence", "index")),
    ]
    assert Purpose.EVIDENCE in {key.purpose for key in await service.remaining(A)}


async def test_strangers_among_the_marks_of_copies_are_none(tmp_path: Path) -> None:
    service = LocalKeyService(tmp_path)
    for name in ("bak_1", "bak_1.taken.x", "bak_2.drilled.5", "bak_3.taken.7.old", ".taken."):
        put(tmp_path / "backups" / name, b"")
    assert await service.backups() == {"bak_3": KnownBackup(7)}
    await service.register_backup("bak_3", 8)
    await service.record_drill("bak_3", 8)
    await service.record_drill("bak_3", 9)
    await service.record_drill("bak_3", 4)
    assert await service.backups() == {"bak_3": KnownBackup(8, 9)}
    # Of what happened several times the last is kept, whoever else has put a file there.
    left = ["bak_3.drilled.4", "bak_3.drilled.9", "bak_3.taken.7.old", "bak_3.taken.8"]
    assert [name for name in names(tmp_path / "backups") if name.startswith("bak_3")] == left


def test_an_identifier_is_found_again_letter_by_letter() -> None:
    assert Index(SecretKey(KEY)).identifier("booking", "calendar-1", "event-1") == "Wedu-tG73zgnZgcD7dKDyA"


def test_an_answer_of_a_key_service_does_not_show_itself() -> None:
    assert f"{Answer(200, KEY)}" == repr(Answer(200, KEY)) == "<Answer 200>"


async def test_a_record_that_would_not_be_read_whole_is_not_kept(tmp_path: Path) -> None:
    service = LocalKeyService(tmp_path)
    await service.keep_record(A, "era_1", bytes(65_536))
    with pytest.raises(KeyUnavailable, match="longer than 65536 bytes"):
        await service.keep_record(A, "era_2", bytes(65_537))
    put(tmp_path / "records" / A / "era_3.0123456789abcdef.new", b"half of it")
    kept = await service.kept_records(A)
    assert {name: len(record) for name, record in kept.items()} == {"era_1": 65_536}
