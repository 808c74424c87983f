"""New rules hold for what is stored before anything is served, whether or not a provider can be read."""

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from connectors.errors import Unreachable
from gateway.app.parts import Parts
from gateway.app.tenants import resume_tenant
from gateway.app.terms.narrowing import narrow
from gateway.entry import EntryKind
from gateway.minimization.lattice import People, Time, Title
from gateway.store.store import Store
from tests.fakes.crashes import Crash, CrashingStore, Fuse
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, lose_access
from tests.fakes.log_fold import LogFold
from tests.fakes.persons import Person, invitation, open_peopled_site
from tests.fakes.provider import FakeProvider, meeting, room
from tests.fakes.site import AMBER, Site, meetings, open_site

ODD = NOON + timedelta(hours=1, minutes=7)
PUT = EntryKind.BOOKING_PUT
ROOMS = tuple(room(f"room-{number}") for number in range(4))

both = pytest.mark.parametrize("incremental", [False, True])


def minutes(site: Site) -> set[int]:
    return {booking.start.minute for booking in site.consumer.bookings.values()}


@both
async def test_a_narrower_policy_is_told_at_once_and_only_what_changes(
    installation: Installation, *, incremental: bool
) -> None:
    even = meeting("event-2", NOON.replace(minute=0, second=0) + timedelta(hours=3))
    site = await open_site(installation, meeting("event-1", ODD), even, incremental=incremental)
    asked = dict(site.provider.asked)
    installation.set_policy("occupancy", time=Time.BUSY)
    await narrow(installation.parts)
    assert await site.news() == [PUT]
    assert minutes(site) == {0}
    assert site.provider.asked == asked
    # Nobody is told anything more by the look that follows, nor by another start.
    await narrow(installation.parts)
    assert await site.later() == []


@both
async def test_rules_that_stayed_the_same_move_nothing(
    installation: Installation, *, incremental: bool
) -> None:
    installation.set_policy("occupancy", title=Title.VOCABULARY)
    site = await open_site(installation, meeting("event-1", ODD), incremental=incremental)
    head = await site.head()
    await narrow(installation.parts)
    assert await site.head() == head


async def test_a_wider_file_tells_nothing_until_it_is_agreed_to(installation: Installation) -> None:
    installation.set_policy("occupancy", time=Time.BUSY)
    site = await open_site(installation, meeting("event-1", ODD))
    installation.set_policy("occupancy", people=People.EXACT)
    await narrow(installation.parts)
    assert await site.later() == []
    await installation.agree(site.tenant)
    assert await site.news() == []
    assert await site.later() == [PUT]
    assert minutes(site) == {7}


async def test_a_file_that_is_narrowed_and_widened_again_tells_more(installation: Installation) -> None:
    site = await open_site(installation, meeting("event-1", ODD))
    installation.set_policy("occupancy", time=Time.BUSY)
    await narrow(installation.parts)
    assert (await site.news(), minutes(site)) == ([PUT], {0})
    installation.set_policy("occupancy")
    await narrow(installation.parts)
    assert await site.later() == []
    await installation.agree(site.tenant)
    assert (await site.later(), minutes(site)) == ([PUT], {7})


async def test_a_pass_that_was_cut_off_goes_on_where_it_ended(installation: Installation) -> None:
    provider = FakeProvider(*ROOMS)
    for place in ROOMS:
        provider.put(place, meeting("event-1", ODD))
    tenant = await installation.onboard(provider)
    await installation.sync()
    installation.set_policy("occupancy", time=Time.BUSY)
    parts = installation.parts
    with pytest.raises(Crash):
        await narrow(with_store(installation, CrashingStore(parts.store, Fuse(3))))
    consumer = LogFold().take(await installation.entries(tenant))
    coarse = sum(booking.start.minute == 0 for booking in consumer.bookings.values())
    assert 0 < coarse < len(ROOMS)
    head = (await installation.standing(tenant)).head
    await narrow(parts)
    assert (await installation.standing(tenant)).head == head + len(ROOMS) - coarse
    late = LogFold().take(await installation.entries(tenant))
    assert {booking.start.minute for booking in late.bookings.values()} == {0}


def with_store(installation: Installation, store: Store) -> Parts:
    return replace(installation.parts, store=store)


async def test_what_is_suspended_obeys_before_it_is_told_again(installation: Installation) -> None:
    site = await open_site(installation, meeting("event-1", ODD))
    await lose_access(installation.store, site.tenancy)
    installation.set_policy("occupancy", time=Time.BUSY)
    await narrow(installation.parts)
    await resume_tenant(installation.parts, site.tenant)
    await site.news()
    assert minutes(site) == {0}


async def test_peoples_copies_obey_too(installation: Installation) -> None:
    site = await open_peopled_site(installation)
    ana, ben = Person(site, "ana"), Person(site, "ben")
    for person in (ana, ben):
        person.put(invitation("theirs", ODD, AMBER, uid="one"))
        await person.connect()
    await site.later()
    assert minutes(site) == {7}
    for person in (ana, ben):
        person.refuse(Unreachable("network"))
    installation.set_policy("occupancy", time=Time.BUSY)
    await narrow(installation.parts)
    assert await site.news() == [PUT]
    assert minutes(site) == {0}
    head = await site.head()
    await narrow(installation.parts)
    assert await site.head() == head


async def test_progress_is_told(installation: Installation) -> None:
    site = await open_site(installation, *meetings(2))
    installation.set_policy("occupancy", time=Time.BUSY)
    with capture_logs() as logs:
        await narrow(installation.parts)
    told = [line for line in logs if line["event"] == "stored_bookings_narrowed"]
    assert [(line["tenant"], line["calendars"], line["of"]) for line in told] == [(site.tenant, 1, 1)]
