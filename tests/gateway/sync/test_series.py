"""Series that a provider tells of as a whole: what it names no more is gone, and nothing else."""

import pytest
from msgspec.structs import replace

from gateway.booking import CalendarId, Freshness
from gateway.entry import EntryKind
from tests.fakes.installation import Installation
from tests.fakes.log_fold import LogFold
from tests.fakes.site import AMBER, Site, meetings, open_site

REMOVED = EntryKind.BOOKING_REMOVED


async def open_series(installation: Installation, page_items: int = 100) -> Site:
    """A room with two series of three meetings each, and a meeting of its own."""
    site = await open_site(installation, incremental=True, page_items=page_items)
    site.provider.put(AMBER, *meetings(1))
    site.provider.put_series(AMBER, "weekly", *meetings(3, first=50))
    site.provider.put_series(AMBER, "daily", *meetings(3, first=60))
    await site.later()
    return site


async def told(site: Site) -> set[str]:
    """The events that a new consumer is told of, and an old one too."""
    new = LogFold().take(await site.installation.entries(site.tenant))
    assert new.bookings == site.consumer.bookings
    return site.told


async def test_a_deleted_series_takes_its_occurrences_with_it(installation: Installation) -> None:
    site = await open_series(installation)
    site.provider.delete_series(AMBER, "weekly")
    assert await site.later() == [REMOVED] * 3
    assert await told(site) == {"event-0", "event-60", "event-61", "event-62"}
    assert await site.later() == []


async def test_what_a_series_names_no_more_is_gone(installation: Installation) -> None:
    site = await open_series(installation)
    site.provider.shorten_series(AMBER, "weekly", "event-51")
    assert await site.later() == [REMOVED]
    assert await told(site) == {"event-0", "event-50", "event-52", "event-60", "event-61", "event-62"}


@pytest.mark.parametrize("page_items", [1, 2, 100])
async def test_a_series_may_be_told_on_several_pages(installation: Installation, page_items: int) -> None:
    site = await open_series(installation, page_items)
    site.provider.shorten_series(AMBER, "daily", "event-60", "event-62")
    assert await site.later() == [REMOVED] * 2
    assert await told(site) == {"event-0", "event-50", "event-51", "event-52", "event-61"}


async def test_what_is_not_understood_any_more_keeps_its_place_in_a_series(
    installation: Installation,
) -> None:
    site = await open_series(installation)
    site.provider.blur(AMBER, "event-50")
    site.provider.shorten_series(AMBER, "weekly", "event-51")
    assert REMOVED in await site.later()
    assert {"event-50", "event-52"} <= await told(site)


async def test_a_series_that_nobody_knows_takes_nothing(installation: Installation) -> None:
    site = await open_series(installation)
    site.provider.delete_series(AMBER, "yearly")
    assert await site.later() == []


async def test_a_series_is_one_of_its_calendar(installation: Installation) -> None:
    """Two rooms of one meeting share the provider's id of its series."""
    site = await open_series(installation)
    tenancy = site.tenancy
    one, other = (await site.calendar()).id, CalendarId("another")
    assert tenancy.identify_series(one)("weekly") != tenancy.identify_series(other)("weekly")


async def test_a_full_round_remembers_which_series_it_met(installation: Installation) -> None:
    site = await open_series(installation)
    site.provider.lose_cursors()
    await site.later()
    site.provider.delete_series(AMBER, "daily")
    assert await site.later() == [REMOVED] * 3


async def test_what_is_told_anew_and_said_to_be_gone_in_one_round_is_all_read_again(
    installation: Installation,
) -> None:
    site = await open_series(installation, page_items=1)
    site.provider.shorten_series(AMBER, "weekly", "event-51")

    async def go() -> None:
        site.provider.delete_series(AMBER, "weekly")

    site.provider.meanwhile(2, go)
    await site.later()
    await site.later()
    assert await told(site) == {"event-0", "event-60", "event-61", "event-62"}


async def test_one_that_cannot_be_named_may_be_any_that_a_series_names_no_more(
    installation: Installation,
) -> None:
    site = await open_series(installation)
    site.provider.blur(AMBER, "event-50", nameless=True)
    site.provider.shorten_series(AMBER, "weekly", "event-51")
    await site.later()
    assert {"event-50", "event-51"} <= await told(site)
    assert site.freshness() is Freshness.UNKNOWN


async def test_a_meeting_read_again_by_its_id_stays_in_its_series(installation: Installation) -> None:
    site = await open_series(installation)

    async def move() -> None:
        site.provider.put(AMBER, meetings(1, first=70)[0], replace(meetings(1, first=71)[0], id="event-50"))

    site.provider.put(AMBER, replace(meetings(1, first=72)[0], id="event-50"))
    site.provider.contradict(AMBER, "event-50")
    site.provider.meanwhile(0, move)
    await site.later()
    site.provider.calendars[AMBER.address].series.pop("event-50")
    await site.later()
    site.provider.delete_series(AMBER, "weekly")
    site.provider.calendars[AMBER.address].items.pop("event-50", None)
    site.provider.calendars[AMBER.address].changes.pop("event-50", None)
    await site.later()
    assert "event-50" not in await told(site)
