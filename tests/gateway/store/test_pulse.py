"""The pulse: fences of other processes are obeyed, and readers are woken only by what they may be told."""

import asyncio

from gateway.app.tenants import resume_tenant
from gateway.store.pulse import INTERVAL_SECONDS, Pulse
from gateway.store.registry import Standing
from tests.fakes.installation import Installation, lose_access
from tests.fakes.site import AMBER, meetings, open_site

SOON_SECONDS = 0.05
BOUND_SECONDS = 10


class Obeyed:
    """Remembers which fences were obeyed."""

    def __init__(self) -> None:
        self.fences: list[tuple[str, int]] = []

    async def __call__(self, standing: Standing) -> None:
        self.fences.append((standing.tenant, standing.authorization.epoch))


async def woken(pulse: Pulse) -> bool:
    changed, _ = await asyncio.gather(pulse.changed(SOON_SECONDS), pulse.beat())
    return changed


async def test_a_fence_that_fell_elsewhere_is_obeyed_once(installation: Installation) -> None:
    site, other = await open_site(installation), await open_site(installation)
    obeyed = Obeyed()
    pulse = Pulse(installation.store, obeyed)
    await pulse.beat()
    await lose_access(installation.store, site.tenancy)
    await pulse.beat()
    await pulse.beat()
    assert obeyed.fences == [(site.tenant, 2)]
    await resume_tenant(installation.parts, site.tenant)
    await pulse.beat()
    assert obeyed.fences == [(site.tenant, 2), (site.tenant, 3)]
    assert set(pulse.standings) == {site.tenant, other.tenant}


async def test_a_fence_is_obeyed_before_anybody_is_woken(installation: Installation) -> None:
    site = await open_site(installation)
    order = list[str]()

    async def obey(_: Standing) -> None:
        await asyncio.sleep(0)
        order.append("obeyed")

    async def wait(pulse: Pulse) -> None:
        assert await pulse.changed(BOUND_SECONDS)
        order.append("woken")

    pulse = Pulse(installation.store, obey)
    await pulse.beat()
    await lose_access(installation.store, site.tenancy)
    await asyncio.gather(wait(pulse), pulse.beat())
    assert order == ["obeyed", "woken"]


async def test_readers_are_woken_by_news_and_by_nothing_else(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    pulse = Pulse(installation.store, Obeyed())
    assert await woken(pulse)
    assert not await woken(pulse)
    await site.later()
    assert not await woken(pulse)
    site.provider.put(AMBER, *meetings(1, first=1))
    await site.later()
    assert await woken(pulse)


async def test_it_beats_until_told_to_stop(installation: Installation) -> None:
    site = await open_site(installation)
    pulse, stop = Pulse(installation.store, Obeyed()), asyncio.Event()
    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as group:
        group.create_task(pulse.run(stop))
        assert await pulse.changed(BOUND_SECONDS)
        await lose_access(installation.store, site.tenancy)
        assert await pulse.changed(2 * INTERVAL_SECONDS + BOUND_SECONDS)
        stop.set()
    assert pulse.standings[site.tenant].authorization.epoch == 2
