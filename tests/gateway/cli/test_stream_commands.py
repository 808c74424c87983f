"""``gateway signals``: who tells, whether they work, and what each did; a transmitter is on this machine."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec import json

from gateway.app.signals.asking import Asker
from gateway.app.standins import write_settings
from gateway.cli.signals import add, ask, list_, remove
from gateway.clock import system_clock
from gateway.errors import ConfigurationError
from gateway.signals.transmitter import TransmitterKind
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.signalled import ANAS_ID, open_signalled_site
from tests.fakes.streamed import PAST_A_POLL, Line, open_line

INPUT = "-"


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    write_settings(SETTINGS, tmp_path / "gateway.toml")
    async with open_installation(tmp_path) as installation:
        scene = await open_signalled_site(installation)
        async with open_line(installation, scene.site.tenant) as line:
            yield line


async def test_who_tells_is_added_asked_listed_and_removed(
    line: Line, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config, token = tmp_path / "gateway.toml", line.transmitter.streams.admit("gateway")

    def said() -> str:
        return " ".join(capsys.readouterr().out.split())

    monkeypatch.setattr("sys.stdin", io.StringIO(f"{token}\n"))
    await add(line.tenant, TransmitterKind.SSF_POLL, line.transmitter.issuer, token=INPUT, config=config)
    told = said()
    line.name = told.partition("Recorded as ")[2].partition(":")[0]
    assert token not in told
    assert "stream was agreed on" in told
    assert "not tell" not in told
    await add(line.tenant, TransmitterKind.OKTA, "https://north.okta.example", config=config)
    assert "https://gateway.example/v1/signals/" in said()
    await list_(line.tenant, config=config)
    listed = said()
    assert (listed.count("not yet"), "events_missing" in listed) == (2, False)
    # Commands go by the machine's clock.
    line.installation.clock.now = system_clock()() + PAST_A_POLL
    await line.tell("risc/account-disabled", {"format": "opaque", "id": ANAS_ID})
    await line.visit()
    await list_(line.tenant, config=config)
    told = said()
    assert line.name in told, told
    assert "disabled" in told, told
    line.transmitter.faults.order("signals.too-often")
    with pytest.raises(ConfigurationError, match="1 of 1"):
        await ask(line.tenant, config=config)
    assert "not asked (too_often)" in said()
    await remove(line.tenant, line.name, config=config)
    assert "could not be ended" not in said()
    assert [*line.transmitter.streams] == []


class Narrow(Asker):
    """Its transmitter delivers one of the events that it was asked for."""

    async def post(self, address: str, body: bytes, token: str | None, most: int = 2**16) -> bytes:
        answer = await super().post(address, body, token, most)
        if b'"events_requested"' not in body:
            return answer
        delivered = ["https://schemas.openid.net/secevent/caep/event-type/session-revoked"]
        return json.encode(json.decode(answer) | {"events_delivered": delivered})


async def test_what_was_asked_for_and_will_not_be_told_is_said(
    line: Line, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def open_narrow() -> AsyncIterator[Asker]:
        yield Narrow(line.asker._public, line.asker._local)

    config = tmp_path / "gateway.toml"
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setattr("gateway.cli.signals.open_asker", open_narrow)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{line.transmitter.streams.admit('gateway')}\n"))
    await add(line.tenant, TransmitterKind.SSF_POLL, line.transmitter.issuer, token=INPUT, config=config)
    assert "It will not tell of account-disabled, account-purged," in capsys.readouterr().out
    await list_(line.tenant, config=config)
    listed = " ".join(capsys.readouterr().out.split())
    assert "not yet; events_missing: account-disabled, account-purged" in listed
