"""Nothing of a tenant is read or served before what was withdrawn, and what may be told, is as it is now."""

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.app.preparing import Preparation
from gateway.errors import KeyUnavailable
from gateway.minimization.lattice import Time
from gateway.store.unlock import unlock
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.enrolled import RUBEN, withdraw
from tests.fakes.installation import Installation
from tests.fakes.provider import meeting
from tests.fakes.site import Site, open_site
from tests.gateway.app.test_places import ODD
from tests.gateway.app.test_restoring import put_back, suppressed


def preparation(installation: Installation) -> Preparation:
    return Preparation(installation.parts, nothing_to_revoke)


async def is_open(installation: Installation, site: Site) -> bool:
    try:
        await unlock(installation.parts.keyring, await installation.standing(site.tenant))
    except KeyUnavailable as error:
        return "could not be looked up yet" not in str(error)
    return True


async def test_who_has_nothing_to_wait_for_is_opened_at_once(installation: Installation) -> None:
    site = await open_site(installation)
    await preparation(installation).begin()
    assert await is_open(installation, site)


async def test_an_objection_that_a_copy_does_not_know_of_comes_before_anything_is_read(
    tmp_path: Path,
) -> None:
    async def since(here: Installation, site: Site) -> None:
        await withdraw(site, address=RUBEN)

    async with put_back(tmp_path, since) as (here, site):
        evidence = tmp_path / "keys" / "tenants" / site.tenant / "evidence.key"
        elsewhere = evidence.rename(tmp_path / "elsewhere")
        here.parts.keyring.drop(site.tenant)
        preparing = preparation(here)
        await preparing.begin()
        assert not await is_open(here, site)
        asked = dict(site.provider.asked)
        await here.sync_later(timedelta(minutes=6))
        assert site.provider.asked == asked
        elsewhere.rename(evidence)
        # The key is there again; what has to come first has not come yet.
        assert not await is_open(here, site)
        await preparing.go_on()
        assert await is_open(here, site)
        assert await suppressed(here, site)


async def test_rules_that_became_narrower_come_before_anything_is_read(
    installation: Installation, tmp_path: Path
) -> None:
    installation.set_policy("fine")
    site = await open_site(installation, meeting("event-1", ODD), policy="fine")
    installation.set_policy("fine", time=Time.BUSY)
    evidence = tmp_path / "keys" / "tenants" / site.tenant / "evidence.key"
    elsewhere = evidence.rename(tmp_path / "elsewhere")
    installation.parts.keyring.drop(site.tenant)
    preparing = preparation(installation)
    await preparing.begin()
    assert not await is_open(installation, site)
    elsewhere.rename(evidence)
    await preparing.go_on()
    assert await is_open(installation, site)
    await site.news()
    assert site.booking("event-1").start.minute == 0


async def test_one_that_waits_holds_up_no_other(installation: Installation, tmp_path: Path) -> None:
    one, other = await open_site(installation), await open_site(installation)
    (tmp_path / "keys" / "tenants" / one.tenant / "evidence.key").rename(tmp_path / "elsewhere")
    installation.parts.keyring.drop(one.tenant)
    await preparation(installation).begin()
    assert not await is_open(installation, one)
    assert await is_open(installation, other)


async def test_what_comes_first_is_done_once(installation: Installation) -> None:
    site = await open_site(installation)
    preparing = preparation(installation)
    await preparing.begin()
    installation.parts.keyring.withhold(site.tenant)
    await preparing.go_on()
    with pytest.raises(KeyUnavailable):
        await unlock(installation.parts.keyring, await installation.standing(site.tenant))
