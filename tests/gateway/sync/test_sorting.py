"""A long page does not hold the loop."""

from collections.abc import Coroutine
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.port import Page
from gateway.booking import BookingId, CalendarId, ResourceId, ResourceKind, SeriesId
from gateway.minimization.lattice import WIDEST
from gateway.minimization.personal import RESOURCES_MAX, PersonalMinimizer
from gateway.sync.sorting import SLICE_ITEMS, Sorted, sort_page, sort_personal
from tests.fakes.filled_store import NOON
from tests.fakes.persons import invitation
from tests.fakes.provider import room
from tests.fakes.site import meetings
from tests.properties.minimization_twins import minimizer


def driven(work: Coroutine[Any, Any, Sorted]) -> tuple[Sorted, int]:
    """What came of it, and how often it let others run."""
    for pauses in range(1000):
        try:
            work.send(None)
        except StopIteration as done:
            return done.value, pauses
    raise AssertionError("it never ended")


@pytest.mark.parametrize(("items", "pauses"), [(0, 0), (1, 0), (SLICE_ITEMS, 0), (4 * SLICE_ITEMS, 3)])
def test_others_run_between_its_slices(items: int, pauses: int) -> None:
    page = Page(events=tuple(meetings(items)))
    result, paused = driven(sort_page(page, minimizer(WIDEST, ResourceKind.ROOM)))
    assert (len(result.kept()) + len(result.gone), paused) == (items, pauses)


@pytest.mark.parametrize(("named", "pauses"), [(1, 0), (SLICE_ITEMS // 25, 2), (RESOURCES_MAX, 4)])
def test_an_event_that_names_many_resources_counts_as_many(named: int, pauses: int) -> None:
    places = tuple(room(f"room-{number}") for number in range(named))
    page = Page(events=tuple(invitation(f"event-{number}", NOON, *places) for number in range(60)))
    one = minimizer(WIDEST, ResourceKind.ROOM)
    known = {
        place.address: replace(one.place, resource=replace(one.place.resource, id=ResourceId(place.place_id)))
        for place in places
    }
    anybody = PersonalMinimizer(CalendarId("anybody's"), known, lambda _: one)
    result, paused = driven(
        sort_personal(
            page,
            anybody,
            identify=lambda event, told_as: BookingId(f"{event} as {told_as}"),
            identify_series=SeriesId,
        )
    )
    assert (len(result.puts) + result.reasons.total(), paused) == (60 * named, pauses)
