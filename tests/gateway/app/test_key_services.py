"""A transit engine that the settings name, from the file to what an operator is told."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.app.parts import open_parts
from gateway.app.standins import CONTROLLER, write_settings
from gateway.app.tenants import add_tenant, list_tenants, withdraw_tenant
from gateway.cli.status import status
from gateway.errors import ConfigurationError, KeyUnavailable
from gateway.settings import load_settings
from gateway.tenant import Connection, Provider, Registration
from gateway.vault.keys import Purpose
from tests.fakes.installation import SETTINGS
from tests.fakes.transit import Transit

CONNECTION = Connection(
    provider=Provider.GOOGLE, directory="C0example", grant="shared", read_as="r@corp.example"
)
REGISTRATION = Registration(name="Harbour Works", policy="occupancy", zone="Europe/Berlin", basis="f")


@pytest.fixture
def config(transit: Transit, tmp_path: Path) -> Path:
    path = tmp_path / "gateway.toml"
    write_settings(SETTINGS, path)
    with path.open("a") as file:
        file.write(
            f"""
[key_service.transit]
url = "{transit.openbao.url}/"
mount = "{transit.mount}"
token_file = "token"
"""
        )
    return path


async def test_a_tenants_keys_are_made_and_end_there(config: Path, transit: Transit) -> None:
    async with open_parts(load_settings(config)) as parts:
        tenant = await add_tenant(parts, CONNECTION, REGISTRATION, controller=CONTROLLER)
        made = transit.names()
        await withdraw_tenant(parts, tenant.id)
        assert {key.purpose for key in await parts.keys.remaining(tenant.id)} == {Purpose.EVIDENCE}
    purposes = (Purpose.ENCRYPTION, Purpose.CREDENTIALS, Purpose.INDEX, Purpose.EVIDENCE)
    assert made == {f"{tenant.id}.{purpose}" for purpose in purposes}
    # And what signs the log, in which the withdrawal is proved.
    assert transit.names() == {f"{tenant.id}.evidence", "installation.service"}


async def test_an_operator_is_told_why_nothing_is_served(
    config: Path, transit: Transit, capsys: pytest.CaptureFixture[str]
) -> None:
    async def told() -> str:
        await status(config=config)
        return " ".join(capsys.readouterr().out.split())

    async with open_parts(load_settings(config)) as parts:
        tenant = await add_tenant(parts, CONNECTION, REGISTRATION, controller=CONTROLLER)
        served = await told()
        with transit.openbao.sealed():
            one = await told()
        await add_tenant(
            parts,
            replace(CONNECTION, directory="C0other"),
            replace(REGISTRATION, name="Quarry"),
            controller=CONTROLLER,
        )
        with transit.openbao.sealed():
            both = await told()
        assert len(await list_tenants(parts)) == 2
    assert "neither read nor served" not in served
    assert f"{tenant.id}: neither read nor served. The key service cannot do now" in one
    assert both.count("2 tenants: neither read nor served.") == 1


async def test_a_directory_that_is_open_to_others_is_refused(config: Path) -> None:
    (config.parent / "keys").mkdir(mode=0o755)
    with pytest.raises(ConfigurationError, match="chmod 700"):
        async with open_parts(load_settings(config)):
            pass


async def test_authorities_that_cannot_be_read_are_refused(config: Path) -> None:
    with config.open("a") as file:
        file.write('ca_file = "none.pem"\n')
    with pytest.raises(ConfigurationError, match="ca_file"):
        async with open_parts(load_settings(config)):
            pass


async def test_a_key_service_that_cannot_be_asked_leaves_nothing_behind(tmp_path: Path) -> None:
    """Nobody is asked before a key is needed, and then nothing is made without a key."""
    path = tmp_path / "gateway.toml"
    write_settings(SETTINGS, path)
    with path.open("a") as file:
        file.write('[key_service.aws]\nregion = "eu-central-1"\ncredentials_file = "none.json"\n')
    async with open_parts(load_settings(path)) as parts:
        with pytest.raises(KeyUnavailable, match="credentials_file"):
            await add_tenant(parts, CONNECTION, REGISTRATION, controller=CONTROLLER)
        assert await list_tenants(parts) == []


async def test_a_certificate_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    write_settings(SETTINGS, path)
    with path.open("a") as file:
        file.write(
            """
[key_service.azure]
vault_url = "https://made-up.vault.azure.net/"
directory = "directory-1"
client_id = "app-1"
certificate_file = "none.pem"
"""
        )
    with pytest.raises(ConfigurationError, match="certificate"):
        async with open_parts(load_settings(path)):
            pass
