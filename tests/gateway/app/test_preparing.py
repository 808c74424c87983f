"""Nothing of a tenant is read or served before what was withdrawn, and what may be told, is as it is now."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.app.consumers.overview import add_consumer, rescope_consumer, revoke_consumer, rotate_token
from gateway.app.preparing import Preparation
from gateway.clock import milliseconds
from gateway.errors import KeyUnavailable
from gateway.minimization.lattice import Time
from gateway.store.consumers import RECORDS, ConsumerRows
from gateway.store.unlock import unlock
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.crashes import Crash, CrashingKeys, Fuse
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


async def may_read(installation: Installation, token: str) -> bool:
    records = await installation.parts.keyring.service(*RECORDS)
    now = milliseconds(installation.clock())
    found = await installation.store.read(lambda handle: ConsumerRows(handle, records).by_token(token, now))
    return found is not None


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


async def test_a_consumer_that_a_copy_takes_for_good_is_revoked_again(tmp_path: Path) -> None:
    tokens = list[str]()

    async def until(here: Installation, site: Site) -> None:
        for name in ("one", "other"):
            _, token = await add_consumer(here.parts, name, [site.tenant], purpose="occupancy")
            tokens.append(token)

    async def since(here: Installation, site: Site) -> None:
        await revoke_consumer(here.parts, "one")

    async with put_back(tmp_path, since, before_copy=until) as (here, site):
        assert [await may_read(here, token) for token in tokens] == [True, True]
        revocations = tmp_path / "keys" / "revocations"
        elsewhere = revocations.rename(tmp_path / "elsewhere")
        revocations.touch()
        preparing = preparation(here)
        await preparing.begin()
        assert not await is_open(here, site)
        revocations.unlink()
        elsewhere.rename(revocations)
        await preparing.go_on()
        assert await is_open(here, site)
        assert [await may_read(here, token) for token in tokens] == [False, True]


async def test_a_consumer_that_a_copy_takes_for_what_it_was_is_revoked(tmp_path: Path) -> None:
    """What it may read by now stands in no copy: an admin says so anew."""
    tokens = list[str]()

    async def until(here: Installation, site: Site) -> None:
        for name in ("rotated", "rescoped", "other"):
            _, token = await add_consumer(here.parts, name, [site.tenant], purpose="occupancy")
            tokens.append(token)

    async def since(here: Installation, site: Site) -> None:
        other = await open_site(here)
        await rotate_token(here.parts, "rotated", overlap=timedelta(0))
        await rescope_consumer(here.parts, "rescoped", tenants=[other.tenant])

    async with put_back(tmp_path, since, before_copy=until) as (here, _):
        await preparation(here).begin()
        assert [await may_read(here, token) for token in tokens] == [False, False, True]


async def test_a_change_that_a_crash_kept_from_the_keys_is_kept_at_the_next_start(
    installation: Installation,
) -> None:
    site, parts = await open_site(installation), installation.parts
    consumer, _ = await add_consumer(parts, "one", [site.tenant], purpose="occupancy")
    keys = CrashingKeys(parts.keys, Fuse(0))
    with pytest.raises(Crash):
        await rotate_token(replace(parts, keys=keys), "one", overlap=timedelta(hours=1))
    await preparation(installation).begin()
    assert await parts.keys.revocations() == {f"{consumer.id}-v0"}


async def test_a_revocation_that_a_crash_kept_from_the_keys_is_kept_at_the_next_start(
    installation: Installation,
) -> None:
    site, parts = await open_site(installation), installation.parts
    consumer, _ = await add_consumer(parts, "one", [site.tenant], purpose="occupancy")
    keys = CrashingKeys(parts.keys, Fuse(0))
    with pytest.raises(Crash):
        await revoke_consumer(replace(parts, keys=keys), "one")
    assert await parts.keys.revocations() == frozenset()
    await preparation(installation).begin()
    assert await parts.keys.revocations() == {consumer.id}


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
