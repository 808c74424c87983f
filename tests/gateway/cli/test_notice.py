"""``gateway notice`` as a privacy officer runs it."""

from pathlib import Path

import pytest

from gateway.app.consumers.overview import add_consumer
from gateway.app.parts import open_parts
from gateway.app.standins import (
    CONTROLLER,
    connection_of,
    installation,
    made_up_world,
    open_standins,
    write_settings,
)
from gateway.app.tenants import add_tenant
from gateway.cli.notice import notice
from gateway.tenant import Registration
from tests.fakes.blank_store import lay_tables


async def test_it_is_markdown_with_who_receives_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "gateway.toml"
    async with open_standins(made_up_world(7, 1)) as sandbox:
        settings, handout = installation(sandbox, tmp_path, port=0)
        write_settings(settings, config)
        lay_tables(tmp_path / "store")
        async with open_parts(settings) as parts:
            one = handout.tenants[0]
            choice = Registration(name=one.name, policy="occupancy", zone=one.zone, basis="f")
            await add_tenant(parts, connection_of(one), choice, controller=CONTROLLER)
            await add_consumer(parts, "flexo-backend", [one.name], purpose="occupancy")
    capsys.readouterr()
    await notice(one.name, config=config)
    told = capsys.readouterr().out
    assert told.startswith(f"# What happens with calendars of bookable places: {one.name}\n")
    assert "FlexO (flexo-backend), and nobody else." in told
