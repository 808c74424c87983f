"""Registering consumers: what they read for has to be a policy, and one that can narrow what is stored."""

from datetime import timedelta

import pytest

from gateway.app.accountability.history import history
from gateway.app.consumers.overview import (
    add_consumer,
    list_consumers,
    rescope_consumer,
    revoke_consumer,
)
from gateway.app.engine import open_limitation
from gateway.app.tenants import withdraw_tenant
from gateway.errors import ConfigurationError, UnknownName
from gateway.minimization.lattice import Place
from gateway.store.history import Happened
from tests.fakes.installation import Installation
from tests.fakes.site import open_site


@pytest.mark.parametrize("purpose", ["occupancy", "signage", "hot-desking"])
async def test_a_consumer_reads_for_a_policy_assessed_or_not(
    installation: Installation, purpose: str
) -> None:
    site = await open_site(installation)
    added, _ = await add_consumer(installation.parts, "FlexO", [site.tenant], purpose=purpose)
    assert await list_consumers(installation.parts) == [added]
    assert added.purpose == purpose


async def test_a_purpose_that_is_no_policy_is_unknown(installation: Installation) -> None:
    site = await open_site(installation)
    with pytest.raises(UnknownName, match="no policy of that name"):
        await add_consumer(installation.parts, "FlexO", [site.tenant], purpose="whatever")
    assert await list_consumers(installation.parts) == []


async def test_a_site_is_no_purpose(installation: Installation) -> None:
    site = await open_site(installation)
    installation.set_policy("sites", place=Place.SITE)
    with pytest.raises(ConfigurationError, match=r"^sites\.toml: place = 1"):
        await add_consumer(installation.parts, "FlexO", [site.tenant], purpose="sites")
    assert await list_consumers(installation.parts) == []


async def test_who_read_a_tenant_that_is_forgotten_is_revoked(installation: Installation) -> None:
    """Its proof is gone, and the other one's history tells of it."""
    gone, site, parts = await open_site(installation), await open_site(installation), installation.parts
    await add_consumer(parts, "FlexO", [gone.tenant, site.tenant], purpose="occupancy")
    await withdraw_tenant(parts, gone.tenant)
    installation.clock.move(timedelta(days=parts.settings.limitation_days + 1))
    await open_limitation(parts).visit()
    revoked = await revoke_consumer(parts, "FlexO")
    assert await parts.keys.revocations() == {revoked.id}
    told = [row.what for row in await history(parts, site.tenant)]
    assert told.count(Happened.RECIPIENTS) == 2


async def test_a_scope_is_changed_and_stands_in_the_history_of_whom_it_concerns(
    installation: Installation,
) -> None:
    sites, parts = [await open_site(installation) for _ in range(3)], installation.parts
    stays, comes, goes = (site.tenant for site in sites)
    await add_consumer(parts, "FlexO", [stays, goes], purpose="occupancy")
    changed = await rescope_consumer(parts, "FlexO", tenants=[stays, comes], without=[goes])
    assert changed.scope == {stays, comes}
    assert await list_consumers(parts) == [changed]
    told = [[row.what for row in await history(parts, one)] for one in (stays, comes, goes)]
    assert [one.count(Happened.RECIPIENTS) for one in told] == [1, 1, 2]
    assert await parts.keys.revocations() == {f"{changed.id}-v0"}


async def test_a_scope_that_stays_is_no_change(installation: Installation) -> None:
    site, parts = await open_site(installation), installation.parts
    added, _ = await add_consumer(parts, "FlexO", [site.tenant], purpose="occupancy")
    assert await rescope_consumer(parts, "FlexO", tenants=[site.tenant]) == added
    assert await parts.keys.revocations() == frozenset()


async def test_a_consumer_reads_somebody(installation: Installation) -> None:
    site, parts = await open_site(installation), installation.parts
    added, _ = await add_consumer(parts, "FlexO", [site.tenant], purpose="occupancy")
    with pytest.raises(ConfigurationError, match="reads 1 to 1000 tenants"):
        await rescope_consumer(parts, "FlexO", without=[site.tenant])
    with pytest.raises(UnknownName):
        await rescope_consumer(parts, "FlexO", tenants=["nobody"])
    assert await list_consumers(parts) == [added]
