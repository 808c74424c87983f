"""A withdrawal offers an export first, and is held up by none."""

import io
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.app.requests.opening import list_requests
from gateway.app.standins import write_settings
from gateway.authorization import State
from gateway.cli.request import list_, show
from gateway.cli.tenant import withdraw
from gateway.errors import ConfigurationError
from gateway.request import RequestKind
from tests.fakes.asking import ask
from tests.fakes.enrolled import WENDLA
from tests.fakes.installation import SETTINGS, Installation, open_installation
from tests.fakes.site import Site, meetings, open_site


class Terminal(io.StringIO):
    """Somebody sits there, and has typed this."""

    def isatty(self) -> bool:
        return True


@dataclass
class Desk:
    """An admin, and a tenant that is about to withdraw."""

    installation: Installation
    site: Site
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    @property
    def config(self) -> Path:
        return self.folder / "gateway.toml"

    async def withdraw(
        self, typed: str | None = None, *, export: Path | None = None, without: bool = False
    ) -> str:
        """What is printed; ``typed`` by whoever sits there, None: nobody does."""
        shown = Terminal()
        if typed is not None:
            self.monkeypatch.setattr(sys, "stdin", Terminal(typed))
            self.monkeypatch.setattr(sys, "stdout", shown)
        await withdraw(self.site.tenant, export=export, without_export=without, config=self.config)
        self.monkeypatch.undo()
        return " ".join((shown.getvalue() + self.capsys.readouterr().out).split())

    async def state(self) -> State:
        return (await self.installation.standing(self.site.tenant)).authorization.state

    def lines(self, name: str) -> int:
        """Of rows: the last one says what may not be named."""
        return len((self.folder / name).read_text().splitlines()) - 1


@pytest.fixture
async def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Desk]:
    write_settings(SETTINGS, tmp_path / "gateway.toml")
    async with open_installation(tmp_path) as installation:
        yield Desk(installation, await open_site(installation, *meetings(2)), tmp_path, monkeypatch, capsys)


async def test_a_script_is_told_and_not_asked(desk: Desk) -> None:
    told = await desk.withdraw()
    assert "Nothing was exported" in told
    assert await desk.state() is State.ERASED
    # It can be repeated, and by then there is nothing to export.
    assert "exported" not in await desk.withdraw()


async def test_who_says_so_is_neither_told_nor_asked(desk: Desk) -> None:
    assert "export" not in await desk.withdraw("", without=True)
    assert await desk.state() is State.ERASED


async def test_what_is_kept_is_written_first(desk: Desk) -> None:
    told = await desk.withdraw(export=desk.folder / "kept.jsonl")
    assert f"{desk.lines('kept.jsonl')} rows written" in told
    assert "bookings" in (desk.folder / "kept.jsonl").read_text()
    assert await desk.state() is State.ERASED


async def test_whoever_sits_there_is_asked_once(desk: Desk) -> None:
    told = await desk.withdraw(f"{desk.folder / 'kept.jsonl'}\n")
    assert "Art. 28(3)(g)" in told
    assert desk.lines("kept.jsonl") > 0
    assert await desk.state() is State.ERASED


async def test_whoever_sits_there_may_answer_with_nothing(desk: Desk) -> None:
    assert "Art. 28(3)(g)" in await desk.withdraw("\n")
    assert await desk.state() is State.ERASED


async def test_who_leaves_the_question_unanswered_has_withdrawn_nothing(desk: Desk) -> None:
    with pytest.raises(ConfigurationError, match="nothing withdrawn"):
        await desk.withdraw("")
    assert await desk.state() is State.ACTIVE


async def test_an_export_that_cannot_be_written_leaves_everything_as_it_was(desk: Desk) -> None:
    (desk.folder / "taken").write_text("mine")
    with pytest.raises(ConfigurationError, match=r"Nothing was withdrawn.*--without-export"):
        await desk.withdraw(export=desk.folder / "taken")
    assert await desk.state() is State.ACTIVE
    assert (desk.folder / "taken").read_text() == "mine"


async def test_both_at_once_is_neither(desk: Desk) -> None:
    with pytest.raises(ConfigurationError, match="not both"):
        await desk.withdraw(export=desk.folder / "kept", without=True)
    assert await desk.state() is State.ACTIVE


async def test_who_asked_is_not_forgotten_over_it(desk: Desk) -> None:
    """Before, that some can be answered now alone; afterwards, whom to tell what, and until when."""
    for kind in (RequestKind.ACCESS, RequestKind.ERASURE, RequestKind.RESTRICTION):
        await ask(desk.site, kind, WENDLA)
    told = await desk.withdraw(without=True)
    assert "3 requests of people wait for an answer, 1 of which" in told
    assert "2 requests of people were carried out by it" in told
    assert "1 cannot be answered any more" in told
    asked = await list_requests(desk.installation.parts, desk.site.tenant)
    await list_(desk.site.tenant, config=desk.config)
    assert "overdue" not in desk.capsys.readouterr().out
    await show(desk.site.tenant, asked[-1].id, config=desk.config)
    assert "the tenant's withdrawal" in " ".join(desk.capsys.readouterr().out.split())
    assert "wait for an answer" not in await desk.withdraw()
