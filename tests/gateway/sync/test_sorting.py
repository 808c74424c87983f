"""A long page does not hold the loop."""

from collections.abc import Coroutine
from typing import Any

import pytest

from connectors.port import Page
from gateway.booking import ResourceKind
from gateway.minimization.lattice import WIDEST
from gateway.sync.sorting import SLICE_ITEMS, Sorted, sort_page
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
