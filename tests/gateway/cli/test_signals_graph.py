"""A tenant's provider as who tells of accounts: by the command line."""

from pathlib import Path

import pytest

from gateway.app.signals.transmitters import list_transmitters, load_transmitter
from gateway.app.standins import write_settings
from gateway.cli.signals import add, list_, remove
from gateway.errors import ConfigurationError
from gateway.signals.transmitter import TransmitterKind
from gateway.tenant import Provider
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.site import open_site

CLOSED = "front.desk@harbour.example"


async def test_a_provider_is_added_without_an_issuer_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    async with open_installation(tmp_path) as here:
        tenant = (await open_site(here)).tenant
        graph, issuer = TransmitterKind.GRAPH, "https://issuer.example"
        with pytest.raises(ConfigurationError, match="no issuer is named"):
            await add(tenant, graph, issuer, config=config)
        for kind, named, closed in (
            (TransmitterKind.OKTA, None, None),
            (TransmitterKind.OKTA, issuer, CLOSED),
        ):
            with pytest.raises(ConfigurationError, match="goes with graph alone"):
                await add(tenant, kind, named, refused_mailbox=closed, config=config)
        await add(tenant, graph, refused_mailbox=CLOSED, config=config)
        told = " ".join(capsys.readouterr().out.split())
        assert "User.Read.All" in told
        standing = await here.standing(tenant)
        (row,) = await list_transmitters(here.parts, standing)
        assert (row.kind, row.id in told) == ("graph", True)
        assert (await load_transmitter(here.parts, standing, row.id)).closed == CLOSED
        await list_(tenant, config=config)
        listed = capsys.readouterr().out
        assert ("never" in listed, CLOSED in listed) == (True, False)
        await remove(tenant, row.id, config=config)
        assert await list_transmitters(here.parts, standing) == []


async def test_google_is_added_as_graph_is_and_shuts_no_mailbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    async with open_installation(tmp_path) as here:
        tenant = (await open_site(here, whose=Provider.GOOGLE)).tenant
        google = TransmitterKind.GOOGLE
        with pytest.raises(ConfigurationError, match="no issuer is named"):
            await add(tenant, google, "https://issuer.example", config=config)
        with pytest.raises(ConfigurationError, match="goes with graph alone"):
            await add(tenant, google, refused_mailbox=CLOSED, config=config)
        await add(tenant, google, config=config)
        told = " ".join(capsys.readouterr().out.split())
        assert "admin.directory.user.readonly" in told
        assert "admin.reports.audit.readonly" in told
        (row,) = await list_transmitters(here.parts, await here.standing(tenant))
        assert row.kind == "google"
        await remove(tenant, row.id, config=config)
        assert await list_transmitters(here.parts, await here.standing(tenant)) == []
