"""Grants, suspensions and withdrawals: P112 to P122."""

from datetime import timedelta
from pathlib import Path

import pytest

from connectors.grant_form import Check
from connectors.sandbox.identity import Identity
from connectors.sandbox.truth import Provider
from gateway.app.examining.diagnosis import Answer
from gateway.authorization import State
from gateway.errors import Fenced
from gateway.store.copies import Readable, copy_database, count_readable
from gateway.vault.keys import Purpose
from tests.fakes.installation import PAST_A_POLL, Installation, lose_access
from tests.fakes.log_fold import LogFold
from tests.fakes.provider import meeting
from tests.fakes.site import AMBER, meetings, open_site
from tests.gateway.app.clinic import Clinic, clinic
from tests.gateway.withdrawal.withdrawn import assert_withdrawn, settle
from tests.pitfalls.hosted import SNAPSHOT, SYNC, Hosted, read_as

PAST_A_LEASE = timedelta(minutes=3)


async def confinement(here: Clinic) -> Answer:
    """Whether a mailbox that is none of ours is refused."""
    findings = (await here.look()).findings
    return next(found.answer for found in findings if found.check is Check.CONFINEMENT)


@read_as(SNAPSHOT, SYNC)
@pytest.mark.parametrize("number", [0, 1])
async def test_p112_what_proves_nothing_withdraws_nothing(hosted: Hosted, number: int) -> None:
    await hosted.hold(hosted.words.meeting())
    faults = {
        SNAPSHOT: ("entra.server-error", "entra.no-body"),
        SYNC: ("google.grant-server-error", "google.grant-unavailable"),
    }
    # The token is refused, and there is no other.
    hosted.sandbox.faults.order(faults[hosted.way][number])
    hosted.fault("auth-error" if hosted.way == SYNC else "invalid-token", times=1)
    assert await hosted.later() == []
    assert await hosted.state() is State.ACTIVE
    assert len(hosted.bookings) == 1


@read_as(SNAPSHOT, SYNC)
async def test_p113_a_grant_that_is_gone_hides_and_destroys_nothing(hosted: Hosted, tmp_path: Path) -> None:
    await hosted.hold(hosted.words.meeting())
    hosted.sandbox.world.consent_removed.add(hosted.company.id)
    await hosted.installation.sync_later()
    assert await hosted.state() is State.SUSPENDED
    copy = tmp_path / "copy.db"
    await copy_database(hosted.installation.store.database, copy)
    readable = await count_readable(copy, hosted.installation.parts.keys)
    assert readable == {hosted.tenant: Readable(1, 1)}


async def test_p113_a_suspended_tenant_comes_back_by_an_admin_alone(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2))
    await lose_access(installation.store, site.tenancy)
    asked = site.provider.asked.copy()
    await installation.sync_later(timedelta(days=3))
    assert (await installation.standing(site.tenant)).authorization.state is State.SUSPENDED
    assert site.provider.asked == asked


async def test_p115_a_grant_that_reaches_further_than_it_should_is_found(
    tmp_path: Path, identity: Identity
) -> None:
    async with clinic(tmp_path, identity, Provider.MICROSOFT, "scoped") as here:
        assert await confinement(here) is Answer.YES
        here.consent.reach = None
        assert await confinement(here) is Answer.NO


@pytest.mark.parametrize("incremental", [False, True])
async def test_p118_a_page_read_before_a_withdrawal_is_not_committed_after_it(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(2), incremental=incremental)
    site.provider.put(AMBER, meeting("event-9", installation.clock() + timedelta(hours=9)))
    installation.clock.move(PAST_A_POLL)
    heads = list[int]()

    async def withdraw() -> None:
        await installation.cascade().fence(site.tenant)
        heads.append(await site.head())

    site.provider.meanwhile(1, withdraw)
    with pytest.raises(Fenced):
        await site.turn()
    assert heads == [await site.head()]


async def test_p119_a_withdrawal_that_was_cut_off_is_completed(
    installation: Installation, tmp_path: Path
) -> None:
    neighbours = await settle(installation, tmp_path)
    # Fenced, and then its process was gone.
    await installation.cascade().fence(neighbours.site.tenant)
    installation.clock.move(PAST_A_LEASE)
    await installation.cascade().resume()
    await assert_withdrawn(installation, neighbours)


async def test_p120_not_even_an_old_copy_opens_after_a_withdrawal(
    installation: Installation, tmp_path: Path
) -> None:
    neighbours = await settle(installation, tmp_path)
    cascade = installation.cascade()
    lease = await cascade.fence(neighbours.site.tenant)
    assert lease is not None
    await cascade.drive(lease)
    readable = await count_readable(neighbours.copy, installation.parts.keys)
    assert readable[neighbours.site.tenant].opened == 0
    assert readable[neighbours.site.tenant].records > 0
    assert readable[neighbours.other.tenant].opened == readable[neighbours.other.tenant].records


async def test_p121_all_stops_before_anything_is_destroyed(
    installation: Installation,
) -> None:
    site = await open_site(installation, *meetings(2))
    cascade = installation.cascade()
    lease = await cascade.fence(site.tenant)
    assert lease is not None
    with pytest.raises(Fenced):
        await installation.store.check(site.tenancy.fence)
    assert len(await installation.parts.keys.remaining(site.tenant)) > 1
    row = await cascade.drive(lease)
    done = [row.fenced_at, row.dropped_at, row.shredded_at, row.erased_at, row.notified_at]
    assert None not in done
    assert {key.purpose for key in await installation.parts.keys.remaining(site.tenant)} == {Purpose.EVIDENCE}


async def test_p122_who_comes_back_has_new_keys_and_new_ids(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2))
    lease = await installation.cascade().fence(site.tenant)
    assert lease is not None
    await installation.cascade().drive(lease)
    again = await installation.onboard(site.provider)
    await installation.sync()
    told = LogFold().take(await installation.entries(again))
    assert len(told.bookings) == 2
    assert told.bookings.keys().isdisjoint(site.consumer.bookings)
    assert told.resources.keys().isdisjoint(site.consumer.resources)
