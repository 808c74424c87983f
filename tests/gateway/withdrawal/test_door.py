"""Signals come in by one door: it restricts whoever they are about, once, and never widens."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.app.persons.subjects import resume_subject
from gateway.authorization import State, SuspensionReason
from gateway.entry import EntryKind
from gateway.errors import KeyUnavailable
from gateway.signals.signal import CHANNEL, TENANT, Claim, NameKind
from gateway.store.registry import Registry
from gateway.vault.keyring import Keyring
from gateway.withdrawal.door import Door
from tests.fakes.enrolled import USERS, WENDLA
from tests.fakes.installation import REGION, Installation, open_installation
from tests.fakes.signalled import (
    ANA,
    AT_WENDLAS_ADDRESS,
    OKTA,
    WENDLA_HERSELF,
    Scene,
    open_signalled_site,
    person,
)
from tests.fakes.silent_keys import SilentKeys


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with open_installation(tmp_path) as opened:
        yield opened


@pytest.fixture
async def scene(installation: Installation) -> Scene:
    return await open_signalled_site(installation)


SUSPENDED = State.SUSPENDED, SuspensionReason.REVOCATION_CLAIMED


async def test_a_signal_about_an_organization_suspends_it_at_once(scene: Scene) -> None:
    await scene.tell(TENANT, Claim.GRANT_LOST)
    assert await scene.state() is State.SUSPENDED
    standing = await scene.site.installation.standing(scene.site.tenant)
    assert standing.authorization.reason is SuspensionReason.REVOCATION_CLAIMED
    assert standing.erase_at is not None
    assert (await scene.site.installation.notices(scene.site.tenant))[-1].kind is EntryKind.TENANT_SUSPENDED
    (row,) = await scene.rows()
    assert (row.channel, row.claim, row.extent, row.effect) == (OKTA, "grant_lost", "tenant", "suspend")


async def test_what_stops_all_of_it_waits_for_nobodys_keys(scene: Scene, tmp_path: Path) -> None:
    parts, folder = scene.site.installation.parts, tmp_path
    silent = Keyring(SilentKeys(folder / "keys", folder / "store"), region=REGION, clock=parts.clock)
    without = Door(parts.store, silent, parts.metrics)
    await without.receive(scene.site.tenant, OKTA, [scene.signal(TENANT, Claim.GRANT_LOST)])
    assert await scene.state() is State.SUSPENDED
    with pytest.raises(KeyUnavailable):
        await without.receive(scene.site.tenant, OKTA, [scene.signal(ANA, Claim.DISABLED)])


async def test_whoever_is_disabled_is_told_of_no_more_and_read_no_more(scene: Scene) -> None:
    assert scene.bookers()
    await scene.tell(WENDLA_HERSELF, Claim.DISABLED)
    await scene.tell(ANA, Claim.DISABLED)
    assert await scene.link() == SUSPENDED
    row = await scene.subject()
    assert row is not None
    assert row.suspended_at is not None
    assert row.erase_at == row.suspended_at + 30 * 86_400_000
    await scene.site.news()
    assert scene.bookers() == {scene.site.id("event-1")}
    await scene.site.later()
    assert scene.bookers() == {scene.site.id("event-1")}
    assert await scene.state() is State.ACTIVE


async def test_who_is_deleted_for_good_is_burnt(scene: Scene) -> None:
    here = scene.site.installation
    await scene.tell(WENDLA_HERSELF, Claim.DELETED)
    await scene.tell(ANA, Claim.DELETED)
    assert await scene.subject() is None
    await here.cascade().resume()
    assert await scene.link() is None
    with pytest.raises(KeyUnavailable):
        await here.parts.keys.open_data_key(scene.site.tenant, scene.wendla)
    await scene.site.news()
    assert scene.site.told.isdisjoint({"ana"})
    assert {row.effect for row in await scene.rows()} == {"burn"}


async def test_who_is_found_by_an_address_alone_is_suspended_and_not_burnt(scene: Scene) -> None:
    await scene.tell(AT_WENDLAS_ADDRESS, Claim.DELETED)
    row = await scene.subject()
    assert row is not None
    assert row.suspended_at is not None


async def test_an_address_that_is_another_persons_ends_what_it_found(scene: Scene) -> None:
    await scene.tell(AT_WENDLAS_ADDRESS, Claim.NAME_RECYCLED)
    assert await scene.subject() is None


async def test_what_was_granted_since_is_stopped_and_not_destroyed(scene: Scene) -> None:
    """A deletion that is told late may be of an account that came back: people have to say."""
    for about in (WENDLA_HERSELF, ANA):
        await scene.tell(about, Claim.DELETED, ago=timedelta(days=2))
    row = await scene.subject()
    assert row is not None
    assert row.suspended_at is not None
    assert await scene.link() == SUSPENDED
    assert all(one.late for one in await scene.rows())


async def test_what_concerns_a_grant_alone_leaves_what_is_told_of_them(scene: Scene) -> None:
    await scene.tell(WENDLA_HERSELF, Claim.CONSENT_REVOKED)
    await scene.tell(ANA, Claim.CONSENT_REVOKED)
    row = await scene.subject()
    assert row is not None
    assert row.suspended_at is None
    assert await scene.link() == SUSPENDED


async def test_whose_sessions_ended_is_asked_for_other_tokens(scene: Scene) -> None:
    before = await epoch_of(scene)
    await scene.tell(ANA, Claim.SESSIONS_ENDED)
    assert await scene.link() == (State.ACTIVE, None)
    assert await epoch_of(scene) == before + 1


async def epoch_of(scene: Scene) -> int:
    def look(registry: Registry) -> int:
        return registry.standing_under(scene.site.tenant, scene.ana).authorization.epoch

    return await scene.site.installation.store.administer(look)


@pytest.mark.parametrize("proves", [Claim.RESTORED, Claim.RISK_LOWERED, Claim.UNKNOWN])
async def test_nothing_that_is_told_gives_anything_back(scene: Scene, proves: Claim) -> None:
    for about in (WENDLA_HERSELF, ANA, TENANT):
        await scene.tell(about, Claim.DISABLED)
    before = await scene.subject(), await scene.link(), await scene.state()
    for about in (WENDLA_HERSELF, ANA, TENANT):
        await scene.tell(about, proves)
    assert (await scene.subject(), await scene.link(), await scene.state()) == before


async def test_a_signal_does_what_it_does_once(scene: Scene) -> None:
    """Who has said meanwhile that somebody may be told of again is not overruled by a repetition."""
    await scene.tell(WENDLA_HERSELF, Claim.DISABLED, of="one")
    here = scene.site.installation
    assert await resume_subject(here.parts, await here.standing(scene.site.tenant), user=USERS[WENDLA])
    await scene.tell(WENDLA_HERSELF, Claim.DISABLED, of="one")
    row = await scene.subject()
    assert row is not None
    assert row.suspended_at is None
    assert len(await scene.rows()) == 1
    await scene.tell(WENDLA_HERSELF, Claim.DISABLED, of="two")
    row = await scene.subject()
    assert row is not None
    assert row.suspended_at is not None


async def test_of_whom_nobody_knows_nothing_is_written(scene: Scene) -> None:
    for kind in NameKind:
        await scene.tell(person("somebody else", kind), Claim.DELETED)
    await scene.tell(person(WENDLA), Claim.DELETED)
    assert await scene.rows() == []


async def test_a_channel_that_works_says_nothing_of_anybody(scene: Scene) -> None:
    await scene.tell(CHANNEL, Claim.CHANNEL_WORKS)
    await scene.tell(CHANNEL, Claim.CHANNEL_SILENT)
    assert await scene.rows() == []
    assert await scene.state() is State.ACTIVE


async def test_what_cannot_be_read_for_an_unclear_reason_is_served_as_it_grows_old(scene: Scene) -> None:
    await scene.tell(TENANT, Claim.ACCESS_DOUBTFUL)
    assert await scene.state() is State.DEGRADED
    await scene.tell(TENANT, Claim.WATCH_LOST)
    assert await scene.state() is State.DEGRADED


async def test_a_tenant_that_has_ended_is_told_nothing(scene: Scene) -> None:
    await scene.site.installation.cascade().fence(scene.site.tenant)
    await scene.tell(TENANT, Claim.GRANT_LOST)
    await scene.tell(ANA, Claim.DISABLED)
    assert await scene.state() is State.WITHDRAWN
