"""What was tried of copies is kept beside the keys: when, and what came of it; and is told."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.app.accountability.account import tenants_account
from gateway.app.accountability.account_text import account_text
from gateway.app.accountability.linked_data import account_data
from gateway.app.accountability.linked_terms import CONTEXT
from gateway.app.copies import drills
from gateway.app.copies.drills import Kind, last_drills, record_drill
from gateway.app.copies.restoring import drill, forget, take
from gateway.app.keys import evidence_copies
from gateway.app.standins import write_settings
from gateway.cli.status import status
from gateway.errors import ConfigurationError
from gateway.vault.evidence_copies import CopyDamaged
from tests.fakes.crashes import Crash, CrashingKeys, Fuse
from tests.fakes.filled_store import NOON
from tests.fakes.installation import SETTINGS, Installation, open_installation
from tests.fakes.site import meetings, open_site
from tests.gateway.app.dpv_terms import is_known
from tests.gateway.app.test_accounts import iris
from tests.gateway.app.test_evidence_copies import House

WHEN = f"{NOON:%Y-%m-%d}"


async def test_a_copy_that_was_tried_is_told_with_what_came_of_it(
    installation: Installation, tmp_path: Path
) -> None:
    parts, clock, site = installation.parts, installation.clock, await open_site(installation, *meetings(3))
    await take(parts, tmp_path / "copy.db")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        await drill(parts, tmp_path / "nothing")
    assert await drills.drills(parts) == []
    await drill(parts, tmp_path / "copy.db")
    clock.move(timedelta(days=1))
    keys = (tmp_path / "keys" / "tenants" / site.tenant).rename(tmp_path / "elsewhere")
    parts.keyring.drop(site.tenant)
    with pytest.raises(ConfigurationError, match="That is recorded"):
        await drill(parts, tmp_path / "copy.db")
    keys.rename(tmp_path / "keys" / "tenants" / site.tenant)
    good, bad = await drills.drills(parts)
    assert (good.opened, good.failed) == (3, None)
    assert (bad.opened, bad.failed) == (0, "does_not_open")
    assert (await last_drills(parts)) == {Kind.BACKUP: bad}
    account = await tenants_account(parts, site.tenant)
    text, data = account_text(account), account_data(account)
    assert f"a copy of the store, tried {WHEN}" in text
    assert "FAILED (does_not_open)" in text
    assert len(data["dpv:hasTechnicalOrganisationalMeasure"]) == 2  # type: ignore[arg-type]  # a list
    assert [iri for iri in iris(data, CONTEXT) if not is_known(iri)] == []


async def test_copies_of_evidence_keys_that_were_tried_are_told_as_well(tmp_path: Path) -> None:
    (tmp_path / "gateway_").mkdir()
    async with open_installation(tmp_path / "gateway_") as installation:
        house = House(installation, tmp_path)
        tenant = await house.add()
        await evidence_copies.prepare(house.parts)
        await evidence_copies.drill(house.parts, house.private)
        assert (await last_drills(house.parts))[Kind.EVIDENCE_KEYS].failed is None
        installation.clock.move(timedelta(days=1))
        (house.folders[1] / f"{tenant}.evidence").write_bytes(b"")
        with pytest.raises(CopyDamaged):
            await evidence_copies.drill(house.parts, house.private)
        assert (await last_drills(house.parts))[Kind.EVIDENCE_KEYS].failed == "CopyDamaged"


async def test_so_many_are_kept_and_a_store_that_is_put_back_takes_none_away(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = installation.parts
    monkeypatch.setattr(drills, "KEPT_MAX", 2)
    await record_drill(parts, Kind.EVIDENCE_KEYS, 1)
    for opened in range(4):
        installation.clock.move(timedelta(days=300))
        await record_drill(parts, Kind.BACKUP, opened)
    assert [(one.kind, one.opened) for one in await drills.drills(parts)] == [
        (Kind.EVIDENCE_KEYS, 1),
        (Kind.BACKUP, 2),
        (Kind.BACKUP, 3),
    ]


@pytest.mark.parametrize("after", [False, True])
async def test_one_that_dies_as_it_is_kept_is_tried_again(
    installation: Installation, tmp_path: Path, *, after: bool
) -> None:
    parts = installation.parts
    await open_site(installation, *meetings(3))
    backup = await take(parts, tmp_path / "copy.db")
    keys = CrashingKeys(parts.keys, Fuse(0, after=after))
    with pytest.raises(Crash):
        await drill(replace(parts, keys=keys), tmp_path / "copy.db")
    assert len(await drills.drills(parts)) == after
    assert (await parts.keys.backups())[backup].drilled_at is None
    await drill(parts, tmp_path / "copy.db")
    assert (await parts.keys.backups())[backup].drilled_at is not None


async def test_status_says_when_copies_were_tried_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)

    async def told() -> str:
        await status(config=config)
        return " ".join(capsys.readouterr().out.split())

    async with open_installation(tmp_path) as installation:
        await open_site(installation, *meetings(3))
        assert "Drill" not in await told()
        backup = await take(installation.parts, tmp_path / "copy.db")
        assert "Drill: a copy of the store: never tried; 'gateway backup drill' does." in await told()
        await drill(installation.parts, tmp_path / "copy.db")
        assert f"Drill: a copy of the store, tried {WHEN}" in await told()
        await forget(installation.parts, backup)
        assert "Drill" not in await told()
