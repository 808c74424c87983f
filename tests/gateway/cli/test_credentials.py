"""``gateway tenant withdraw --only credentials`` and ``reconnect``."""

from pathlib import Path

import pytest

from gateway.app.standins import write_settings
from gateway.cli.credentials import Only, reconnect
from gateway.cli.proof import certificate
from gateway.cli.status import status
from gateway.cli.tenant import history, show, withdraw
from gateway.errors import ConfigurationError
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.site import open_site


async def test_they_are_withdrawn_and_given_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)

    def said() -> str:
        return " ".join(capsys.readouterr().out.split())

    async with open_installation(tmp_path) as installation:
        site = await open_site(installation)
        with pytest.raises(ConfigurationError, match="--only"):
            await withdraw(site.tenant, only=Only.CREDENTIALS, without_export=True, config=config)
        await withdraw(site.tenant, only=Only.CREDENTIALS, config=config)
        told = said()
        assert "shredded" in told
        assert "told as stale" in told
        assert "all of it is erased at 20" in told
        assert "app-1" in told
        await certificate(site.tenant, config=config)
        assert '"scope":"credentials"' in said()
        await status(config=config)
        told = said()
        assert "since its credentials were withdrawn" in told
        assert "is suspended" not in told
        await show(site.tenant, config=config)
        told = said()
        assert "degraded credentials_withdrawn" in told
        assert "of its credentials alone, proved" in told
        assert "at its provider pending since" in told
        assert "read as nobody" in told
        await reconnect(site.tenant, config=config)
        assert "read in full from now on" in said()
        await history(site.tenant, config=config)
        told = said()
        assert "disconn" in told
        assert "reconn" in told
