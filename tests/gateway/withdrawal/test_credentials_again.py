"""Credentials that were withdrawn, and of which a restored store or a key service does not know it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import update

from gateway.app.accountability.history import history
from gateway.app.copies.restoring import replay
from gateway.app.reconnecting import reconnect, withdraw_credentials
from gateway.authorization import AuthorizationId, SuspensionReason
from gateway.booking import TenantId
from gateway.errors import ConfigurationError
from gateway.legal_hold import HoldId
from gateway.store.copies import copy_database
from gateway.store.database import Database
from gateway.store.history import Happened
from gateway.store.tables import tenants
from gateway.store.unlock import open_keys
from gateway.store.withdrawals import withdrawals_of
from gateway.vault.keys import Purpose, RemainingKey
from gateway.withdrawal.ordered_steps import StepDelayed
from tests.fakes.crashes import CrashingKeys, Fuse
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, open_installation
from tests.fakes.site import open_site
from tests.gateway.withdrawal.proved import assert_proved, proof_of
from tests.gateway.withdrawal.withdrawn import Neighbours, assert_not_read, settle, times_of, withdrawal_of

PAST_A_LEASE = timedelta(minutes=3)


@pytest.fixture
async def installation(tmp_path: Path, sqlite: Database) -> AsyncIterator[Installation]:
    """On one database: what was put back, or is still held, is no matter of its engine."""
    async with open_installation(tmp_path, database=sqlite) as opened:
        yield opened


def put_back(neighbours: Neighbours, copy: Path) -> None:
    for file in neighbours.database.parent.iterdir():
        file.unlink()
    neighbours.database.write_bytes(copy.read_bytes())


async def assert_withdrawn_once_each(installation: Installation, neighbours: Neighbours, times: int) -> None:
    """So many withdrawals of credentials, each done to the end; nothing is read, and its admin is asked."""
    tenant = neighbours.site.tenant
    rows = await installation.store.read(partial(withdrawals_of, tenant=tenant))
    assert [row.credentials for row in rows] == list(range(1, times + 1))
    assert all(None not in times_of(row) for row in rows)
    assert (await proof_of(installation, tenant)).certificate["withdrawal"] == rows[-1].id
    authorization = (await installation.standing(tenant)).authorization
    assert authorization.reason is SuspensionReason.STORE_RESTORED
    await assert_not_read(installation, neighbours.site)


async def test_two_processes_that_replay_at_once_withdraw_them_once(tmp_path: Path) -> None:
    async with open_installation(tmp_path) as installation:
        neighbours = await settle(installation, tmp_path)
        await withdraw_credentials(installation.parts, neighbours.site.tenant)
    put_back(neighbours, neighbours.copy)
    async with open_installation(tmp_path, installation.clock) as installation:
        installation.providers = {one.tenant: one.provider for one in (neighbours.site, neighbours.other)}
        parts = installation.parts

        class Overtaken(CrashingKeys):
            """Once what is missing was found, another process replays all of it."""

            async def epoch(self, tenant: TenantId, authorization: AuthorizationId | HoldId) -> int:
                if tenant == neighbours.site.tenant:
                    await replay(parts)
                return await super().epoch(tenant, authorization)

        await replay(replace(parts, keys=Overtaken(parts.keys, Fuse(1_000))))
        await assert_withdrawn_once_each(installation, neighbours, 1)


async def test_a_store_from_between_two_withdrawals_of_them_learns_of_the_second(tmp_path: Path) -> None:
    between = tmp_path / "between.db"
    async with open_installation(tmp_path) as installation:
        neighbours = await settle(installation, tmp_path)
        tenant = neighbours.site.tenant
        await withdraw_credentials(installation.parts, tenant)
        await copy_database(installation.store.database, between)
        await reconnect(installation.parts, tenant, grant=None, read_as=None)
        # The newest is told by its time.
        installation.clock.move(PAST_A_LEASE)
        await withdraw_credentials(installation.parts, tenant)
    put_back(neighbours, between)
    async with open_installation(tmp_path, installation.clock) as installation:
        installation.providers = {one.tenant: one.provider for one in (neighbours.site, neighbours.other)}
        assert await replay(installation.parts) == 1
        await assert_withdrawn_once_each(installation, neighbours, 2)
        authorization = (await installation.standing(tenant)).authorization
        told = await history(installation.parts, tenant)
        assert [row.what for row in told if row.what is not Happened.BECAME] == [Happened.DISCONNECTED] * 2
        assert await installation.parts.keys.epoch(tenant, authorization.id) == authorization.epoch


async def withdrawn_as_far_as(installation: Installation, tenant: TenantId, step: str) -> None:
    """Credentials of which everything up to a step is done, by a process that then dies."""
    cascade, standing = installation.cascade(), await installation.standing(tenant)
    lease = await cascade.fence_credentials(standing, await open_keys(installation.parts.keyring, standing))
    assert lease is not None
    row = await cascade._load(lease)
    for one in await cascade._steps_of(row):
        row = await cascade._take(one, row, lease)
        if one.name == step:
            break
    installation.clock.move(PAST_A_LEASE)


async def test_how_a_provider_is_reached_is_gone_or_nothing_is_certified(installation: Installation) -> None:
    tenant = (await open_site(installation)).tenant
    await withdrawn_as_far_as(installation, tenant, "notified")
    with pytest.raises(ConfigurationError, match="not finished"):
        await reconnect(installation.parts, tenant, grant=None, read_as=None)
    # A process of another version writes on.
    late = update(tenants).where(tenants.c.id == tenant).values(connection=b"late")
    await installation.store.administer(lambda registry: registry.handle.execute(late))
    await installation.cascade().resume()
    row = await withdrawal_of(installation, tenant)
    assert row is not None
    assert (row.notified_at is None, row.verified_at) == (False, None)


async def test_whoever_is_granted_anew_before_the_proof_does_not_hold_it_up(
    installation: Installation,
) -> None:
    site = await open_site(installation, incremental=True)
    assert (await site.calendar()).cursor is not None
    await withdrawn_as_far_as(installation, site.tenant, "verified")
    await reconnect(installation.parts, site.tenant, grant=None, read_as=None)
    # What has changed meanwhile nobody was told: all is read in full.
    assert (await site.calendar()).cursor is None
    await installation.cascade().resume()
    await assert_proved(installation, site.tenant)


class Holding(CrashingKeys):
    """A key service that goes on using a version of a credentials key that it was told to destroy.

    The version before it can give back for a week.
    """

    held = 1

    async def remaining(self, tenant: TenantId) -> tuple[RemainingKey, ...]:
        gone = RemainingKey(Purpose.CREDENTIALS, None, NOON + timedelta(days=7), version=self.held - 1)
        still = RemainingKey(Purpose.CREDENTIALS, None, version=self.held)
        return (*await super().remaining(tenant), gone, still)


async def test_while_the_key_service_still_holds_their_key_nothing_is_certified(
    installation: Installation,
) -> None:
    tenant = (await open_site(installation)).tenant
    keys = Holding(installation.parts.keys, Fuse(1_000))
    holding = replace(installation.parts, keys=keys)
    with pytest.raises(StepDelayed, match="still holds a credentials key"):
        await withdraw_credentials(holding, tenant)
    row = await withdrawal_of(installation, tenant)
    assert row is not None
    assert (row.dropped_at is None, row.shredded_at, row.proved_at) == (False, None, None)
    # A newer one is no matter of this withdrawal.
    keys.held = 2
    installation.clock.move(PAST_A_LEASE)
    await withdraw_credentials(holding, tenant)
    proof = await assert_proved(installation, tenant)
    assert proof["irrecoverable_since"].startswith("2026-03-09")
