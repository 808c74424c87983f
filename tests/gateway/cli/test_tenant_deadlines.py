"""``gateway tenant``: until when an authorization is given, and what became of it."""

from datetime import date
from pathlib import Path

import pytest

from gateway.app.standins import CONTROLLER, write_settings
from gateway.cli.onboarding import Who, add
from gateway.cli.status import status
from gateway.cli.tenant import history, renew, show, withdraw
from gateway.tenant import Provider
from tests.fakes.installation import SETTINGS, lose_access, open_installation
from tests.fakes.site import open_site

NAME = "Quay Works"


async def test_it_is_given_for_a_time_and_renewed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)

    def said() -> str:
        return " ".join(capsys.readouterr().out.split())

    async with open_installation(tmp_path):
        directory = "00000000-0000-4000-8000-000000000009"
        await add(
            NAME,
            provider=Provider.MICROSOFT,
            who=Who(address=CONTROLLER.address, contact=CONTROLLER.contact),
            directory_id=directory,
            until=date(2190, 1, 31),
            config=config,
        )
        await show(NAME, config=config)
        assert "given until 2190-02-01 00:00:00 UTC" in said()
        await renew(NAME, until=date(2190, 12, 31), config=config)
        await show(NAME, config=config)
        assert "given until 2191-01-01 00:00:00 UTC" in said()
        await renew(NAME, config=config)
        assert "Until it is withdrawn" in said()
        await show(NAME, config=config)
        assert "given until" not in said()


async def test_when_a_suspension_ends_is_told_and_history_outlives_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)

    def said() -> str:
        return " ".join(capsys.readouterr().out.split())

    async with open_installation(tmp_path) as installation:
        site = await open_site(installation)
        await lose_access(installation.store, site.tenancy)
        await status(config=config)
        assert "Otherwise all of it is erased at 2026-04-01 12:00 UTC" in said()
        await show(site.tenant, config=config)
        assert "all is erased 2026-04-01 12:00:30 UTC" in said()
        await withdraw(site.tenant, config=config)
        said()
        await history(site.tenant, config=config)
        told = said()
        assert "suspended" in told
        assert "access_lost" in told
        assert "erased" in told
