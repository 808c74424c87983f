"""An objection where nothing of people is told: a consumer cannot tell it from none, byte by byte."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.booking import TenantId
from gateway.feed.cloudevents import cloud_event
from tests.fakes.enrolled import PEOPLE, RUBEN, WENDLA, allow, organized, withdraw
from tests.fakes.filled_store import NOON, HandClock
from tests.fakes.installation import Installation, open_installation
from tests.fakes.provider import FakeProvider
from tests.fakes.site import AMBER, Site

HOUR = timedelta(hours=1)


async def begin(folder: Path, policy: str, *, incremental: bool) -> TenantId:
    """A tenant that was read once."""
    folder.mkdir()  # noqa: ASYNC240  once, at start
    async with open_installation(folder) as here:
        allow(here)
        provider = provider_of(incremental=incremental)
        tenant = await here.onboard(provider, policy=policy)
        await here.sync()
        return tenant


def provider_of(*, incremental: bool) -> FakeProvider:
    provider = FakeProvider(AMBER, incremental=incremental)
    provider.put(
        AMBER, organized("event-0", NOON + HOUR, WENDLA), organized("event-1", NOON + 2 * HOUR, RUBEN)
    )
    return provider


async def told(folder: Path, tenant: TenantId, *, incremental: bool, objects: bool) -> bytes:
    """All that a consumer is told while the organizer's event goes on, having objected or not."""
    async with open_installation(folder, HandClock()) as here:
        allow(here)
        provider = here.providers[tenant] = provider_of(incremental=incremental)
        site = Site(here, provider, tenant, await here.tenancy(tenant), AMBER)
        if objects:
            await withdraw(site, address=WENDLA)
        await here.sync_later()
        provider.put(AMBER, organized("event-0", NOON + 3 * HOUR, WENDLA))
        await here.sync_later()
        provider.delete(AMBER, "event-1")
        await here.sync_later()
        return await feed(here, tenant)


async def feed(here: Installation, tenant: TenantId) -> bytes:
    return b"\n".join(map(cloud_event, await here.entries(tenant)))


@pytest.mark.parametrize("incremental", [False, True], ids=["snapshot", "incremental"])
@pytest.mark.parametrize(("policy", "alike"), [("occupancy", True), ("strict", True), (PEOPLE, False)])
async def test_only_where_people_are_told_an_objection_shows(
    tmp_path: Path, policy: str, *, alike: bool, incremental: bool
) -> None:
    tenant = await begin(tmp_path / "one", policy, incremental=incremental)
    shutil.copytree(tmp_path / "one", tmp_path / "other")
    feeds = [
        await told(tmp_path / name, tenant, incremental=incremental, objects=objects)
        for name, objects in (("one", False), ("other", True))
    ]
    assert feeds[0].count(b"booking.put") == 1
    assert (feeds[0] == feeds[1]) == alike
