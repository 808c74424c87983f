"""Whether anything is held of whoever asks, nobody learns from what is done or said."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec.structs import replace as altered

from connectors.raw import Tainted
from gateway.app.requests.opening import open_request
from gateway.app.standins import write_settings
from gateway.cli.request import open_
from gateway.request import RequestKind
from gateway.vault.keyring import Keyring
from tests.fakes.enrolled import ALL, RUBEN, WENDLA, allow, enrol, organized, withdraw
from tests.fakes.filled_store import NOON
from tests.fakes.installation import REGION, SETTINGS, Installation, open_installation
from tests.fakes.persons import Person, invitation, open_peopled_site
from tests.fakes.site import AMBER, Site
from tests.fakes.steps import NotedKeys, NotedStore
from tests.gateway.app.test_subjects import HOUR

#: Enrolled, with bookings here and in somebody's calendar; withdrawn; organizes; and never heard of.
PEOPLE = (WENDLA, RUBEN, "stranger@elsewhere.example", "nobody@elsewhere.example")


async def open_crowd(here: Installation, policy: str = ALL) -> Site:
    allow(here)
    events = [organized(f"event-{n}", NOON + n * HOUR, who) for n, who in enumerate(PEOPLE[:3])]
    site = await open_peopled_site(here, *events, policy=policy)
    ana = Person(site, "ana")
    ana.put(altered(invitation("ana", NOON + 5 * HOUR, AMBER), organizer=Tainted(WENDLA)))
    await ana.connect()
    await enrol(site, WENDLA)
    await enrol(site, RUBEN)
    await site.later()
    await withdraw(site, address=RUBEN)
    await site.later()
    return site


@pytest.mark.parametrize("kind", RequestKind)
async def test_as_much_is_done(installation: Installation, kind: RequestKind) -> None:
    site, done = await open_crowd(installation), list[list[str]]()
    for who in PEOPLE:
        steps = list[str]()
        keys = NotedKeys(installation.parts.keys, steps)
        keyring = Keyring(keys, region=REGION, clock=installation.clock)
        parts = replace(
            installation.parts, keys=keys, keyring=keyring, store=NotedStore(installation.store, steps)
        )
        await open_request(parts, await installation.standing(site.tenant), kind, addresses=[who])
        done.append(steps)
        await site.later()
    assert done == [done[0]] * len(PEOPLE)
    assert "sub_" not in done[0]


@pytest.mark.parametrize("kind", RequestKind)
async def test_as_much_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: RequestKind) -> None:
    config = tmp_path / "gateway.toml"
    write_settings(SETTINGS, config)
    async with open_installation(tmp_path) as installation:
        site = await open_crowd(installation, "capacity")
        # By a command's clock the made-up events are past: they go with whoever asks first.
        await _said(site, "first@elsewhere.example", kind, config, capsys)
        said = [await _said(site, who, kind, config, capsys) for who in PEOPLE]
    assert "Recorded as id, received" in said[0]
    assert said == [said[0]] * len(PEOPLE)
    assert not any(who in said[0] for who in PEOPLE)


async def _said(
    site: Site, who: str, kind: RequestKind, config: Path, capsys: pytest.CaptureFixture[str]
) -> str:
    """All that a terminal shows, but for what is random and for what time it is, on one line or on two."""
    await open_(site.tenant, kind=kind, address=[who], config=config)
    return re.sub(r"req_[\w-]{22}|\d{4}-\d\d-\d\d(\s\d\d:\d\d(:\d\d)?)?", "id", capsys.readouterr().out)
