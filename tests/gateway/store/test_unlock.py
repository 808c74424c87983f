"""A store that is older than the key service knows is not believed."""

import pytest

from gateway.errors import KeyUnavailable, RestoredStore
from gateway.store.unlock import unlock
from tests.fakes.installation import Installation, lose_access
from tests.fakes.site import open_site


async def test_a_store_of_today_opens(installation: Installation) -> None:
    site = await open_site(installation)
    standing = await installation.standing(site.tenant)
    assert await unlock(installation.parts.keyring, standing) is site.tenancy.keys


async def test_a_store_from_before_a_fence_does_not(installation: Installation) -> None:
    site = await open_site(installation)
    old = await installation.standing(site.tenant)
    await lose_access(installation.store, site.tenancy)
    new = await installation.standing(site.tenant)
    await installation.parts.keys.raise_epoch(site.tenant, new.authorization.id, new.authorization.epoch)
    with pytest.raises(RestoredStore):
        await unlock(installation.parts.keyring, old)
    await unlock(installation.parts.keyring, new)


async def test_without_keys_nothing_opens(installation: Installation) -> None:
    site = await open_site(installation)
    await installation.parts.keys.destroy_tenant_keys(site.tenant)
    installation.parts.keyring.drop(site.tenant)
    with pytest.raises(KeyUnavailable):
        await unlock(installation.parts.keyring, await installation.standing(site.tenant))
