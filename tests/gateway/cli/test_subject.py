"""``gateway subject``: enrols, lists by our ids, withdraws; and says nobody's name."""

from io import StringIO
from pathlib import Path

import pytest

from gateway.app.standins import write_settings
from gateway.cli.status import status
from gateway.cli.subject import enrol, list_, withdraw
from gateway.cli.tenant import show
from gateway.errors import ConfigurationError
from tests.fakes.enrolled import RUBEN, USERS, WENDLA
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.site import open_site


async def test_what_is_said_names_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)

    def said() -> str:
        told = " ".join(capsys.readouterr().out.split())
        assert not any(text in told for text in (*USERS, *USERS.values()))
        return told

    async with open_installation(tmp_path) as installation:
        site = await open_site(installation)
        tenant = site.tenant
        await enrol(tenant, user=USERS[WENDLA], address=[WENDLA], config=config)
        told = said()
        subject = told.partition("Enrolled as ")[2].partition(".")[0]
        assert "tells nobody who booked" in told
        await list_(tenant, config=config)
        assert subject in said()
        await show(tenant, config=config)
        assert "no names" in said()
        await withdraw(tenant, user=USERS[WENDLA], config=config)
        assert "their places stay taken" in said()
        await withdraw(tenant, address=WENDLA, config=config)
        assert "had withdrawn before" in said()
        await withdraw(tenant, address=RUBEN, config=config)
        assert "their places stay taken" in said()
        await list_(tenant, config=config)
        assert subject not in said()
        # Of an objection consumers were told nothing; of the erasure they were.
        await show(tenant, config=config)
        assert said().count("withdrawal era_") == 1
        await status(config=config)
        assert "under way" not in said()


@pytest.mark.parametrize("whom", [{}, {"user": "flexo-user-17", "address": WENDLA}])
async def test_who_withdraws_is_said_in_one_way(whom: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="either --user or --address"):
        await withdraw("anybody", config=tmp_path / "none.toml", **whom)


async def test_an_address_need_not_be_typed_on_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    async with open_installation(tmp_path) as installation:
        site = await open_site(installation)
        monkeypatch.setattr("sys.stdin", StringIO(f"\n  {WENDLA} \n{RUBEN}\n"))
        await enrol(site.tenant, user=USERS[WENDLA], address=["-"], config=config)
        for address in (RUBEN, WENDLA):
            monkeypatch.setattr("sys.stdin", StringIO(f"{address}\n"))
            await withdraw(site.tenant, address="-", config=config)
        assert "had withdrawn before" in capsys.readouterr().out


@pytest.mark.parametrize("given", ["", " \n \n", "x" * 200_000, f"{WENDLA}\n{RUBEN}\n"])
async def test_of_an_odd_input_nothing_is_done(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(given))
    with pytest.raises(ConfigurationError, match="standard input"):
        await withdraw("anybody", address="-", config=tmp_path / "none.toml")
