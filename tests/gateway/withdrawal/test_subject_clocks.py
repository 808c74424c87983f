"""Whom a signal has suspended is withdrawn by time alone, at a day that was told; or taken up again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.app.persons.subjects import resume_subject
from gateway.app.requests.opening import open_request
from gateway.booking import SubjectId
from gateway.clock import DAY_MILLISECONDS, milliseconds
from gateway.errors import ConfigurationError, KeyUnavailable, UnknownName
from gateway.request import RequestKind
from gateway.signals.signal import About, Claim, Name, NameKind, Signal
from gateway.store.subjects import SubjectRow, subjects_of
from gateway.vault.keyring import Keyring
from gateway.withdrawal.door import Door
from gateway.withdrawal.subject_clocks import SubjectClocks, notice_due
from tests.fakes.enrolled import BOOKERS, RUBEN, USERS, WENDLA, allow, enrol, organized
from tests.fakes.filled_store import NOON
from tests.fakes.installation import REGION, Installation, open_installation
from tests.fakes.persons import open_peopled_site
from tests.fakes.silent_keys import SilentKeys
from tests.fakes.site import Site

DAY = timedelta(days=1)


@dataclass
class Scene:
    """Wendla, whom a signal has suspended for 30 days, and Ruben beside her."""

    site: Site
    wendla: SubjectId
    clocks: SubjectClocks
    told: list[int] = field(default_factory=list)

    async def visit(self, after: timedelta = timedelta(0)) -> None:
        """Let time pass, and whatever serves do what is due."""
        self.site.installation.clock.move(after)
        with capture_logs() as lines:
            await self.clocks.visit_all()
        self.told += [line["days"] for line in lines if line["event"] == "subject_erasure_notice"]

    async def row(self) -> SubjectRow | None:
        rows = await self.site.installation.store.read(partial(subjects_of, tenant=self.site.tenant))
        return next((row for row in rows if row.id == self.wendla), None)

    async def resume(self, address: str = WENDLA) -> bool:
        here = self.site.installation
        return await resume_subject(here.parts, await here.standing(self.site.tenant), address=address)


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path) as opened:
        yield opened


@pytest.fixture
async def scene(installation: Installation) -> Scene:
    allow(installation)
    hers = organized("event-0", NOON + timedelta(days=20), WENDLA)
    site = await open_peopled_site(installation, hers, policy=BOOKERS)
    wendla = await enrol(site, WENDLA, directory="directory-17")
    await enrol(site, RUBEN)
    await site.later()
    parts = installation.parts
    told = Signal("issuer", "1", About.person(Name(NameKind.ACCOUNT, "directory-17")), Claim.DISABLED, 0)
    await Door(parts.store, parts.keyring, parts.metrics).receive(site.tenant, "trm_1", [told])
    return Scene(site, wendla, SubjectClocks(parts.store, parts.keyring, installation.cascade(), parts.clock))


async def test_it_is_told_at_the_start_and_before_the_end_and_then_it_ends(scene: Scene) -> None:
    for after in (timedelta(0), 10 * DAY, 6 * DAY, 11 * DAY, 2 * DAY):
        await scene.visit(after)
        assert await scene.row() is not None
    assert scene.told == [30, 14, 3, 1]
    await scene.visit(DAY)
    assert await scene.row() is None
    with pytest.raises(KeyUnavailable):
        await scene.site.installation.parts.keys.open_data_key(scene.site.tenant, scene.wendla)


async def test_nobody_is_withdrawn_by_time_who_was_not_told_of_a_day_before(scene: Scene) -> None:
    """Also where nothing ran for so long that the day is past."""
    await scene.visit(40 * DAY)
    assert scene.told == [1]
    await scene.visit(DAY - timedelta(seconds=1))
    assert await scene.row() is not None
    await scene.visit(timedelta(seconds=1))
    assert await scene.row() is None


async def test_who_is_taken_up_again_is_told_of_again(scene: Scene) -> None:
    assert not scene.site.consumer.bookings or await scene.site.news() is not None
    assert {one.booker for one in scene.site.consumer.bookings.values()} == {None}
    assert await scene.resume()
    await scene.site.later()
    assert all(one.booker for one in scene.site.consumer.bookings.values())
    await scene.visit(50 * DAY)
    assert scene.told == []
    row = await scene.row()
    assert row is not None
    assert (row.suspended_at, row.erase_at) == (None, None)
    assert not await scene.resume()


async def test_only_who_is_enrolled_can_be_taken_up_again(scene: Scene) -> None:
    assert not await scene.resume(RUBEN)
    with pytest.raises(UnknownName):
        await scene.resume("nobody@cobalt.example")
    with pytest.raises(ConfigurationError):
        await scene.resume("no address")


async def test_who_asks_to_be_restricted_is_kept(scene: Scene) -> None:
    """Art. 18 GDPR: they oppose the erasure."""
    here = scene.site.installation
    standing = await here.standing(scene.site.tenant)
    await open_request(here.parts, standing, RequestKind.RESTRICTION, addresses=[WENDLA])
    await scene.visit(40 * DAY)
    await scene.visit(2 * DAY)
    assert await scene.row() is not None


async def test_one_that_cannot_be_opened_holds_up_nobody(scene: Scene, tmp_path: Path) -> None:
    await scene.visit(40 * DAY)
    here = scene.site.installation
    silent = Keyring(SilentKeys(tmp_path / "keys", tmp_path / "store"), region=REGION, clock=here.clock)
    clocks, scene.clocks = scene.clocks, SubjectClocks(here.store, silent, here.cascade(), here.clock)
    await scene.visit(2 * DAY)
    assert await scene.row() is not None
    scene.clocks = clocks
    await scene.visit()
    assert await scene.row() is None


def test_what_is_not_suspended_has_no_day() -> None:
    assert notice_due(SubjectRow(SubjectId("sub_1"), 0), DAY_MILLISECONDS) is None


async def test_users_are_named_by_flexos_id_too(scene: Scene) -> None:
    here = scene.site.installation
    standing = await here.standing(scene.site.tenant)
    assert await resume_subject(here.parts, standing, user=USERS[WENDLA])
    row = await scene.row()
    assert row is not None
    assert row.enrolled_at <= milliseconds(here.clock())
