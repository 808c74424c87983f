import json
from pathlib import Path

import pytest
from cryptography import x509

from connectors.sandbox.handout import HandoutRefused, prepare_folder, write_credentials
from connectors.sandbox.server import Sandbox


async def test_the_files_hold_what_a_gateway_needs_and_are_its_owners_alone(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    handout = write_credentials(sandbox, tmp_path / "new")
    files = (handout.authority_file, handout.microsoft_file, handout.google_file)
    assert [file.name for file in files] == ["ca.pem", "microsoft.pem", "google.json"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert b"PRIVATE KEY" not in handout.authority_file.read_bytes()
    pem = handout.microsoft_file.read_bytes()
    assert pem.startswith(b"-----BEGIN PRIVATE KEY-----")
    assert x509.load_pem_x509_certificate(pem).subject.rfc4514_string() == "CN=calendar-gateway"
    account = json.loads(handout.google_file.read_bytes())
    assert account["token_uri"] == f"{sandbox.google_url}/token"


async def test_the_handout_names_every_tenant(sandbox: Sandbox, tmp_path: Path) -> None:
    handout = write_credentials(sandbox, tmp_path)
    microsoft, google = sandbox.world.tenants
    assert (handout.directory_ids, handout.customer_ids) == ((microsoft.id,), (google.id,))
    assert [tenant.read_as for tenant in handout.tenants] == [
        "calendar.reader@haldenvoss.example",
        "calendar.reader@kestrel.example",
    ]


async def test_a_second_handout_replaces_the_first(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("of an earlier run, readable by all")
    (tmp_path / "ca.pem").chmod(0o644)
    handout = write_credentials(sandbox, tmp_path)
    assert handout.authority_file.read_bytes() == sandbox.identity.authority.pem
    assert handout.authority_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["file", "file/below", "link/below", "loop"])
def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(HandoutRefused, match="cannot hold credentials"):
        prepare_folder(tmp_path / name)


@pytest.mark.parametrize("directory", ["/proc", "/proc/new", "/proc/self"])
def test_neither_is_one_that_holds_no_files(directory: str) -> None:
    with pytest.raises(HandoutRefused, match="cannot hold credentials"):
        prepare_folder(Path(directory))


def test_a_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    prepare_folder(tmp_path / "new" / "deep")
    assert list((tmp_path / "new" / "deep").iterdir()) == []


async def test_what_stands_in_the_way_is_named(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "google.json").mkdir()
    with pytest.raises(HandoutRefused, match=r"google\.json cannot be written"):
        write_credentials(sandbox, tmp_path)
