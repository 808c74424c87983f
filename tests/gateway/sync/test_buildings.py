"""Where places stand, from Graph's directory to the feed: by their parents, and by their room lists."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from connectors.microsoft.client import Mode
from connectors.sandbox.truth import Provider
from gateway.booking import Resource, ResourceKind, TenantId
from gateway.entry import EntryKind
from tests.connectors.microsoft.test_microsoft_client import stand_in
from tests.contracts.connector import Host, hosting
from tests.fakes.installation import Installation
from tests.fakes.log_fold import LogFold
from tests.pitfalls.hosted import Behind

PAST_A_DAY = timedelta(days=1, minutes=6)


class Company(NamedTuple):
    """A room, an office for one, a desk and a desk pool, and what FlexO knows of them."""

    host: Host
    installation: Installation
    tenant: TenantId
    consumer: LogFold

    async def later(self, after: timedelta = timedelta()) -> list[EntryKind]:
        """Let time pass and everything due be read; what is told then of resources."""
        self.installation.clock.move(after)
        await self.installation.sync()
        told = await self.installation.news(self.tenant, self.consumer)
        return [kind for kind in told if kind is EntryKind.RESOURCE_PUT]

    def one(self, kind: ResourceKind) -> Resource:
        (found,) = [one for one in self.consumer.resources.values() if one.kind is kind and one.name]
        return found


@pytest.fixture
async def company(installation: Installation, tmp_path: Path) -> AsyncIterator[Company]:
    async with hosting(Provider.MICROSOFT, tmp_path, calendars=4) as host:
        connector = stand_in(host, Mode.SNAPSHOT, "graph.view", 1000).connector
        tenant = await installation.onboard(Behind(lambda _: connector))
        yield Company(host, installation, tenant, LogFold())


async def test_a_desks_building_comes_by_its_parents_and_is_told_when_it_changes(company: Company) -> None:
    await company.later()
    desk = company.one(ResourceKind.DESK)
    assert (desk.building, desk.site) == ("Spreehaus", "Berlin")
    assert (desk.floor or "").isdecimal()
    assert company.one(ResourceKind.DESK_POOL).building == "Casa do Cais"
    assert await company.later(PAST_A_DAY) == []
    company.host.sandbox.faults.ask("graph.parent-gone")
    assert await company.later(PAST_A_DAY) == [EntryKind.RESOURCE_PUT] * 2
    assert company.one(ResourceKind.DESK).building is None
    assert company.one(ResourceKind.ROOM).building == "Spreehaus"


async def test_a_rooms_building_comes_by_its_list_where_nothing_else_tells_it(company: Company) -> None:
    company.host.sandbox.faults.ask("graph.places-not-set-up")
    await company.later()
    # The office is in its building's list alone, the large room in that of large rooms as well.
    told = {one.capacity: one.building for one in company.consumer.resources.values()}
    assert (told[1], told[24]) == ("Casa do Cais", None)
    assert company.one(ResourceKind.DESK).building is None
