"""The cascade: fence, drop, shred, erase, notify, verify, prove."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from gateway.authorization import State, TransitionForbidden
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.entry import EntryKind
from gateway.errors import Fenced, KeyUnavailable, UnknownName
from gateway.store.copies import Readable, count_readable
from gateway.store.leases import Lease
from gateway.store.registry import Registry
from gateway.store.store import Store
from gateway.store.tables import withdrawals
from gateway.store.withdrawals import WithdrawalRow
from gateway.vault.keyring import Keyring
from gateway.vault.keys import Purpose, RemainingKey
from gateway.withdrawal.cascade import RETRY_MILLISECONDS, Cascade
from gateway.withdrawal.giving_back import nothing_to_revoke
from gateway.withdrawal.ordered_steps import StepDelayed
from gateway.withdrawal.steps import Steps
from tests.fakes.crashes import CrashingKeys, Fuse
from tests.fakes.filled_store import NOON, nothing_narrower
from tests.fakes.installation import REGION, Installation, lose_access
from tests.fakes.rows import tenants_rows
from tests.gateway.withdrawal.withdrawn import (
    BOOKINGS,
    OTHERS,
    Neighbours,
    assert_withdrawn,
    settle,
    times_of,
    withdrawal_of,
)

STEPS = ("dropped", "shredded", "erased", "notified", "verified", "proved")
A_SECOND = timedelta(seconds=1)
PAST_A_LEASE = timedelta(minutes=3)
PAST_A_RETRY = timedelta(milliseconds=RETRY_MILLISECONDS)


@pytest.fixture
async def neighbours(installation: Installation, tmp_path: Path) -> Neighbours:
    return await settle(installation, tmp_path)


def mark(registry: Registry, lease: Lease, step: str) -> None:
    registry.withdrawals.mark(lease, step)


async def withdraw(installation: Installation, tenant: TenantId) -> WithdrawalRow:
    cascade = installation.cascade()
    lease = await cascade.fence(tenant)
    assert lease is not None
    return await cascade.drive(lease)


async def test_all_opened_before_and_nothing_opens_after(
    installation: Installation, neighbours: Neighbours
) -> None:
    site, other = neighbours.site, neighbours.other
    before = await count_readable(neighbours.copy, installation.parts.keys)
    assert before == {site.tenant: Readable(BOOKINGS, BOOKINGS), other.tenant: Readable(OTHERS, OTHERS)}
    await withdraw(installation, site.tenant)
    await assert_withdrawn(installation, neighbours)


async def test_the_tenant_beside_it_is_not_touched(
    installation: Installation, neighbours: Neighbours
) -> None:
    other = neighbours.other
    rows, keys = await tenants_rows(installation.store, other.tenant), neighbours.key_files(other.tenant)
    await withdraw(installation, neighbours.site.tenant)
    assert await tenants_rows(installation.store, other.tenant) == rows
    assert neighbours.key_files(other.tenant) == keys
    assert await other.later() == []
    assert len(other.told) == OTHERS


async def test_of_its_keys_only_the_evidence_has_bytes_left(
    installation: Installation, neighbours: Neighbours
) -> None:
    evidence = neighbours.key_files(neighbours.site.tenant)["evidence.key"]
    await withdraw(installation, neighbours.site.tenant)
    left = {
        name: content for name, content in neighbours.key_files(neighbours.site.tenant).items() if content
    }
    assert left == {"evidence.key": evidence}


async def test_the_fence_comes_first_and_the_proof_last(
    installation: Installation, neighbours: Neighbours
) -> None:
    tenant, steps = neighbours.site.tenant, steps_of(installation)
    assert [step.name for step in steps.in_order()] == list(STEPS)
    await installation.cascade().fence(tenant)
    authorization = (await installation.standing(tenant)).authorization
    assert (authorization.state, authorization.epoch) == (State.WITHDRAWN, 2)
    with pytest.raises(Fenced):
        await installation.store.check(neighbours.site.tenancy.fence)
    assert tenant not in await installation.tenancies().opened({tenant})
    assert await installation.notices(tenant) == []


@pytest.mark.parametrize("step", STEPS)
async def test_each_step_may_be_repeated(
    installation: Installation, neighbours: Neighbours, step: str
) -> None:
    tenant, steps = neighbours.site.tenant, steps_of(installation)
    lease = await installation.cascade().fence(tenant)
    assert lease is not None
    withdrawal = await withdrawal_of(installation, tenant)
    assert withdrawal is not None
    for named in steps.in_order():
        await named.take(withdrawal)
        await installation.store.administer(partial(mark, lease=lease, step=named.name))
        withdrawal = await withdrawal_of(installation, tenant)
        assert withdrawal is not None
        if named.name == step:
            rows, keys = await tenants_rows(installation.store, tenant), neighbours.key_files(tenant)
            await named.take(withdrawal)
            assert (await tenants_rows(installation.store, tenant), neighbours.key_files(tenant)) == (
                rows,
                keys,
            )
    await installation.cascade().drive(lease)
    await assert_withdrawn(installation, neighbours)


async def test_credentials_are_destroyed_before_all_else(
    installation: Installation, neighbours: Neighbours
) -> None:
    tenant = neighbours.site.tenant
    withdrawal = await withdraw(installation, tenant)
    assert times_of(withdrawal) == [milliseconds(installation.clock())] * 7


async def test_keys_in_use_are_overwritten(installation: Installation, neighbours: Neighbours) -> None:
    column = neighbours.site.tenancy.keys.column("bookings", "body")
    others = neighbours.other.tenancy.keys.column("bookings", "body")
    await withdraw(installation, neighbours.site.tenant)
    with pytest.raises(KeyUnavailable):
        column.seal("row", 1, b"late")
    assert others.open("row", 1, others.seal("row", 1, b"as ever")) == b"as ever"


async def test_withdrawing_twice_begins_once(installation: Installation, neighbours: Neighbours) -> None:
    cascade = installation.cascade()
    assert await cascade.fence(neighbours.site.tenant) is not None
    assert await cascade.fence(neighbours.site.tenant) is None
    assert (await installation.standing(neighbours.site.tenant)).authorization.epoch == 2


async def test_what_is_erased_is_not_withdrawn_again(
    installation: Installation, neighbours: Neighbours
) -> None:
    await withdraw(installation, neighbours.site.tenant)
    with pytest.raises(TransitionForbidden):
        await installation.cascade().fence(neighbours.site.tenant)
    await assert_withdrawn(installation, neighbours)


async def test_nobody_is_no_tenant(installation: Installation) -> None:
    with pytest.raises(UnknownName):
        await installation.cascade().fence(TenantId("ten_nobody"))


async def test_a_suspended_tenant_is_withdrawn(installation: Installation, neighbours: Neighbours) -> None:
    site = neighbours.site
    await lose_access(installation.store, site.tenancy)
    await withdraw(installation, site.tenant)
    assert (await installation.standing(site.tenant)).authorization.epoch == 3
    assert [entry.kind for entry in await installation.notices(site.tenant)] == [EntryKind.TENANT_ERASED]


async def test_the_key_service_is_told_the_epoch(installation: Installation, neighbours: Neighbours) -> None:
    await withdraw(installation, neighbours.site.tenant)
    authorization = (await installation.standing(neighbours.site.tenant)).authorization
    assert await installation.parts.keys.epoch(authorization.tenant, authorization.id) == 2


class HeldStore(Store):
    """A store whose log somebody is still reading."""

    def __init__(self, store: Store) -> None:
        super().__init__(store._lanes, store._clock)
        self.held = True

    async def sweep(self) -> bool:
        return not self.held and await super().sweep()


async def test_a_step_that_has_to_wait_is_tried_again(
    installation: Installation, neighbours: Neighbours
) -> None:
    store = HeldStore(installation.store)
    cascade = installation.cascade(store)
    lease = await cascade.fence(neighbours.site.tenant)
    assert lease is not None
    with pytest.raises(StepDelayed):
        await cascade.drive(lease)
    await cascade.resume()
    installation.clock.move(PAST_A_RETRY)
    await cascade.resume()
    withdrawal = await withdrawal_of(installation, neighbours.site.tenant)
    assert withdrawal is not None
    assert (withdrawal.shredded_at is None, withdrawal.erased_at) == (False, None)
    store.held = False
    installation.clock.move(PAST_A_RETRY)
    await cascade.resume()
    await assert_withdrawn(installation, neighbours)


class StubbornKeys(CrashingKeys):
    """A key service that says it destroyed what it still holds."""

    async def destroy_tenant_keys(self, tenant: TenantId) -> None:
        """Do nothing, and be content."""


async def test_keys_that_were_not_destroyed_are_not_taken_for_gone(
    installation: Installation, neighbours: Neighbours
) -> None:
    keys = StubbornKeys(installation.parts.keys, Fuse(1000))
    cascade = Cascade(
        installation.store, fresh_keyring(installation), keys, owner="cascade", narrow=nothing_narrower
    )
    lease = await cascade.fence(neighbours.site.tenant)
    assert lease is not None
    with pytest.raises(StepDelayed):
        await cascade.drive(lease)
    withdrawal = await withdrawal_of(installation, neighbours.site.tenant)
    assert withdrawal is not None
    assert withdrawal.shredded_at is None
    installation.clock.move(PAST_A_RETRY)
    await installation.cascade().resume()
    await assert_withdrawn(installation, neighbours)


class RecoverableKeys(CrashingKeys):
    """A key service that could give back for a week what it destroyed."""

    async def remaining(self, tenant: TenantId) -> tuple[RemainingKey, ...]:
        pending = RemainingKey(Purpose.ENCRYPTION, None, NOON + timedelta(days=7))
        return (*await super().remaining(tenant), pending)


async def test_keys_that_nobody_can_use_any_more_are_not_waited_for(
    installation: Installation, neighbours: Neighbours
) -> None:
    keys = RecoverableKeys(installation.parts.keys, Fuse(1000))
    cascade = Cascade(
        installation.store, fresh_keyring(installation), keys, owner="cascade", narrow=nothing_narrower
    )
    lease = await cascade.fence(neighbours.site.tenant)
    assert lease is not None
    await cascade.drive(lease)
    await assert_withdrawn(installation, neighbours)


async def test_one_that_waits_does_not_hold_up_others(
    installation: Installation, neighbours: Neighbours
) -> None:
    first, second = sorted([neighbours.site.tenant, neighbours.other.tenant])
    for tenant in (first, second):
        await installation.cascade().fence(tenant)
    installation.clock.move(PAST_A_LEASE)
    (neighbours.folder / "keys" / "tenants" / first).rename(neighbours.folder / "elsewhere")
    await installation.cascade().resume()
    assert (await installation.standing(first)).authorization.state is State.WITHDRAWN
    assert (await installation.standing(second)).authorization.state is State.ERASED


async def test_the_fence_waits_for_no_key_service(installation: Installation, neighbours: Neighbours) -> None:
    tenant = neighbours.site.tenant
    folder, elsewhere = neighbours.folder / "keys" / "tenants" / tenant, neighbours.folder / "elsewhere"
    column = neighbours.site.tenancy.keys.column("bookings", "body")
    folder.rename(elsewhere)
    lease = await installation.cascade().fence(tenant)
    assert lease is not None
    with pytest.raises(KeyUnavailable):
        await installation.cascade().drive(lease)
    with pytest.raises(KeyUnavailable):
        column.seal("row", 1, b"late")
    elsewhere.rename(folder)
    installation.clock.move(PAST_A_RETRY)
    await installation.cascade().resume()
    await assert_withdrawn(installation, neighbours)


async def test_nothing_unfinished_is_nothing_to_do(
    installation: Installation, neighbours: Neighbours
) -> None:
    await withdraw(installation, neighbours.site.tenant)
    installation.clock.move(timedelta(days=1))
    assert await installation.store.tenants_with_due(withdrawals) == set()
    await installation.cascade().resume()
    await assert_withdrawn(installation, neighbours)


async def test_who_lost_the_lease_leaves_it_to_the_other(
    installation: Installation, neighbours: Neighbours
) -> None:
    tenant = neighbours.site.tenant
    lease = await installation.cascade().fence(tenant)
    assert lease is not None
    installation.clock.move(PAST_A_LEASE)
    (taken,) = await installation.store.claim(withdrawals, tenant=tenant, owner="other", limit=1)
    with pytest.raises(Fenced):
        await installation.cascade().drive(lease)
    other = Cascade(
        installation.store,
        fresh_keyring(installation),
        installation.parts.keys,
        owner="other",
        narrow=nothing_narrower,
    )
    await other.drive(taken)
    await assert_withdrawn(installation, neighbours)


async def test_the_evidence_outlives_it(installation: Installation, neighbours: Neighbours) -> None:
    await withdraw(installation, neighbours.site.tenant)
    keys = installation.parts.keys
    assert (await keys.open_key(neighbours.site.tenant, Purpose.EVIDENCE)).id


def fresh_keyring(installation: Installation) -> Keyring:
    return Keyring(installation.parts.keys, region=REGION, clock=installation.clock)


def steps_of(installation: Installation) -> Steps:
    parts = installation.parts
    return Steps(installation.store, parts.keyring, parts.keys, nothing_to_revoke)
