"""``gateway tenant statistics``, and who is told that there are any."""

import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from gateway.app.accountability.history import changes
from gateway.app.accountability.notice import STATISTICS
from gateway.app.consumers import counting
from gateway.app.standins import write_settings
from gateway.app.terms.recording import STATISTICS_PURPOSE
from gateway.cli.notice import notice
from gateway.cli.records import records
from gateway.cli.statistics import statistics, usage
from gateway.cli.tenant import show
from gateway.errors import ConfigurationError, UnknownName
from tests.fakes.counted import MARCH, a_day, count_month, open_listed, release_month, rooms
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.site import open_site

Said = Callable[[], str]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    write_settings(SETTINGS, tmp_path / "gateway.toml")
    return tmp_path / "gateway.toml"


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    return lambda: " ".join(capsys.readouterr().out.split())


async def test_they_are_off_until_somebody_asks_and_told_to_everybody_then(
    tmp_path: Path, config: Path, said: Said
) -> None:
    async with open_installation(tmp_path) as installation:
        tenant = (await open_site(installation)).tenant

        async def told() -> list[bool]:
            shown = list[bool]()
            await show(tenant, config=config)
            shown.append("statistics by month" in said())
            await notice(tenant, config=config)
            shown.append(STATISTICS[1:] in said())
            await records(tenant, config=config)
            shown.append(STATISTICS_PURPOSE in said())
            rows = await changes(installation.parts, tenant)
            shown.append(STATISTICS in rows[max(rows)].told if rows else False)
            return shown

        assert await told() == [False] * 4
        await statistics(tenant, config=config)
        assert "also anonymous numbers of bookers by site" in said()
        assert await told() == [True] * 4
        await statistics(tenant, off=True, config=config)
        assert "Nothing is counted any more" in said()
        assert await told() == [False] * 4


async def test_without_the_extra_it_says_what_is_missing(
    tmp_path: Path, config: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "gateway.noise", None)
    monkeypatch.setattr(counting, "_noise", counting._noise.__wrapped__)
    async with open_installation(tmp_path) as installation:
        await statistics((await open_site(installation)).tenant, config=config)
    assert "install the gateway with its extra 'statistics'" in said()


async def test_what_was_released_is_printed_as_consumers_read_it(
    tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_installation(tmp_path) as installation:
        site = await open_listed(installation, rooms(10))
        await count_month(site, MARCH, dict.fromkeys(rooms(10), a_day()))
        for month, error in (("2026-03", UnknownName), ("2026-13", ConfigurationError)):
            with pytest.raises(error):
                await usage(site.tenant, month, config=config)
        await release_month(site, MARCH)
        await usage(site.tenant, "2026-03", config=config)
        told = msgspec.json.decode(capsys.readouterr().out)
        assert (told["tenant"], told["month"]) == (site.tenant, "2026-03")
        assert [group["resources"] for group in told["aggregated"]["groups"]] == [10]
