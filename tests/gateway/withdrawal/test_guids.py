"""Somebody is enrolled by the id of a directory: it finds them in whatever case it is written and told."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.app.persons import subjects
from gateway.app.signals.front_door import FrontDoor
from gateway.authorization import AuthorizationId
from gateway.errors import ConfigurationError
from gateway.signals.scim_ids import Hashed
from gateway.signals.signal import Claim, Name, NameKind
from gateway.withdrawal.door import Door
from tests.fakes.enrolled import RUBEN, WENDLA, enrol
from tests.fakes.installation import open_installation
from tests.fakes.signalled import Scene, person
from tests.fakes.site import Site, open_site

GUID = "0fd4f6f4-23a0-4c5f-9b4b-4b6a1b6bd3c1"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_installation(tmp_path) as installation:
        yield await open_site(installation)


def as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids were kept as an admin had written them."""
    monkeypatch.setattr(subjects, "directory_id", str)


@pytest.mark.parametrize(
    ("written", "is_of_before"), [(GUID.title(), False), (GUID, True), (GUID.upper(), True)]
)
async def test_who_is_told_of_in_another_case_is_found(
    site: Site, monkeypatch: pytest.MonkeyPatch, written: str, *, is_of_before: bool
) -> None:
    if is_of_before:
        as_before(monkeypatch)
    wendla = await enrol(site, WENDLA, directory=written)
    monkeypatch.undo()
    parts = site.installation.parts
    door = Door(parts.store, parts.keyring, parts.metrics)
    front, name = FrontDoor(parts, door), Name(NameKind.ACCOUNT, GUID)
    known = await front.known(site.tenant, [name])
    assert known is not None
    assert known.id == wendla
    # By the id that it is given over SCIM as well.
    (given,) = await front.hashed(site.tenant, [name])
    assert await front.known_by_hash(site.tenant, Hashed(NameKind.ACCOUNT, given)) == known
    with pytest.raises(ConfigurationError, match="enrolled already"):
        await enrol(site, RUBEN, directory=GUID)
    scene = Scene(site, door, wendla, AuthorizationId(""))
    await scene.tell(person(GUID), Claim.DELETED)
    assert await scene.subject() is None
    await enrol(site, RUBEN, directory=GUID)
