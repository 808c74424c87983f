"""``gateway crossing`` as an admin sees it, against the stand-ins."""

from pathlib import Path

import pytest

from connectors.personal import KINDS
from connectors.sandbox.truth import Provider as Whose
from gateway.app.parts import open_parts
from gateway.app.service import sync_once
from gateway.app.standins import (
    CONTROLLER,
    connection_of,
    installation,
    made_up_world,
    open_standins,
    write_settings,
)
from gateway.app.tenants import add_tenant
from gateway.cli.crossing import crossing
from gateway.tenant import Registration
from tests.fakes.blank_store import lay_tables


async def _nothing() -> None:
    """Told after every turn."""


async def test_a_table_of_counts_and_nothing_of_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    config = tmp_path / "gateway.toml"
    async with open_standins(made_up_world(7, 2)) as sandbox:
        settings, handout = installation(sandbox, tmp_path, port=0)
        write_settings(settings, config)
        lay_tables(tmp_path / "store")
        async with open_parts(settings) as parts:
            for one in handout.tenants:
                choice = Registration(name=one.name, policy="occupancy", zone=one.zone, basis="f")
                await add_tenant(parts, connection_of(one), choice, controller=CONTROLLER)
            await sync_once(parts, _nothing)
        capsys.readouterr()
        for company in sandbox.world.tenants:
            is_microsoft = company.provider is Whose.MICROSOFT
            await crossing(company.name, both_modes=is_microsoft, config=config)
            table = capsys.readouterr().out
            assert [kind for kind in KINDS if f"personal: {kind}" not in table] == []
            assert ("snapshot (chosen)" in table) == ("delta" in table) == is_microsoft
            words = {word.casefold() for word in table.split()}
            people = {word.casefold() for one in company.people for word in one.name.split()}
            assert not words & people
            assert "@" not in table
