"""Consumers, as the command line lists them."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.app.consumers.overview import add_consumer
from gateway.app.parts import open_parts
from gateway.app.standins import CONTROLLER, write_settings
from gateway.app.tenants import add_tenant
from gateway.cli.consumer import list_
from gateway.cli.tenant import list_ as list_tenants
from gateway.settings import load_settings
from gateway.store.consumers import mark_used
from gateway.tenant import Connection, Provider, Registration
from tests.fakes.blank_store import lay_tables
from tests.fakes.installation import SETTINGS

#: 2026-03-02T12:00Z.
NOON = 1_772_452_800_000
NAME = "The FlexO backend that the whole company reads its bookings with"


@pytest.mark.parametrize("columns", ["40", "80"])
async def test_ids_are_listed_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    lay_tables(tmp_path / "store")
    async with open_parts(load_settings(config)) as parts:
        choice = Registration(name=NAME, policy="occupancy", zone="UTC", basis="f")
        reach = [Connection(provider=Provider.MICROSOFT, directory=f"{name}.example") for name in "ab"]
        first = await add_tenant(parts, reach[0], choice, controller=CONTROLLER)
        second = await add_tenant(parts, reach[1], replace(choice, name="Fjord"), controller=CONTROLLER)
        consumer, _ = await add_consumer(parts, NAME, [first.id, second.id], purpose="occupancy")
        uses = {consumer.id: NOON}
        await parts.store.administer(lambda registry: mark_used(registry.handle, uses))
    await list_(config=config)
    listed = capsys.readouterr().out
    for one in (consumer.id, first.id, second.id):
        assert one in listed
    assert columns == "40" or max(map(len, listed.splitlines())) <= 80
    monkeypatch.setenv("COLUMNS", "200")
    await list_(config=config)
    assert "last here 2026-03-02 12:00 UTC" in capsys.readouterr().out
    await list_tenants(config=config)
    assert first.id in capsys.readouterr().out
