"""What has ended goes from people's own calendars as it does from places', and nothing that is ahead does."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.errors import Unreachable
from gateway.booking import BookingId
from gateway.entry import EntryKind
from gateway.sync.upkeep import Upkeep
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation
from tests.fakes.log_fold import LogFold
from tests.fakes.persons import Person, invitation, open_peopled_site
from tests.fakes.site import AMBER, Site

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

pytestmark = pytest.mark.parametrize("incremental", [True, False], ids=["by cursor", "by snapshot"])


@pytest.fixture
async def site(installation: Installation, incremental: object) -> Site:
    return await open_peopled_site(installation, incremental=bool(incremental))


async def visited(site: Site, after: timedelta) -> list[EntryKind]:
    """What is told once time has passed, everything due was read, and upkeep came by."""
    told, here = await site.later(after), site.installation
    await Upkeep(here.store, here.parts.keyring, here.clock).visit_all()
    return [*told, *await site.news()]


async def told_from_nothing(site: Site) -> set[BookingId]:
    """What a consumer is told of that begins now."""
    new = LogFold()
    await site.installation.news(site.tenant, new)
    return {*new.bookings}


@pytest.mark.parametrize("unread", [False, True])
async def test_where_the_copy_that_is_told_ages_out_one_that_is_still_ahead_is_told(
    site: Site, *, unread: bool
) -> None:
    event = invitation("theirs", NOON, AMBER)
    ana, ben = Person(site, "ana"), Person(site, "ben")
    ana.put(event)
    await ana.connect()
    await site.later()
    ben.put(replace(event, id="by another id", start=NOON + 9 * DAY, end=NOON + 9 * DAY + HOUR))
    await ben.connect()
    assert await site.later() == []
    if unread:
        ana.refuse(Unreachable("no_answer"))
    told = [*await visited(site, 4 * DAY), *await site.later()]
    assert told.count(EntryKind.BOOKING_PUT) == 1
    assert [one.start for one in site.consumer.bookings.values()] == [NOON + 9 * DAY]
    assert await told_from_nothing(site) == {*site.consumer.bookings}


async def test_what_ended_today_is_kept_of_a_calendar_that_is_not_read(site: Site) -> None:
    ana = Person(site, "ana")
    ana.put(invitation("theirs", NOON + HOUR, AMBER))
    await ana.connect()
    await site.later()
    before = await told_from_nothing(site)
    assert len(before) == 1
    ana.refuse(Unreachable("no_answer"))
    await visited(site, 5 * HOUR)
    assert await told_from_nothing(site) == before
    ana.accept()
    assert EntryKind.BOOKING_PUT not in await site.later(HOUR)
    assert await told_from_nothing(site) == before
