"""What stands at a provider after a withdrawal is asked for daily, within bounds, and by one process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from gateway.app.reconnecting import reconnect, withdraw_credentials
from gateway.app.tenants import withdraw_tenant
from gateway.clock import milliseconds
from gateway.record import AuthorizationRecord
from gateway.store.registry import RECORD, known_standing, load_record
from gateway.store.removals import Removal, RemovalState, removal_of
from gateway.withdrawal.pending import Look, NotSeen, Pending, Seen
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.provider import FakeProvider
from tests.fakes.site import AMBER, Site, open_site

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ASKED_DAYS = 90
STANDS, AWAY = Seen(RemovalState.PENDING, "entra_token_given"), Seen(RemovalState.GONE, "entra_app_missing")


@dataclass
class Entra:
    """A provider that answers what it is told to, or nothing."""

    answer: Seen | None = STANDS
    asked: list[AuthorizationRecord] = field(default_factory=list)

    async def __call__(self, record: AuthorizationRecord) -> Seen:
        self.asked.append(record)
        if self.answer is None:
            raise NotSeen("not now")
        return self.answer


@dataclass
class Scene:
    """A tenant that has withdrawn, and its provider."""

    site: Site
    entra: Entra

    @property
    def here(self) -> Installation:
        return self.site.installation

    async def ask(self, look: Look | None = None) -> None:
        """What is due, by a process of its own."""
        parts = self.here.parts
        await Pending(
            parts.store, parts.keyring, self.here.clock, look=look or self.entra, owner="test"
        ).visit()

    async def later(self, after: timedelta) -> int:
        """Let time pass; how often was asked then."""
        self.here.clock.move(after)
        before = len(self.entra.asked)
        await self.ask()
        return len(self.entra.asked) - before

    async def removal(self) -> Removal:
        found = await self.here.store.read(partial(removal_of, tenant=self.site.tenant))
        assert found is not None
        return found


@pytest.fixture
async def scene(installation: Installation) -> Scene:
    site = await open_site(installation)
    await withdraw_tenant(installation.parts, site.tenant)
    return Scene(site, Entra())


async def test_who_has_not_withdrawn_has_nothing_pending(installation: Installation) -> None:
    scene = Scene(await open_site(installation), Entra())
    assert await scene.later(DAY) == 0
    assert await installation.store.read(partial(removal_of, tenant=scene.site.tenant)) is None


async def test_it_is_pending_from_the_withdrawal_on_and_asked_at_once_and_daily(scene: Scene) -> None:
    noon = milliseconds(NOON)
    assert await scene.removal() == Removal(noon, RemovalState.PENDING, None, None, is_asked=True)
    await scene.ask()
    assert await scene.removal() == Removal(noon, RemovalState.PENDING, STANDS.reason, noon, is_asked=True)
    assert [await scene.later(DAY - HOUR), await scene.later(HOUR), await scene.later(HOUR)] == [0, 1, 0]


async def test_once_it_is_gone_nobody_asks(scene: Scene) -> None:
    scene.entra.answer = AWAY
    assert await scene.later(HOUR) == 1
    found = await scene.removal()
    assert (found.state, found.reason, found.is_asked) == (RemovalState.GONE, "entra_app_missing", False)
    assert await scene.later(30 * DAY) == 0


async def test_it_is_not_asked_for_ever(scene: Scene) -> None:
    await scene.ask()
    asked = [await scene.later(DAY) for _ in range(ASKED_DAYS + 10)]
    assert asked == [1] * (ASKED_DAYS - 1) + [0] * 11
    found = await scene.removal()
    # What was seen last is told.
    assert (found.state, found.is_asked) == (RemovalState.PENDING, False)


async def test_where_nobody_answers_it_is_left_as_it_was_and_asked_within_the_hour(scene: Scene) -> None:
    await scene.ask()
    scene.entra.answer = None
    assert await scene.later(DAY) == 1
    found = await scene.removal()
    assert (found.reason, found.asked_at) == (STANDS.reason, milliseconds(NOON))
    assert [await scene.later(HOUR - timedelta(seconds=1)), await scene.later(timedelta(seconds=1))] == [0, 1]


async def test_who_never_answers_is_not_asked_for_ever(scene: Scene) -> None:
    scene.entra.answer = None
    assert await scene.later(ASKED_DAYS * DAY) == 1
    assert await scene.later(DAY) == 0


async def test_while_the_evidence_is_closed_it_waits(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.here.parts.keyring.drop(scene.site.tenant)
    await scene.here.parts.keys.destroy_evidence(scene.site.tenant)
    assert await scene.later(HOUR) == 0
    assert (await scene.removal()).is_asked


async def test_another_directory_of_the_same_provider_is_no_grant_of_this_one(scene: Scene) -> None:
    await open_site(scene.here)
    await scene.ask()
    assert ((await scene.removal()).state, len(scene.entra.asked)) == (RemovalState.PENDING, 1)


async def test_another_tenant_whose_evidence_is_closed_holds_up_none(scene: Scene, tmp_path: Path) -> None:
    other = await open_site(scene.here)
    (tmp_path / "keys" / "tenants" / other.tenant / "evidence.key").unlink()
    scene.here.parts.keyring.drop(other.tenant)
    await scene.ask()
    assert len(scene.entra.asked) == 1


async def test_a_directory_that_was_onboarded_again_is_not_asked_for_the_earlier_one(
    installation: Installation,
) -> None:
    first = await open_site(installation)
    tenant = first.tenant
    await withdraw_tenant(installation.parts, tenant)
    scene, record = Scene(first, Entra()), await record_of(installation, first)
    installation.providers.clear()
    # The first directory of an installation is the same again.
    again = await installation.onboard(FakeProvider(AMBER), name="Harbour Works anew")
    assert (await record_of(installation, first)).directory == record.directory
    assert again != tenant
    await scene.ask()
    assert scene.entra.asked == []
    found = await scene.removal()
    assert (found.state, found.is_asked) == (RemovalState.GRANTED_ANEW, False)


async def test_of_credentials_alone_it_is_asked_until_they_are_given_anew(installation: Installation) -> None:
    site = await open_site(installation)
    await withdraw_credentials(installation.parts, site.tenant)
    scene = Scene(site, Entra())
    assert [await scene.later(HOUR), await scene.later(DAY)] == [1, 1]
    await reconnect(installation.parts, site.tenant, grant=None, read_as=None)
    assert await scene.later(DAY) == 0
    found = await scene.removal()
    assert (found.state, found.reason, found.is_asked) == (RemovalState.GRANTED_ANEW, "reconnected", False)
    # And again, from the end of all of it on.
    await withdraw_tenant(installation.parts, site.tenant)
    assert await scene.later(HOUR) == 1
    assert (await scene.removal()).state is RemovalState.PENDING


async def record_of(installation: Installation, site: Site) -> AuthorizationRecord:
    standing = await installation.store.read(partial(known_standing, tenant=site.tenant))
    column = await installation.parts.keyring.evidence(site.tenant, *RECORD)
    return await installation.store.read(partial(load_record, standing=standing, column=column))


async def test_two_that_look_at_once_ask_once(scene: Scene) -> None:
    async def while_another_looks(record: AuthorizationRecord) -> Seen:
        await scene.ask()
        return await scene.entra(record)

    await scene.ask(while_another_looks)
    assert len(scene.entra.asked) == 1


async def test_a_process_that_dies_while_it_asks_is_followed_by_the_next(scene: Scene) -> None:
    class Death(Exception):
        """The process ends."""

    async def die(_record: AuthorizationRecord) -> Seen:
        raise Death

    dying: Callable[[AuthorizationRecord], Awaitable[Seen]] = die
    with pytest.raises(Death):
        await scene.ask(dying)
    assert [await scene.later(HOUR)] == [1]


async def test_one_that_took_too_long_leaves_it_to_the_next(scene: Scene) -> None:
    async def slow(record: AuthorizationRecord) -> Seen:
        scene.here.clock.move(HOUR)
        scene.entra.answer = AWAY
        await scene.ask()
        return STANDS

    await scene.ask(slow)
    assert (await scene.removal()).state is RemovalState.GONE
