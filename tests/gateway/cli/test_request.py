"""``gateway request``: opened from a letter, listed, shown, put off, answered; and says nobody's name."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from gateway.app.standins import write_settings
from gateway.cli.records import records
from gateway.cli.request import carry_out, close, extend, list_, open_, refuse, show
from gateway.cli.status import status
from gateway.cli.tenant import history
from gateway.clock import system_clock
from gateway.errors import ConfigurationError
from gateway.request import RequestKind
from tests.fakes.asking import ask, visit
from tests.fakes.enrolled import RUBEN, USERS, WENDLA
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.site import open_site

WEEKS = timedelta(days=45)


async def test_a_letter_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config, target = tmp_path / "gateway.toml", tmp_path / "hers"
    write_settings(SETTINGS, config)
    today = system_clock()().date()

    def said() -> str:
        told = " ".join(capsys.readouterr().out.split())
        assert not any(text in told for text in (*USERS, *USERS.values()))
        return told

    async def opened(kind: RequestKind, **more: object) -> str:
        monkeypatch.setattr("sys.stdin", StringIO(f"{WENDLA}\n{RUBEN}\n"))
        await open_(tenant, kind=kind, address=["-"], config=config, **more)  # type: ignore[arg-type]  # drawn
        told = said()
        assert "For the person, now:" in told
        return told.partition("Recorded as ")[2].partition(",")[0]

    async with open_installation(tmp_path) as installation:
        tenant = (await open_site(installation)).tenant
        access = await opened(RequestKind.ACCESS)
        await extend(tenant, access, reason="many at once", config=config)
        assert "Tell the person why by" in said()
        with pytest.raises(ConfigurationError, match="--target"):
            await carry_out(tenant, access, config=config)
        await carry_out(tenant, access, target=target, config=config)
        assert "in that file" in said()
        late = await opened(RequestKind.RESTRICTION, received=today - WEEKS)
        await list_(tenant, config=config)
        told = said()
        assert access in told
        assert late in told
        assert told.count("overdue") == 1
        await status(config=config)
        assert "1 requests of people wait for an answer, 1 of them overdue" in said()
        with pytest.raises(ConfigurationError, match="within the month"):
            await extend(tenant, late, reason="too late", config=config)
        await carry_out(tenant, late, config=config)
        assert "stay restricted until" in said()
        await show(tenant, late, config=config)
        assert "Whoever asks is restricted" in said()
        await close(tenant, late, config=config)
        assert "told again" in said()
        refused = await opened(RequestKind.OBJECTION)
        await show(tenant, refused, config=config)
        assert "Unless it is refused before" in said()
        await refuse(tenant, refused, ground="they are not a person", config=config)
        assert "supervisory authority" in said()
        await show(tenant, refused, config=config)
        assert "they are not a person" in said()
        erased = await opened(RequestKind.ERASURE)
        await carry_out(tenant, erased, config=config)
        assert "places stay taken" in said()
        with pytest.raises(ConfigurationError, match="stays so"):
            await refuse(tenant, erased, ground="too late", config=config)
        await status(config=config)
        assert "wait for an answer" not in said()


async def test_history_and_records_tell_how_many_asked_and_where_that_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    async with open_installation(tmp_path) as installation:
        site = await open_site(installation)
        for who in (WENDLA, RUBEN):
            await ask(site, RequestKind.ERASURE, who)
        await visit(installation)
        await history(site.tenant, config=config)
        told = capsys.readouterr().out
        assert "Asked: erasure, carried out: 2" in told
        assert told.count("Asked: erasure, opened") == 2
        await records(site.tenant, config=config)
        assert "- Requests of people: erasure, carried out: 2.\n" in capsys.readouterr().out
