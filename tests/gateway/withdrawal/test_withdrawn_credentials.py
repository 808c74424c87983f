"""Credentials alone are withdrawn: nothing is read any more, and what is known stays, whatever crashes."""

import sqlite3
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from gateway.app.copies.restoring import replay
from gateway.app.reconnecting import reconnect, withdraw_credentials
from gateway.app.tenants import resume_tenant
from gateway.authorization import State, SuspensionReason, TransitionForbidden
from gateway.booking import Freshness, TenantId
from gateway.entry import EntryKind
from gateway.errors import ConfigurationError, KeyDestroyed, KeyUnavailable, Unreadable
from gateway.store.copies import Readable, copy_database, count_readable
from gateway.store.database import Database
from gateway.store.history import Happened, history_of
from gateway.store.notified import coverage
from gateway.store.removals import RemovalState, removal_of
from gateway.store.unlock import open_keys
from gateway.sync.upkeep import Upkeep
from gateway.vault.columns import SealedColumn
from gateway.vault.keyring import Keyring
from gateway.vault.keys import Purpose
from gateway.withdrawal.cascade import Cascade
from gateway.withdrawal.clocks import Clocks
from tests.fakes.crashes import Crash, CrashingKeys, CrashingStore, Fuse
from tests.fakes.filled_store import NOON, nothing_narrower
from tests.fakes.installation import PAST_A_POLL, REGION, Installation, lose_access, open_installation
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.site import AMBER, open_site
from tests.gateway.withdrawal.proved import assert_proved
from tests.gateway.withdrawal.withdrawn import (
    BOOKINGS,
    OTHERS,
    Neighbours,
    assert_not_read,
    settle,
    times_of,
    withdrawal_of,
)

#: Fence; drop (twice), shred, erase, notify, verify (no effect), prove (thrice), each with its mark; close.
EFFECTS = 16
CRASHES = [("postgresql", 0, False), *(("postgresql", effect, True) for effect in range(EFFECTS))]
PAST_A_LEASE = timedelta(minutes=3)
A_DAY = timedelta(days=1)


async def withdraw(cascade: Cascade, here: Installation, tenant: TenantId) -> None:
    standing = await here.standing(tenant)
    lease = await cascade.fence_credentials(standing, await open_keys(here.parts.keyring, standing))
    assert lease is not None
    await cascade.drive(lease)


def doomed(installation: Installation, fuse: Fuse) -> Cascade:
    """A cascade of a process of its own that will not live long."""
    keys = CrashingKeys(installation.parts.keys, fuse)
    keyring = Keyring(keys, region=REGION, clock=installation.clock)
    return Cascade(
        CrashingStore(installation.store, fuse), keyring, keys, owner="doomed", narrow=nothing_narrower
    )


async def assert_cut_off(installation: Installation, neighbours: Neighbours) -> None:
    """All steps are done and proved; nothing is read, what is known is told as stale, no copy reaches out."""
    site, tenant = neighbours.site, neighbours.site.tenant
    site.installation = installation
    withdrawal = await withdrawal_of(installation, tenant)
    assert withdrawal is not None
    assert None not in times_of(withdrawal)
    proof = await assert_proved(installation, tenant)
    assert (proof["scope"], proof["withdrawal"]) == ("credentials", withdrawal.id)
    assert proof["recipients"]["told"] == 0
    authorization = (await installation.standing(tenant)).authorization
    assert authorization.is_disconnected
    await assert_not_read(installation, site)
    await site.news()
    assert len(site.consumer.bookings) == BOOKINGS
    assert (site.state.freshness, site.state.reason) == (Freshness.STALE, "credentials_withdrawn")
    assert await installation.notices(tenant) == []
    remaining = {key.purpose for key in await installation.parts.keys.remaining(tenant)}
    assert remaining == set(Purpose) - {Purpose.CREDENTIALS, Purpose.HOLD}
    await assert_closed(installation, neighbours.copy, tenant)
    readable = await count_readable(neighbours.copy, installation.parts.keys)
    assert readable == {
        tenant: Readable(BOOKINGS, BOOKINGS),
        neighbours.other.tenant: Readable(OTHERS, OTHERS),
    }
    removal = await installation.store.read(partial(removal_of, tenant=tenant))
    assert removal is not None
    assert removal.state is RemovalState.PENDING


async def assert_closed(installation: Installation, copy: Path, tenant: TenantId) -> None:
    """How a provider was reached stands in the copy, and no key of now opens it."""
    epoch, sealed = _connection_in(copy, tenant)
    try:
        key = await installation.parts.keys.open_key(tenant, Purpose.CREDENTIALS)
    except KeyDestroyed:
        return
    column = SealedColumn(key, region=REGION, tenant=tenant, table="tenants", column="connection")
    with pytest.raises(Unreadable):
        column.open(tenant, epoch, sealed)


def _connection_in(copy: Path, tenant: TenantId) -> tuple[int, bytes]:
    with sqlite3.connect(copy) as database:
        found = database.execute("SELECT epoch, connection FROM tenants WHERE id = ?", (tenant,))
        epoch, sealed = found.fetchone()
    assert sealed
    return int(epoch), bytes(sealed)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
async def test_they_go_and_what_is_known_stays(installation: Installation, tmp_path: Path) -> None:
    neighbours = await settle(installation, tmp_path)
    await withdraw(installation.cascade(), installation, neighbours.site.tenant)
    await assert_cut_off(installation, neighbours)
    await withdraw_credentials(installation.parts, neighbours.site.tenant)
    await assert_cut_off(installation, neighbours)


async def test_it_has_so_many_effects(installation: Installation, tmp_path: Path) -> None:
    neighbours = await settle(installation, tmp_path)
    fuse = Fuse(EFFECTS)
    await withdraw(doomed(installation, fuse), installation, neighbours.site.tenant)
    with pytest.raises(Crash):
        fuse.before()


@pytest.mark.parametrize(("database", "effect", "after"), CRASHES, indirect=["database"])
async def test_the_next_process_completes_it(
    tmp_path: Path, database: Database, effect: int, *, after: bool
) -> None:
    async with open_installation(tmp_path, database=database) as installation:
        neighbours = await settle(installation, tmp_path)
        dying = doomed(installation, Fuse(effect, after=after))
        with pytest.raises(Crash):
            await withdraw(dying, installation, neighbours.site.tenant)
    async with open_installation(tmp_path, installation.clock, database) as installation:
        installation.providers = {one.tenant: one.provider for one in (neighbours.site, neighbours.other)}
        installation.clock.move(PAST_A_LEASE)
        await installation.cascade().resume()
        await withdraw_credentials(installation.parts, neighbours.site.tenant)
        await assert_cut_off(installation, neighbours)


async def test_after_a_day_it_is_unknown_and_a_clock_runs(installation: Installation) -> None:
    site = await open_site(installation)
    await withdraw_credentials(installation.parts, site.tenant)
    standing = await installation.standing(site.tenant)
    installation.clock.move(A_DAY + PAST_A_LEASE)
    await Upkeep(installation.store, installation.parts.keyring, installation.clock).visit_all()
    await site.news()
    assert (site.state.freshness, site.state.reason) == (Freshness.UNKNOWN, "credentials_withdrawn")
    assert standing.erase_at is not None
    clocks = Clocks(
        installation.store, installation.parts.keyring, installation.cascade(), installation.clock
    )
    for _ in range(29):
        assert (await installation.standing(site.tenant)).authorization.state.is_open
        await clocks.visit_all()
        installation.clock.move(A_DAY)
    await clocks.visit_all()
    assert (await installation.standing(site.tenant)).authorization.state is State.ERASED


async def test_other_choices_do_not_move_the_clock(installation: Installation) -> None:
    site = await open_site(installation)
    await withdraw_credentials(installation.parts, site.tenant)
    ends = (await installation.standing(site.tenant)).erase_at
    installation.clock.move(A_DAY)
    await installation.agree(site.tenant)
    standing = await installation.standing(site.tenant)
    assert (standing.authorization.is_disconnected, standing.erase_at) == (True, ends)


async def test_connected_anew_all_is_read_and_no_old_copy_opens(
    installation: Installation, tmp_path: Path
) -> None:
    neighbours = await settle(installation, tmp_path)
    site, tenant = neighbours.site, neighbours.site.tenant
    with pytest.raises(ConfigurationError, match="is connected"):
        await reconnect(installation.parts, tenant, grant=None, read_as=None)
    await withdraw_credentials(installation.parts, tenant)
    cut_off = tmp_path / "cut-off.db"
    await copy_database(installation.store.database, cut_off)
    with pytest.raises(ConfigurationError, match="--read-as"):
        await reconnect(installation.parts, tenant, grant=None, read_as="admin@example.org")
    await reconnect(installation.parts, tenant, grant=None, read_as=None)
    await installation.sync()
    standing = await installation.standing(tenant)
    assert (standing.authorization.state, standing.erase_at) == (State.ACTIVE, None)
    assert EntryKind.BOOKING_PUT not in await site.news()
    assert len(site.consumer.bookings) == BOOKINGS
    assert site.state.freshness is Freshness.FRESH
    await assert_closed(installation, neighbours.copy, tenant)
    known = partial(history_of, tenant=tenant, authorization=standing.authorization.id)
    told = [row.what for row in await installation.store.read(known)]
    assert [one for one in told if one is not Happened.BECAME] == [
        Happened.DISCONNECTED,
        Happened.RECONNECTED,
    ]
    # And again: another version, another proof.
    await withdraw_credentials(installation.parts, tenant)
    await assert_not_read(installation, site)
    assert await installation.parts.keys.credentials_version(tenant) == 2


async def test_what_is_suspended_stays_so_and_is_not_resumed_without(installation: Installation) -> None:
    site = await open_site(installation)
    parts, tenant = installation.parts, site.tenant
    await lose_access(installation.store, site.tenancy)
    ends = (await installation.standing(tenant)).erase_at
    await withdraw_credentials(parts, tenant)
    standing = await installation.standing(tenant)
    assert (standing.authorization.reason, standing.erase_at) == (SuspensionReason.ACCESS_LOST, ends)
    with pytest.raises(ConfigurationError, match="reconnect"):
        await resume_tenant(parts, tenant)
    await reconnect(parts, tenant, grant=None, read_as=None)
    assert (await installation.standing(tenant)).authorization.state is State.SUSPENDED
    await resume_tenant(parts, tenant)
    await installation.sync()
    assert (await installation.standing(tenant)).authorization.state is State.ACTIVE


@pytest.mark.parametrize("anew", [False, True])
async def test_a_store_from_before_reaches_nothing(tmp_path: Path, *, anew: bool) -> None:
    async with open_installation(tmp_path) as installation:
        neighbours = await settle(installation, tmp_path)
        tenant = neighbours.site.tenant
        await withdraw_credentials(installation.parts, tenant)
        if anew:
            await reconnect(installation.parts, tenant, grant=None, read_as=None)
    for file in (tmp_path / "store").iterdir():
        file.unlink()
    neighbours.database.write_bytes(neighbours.copy.read_bytes())
    async with open_installation(tmp_path, installation.clock) as installation:
        installation.providers = {one.tenant: one.provider for one in (neighbours.site, neighbours.other)}
        assert await replay(installation.parts) == 1
        assert await replay(installation.parts) == 0
        await assert_not_read(installation, neighbours.site)
        authorization = (await installation.standing(tenant)).authorization
        assert authorization.reason is SuspensionReason.STORE_RESTORED
        await reconnect(installation.parts, tenant, grant=None, read_as=None)
        await resume_tenant(installation.parts, tenant)
        await installation.sync()
        assert (await installation.standing(tenant)).authorization.state is State.ACTIVE


async def test_whoever_comes_late_destroys_no_newer_credentials(installation: Installation) -> None:
    site = await open_site(installation)
    await withdraw_credentials(installation.parts, site.tenant)
    row = await withdrawal_of(installation, site.tenant)
    await reconnect(installation.parts, site.tenant, grant=None, read_as=None)
    assert row is not None
    (shred,) = [step for step in installation.cascade()._credential_steps if step.name == "shredded"]
    await shred.take(row)
    await installation.sync()
    assert (await installation.standing(site.tenant)).authorization.state is State.ACTIVE


async def test_what_has_ended_has_none_to_withdraw(installation: Installation) -> None:
    site = await open_site(installation)
    cascade = installation.cascade()
    standing = await installation.standing(site.tenant)
    keys = await open_keys(installation.parts.keyring, standing)
    lease = await cascade.fence(site.tenant)
    assert lease is not None
    with pytest.raises(TransitionForbidden):
        await cascade.fence_credentials(await installation.standing(site.tenant), keys)
    await cascade.drive(lease)
    with pytest.raises(KeyUnavailable):
        await withdraw_credentials(installation.parts, site.tenant)


async def test_peoples_own_calendars_wait_and_keep_what_they_granted(installation: Installation) -> None:
    site = await open_peopled_site(installation)
    ana = Person(site, "ana")
    await ana.connect()
    await site.later()
    await withdraw_credentials(installation.parts, site.tenant)
    ana.put(invitation("lunch", NOON, AMBER))
    installation.clock.move(PAST_A_POLL)
    await assert_not_read(installation, site)
    (link,) = await links_at(site)
    assert link.is_read
    await reconnect(installation.parts, site.tenant, grant=None, read_as=None)
    await installation.sync()
    await site.news()
    assert len(site.consumer.bookings) == 1


async def test_a_new_grant_has_its_time_to_arrive(installation: Installation) -> None:
    site = await open_site(installation)
    installation.clock.move(PAST_A_POLL)
    await withdraw_credentials(installation.parts, site.tenant)
    await reconnect(installation.parts, site.tenant, grant=None, read_as=None)
    tenancy = await installation.tenancy(site.tenant)
    await lose_access(installation.store, tenancy)
    assert (await installation.standing(site.tenant)).authorization.state is State.DEGRADED
    await installation.sync()
    installation.clock.move(PAST_A_POLL)
    await lose_access(installation.store, tenancy)
    assert (await installation.standing(site.tenant)).authorization.state is State.SUSPENDED


async def test_what_a_provider_tells_is_recognized_no_more(tmp_path: Path) -> None:
    async with open_installation(tmp_path) as installation:
        installation.notify_url = "https://gateway.example/notify"
        site = await open_site(installation)
        await installation.sync()
        told = partial(coverage, now=0)
        assert (await installation.store.read(told)).told == 1
        await withdraw_credentials(installation.parts, site.tenant)
        assert (await installation.store.read(told)).told == 0
        await reconnect(installation.parts, site.tenant, grant=None, read_as=None)
        await installation.sync()
        assert (await installation.store.read(told)).told == 1
