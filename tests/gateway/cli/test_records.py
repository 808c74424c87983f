"""``gateway records`` as a privacy officer reads it: everything that is kept, and nobody."""

import json
import re
from pathlib import Path
from shutil import copytree

import pytest

from gateway.app.accountability.measures import OPERATOR
from gateway.app.accountability.time_limits import time_limits
from gateway.app.consumers.overview import add_consumer
from gateway.app.parts import open_parts
from gateway.app.standins import CONTROLLER, write_settings
from gateway.app.tenants import withdraw_tenant
from gateway.cli.records import records
from gateway.residency import Residence, TransferGround
from gateway.settings import load_settings, shipped_config
from gateway.store.inventory_terms import EraseRule, KeptFor, Retention
from gateway.store.tables import metadata
from tests.fakes.enrolled import ALL, RUBEN, USERS, WENDLA
from tests.fakes.full_site import open_full_site
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.site import open_site

ALL_FILE = """
time = 2
place = 2
status = 1
conference = 0
booker = 2
people = 1
title = 1
dpia_reference = "DPIA-2027-014"
privacy_officer_confirmed_on = 2027-03-01
"""

FIRST, SECOND, ENDED = "Harbour Works", "Harbour Works 2", "Harbour Works 3"


@pytest.fixture
async def config(tmp_path: Path) -> Path:
    """Of an installation with a tenant that has people, one without, and one that has ended."""
    folder = tmp_path / "config"
    copytree(shipped_config(), folder)
    (folder / "policies" / f"{ALL}.toml").write_text(ALL_FILE, encoding="utf-8")
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    config.write_text(f'config = "{folder}"\n{config.read_text(encoding="utf-8")}', encoding="utf-8")
    async with open_installation(tmp_path) as installation:
        await open_full_site(installation)
        await open_site(installation)
        await withdraw_tenant(installation.parts, (await open_site(installation)).tenant)
    return config


async def told(capsys: pytest.CaptureFixture[str], config: Path, **choice: object) -> str:
    await records(config=config, **choice)  # type: ignore[arg-type]  # as they are typed
    return capsys.readouterr().out


def of_controller(page: str, name: str) -> str:
    return page.partition(f"## Controller: {name}\n")[2].partition("\n## ")[0]


async def test_every_column_stands_in_it_with_its_purpose_its_limit_and_its_end(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = await told(capsys, config)
    named = set(re.findall(r"`(\w+\.\w+)`", page))
    assert named == {str(column) for table in metadata.sorted_tables for column in table.c}
    for purpose in KeptFor:
        assert f"### {purpose[:1].upper()}{purpose[1:]}\n" in page
    for rule in EraseRule:
        assert f"| {rule} |" in page
    limits = time_limits(SETTINGS)
    for retention in Retention:
        assert f"| {retention.format(days=limits.get(retention))} |" in page
    assert "{" not in page


async def test_programs_get_the_same_column_by_column(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(await told(capsys, config, json=True))
    bodies = [one for one in found["columns"] if (one["table"], one["column"]) == ("bookings", "body")]
    assert bodies == [
        {
            "table": "bookings",
            "column": "body",
            "purpose": "to tell consumers when places are taken",
            "content": "what minimization left of an event",
            "sealed": True,
            "kept": "until 1 day after the day on which the booking ends",
            "withdrawal": "deleted when the authorization ends that it hangs on, the tenant's or a person's",
        }
    ]
    ended = {one["name"]: one["activity"] is None for one in found["controllers"]}
    assert ended == {FIRST: False, SECOND: False, ENDED: True}


async def test_a_controller_is_told_with_whose_data_it_is_and_who_receives_it(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = await told(capsys, config)
    peopled, plain, ended = (of_controller(page, name) for name in (FIRST, SECOND, ENDED))
    for said in (
        "cross our memory and are not stored",
        "asked to be recognized",
        "who withdrew or objected",
        "connected a calendar of their own",
        "roughly how many come",
        ", for occupancy.",
        "Art. 6(1)(f) GDPR",
    ):
        assert said in peopled, said
    assert "names and addresses are not asked for." in plain
    assert "Recipients: none yet." in plain
    assert "Nothing is read or served" in ended
    assert "Legal basis" not in ended


async def test_one_tenant_is_told_alone(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = await told(capsys, config, tenant=SECOND)
    assert re.findall(r"## Controller: (.*)", page) == [SECOND]


async def test_nobody_stands_in_it(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (await told(capsys, config) + await told(capsys, config, json=True)).lower()
    people = [WENDLA, RUBEN, *USERS.values(), "refresh-ana", "ben-of-their-own", "rooms.example"]
    assert [one for one in people if one.lower() in page] == []


async def test_what_only_the_operator_knows_is_left_blank(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, blank = await told(capsys, config), OPERATOR.partition("{")[0]
    # Of the processor, of each controller, of logs and backups.
    assert page.count(blank) == 1 + 3 + 2
    assert "Processor: " + SETTINGS.operator.name in page
    assert page.count(CONTROLLER.contact) == 3


async def test_transfers_are_told_with_their_grounds(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heading = "## Transfers to third countries"
    assert "None: every recipient is in the region" in (await told(capsys, config)).partition(heading)[2]
    there = Residence("us-east", TransferGround.ADEQUACY, "register 12")
    async with open_parts(load_settings(config)) as parts:
        await add_consumer(parts, "screens", [SECOND], purpose="occupancy", residence=there)
    page = await told(capsys, config)
    ground = "in region us-east: adequacy decision (Art. 45 GDPR), register 12"
    assert f"- screens {ground}\n" in page.partition(heading)[2]
    assert f"screens, for occupancy {ground}." in of_controller(page, SECOND)
    assert "screens" not in of_controller(page, FIRST)
