"""``gateway signals``: who tells us is added, listed and removed; what each did is told, and who is not."""

import base64
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import update

from gateway.app.standins import write_settings
from gateway.cli.employer import webhook
from gateway.cli.signals import add, ask, list_, remove
from gateway.cli.status import status
from gateway.cli.subject import list_ as list_subjects
from gateway.cli.subject import resume
from gateway.errors import ConfigurationError, UnknownName
from gateway.signals.signal import CHANNEL, Claim
from gateway.signals.transmitter import TransmitterKind
from gateway.store.registry import Registry
from gateway.store.scope import TenantScope
from gateway.store.tables import transmitters
from gateway.store.transmitters import fell_silent
from tests.fakes.enrolled import RUBEN, USERS, WENDLA
from tests.fakes.heard import STREAM, let_tell
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.signalled import ANA, WENDLA_HERSELF, Scene, open_signalled_site

ISSUER = "https://north.example"


@dataclass
class Here:
    """A scene, its settings, and what was printed since it was asked last."""

    scene: Scene
    config: Path
    printed: pytest.CaptureFixture[str]

    @property
    def tenant(self) -> str:
        return self.scene.site.tenant

    def said(self) -> str:
        told = " ".join(self.printed.readouterr().out.split())
        assert not any(text in told for text in (*USERS, *USERS.values(), "directory-17"))
        return told


@pytest.fixture
async def here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Here]:
    monkeypatch.setenv("COLUMNS", "200")
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    async with open_installation(tmp_path) as installation:
        yield Here(await open_signalled_site(installation), config, capsys)


async def test_who_tells_is_told_once_what_to_show(here: Here) -> None:
    await add(here.tenant, TransmitterKind.OKTA, ISSUER, config=here.config)
    told = here.said()
    assert "https://gateway.example/v1/signals/ten_" in told
    transmitter = told.partition("Recorded as ")[2].partition(":")[0]
    address, shown = told.split()[-2:]
    await list_(here.tenant, config=here.config)
    listed = here.said()
    assert transmitter in listed
    assert "never" in listed
    assert address not in listed
    assert shown not in listed
    await remove(here.tenant, transmitter, config=here.config)
    assert "believed no more" in here.said()
    with pytest.raises(UnknownName, match="no such transmitter"):
        await remove(here.tenant, transmitter, config=here.config)


@pytest.mark.parametrize(
    "issuer", ["http://north.example", "https://10.0.0.1", "north", "https://u@north.example"]
)
async def test_who_is_nowhere_to_be_reached_is_not_recorded(here: Here, issuer: str) -> None:
    with pytest.raises(ConfigurationError, match="othing was recorded"):
        await add(here.tenant, TransmitterKind.SCIM, issuer, config=here.config)


async def test_what_signals_did_is_listed_and_waits_for_people(here: Here) -> None:
    scene = here.scene
    await scene.tell(WENDLA_HERSELF, Claim.DISABLED)
    await scene.tell(ANA, Claim.CONSENT_REVOKED)
    await let_tell(scene.site)
    await scene.tell(CHANNEL, Claim.CHANNEL_SILENT)
    await list_(here.tenant, config=here.config)
    told = here.said()
    assert "disabled" in told
    assert "consent revoked" in told
    assert scene.wendla in told
    assert scene.ana in told
    await status(config=here.config)
    waits = here.said()
    assert "signals have suspended 1 people" in waits
    assert "1 identity providers were not heard for too long" in waits
    assert "(signals_silent)" in waits
    await list_subjects(here.tenant, config=here.config)
    assert "suspended by a signal since 2026-03-02" in here.said()
    await resume(here.tenant, address=WENDLA, config=here.config)
    assert "recognized again" in here.said()
    await resume(here.tenant, user=USERS[RUBEN], config=here.config)
    assert "not suspended" in here.said()
    await status(config=here.config)
    assert "signals have suspended" not in here.said()


async def test_where_there_is_no_stream_nobody_is_asked(here: Here) -> None:
    await add(here.tenant, TransmitterKind.OKTA, ISSUER, config=here.config)
    with pytest.raises(ConfigurationError, match="no stream to ask"):
        await ask(here.tenant, config=here.config)


async def test_an_employer_is_told_at_an_address_that_no_command_shows(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = f"whsec_{base64.b64encode(bytes(32)).decode()}"
    monkeypatch.setattr("sys.stdin", io.StringIO(f"https://employer.example/hook\n{secret}\n"))
    await webhook(here.tenant, config=here.config)
    await here.scene.tell(WENDLA_HERSELF, Claim.DISABLED)
    for look in (status(config=here.config), list_(here.tenant, config=here.config)):
        await look
        said = here.said()
        assert "1 messages to the employer's webhook are to be told yet" in said
        assert "employer.example" not in said
        assert secret not in said
    for answer in ("is told nothing more", "had named no address"):
        await webhook(here.tenant, remove=True, config=here.config)
        assert answer in here.said()
    await status(config=here.config)
    assert "employer's webhook" not in here.said()


async def test_why_one_does_not_tell_hides_not_since_when_it_is_silent(here: Here) -> None:
    """Only who is silent makes anything stale."""
    site, tenant = here.scene.site, here.scene.site.tenant
    await let_tell(site, kind="google")

    def write(registry: Registry) -> None:
        fell_silent(TenantScope(handle=registry.handle, tenant=tenant, now=registry.now), STREAM)
        registry.handle.execute(update(transmitters).values(reason="nothing_covered"))

    await site.installation.store.administer(write)
    await list_(tenant, config=here.config)
    assert "nothing_covered; silent since 2026-03-02 12:" in here.said()
