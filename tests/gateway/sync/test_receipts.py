"""What the rounds of a day leave in the tenant's receipt."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial

import msgspec
import pytest

from connectors.errors import Unreachable
from connectors.port import Projection
from connectors.raw import Unclear
from gateway.app.tenants import withdraw_tenant
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import Fenced
from gateway.minimization.receipt import Met
from gateway.receipt import Count, What
from gateway.store.receipts import counted, day_of
from gateway.sync.upkeep import Upkeep
from gateway.tenant import Mode, Provider
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, lose_access
from tests.fakes.persons import Person, invitation, open_peopled_site
from tests.fakes.provider import ITEM_BYTES, meeting, room
from tests.fakes.site import AMBER, meetings, open_site

A_DAY = timedelta(days=1)
EVENTS, BYTES = Count(What.EVENTS), Count(What.BYTES)
KEPT = Count(What.KEPT, "time")

both = pytest.mark.parametrize("incremental", [False, True])


async def receipt(installation: Installation, tenant: TenantId, days_ago: int = 0) -> Counter[Count]:
    day = day_of(milliseconds(installation.clock())) - days_ago
    return await installation.store.read(partial(counted, tenant=tenant, first=day, last=day))


@both
async def test_pages_add_up_and_so_do_rounds(installation: Installation, *, incremental: bool) -> None:
    site = await open_site(installation, *meetings(5), incremental=incremental, page_items=2)
    first = await receipt(installation, site.tenant)
    assert (first[EVENTS], first[KEPT], first[BYTES]) == (5, 5, 5 * ITEM_BYTES)
    assert first[Count(What.WITHHELD, "title", "policy", 1)] == 5
    site.provider.put(AMBER, meeting("event-9", NOON + timedelta(hours=9)))
    await site.later()
    second = await receipt(installation, site.tenant)
    assert second[EVENTS] - first[EVENTS] == (1 if incremental else 6)
    assert second.keys() == first.keys()


@both
async def test_an_item_that_is_not_understood_is_read_and_kept_by_nobody(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(1), incremental=incremental)
    site.provider.blur(AMBER, "event-0")
    await site.later()
    found = await receipt(installation, site.tenant)
    assert (found[EVENTS], found[Count(What.SEEN, "time")], found[KEPT]) == (2, 2, 1)
    assert sum(number for one, number in found.items() if one[:2] == (What.WITHHELD, "time")) == 1


async def test_a_look_that_only_brakes_has_read_as_well(installation: Installation) -> None:
    site = await open_site(installation, *meetings(40))
    site.provider.clear(AMBER)
    site.provider.put(AMBER, meeting("event-99", NOON))
    await site.later()
    assert (await site.calendar()).braked
    assert (await receipt(installation, site.tenant))[EVENTS] == 41


async def test_a_round_that_is_given_up_has_read_what_it_read(installation: Installation) -> None:
    site = await open_site(installation, *meetings(6), page_items=2)
    site.provider.fail(3, Unreachable("network"))
    await site.later()
    assert (await receipt(installation, site.tenant))[EVENTS] == 6 + 4


async def test_a_round_that_is_fenced_leaves_nothing(installation: Installation) -> None:
    site = await open_site(installation, *meetings(3))
    before = await receipt(installation, site.tenant)
    installation.clock.move(timedelta(minutes=6))
    site.provider.meanwhile(1, partial(lose_access, installation.store, site.tenancy))
    with pytest.raises(Fenced):
        await site.turn()
    assert await receipt(installation, site.tenant) == before


async def test_each_day_and_each_tenant_has_its_own(installation: Installation) -> None:
    site, other = await open_site(installation, *meetings(3)), await open_site(installation, *meetings(2))
    await site.later(A_DAY)
    assert (await receipt(installation, site.tenant, days_ago=1))[EVENTS] == 3
    assert (await receipt(installation, site.tenant))[EVENTS] == 3
    assert (await receipt(installation, other.tenant))[EVENTS] == 2


async def test_a_persons_event_counts_once_for_each_place_that_it_names(installation: Installation) -> None:
    birch = room("birch")
    site = await open_peopled_site(installation, places=(AMBER, birch))
    before = await receipt(installation, site.tenant)
    ana = Person(site, "ana")
    ana.put(invitation("both", NOON, AMBER, birch), invitation("alone", NOON))
    await ana.connect()
    await site.later()
    found = await receipt(installation, site.tenant) - before
    assert (found[EVENTS], found[KEPT]) == (3, 2)
    assert (found[Count(What.REQUESTED, "people")], found[Count(What.SEEN, "people")]) == (3, 3)
    assert found[Count(What.WITHHELD, "people", "policy", 3)] == 2
    assert found[Count(What.WITHHELD, "people", "names_no_resource", 3)] == 1


@pytest.mark.parametrize(
    ("provider", "mode", "of_person", "field", "ring"),
    [
        (Provider.MICROSOFT, Mode.SNAPSHOT, False, "title", 1),
        (Provider.MICROSOFT, Mode.DELTA, False, "title", 2),
        # Persons' calendars are read by snapshots all the same.
        (Provider.MICROSOFT, Mode.DELTA, True, "title", 1),
        (Provider.MICROSOFT, Mode.SNAPSHOT, False, "booker", 3),
        (Provider.GOOGLE, Mode.SNAPSHOT, False, "booker", 1),
    ],
)
async def test_where_the_rest_stops_is_the_providers_way(
    installation: Installation, provider: Provider, mode: Mode, field: str, ring: int, *, of_person: bool
) -> None:
    tenancy = (await open_site(installation)).tenancy
    connection = msgspec.structs.replace(tenancy.tenant.connection, provider=provider, mode=mode)
    tenant = msgspec.structs.replace(tenancy.tenant, connection=connection)
    counting = replace(tenancy, tenant=tenant).counting(Projection(people=True), of_person=of_person)
    counts = counting.count(Met([Unclear(None, "no_id")], {}), {"no_id": 1}, 0)
    assert counts[Count(What.WITHHELD, field, "no_id", ring)] == 1


async def test_it_is_forgotten_after_400_days(installation: Installation) -> None:
    site = await open_site(installation, *meetings(1))
    upkeep = Upkeep(installation.store, installation.parts.keyring, installation.clock)
    installation.clock.move(400 * A_DAY)
    await upkeep.visit_all()
    assert (await receipt(installation, site.tenant, days_ago=400))[EVENTS] == 1
    installation.clock.move(A_DAY)
    await upkeep.visit_all()
    assert await receipt(installation, site.tenant, days_ago=401) == {}


async def test_it_goes_with_its_tenant(installation: Installation) -> None:
    site, other = await open_site(installation, *meetings(2)), await open_site(installation, *meetings(2))
    await withdraw_tenant(installation.parts, site.tenant)
    assert await receipt(installation, site.tenant) == {}
    assert (await receipt(installation, other.tenant))[EVENTS] == 2
