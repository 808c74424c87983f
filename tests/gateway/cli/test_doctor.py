"""``gateway doctor`` as people and programs see it, against the stand-ins."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider
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
from gateway.cli.doctor import LABELS, doctor
from gateway.tenant import Registration
from tests.fakes.blank_store import lay_tables


@pytest.fixture
async def standins(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """Two onboarded companies."""
    async with open_standins(made_up_world(7, 2)) as sandbox:
        settings, handout = installation(sandbox, tmp_path, port=0)
        write_settings(settings, tmp_path / "gateway.toml")
        lay_tables(tmp_path / "store")
        async with open_parts(settings) as parts:
            for one in handout.tenants:
                choice = Registration(name=one.name, policy="occupancy", zone=one.zone, basis="f")
                await add_tenant(parts, connection_of(one), choice, controller=CONTROLLER)
        yield sandbox


async def test_people_get_a_table_and_programs_json(
    standins: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    config = tmp_path / "gateway.toml"
    for company in standins.world.tenants:
        mailbox = company.people[3].address
        assert await doctor(company.name, refused_mailbox=mailbox, config=config) == 0
        table = capsys.readouterr().out
        assert [label for label in LABELS.values() if label not in table] == []
        assert mailbox not in table
        assert await doctor(company.name, refused_mailbox=mailbox, json=True, config=config) == 0
        told = msgspec.json.decode(capsys.readouterr().out)
        assert [one["check"] for one in told["findings"]] == list(LABELS)
        is_warned = "Warning: Google confines the scopes and not the people" in table
        assert is_warned == (company.provider is Provider.GOOGLE)


async def test_what_is_wrong_says_what_to_change_and_ends_with_2(
    standins: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    company = standins.world.tenants[0]
    standins.world.consents[company.id].roles = ("Calendars.Read", "Place.Read.All")
    assert await doctor(company.name, config=tmp_path / "gateway.toml") == 2
    table = capsys.readouterr().out
    assert "More than needed: Calendars.Read." in table
    assert "Where: Entra admin center" in table
    assert "--refused-mailbox" in table


async def test_what_is_sound_is_not_waited_for(
    standins: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    company = standins.world.tenants[0]
    mailbox = company.people[3].address
    assert (
        await doctor(company.name, refused_mailbox=mailbox, wait=True, config=tmp_path / "gateway.toml") == 0
    )
    assert capsys.readouterr().err == ""
