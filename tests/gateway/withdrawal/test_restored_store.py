"""A backup from before a withdrawal, put back after it: nothing of it is read or served."""

import shutil
from pathlib import Path

import pytest

from gateway.app.tenants import withdraw_tenant
from gateway.authorization import State
from gateway.errors import GatewayError, KeyUnavailable, RestoredStore
from gateway.store.copies import Readable, count_readable
from gateway.store.unlock import unlock
from gateway.sync.upkeep import Upkeep
from tests.fakes.filled_store import HandClock
from tests.fakes.installation import open_installation
from tests.gateway.withdrawal.withdrawn import BOOKINGS, OTHERS, Neighbours, assert_withdrawn, settle


async def restored(folder: Path) -> tuple[Neighbours, HandClock]:
    """Withdrawn, and then put back as it was before."""
    async with open_installation(folder) as installation:
        neighbours = await settle(installation, folder)
        await withdraw_tenant(installation.parts, neighbours.site.tenant)
        await assert_withdrawn(installation, neighbours)
    for file in (folder / "store").iterdir():
        file.unlink()
    shutil.copy(neighbours.copy, neighbours.database)
    return neighbours, installation.clock


async def test_its_tenant_is_neither_opened_nor_read(tmp_path: Path) -> None:
    neighbours, clock = await restored(tmp_path)
    tenant = neighbours.site.tenant
    async with open_installation(tmp_path, clock) as installation:
        installation.providers = {neighbours.other.tenant: neighbours.other.provider}
        standing = await installation.standing(tenant)
        assert standing.authorization.state is State.ACTIVE
        with pytest.raises(RestoredStore):
            await unlock(installation.parts.keyring, standing)
        both = {neighbours.site.tenant, neighbours.other.tenant}
        assert set(await installation.tenancies().opened(both)) == {neighbours.other.tenant}
        asked = neighbours.site.provider.asked["page"]
        await installation.sync_later()
        assert neighbours.site.provider.asked["page"] == asked
        await Upkeep(installation.store, installation.parts.keyring, installation.clock).visit_all()
        assert {type(error) for error in installation.refused} == {RestoredStore}


async def test_not_even_without_the_epoch_would_it_open(tmp_path: Path) -> None:
    neighbours, clock = await restored(tmp_path)
    tenant = neighbours.site.tenant
    async with open_installation(tmp_path, clock) as installation:
        for marker in (tmp_path / "keys" / "tenants" / tenant).glob("epoch.*"):
            marker.unlink()
        with pytest.raises(KeyUnavailable):
            await unlock(installation.parts.keyring, await installation.standing(tenant))
        readable = await count_readable(neighbours.database, installation.parts.keys)
        assert readable[tenant] == Readable(0, BOOKINGS)
        assert readable[neighbours.other.tenant] == Readable(OTHERS, OTHERS)


async def test_it_can_be_withdrawn_again(tmp_path: Path) -> None:
    neighbours, clock = await restored(tmp_path)
    async with open_installation(tmp_path, clock) as installation:
        await withdraw_tenant(installation.parts, neighbours.site.tenant)
        await assert_withdrawn(installation, neighbours)
        authorization = (await installation.standing(neighbours.site.tenant)).authorization
        # Above whatever the key service was told before.
        assert authorization.epoch == 3
        with pytest.raises(GatewayError):
            await unlock(installation.parts.keyring, await installation.standing(neighbours.site.tenant))


async def test_the_tenant_beside_it_goes_on(tmp_path: Path) -> None:
    neighbours, clock = await restored(tmp_path)
    async with open_installation(tmp_path, clock) as installation:
        installation.providers = {neighbours.other.tenant: neighbours.other.provider}
        await installation.sync_later()
        entries = await installation.entries(neighbours.other.tenant)
        assert sum(entry.booking is not None for entry in entries) == OTHERS
