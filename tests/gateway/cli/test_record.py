"""``gateway tenant record`` and ``gateway link record`` as an admin runs them."""

import json
from pathlib import Path

import pytest

from gateway.app.standins import write_settings
from gateway.cli.record import of_link, of_tenant
from gateway.cli.tenant import withdraw
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.persons import Person, links_at, open_peopled_site


async def test_records_are_shown_as_text_and_as_json_ld_also_once_they_have_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    async with open_installation(tmp_path) as installation:
        site = await open_peopled_site(installation)
        await Person(site, "ana").connect()
        (link,) = await links_at(site)
        for ended in (False, True):
            if ended:
                await withdraw(site.tenant, config=config)
            capsys.readouterr()
            await of_tenant(site.tenant, config=config)
            assert capsys.readouterr().out.startswith("# Authorization by Harbour Works\n")
            await of_tenant("Harbour Works", json=True, config=config)
            assert json.loads(capsys.readouterr().out)["dct:identifier"].startswith("aut_")
            await of_link(site.tenant, link.authorization, config=config)
            assert capsys.readouterr().out.startswith("# Consent of a person at Harbour Works\n")
            await of_link(site.tenant, link.authorization, json=True, config=config)
            assert json.loads(capsys.readouterr().out)["dct:identifier"] == link.authorization
