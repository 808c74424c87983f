"""``gateway change``, ``gateway tenant accept | object``: what is announced, and the tenant's answer."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from gateway.app.standins import write_settings
from gateway.app.terms.answering import open_change_clocks
from gateway.cli.change import accept, announce, list_, object_
from gateway.cli.record import of_tenant
from gateway.cli.status import status
from gateway.cli.tenant import history, show
from gateway.clock import system_clock
from gateway.intended import Kind
from gateway.settings import shipped_config
from tests.fakes.installation import SETTINGS, Installation, open_installation
from tests.fakes.site import Site, open_site

WHAT = "It operates this gateway instead of Example Operations."


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "gateway.toml"
    write_settings(SETTINGS, path)
    return path


class Said:
    """What commands print, without how it is laid out."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self) -> str:
        return " ".join(self._capsys.readouterr().out.split())


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    return Said(capsys)


async def pass_days(here: Installation, days: int) -> None:
    for _ in range(days):
        here.clock.move(timedelta(days=1))
        await open_change_clocks(here.parts, here.cascade()).visit_all()


async def announced(site: Site, config: Path, said: Said) -> str:
    """The id that the command prints."""
    await announce(Kind.CONTROL, "Example Holdings", what=WHAT, tenant=[site.tenant], config=config)
    told = said()
    assert WHAT in told
    assert "may object until" in told
    return next(word for word in told.split() if word.startswith("chg_"))


def own_policies(config: Path) -> Path:
    """Let an installation have policies of its own; where the usual one stands."""
    shutil.copytree(shipped_config(), config.parent / "rules")
    config.write_text(f'config = "rules"\n{config.read_text()}')
    return config.parent / "rules" / "policies" / "occupancy.toml"


async def test_a_tenant_is_told_and_objects(tmp_path: Path, config: Path, said: Said) -> None:
    async with open_installation(tmp_path) as installation:
        site = await open_site(installation)
        change = await announced(site, config, said)
        await announce(Kind.CONTROL, "Example Holdings", what=WHAT, tenant=[site.tenant], config=config)
        assert "Nobody was told" in said()
        await status(config=config)
        told = said()
        assert f"change {change}, control Example Holdings from " in told
        assert "without an answer all is suspended at" in told
        assert "'gateway tenant accept' or 'gateway tenant object'" in told
        await object_(site.tenant, change, config=config)
        assert said().startswith("Objected: all is suspended at")
        await object_(site.tenant, change, withdraw=True, config=config)
        assert "and then erased" in said()
        await accept(site.tenant, change, config=config)
        assert said().startswith("Accepted: it takes effect at")
        await list_(site.tenant, config=config)
        assert change in said()
        await history(site.tenant, config=config)
        assert "announced" in said()
        await of_tenant(site.tenant, config=config)
        assert f"{change}, control Example Holdings: {WHAT}" in said()


async def test_who_is_suspended_is_told_how_to_go_on(tmp_path: Path, config: Path, said: Said) -> None:
    async with open_installation(tmp_path) as installation:
        site = await open_site(installation)
        # Commands have the machine's clock.
        installation.clock.move(system_clock()() - installation.clock())
        change = await announced(site, config, said)
        await pass_days(installation, 31)
        await status(config=config)
        told = said()
        assert "suspended (policy_unconfirmed)" in told
        assert "then 'gateway tenant accept'" in told
        await show(site.tenant, config=config)
        assert f"change {change} control Example Holdings" in said()


async def test_a_file_that_tells_more_than_was_agreed_to_is_shown(
    tmp_path: Path, config: Path, said: Said
) -> None:
    file = own_policies(config)
    async with open_installation(tmp_path) as installation:
        site = await open_site(installation)
        await show(site.tenant, config=config)
        told = said()
        assert "held back" not in told
        assert "may object for 30 days" in told
        file.write_text(file.read_text().replace("people = 0", "people = 1"))
        await show(site.tenant, config=config)
        told = said()
        assert "held back its file tells more than the tenant has agreed to" in told
        await announce(Kind.POLICY, "occupancy", config=config)
        assert "FlexO would be told: roughly how many come (0, 1, 2-5, 6 or more)" in said()


async def test_an_operator_that_a_tenant_does_not_know_is_shown(
    tmp_path: Path, config: Path, said: Said
) -> None:
    async with open_installation(tmp_path) as installation:
        site = await open_site(installation)
        await status(config=config)
        assert "another operator" not in said()
        other = tmp_path / "other.toml"
        write_settings(
            structs.replace(SETTINGS, operator=structs.replace(SETTINGS.operator, name="Example Holdings")),
            other,
        )
        await status(config=other)
        assert "Harbour Works knows of another operator than [operator] names" in said()
        installation.clock.move(system_clock()() - installation.clock())
        await accept(site.tenant, await announced(site, config, said), config=config)
        await pass_days(installation, 31)
        await status(config=other)
        assert "another operator" not in said()
