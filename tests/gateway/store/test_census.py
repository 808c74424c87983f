"""Counts that an admin asks for."""

from datetime import timedelta
from functools import partial

from connectors.errors import Unreachable
from gateway.booking import Freshness
from gateway.clock import milliseconds
from gateway.store.census import Census, census
from gateway.store.tables import calendars
from tests.fakes.installation import Installation
from tests.fakes.provider import FakeProvider, room
from tests.fakes.site import AMBER, Site, meetings, open_site


async def counted(site: Site) -> Census:
    return await site.installation.store.read(partial(census, tenant=site.tenant))


async def test_one_tenant_is_counted_and_no_other(installation: Installation) -> None:
    site = await open_site(installation, *meetings(5))
    await open_site(installation, *meetings(2))
    site.provider.delete(AMBER, "event-0")
    await site.later()
    found = await counted(site)
    assert (found.calendars, found.calendars_read, found.bookings) == (1, 1, 4)
    assert found.freshness == {Freshness.FRESH: 1}
    assert (found.oldest_read, found.reasons) == (milliseconds(installation.clock()), {})


async def test_what_was_never_read_has_no_age(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    site.provider.add_place(room("birch"))
    installation.clock.move(timedelta(days=1))
    await site.look_at_directory()
    found = await counted(site)
    assert (found.calendars, found.calendars_read, found.oldest_read) == (2, 1, None)
    assert found.freshness == {Freshness.FRESH: 1, Freshness.UNKNOWN: 1}


async def test_what_kept_it_from_being_read_is_counted_by_code(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    site.provider.fail(1, Unreachable("network"))
    await site.later()
    assert (await counted(site)).reasons == {"network": 1}
    await site.later()
    assert (await counted(site)).reasons == {}


async def test_everything_is_due_when_somebody_says_so(installation: Installation) -> None:
    provider = FakeProvider(room("amber"), room("birch"))
    tenant, other = await installation.onboard(provider), await open_site(installation)
    await installation.sync()
    await installation.store.make_due(tenant)
    assert await installation.store.tenants_with_due(calendars) == {tenant}
    asked = provider.asked["page"]
    await installation.sync()
    assert provider.asked["page"] == asked + 2
    assert await other.news() == []
