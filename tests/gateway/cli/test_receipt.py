"""``gateway receipt`` as a privacy officer reads it."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.raw import Attendee, RawEvent, Response, Tainted
from gateway.app.accountability.receipt import receipt_of
from gateway.app.parts import open_parts
from gateway.app.service import sync_once
from gateway.app.standins import CONTROLLER, connection_of, made_up_world, open_standins, write_settings
from gateway.app.standins import installation as installation_of
from gateway.app.tenants import add_tenant, list_tenants
from gateway.cli.receipt import MEANINGS, receipt
from gateway.errors import ConfigurationError
from gateway.minimization.lattice import FIELDS, People
from gateway.receipt import Count, What
from gateway.store.store import Fence
from gateway.store.unlock import unlock
from gateway.tenant import Registration
from tests.fakes.blank_store import lay_tables
from tests.fakes.filled_store import NOON
from tests.fakes.installation import SETTINGS, Installation, open_installation
from tests.fakes.provider import ITEM_BYTES
from tests.fakes.site import meetings, open_site

NAME, TODAY = "Harbour Works", NOON.date()


def crowded(event: RawEvent, **members: object) -> RawEvent:
    rows = (Attendee(Response.ACCEPTED, Tainted("anna@rival.example")),)
    return replace(event, attendees=rows, **members)


@pytest.fixture
async def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of an installation whose tenant was read on one day."""
    monkeypatch.setenv("COLUMNS", "200")
    write_settings(SETTINGS, tmp_path / "gateway.toml")
    async with open_installation(tmp_path) as installation:
        await _read(installation)
    return tmp_path / "gateway.toml"


async def _read(installation: Installation) -> None:
    installation.set_policy("counted", people=People.BUCKET)
    one, two, three = meetings(3)
    await open_site(
        installation,
        crowded(one),
        crowded(two),
        crowded(three, attendees_omitted=True),
        policy="counted",
    )


async def told(capsys: pytest.CaptureFixture[str], config: Path, **choice: object) -> str:
    await receipt(NAME, config=config, **choice)  # type: ignore[arg-type]  # as they are typed
    return capsys.readouterr().out


async def test_a_label_that_a_person_understands(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    label = await told(capsys, config, day=TODAY)
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in label.splitlines()]
    rows = {cells[0]: cells[1:] for cells in lines if len(cells) == 7}
    assert MEANINGS.keys() == set(FIELDS)
    assert rows["time: when"] == ["3", "3", "3", "0", "", ""]
    assert rows["title: what for"][:4] == ["0", "0", "0", "3"]
    assert rows["title: what for"][4:] == ["the employer's policy", "the rest is never asked for"]
    assert rows["people: how many come"][:4] == ["3", "3", "2", "3"]
    assert ["", "", "", "", "2", "the employer's policy", "the rest is taken out in memory"] in lines
    assert [
        "",
        "",
        "",
        "",
        "1",
        "the provider, who did not tell all",
        "the rest is taken out in memory",
    ] in lines
    assert f"Receipt: {NAME}, on {TODAY} (UTC)" in label
    assert f"Events read: 3. Bytes of the pages they came in, unpacked: {3 * ITEM_BYTES:,}." in label
    assert "anna" not in label.lower()


async def test_programs_get_the_same_numbers(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(await told(capsys, config, day=TODAY, json=True))
    assert (found["first"], found["last"]) == (str(TODAY), str(TODAY))
    assert (found["events"], found["bytes"]) == (3, 3 * ITEM_BYTES)
    assert tuple(found["fields"]) == FIELDS
    assert found["fields"]["people"] == {
        "requested": 3,
        "seen": 3,
        "kept": 2,
        "withheld": 3,
        "rules": [{"by": "policy", "ring": 3, "events": 2}, {"by": "provider", "ring": 3, "events": 1}],
    }


async def test_a_day_without_reading_is_a_sentence(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = TODAY - timedelta(days=1)
    assert await told(capsys, config, day=before) == f"No event of {NAME} was read on {before} (UTC).\n"
    week = await told(capsys, config, days=7)
    assert week.startswith(f"No event of {NAME} was read from ")


async def test_several_days_are_counted_together(tmp_path: Path) -> None:
    async with open_installation(tmp_path) as installation:
        await _read(installation)
        await installation.sync_later(timedelta(days=1))
        (overview,) = await list_tenants(installation.parts)
        spans = [await receipt_of(installation.parts, overview, None, days) for days in (None, 1, 2, 7)]
    today = TODAY + timedelta(days=1)
    assert [one.events for one in spans] == [3, 3, 6, 6]
    assert [one.first for one in spans] == [today, today, TODAY, today - timedelta(days=6)]
    assert {one.last for one in spans} == {today}


async def test_of_both_providers_nobody_is_seen_by_default(tmp_path: Path) -> None:
    async with open_standins(made_up_world(7, 2)) as sandbox:
        settings, handout = installation_of(sandbox, tmp_path, port=0)
        lay_tables(tmp_path / "store")
        async with open_parts(settings) as parts:
            for one in handout.tenants:
                choice = Registration(name=one.name, policy="occupancy", zone=one.zone, basis="f")
                await add_tenant(parts, connection_of(one), choice, controller=CONTROLLER)
            await sync_once(parts, _nothing)
            found = [await receipt_of(parts, one, None, None) for one in await list_tenants(parts)]
    assert len(found) == 2
    for label in found:
        assert label.bytes > 100 * label.events > 0
        assert {field for field, line in label.fields.items() if line.seen} == {"time", "place", "status"}
        for line in label.fields.values():
            assert label.events >= line.requested >= line.seen >= line.kept
            assert label.events >= line.withheld >= label.events - line.kept


async def _nothing() -> None:
    """Told after every turn."""


@pytest.mark.parametrize("choice", [{"day": date(2027, 3, 4), "days": 7}, {"days": 0}, {"days": 401}])
async def test_what_cannot_be_is_refused(config: Path, choice: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match="--days"):
        await receipt(NAME, config=config, **choice)  # type: ignore[arg-type]  # as they are typed


async def test_events_of_which_no_booking_came_are_one_row_and_their_reasons_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    write_settings(SETTINGS, tmp_path / "gateway.toml")
    async with open_installation(tmp_path) as installation:
        one, two, three, four = meetings(4)
        gone = (replace(two, cancelled=True), replace(three, cancelled=True))
        await open_site(installation, one, *gone, replace(four, response=Response.DECLINED))
    label = await told(capsys, tmp_path / "gateway.toml", day=TODAY)
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in label.splitlines()]
    assert ["time: when", "4", "4", "1", "3", "no booking came of it", ""] in lines
    assert "No booking came of: cancelled 2, declined by the resource 1." in label


async def test_what_consumers_asked_of_people_is_told(
    capsys: pytest.CaptureFixture[str], config: Path
) -> None:
    counts = {Count(What.RESOLVED, "booker", "con_a"): 2, Count(What.UNRESOLVED, "booker", "con_a"): 1_000}
    async with open_installation(config.parent) as installation:
        (overview,) = await list_tenants(installation.parts)
        keys = await unlock(installation.parts.keyring, overview.standing)
        fence = Fence.of(overview.standing)
        await installation.store.turn(fence, keys, lambda transaction: transaction.receipts.add(counts))
    asked = "Consumer con_a asked 1,002 times who one of FlexO's users is, and was told 2 times."
    assert asked in await told(capsys, config, day=TODAY)
