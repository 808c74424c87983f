"""A look that would remove suspiciously much is repeated, and then believed."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.errors import Unreachable
from gateway.entry import EntryKind
from tests.fakes.installation import Installation
from tests.fakes.site import AMBER, Site, meetings, open_site

PAST_A_MINUTE = timedelta(minutes=1, seconds=1)

both = pytest.mark.parametrize("incremental", [False, True])


def lose(site: Site, count: int) -> None:
    site.provider.delete(AMBER, *(event.id for event in meetings(count)))


@both
@pytest.mark.parametrize("page_items", [7, 100])
async def test_a_round_that_misses_much_removes_nothing_and_looks_again(
    installation: Installation, *, incremental: bool, page_items: int
) -> None:
    site = await open_site(installation, *meetings(41), incremental=incremental, page_items=page_items)
    lose(site, 21)
    assert await site.later() == []
    row = await site.calendar()
    assert (row.braked, row.reason, row.cursor) == (True, "brake", None)
    assert len(site.told) == 41
    site.provider.put(AMBER, *meetings(21))
    assert await site.later(PAST_A_MINUTE) == []
    assert not (await site.calendar()).braked


@both
async def test_a_second_look_is_believed(installation: Installation, *, incremental: bool) -> None:
    site = await open_site(installation, *meetings(41), incremental=incremental)
    lose(site, 21)
    await site.later()
    assert await site.later(PAST_A_MINUTE) == [EntryKind.BOOKING_REMOVED] * 21
    assert not (await site.calendar()).braked


@both
async def test_what_is_cancelled_all_at_once_is_suspicious_too(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(41), incremental=incremental, page_items=7)
    site.provider.put(AMBER, *(replace(event, cancelled=True) for event in meetings(21)))
    assert await site.later() == []
    assert (await site.calendar()).braked
    assert await site.later(PAST_A_MINUTE) == [EntryKind.BOOKING_REMOVED] * 21


@both
async def test_a_second_look_that_fails_believes_nothing(
    installation: Installation, *, incremental: bool
) -> None:
    site = await open_site(installation, *meetings(41), incremental=incremental)
    lose(site, 21)
    await site.later()
    site.provider.fail(1, Unreachable("network"))
    assert await site.later(PAST_A_MINUTE) == []
    assert (await site.calendar()).braked
    assert await site.later(PAST_A_MINUTE) == [EntryKind.BOOKING_REMOVED] * 21


@both
async def test_what_a_braked_round_did_read_stands(installation: Installation, *, incremental: bool) -> None:
    site = await open_site(installation, *meetings(41), incremental=incremental)
    lose(site, 22)
    site.provider.put(AMBER, *meetings(1, first=50))
    assert await site.later() == [EntryKind.BOOKING_PUT]


@both
@pytest.mark.parametrize(("standing", "lost"), [(20, 20), (42, 21), (100, 50)])
async def test_not_so_much_is_removed_at_once(
    installation: Installation, *, incremental: bool, standing: int, lost: int
) -> None:
    site = await open_site(installation, *meetings(standing), incremental=incremental)
    lose(site, lost)
    assert await site.later() == [EntryKind.BOOKING_REMOVED] * lost


@both
async def test_what_ages_out_is_not_suspicious(installation: Installation, *, incremental: bool) -> None:
    site = await open_site(installation, *meetings(30), incremental=incremental)
    assert await site.later(timedelta(days=4)) == []
    assert not (await site.calendar()).braked
