"""``gateway hold``: from an officer's key to a disclosure and the end of a hold, as people type it."""

import io
import re
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from gateway.app.standins import write_settings
from gateway.cli.hold import list_, place, review, show
from gateway.cli.hold_proposals import confirm, disclose, lift, look, officers
from gateway.cli.officer import key, sign
from gateway.cli.tenant import show as show_tenant
from gateway.clock import system_clock
from gateway.errors import ConfigurationError
from gateway.proposal import NotConfirmed
from tests.fakes.installation import SETTINGS, Installation, open_installation
from tests.fakes.site import Site, meetings, open_site

PASSPHRASE = "quiet harbour at noon"  # noqa: S105  of a key that is made up


class Desk:
    """Where commands are typed, what they said, and an officer's two keys."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, out: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self.config = folder / "gateway.toml"
        write_settings(SETTINGS, self.config)
        self._monkeypatch = monkeypatch
        self._out = out

    def types(self, text: str) -> None:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))

    def said(self) -> str:
        return " ".join(self._out.readouterr().out.split())

    def file(self, name: str) -> Path:
        return self.folder / name

    async def new_officer(self, name: str) -> str:
        self.types(PASSPHRASE)
        await key(self.file(f"{name}.key"), name)
        return self.said()

    async def signs(self, proposal: Path, name: str, passphrase: str = PASSPHRASE) -> str:
        self.types(passphrase)
        await sign(proposal, self.file(f"{name}.key"))
        return self.said()

    async def found_officers(self) -> None:
        vkeys = [await self.new_officer(name) for name in ("anna", "benn")]
        await officers(self.file("first"), add=vkeys, config=self.config)
        await self.signs(self.file("first"), "anna")
        await self.signs(self.file("first"), "benn")
        await confirm(self.file("first"), config=self.config)
        assert "Officers are now: anna, benn" in self.said()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)


def a_day() -> date:
    return system_clock()().date() + timedelta(days=100)


async def placed(desk: Desk, site: Site) -> str:
    first = date(2020, 1, 1)
    await place(site.tenant, reference="Case 1", review=a_day(), first=first, config=desk.config)
    found = re.search(r"hold_[A-Za-z0-9_-]{22}", desk.said())
    assert found is not None
    return found[0]


async def test_a_hold_from_its_begin_to_its_end(desk: Desk, tmp_path: Path) -> None:
    async with open_installation(tmp_path) as installation:
        site = await open_site(installation, *meetings(3))
        await desk.found_officers()
        hold = await placed(desk, site)
        await list_(config=desk.config)
        assert hold in desk.said()
        await review(hold, review=a_day() + timedelta(days=1), config=desk.config)
        await disclose(
            hold, desk.file("ask"), reference="Order 1", field=["start", "place.name"], config=desk.config
        )
        said = await desk.signs(desk.file("ask"), "anna")
        assert '"reference": "Order 1"' in said
        with pytest.raises(NotConfirmed, match="1 of 2"):
            await confirm(desk.file("ask"), out=desk.file("extract"), config=desk.config)
        await desk.signs(desk.file("ask"), "benn")
        await confirm(desk.file("ask"), out=desk.file("extract"), config=desk.config)
        assert len(msgspec.json.decode(desk.file("extract").read_bytes())["bookings"]) == 3
        await lift(hold, desk.file("end"), reference="Order 2", config=desk.config)
        for name in ("anna", "benn"):
            await desk.signs(desk.file("end"), name)
        await confirm(desk.file("end"), config=desk.config)
        assert "opens nowhere any more" in desk.said()
        await list_(config=desk.config)
        assert "lifted" in desk.said()


async def test_show_tells_who_confirmed_what(desk: Desk, tmp_path: Path) -> None:
    async with open_installation(tmp_path) as installation:
        site = await open_site(installation, *meetings(3))
        await desk.found_officers()
        hold = await placed(desk, site)
        await show(hold, config=desk.config)
        said = desk.said()
        assert "reference Case 1" in said
        assert "UTC placed" in said
        await show_tenant(site.tenant, config=desk.config)
        assert f"legal hold {hold} 3 bookings, Case 1; review by {a_day()}" in desk.said()


async def test_a_hold_by_order_is_shown_to_an_officer(desk: Desk, tmp_path: Path) -> None:
    async with open_installation(tmp_path) as installation:
        site = await open_site(installation, *meetings(3))
        await desk.found_officers()
        first = date(2020, 1, 1)
        sealed = desk.file("order")
        await place(
            site.tenant, reference="Order 9", review=a_day(), first=first, sealed=sealed, config=desk.config
        )
        for name in ("anna", "benn"):
            await desk.signs(sealed, name)
        await confirm(sealed, config=desk.config)
        assert "named nowhere" in desk.said()
        await list_(config=desk.config)
        assert "Order 9" not in desk.said()
        await look(desk.file("look"), config=desk.config)
        await desk.signs(desk.file("look"), "benn")
        await confirm(desk.file("look"), config=desk.config)
        assert "Order 9" in desk.said()


async def test_a_key_is_its_owners_alone_and_closed(desk: Desk) -> None:
    vkey = await desk.new_officer("anna")
    assert vkey.startswith("anna+")
    file = desk.file("anna.key")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "ENCRYPTED" in file.read_text()
    proposal = desk.file("nothing")
    proposal.write_text("no proposal\n")
    with pytest.raises(NotConfirmed):
        await desk.signs(proposal, "anna")
    with pytest.raises(ConfigurationError, match="not there yet"):
        await desk.new_officer("anna")


async def test_another_passphrase_signs_nothing(desk: Desk, installation: Installation) -> None:
    await desk.new_officer("anna")
    await look(desk.file("look"), config=desk.config)
    before = desk.file("look").read_text()
    with pytest.raises(ConfigurationError, match="does not open"):
        await desk.signs(desk.file("look"), "anna", "another passphrase")
    assert desk.file("look").read_text() == before


@pytest.mark.parametrize(("name", "words"), [("a b", PASSPHRASE), ("", PASSPHRASE), ("anna", "short")])
async def test_what_cannot_be_an_officer_is_refused(desk: Desk, name: str, words: str) -> None:
    desk.types(words)
    with pytest.raises(ConfigurationError):
        await key(desk.file("key"), name)
    assert not desk.file("key").exists()


@pytest.fixture
async def installation(tmp_path: Path) -> Installation:
    async with open_installation(tmp_path) as opened:
        return opened
