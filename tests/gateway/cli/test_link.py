"""What ``gateway link list`` and ``status`` say of links that cannot be read."""

from pathlib import Path

import pytest

from gateway.app.standins import write_settings
from gateway.cli.link import list_
from gateway.cli.status import status
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.persons import Person, links_at, open_peopled_site


async def test_of_a_link_whose_key_is_missing_it_is_said_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)

    def said() -> str:
        return " ".join(capsys.readouterr().out.split())

    async with open_installation(tmp_path) as installation:
        site = await open_peopled_site(installation)
        await Person(site, "ana").connect()
        await Person(site, "ben").connect()
        await site.later()
        await list_(site.tenant, config=config)
        await status(config=config)
        assert "withdraw" not in said()
        lost, kept = (row.authorization for row in await links_at(site))
        await installation.parts.keys.destroy_data_key(site.tenant, lost)
        installation.parts.keyring.drop(site.tenant)
        await site.installation.sync_later()
        await list_(site.tenant, config=config)
        listed = said()
        await status(config=config)
    assert f"gateway link withdraw {site.tenant} {lost}" in listed
    assert f"withdraw {site.tenant} {kept}" not in listed
    assert "1 of 2 calendars that people connected cannot be read" in said()
