"""A token that the settings name, from the file to what an operator is told."""

import sys
from pathlib import Path

import pytest

from gateway.app.parts import open_parts
from gateway.app.standins import CONTROLLER, write_settings
from gateway.app.tenants import add_tenant, withdraw_tenant
from gateway.cli.status import status
from gateway.errors import ConfigurationError
from gateway.settings import load_settings
from gateway.tenant import Connection, Provider, Registration
from gateway.vault.keys import Purpose
from tests.fakes.installation import SETTINGS
from tests.fakes.softhsm import LABEL, PIN, SoftHsm

CONNECTION = Connection(
    provider=Provider.GOOGLE, directory="C0example", grant="shared", read_as="r@corp.example"
)
REGISTRATION = Registration(name="Harbour Works", policy="occupancy", zone="Europe/Berlin", basis="f")


@pytest.fixture
def config(softhsm: SoftHsm, tmp_path: Path) -> Path:
    path = tmp_path / "gateway.toml"
    write_settings(SETTINGS, path)
    with path.open("a") as file:
        file.write(
            f"""
[key_service.pkcs11]
module = "{softhsm.module}"
token_label = "{LABEL}"
pin_file = "softhsm/pin"
"""
        )
    return path


async def test_a_tenants_keys_are_made_and_end_there(config: Path, softhsm: SoftHsm) -> None:
    async with open_parts(load_settings(config)) as parts:
        tenant = await add_tenant(parts, CONNECTION, REGISTRATION, controller=CONTROLLER)
        made = softhsm.labels()
        await withdraw_tenant(parts, tenant.id)
        assert {key.purpose for key in await parts.keys.remaining(tenant.id)} == {Purpose.EVIDENCE}
    purposes = (Purpose.ENCRYPTION, Purpose.CREDENTIALS, Purpose.INDEX, Purpose.EVIDENCE)
    assert made == sorted(f"{tenant.id}.{purpose}" for purpose in purposes)
    # And what signs the log, in which the withdrawal is proved.
    assert softhsm.labels() == sorted([f"{tenant.id}.evidence", "installation.service"])


async def test_an_operator_is_told_of_a_wrong_pin(
    config: Path, softhsm: SoftHsm, capsys: pytest.CaptureFixture[str]
) -> None:
    async def told() -> str:
        await status(config=config)
        return " ".join(capsys.readouterr().out.split())

    async with open_parts(load_settings(config)) as parts:
        await add_tenant(parts, CONNECTION, REGISTRATION, controller=CONTROLLER)
    assert "neither read nor served" not in await told()
    softhsm.pin_file.write_text("another")
    assert "neither read nor served. The token refuses the PIN in pin_file." in await told()
    softhsm.pin_file.write_text(PIN)
    assert "neither read nor served" not in await told()


async def test_a_library_that_is_not_installed_is_refused(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "pkcs11"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "gateway.vault.pkcs11", raising=False)
    with pytest.raises(ConfigurationError, match="extra 'pkcs11'"):
        async with open_parts(load_settings(config)):
            pass
