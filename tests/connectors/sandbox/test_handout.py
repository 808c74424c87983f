import json
from pathlib import Path

from cryptography import x509

from connectors.sandbox.handout import write_credentials
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
