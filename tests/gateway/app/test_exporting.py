"""An export is what a withdrawal removes, and what it keeps: no more, and no less."""

import errno
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from gateway.app.accountability.exporting import export_subject, export_tenant
from gateway.app.standins import write_settings
from gateway.app.tenants import withdraw_tenant
from gateway.app.terms.deadlines import renew
from gateway.cli import subject as subject_commands
from gateway.cli import tenant as tenant_commands
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError, Fenced, KeyUnavailable
from gateway.proof.certificate import EXCEPTIONS
from gateway.store.contents import CLOSED, SECRET
from gateway.store.handle import Handle
from gateway.store.inventory import INVENTORY, described
from gateway.store.tables import OF_THE_INSTALLATION, metadata
from tests.fakes.crashes import CrashingStore, Fuse
from tests.fakes.enrolled import RUBEN, USERS, WENDLA, withdraw
from tests.fakes.full_site import open_full_site, rows_of
from tests.fakes.installation import SETTINGS, Installation, lose_access, open_installation
from tests.fakes.site import Site

Result = TypeVar("Result")
Lines = list[dict[str, Any]]
TABLES = [table for table in metadata.sorted_tables if table.name not in OF_THE_INSTALLATION]
STAYS = "stays"


@pytest.fixture
async def site(installation: Installation) -> Site:
    return await open_full_site(installation)


def read(file: Path) -> Lines:
    *lines, last = [msgspec.json.decode(line) for line in file.read_bytes().splitlines()]
    assert last == {"exceptions": EXCEPTIONS}
    return lines


async def exported(site: Site, file: Path) -> Lines:
    here = site.installation
    told = await export_tenant(here.parts, await here.standing(site.tenant), file)
    lines = read(file)
    assert told.rows == len(lines)
    assert told.erased == sum(STAYS not in line["withdrawal"] for line in lines)
    return lines


async def keys_of(site: Site) -> Counter[str]:
    """How many rows there are, by table."""
    store = site.installation.store
    return Counter({table.name: len(await rows_of(store, table, site.tenant)) for table in TABLES})


async def test_every_row_is_exported_once(site: Site, tmp_path: Path) -> None:
    lines = await exported(site, tmp_path / "all")
    assert Counter(line["table"] for line in lines) == await keys_of(site)
    for line in lines:
        assert list(line["row"]) == metadata.tables[line["table"]].c.keys()
    assert (tmp_path / "all").stat().st_mode & 0o077 == 0


async def test_what_it_says_is_erased_is_gone_and_what_it_says_is_kept_is_there(
    site: Site, tmp_path: Path
) -> None:
    lines = await exported(site, tmp_path / "all")
    erased = Counter(line["table"] for line in lines if STAYS not in line["withdrawal"])
    kept = Counter(line["table"] for line in lines if STAYS in line["withdrawal"])
    await withdraw_tenant(site.installation.parts, site.tenant)
    after = await keys_of(site)
    assert erased.keys().isdisjoint(kept)
    # That the tenant is erased is told by an entry of its own.
    assert {name: after[name] for name in erased} == {name: int(name == "entries") for name in erased}
    for name, number in kept.items():
        assert after[name] >= number
    emptied = {(line["table"], name) for line in lines for name in line["emptied"]}
    assert emptied == {("tenants", "connection"), ("tenants", "registration")}
    (tenant,) = await rows_of(site.installation.store, metadata.tables["tenants"], site.tenant)
    assert (tenant.connection, tenant.registration) == (None, None)


async def test_what_is_sealed_is_opened_and_credentials_are_left_out(site: Site, tmp_path: Path) -> None:
    lines = await exported(site, tmp_path / "all")
    secrets = set()
    for line in lines:
        for name, column in described(metadata.tables[line["table"]]).items():
            value = line["row"][name]
            assert value != CLOSED
            if value == SECRET:
                secrets.add((line["table"], name))
                assert column.content.is_sealed
            elif column.content.is_sealed and value is not None:
                assert isinstance(value, dict) or name in {"booker", "details"}
    assert secrets == {
        ("tenants", "connection"),
        ("tenants", "webhook"),
        ("calendars", "cursor"),
        ("channels", "watch"),
        ("transmitters", "record"),
    }
    links = [line["row"]["link"] for line in lines if line["table"] == "links"]
    assert {link["refresh_token"] for link in links} == {SECRET}
    assert {line["row"]["record"]["user"] for line in lines if line["table"] == "subjects"} == {USERS[WENDLA]}
    assert all(line["kept_for"].startswith(INVENTORY[line["table"]].rule.kept_for.value) for line in lines)


async def test_of_whom_no_key_is_to_be_had_only_our_ids_are_told(site: Site, tmp_path: Path) -> None:
    here = site.installation
    before = await exported(site, tmp_path / "before")
    (subject,) = {line["row"]["id"] for line in before if line["table"] == "subjects"}
    await here.parts.keys.destroy_data_key(site.tenant, subject)
    here.parts.keyring.drop(site.tenant)
    lines = await exported(site, tmp_path / "after")
    assert {line["row"]["record"] for line in lines if line["table"] == "subjects"} == {CLOSED}
    assert Counter(line["table"] for line in lines) == Counter(line["table"] for line in before)


async def of_subject(site: Site, file: Path, **whom: str) -> Lines:
    here = site.installation
    await export_subject(
        here.parts,
        await here.standing(site.tenant),
        file,
        user=whom.get("user"),
        address=whom.get("address"),
    )
    return read(file)


async def test_a_subjects_export_is_what_their_withdrawal_takes(site: Site, tmp_path: Path) -> None:
    lines = await of_subject(site, tmp_path / "one", user=USERS[WENDLA])
    assert lines == await of_subject(site, tmp_path / "two", address=WENDLA)
    tables = {line["table"] for line in lines}
    assert tables == {"subjects", "finders", "bookings", "counted_bookers", "held"}
    assert any(line["row"].get("booker") for line in lines)
    await withdraw(site, address=WENDLA)
    left = await of_subject(site, tmp_path / "left", address=WENDLA)
    assert {line["table"] for line in left} == {"suppressions", "held"}
    assert {line["row"]["record"]["booking"]["booker"] for line in left if line["table"] == "held"} == {
        line["row"]["booker"] for line in lines if line["row"].get("booker")
    }


async def test_who_objected_finds_that_and_who_is_unknown_finds_nothing(site: Site, tmp_path: Path) -> None:
    assert {line["table"] for line in await of_subject(site, tmp_path / "his", address=RUBEN)} == {
        "suppressions"
    }
    assert await of_subject(site, tmp_path / "nobody", address="nobody@cobalt.example") == []


async def test_what_is_over_is_given_back(site: Site, tmp_path: Path) -> None:
    """Before it is withdrawn, and without anything being read or served again."""
    here = site.installation
    await renew(here.parts, site.tenant, milliseconds(here.clock() + timedelta(days=1)))
    here.clock.move(timedelta(days=2))
    lines = await exported(site, tmp_path / "all")
    assert Counter(line["table"] for line in lines) == await keys_of(site)


async def test_no_file_is_written_over(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "mine"
    file.write_text("mine")
    with pytest.raises(ConfigurationError, match="not there yet"):
        await exported(site, file)
    assert file.read_text() == "mine"


async def test_half_an_export_is_none(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("gateway.app.accountability.exporting.line_of", full)
    with pytest.raises(ConfigurationError, match="No space left"):
        await exported(site, tmp_path / "all")
    assert not (tmp_path / "all").exists()


@pytest.mark.parametrize("first", [True, False])
async def test_nothing_is_written_once_a_fence_fell(site: Site, tmp_path: Path, *, first: bool) -> None:
    """Between the keys and the rows, or while these are written, its provider says that the grant is gone."""
    here = site.installation

    class Meanwhile(CrashingStore):
        async def read(self, work: Callable[[Handle], Result]) -> Result:
            writes = getattr(work, "__name__", "") == "write"
            if writes and first:
                await lose_access(here.store, site.tenancy)
            result = await super().read(work)
            if writes:
                assert (tmp_path / "all").exists()
                await lose_access(here.store, site.tenancy)
            return result

    store = Meanwhile(here.store, Fuse(1_000))
    with pytest.raises(Fenced):
        await export_tenant(
            replace(here.parts, store=store), await here.standing(site.tenant), tmp_path / "all"
        )
    assert not (tmp_path / "all").exists()


async def test_who_has_withdrawn_has_nothing_to_export(site: Site, tmp_path: Path) -> None:
    await withdraw_tenant(site.installation.parts, site.tenant)
    with pytest.raises(KeyUnavailable):
        await exported(site, tmp_path / "all")
    assert not (tmp_path / "all").exists()


async def test_an_admin_exports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    async with open_installation(tmp_path) as installation:
        site = await open_full_site(installation)
        await tenant_commands.export(site.tenant, tmp_path / "all", config=config)
        assert "a withdrawal erases" in " ".join(capsys.readouterr().out.split())
        await subject_commands.export(site.tenant, tmp_path / "hers", user=USERS[WENDLA], config=config)
        said = " ".join(capsys.readouterr().out.split())
        assert "rows written" in said
        assert not any(text in said for text in (*USERS, *USERS.values()))
