"""Traces: two histories that look the same through a policy are told in the same way, and at the same time.

What changes and may not be seen emits nothing, and moves no position, no revision, no time and no count.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.raw import RawEvent
from gateway.booking import BookingId, ResourceKind, TenantId
from gateway.entry import EntryKind
from gateway.minimization.contract import CONTRACT
from gateway.minimization.lattice import Disclosure, Place, Time, Title
from gateway.tenant import Places, Provider
from tests.fakes.filled_store import NOON
from tests.fakes.installation import Installation, open_installation
from tests.fakes.provider import FakeProvider
from tests.fakes.site import AMBER
from tests.properties.minimization_twins import EDGE, ZONE, Twins, twins

SLOTS = ("event-0", "event-1", "event-2")
#: Whole days, so that blocks stay where they are.
SHIFT: timedelta = NOON.date() - EDGE.date()

#: What happens to an event of both calendars: it becomes one of two that look alike, or goes.
Step = tuple[str, Twins | None]

policies = st.builds(Disclosure, time=st.sampled_from(list(Time)[1:]), place=st.just(Place.RESOURCE))


@st.composite
def histories(draw: st.DrawFn) -> tuple[Disclosure, list[list[Step]]]:
    """A policy, and what happens between one look and the next."""
    policy = draw(policies)
    alike = twins(st.just(policy), st.just(ResourceKind.ROOM))
    step = st.tuples(st.sampled_from(SLOTS), st.none() | alike | alike)
    return policy, draw(st.lists(st.lists(step, max_size=3), min_size=2, max_size=4))


class Told(NamedTuple):
    """All that a consumer can tell apart of an entry."""

    position: int
    minute: int
    kind: EntryKind
    revision: int | None
    id: BookingId | None
    booking: bytes | None


class Side:
    """A tenant whose calendar is one of two that look alike."""

    def __init__(self, here: Installation, tenant: TenantId, *, incremental: bool) -> None:
        self._here = here
        self._tenant = tenant
        self._provider = here.providers[tenant] = FakeProvider(AMBER, incremental=incremental)

    def happens(self, slot: str, event: RawEvent | None) -> None:
        if event is None:
            self._provider.delete(AMBER, slot)
        else:
            self._provider.put(AMBER, _moved(event, slot))

    async def told(self) -> list[Told]:
        """Let time pass; what is told by then."""
        await self._here.sync_later()
        entries = await self._here.entries(self._tenant)
        return [
            Told(
                entry.position,
                entry.minute,
                entry.kind,
                entry.revision,
                entry.booking_id,
                None if entry.booking is None else bytes(entry.booking),
            )
            for entry in entries
        ]


def _moved(event: RawEvent, slot: str) -> RawEvent:
    return replace(event, id=slot, start=event.start + SHIFT, end=event.end + SHIFT)


@asynccontextmanager
async def opened(folder: Path, policy: Disclosure) -> AsyncIterator[Installation]:
    levels: dict[str, Any] = {name: getattr(policy, name) for name in policy.__struct_fields__}
    async with open_installation(folder) as here:
        here.set_policy("drawn", **levels | {"title": min(policy.title, Title.VOCABULARY)})
        yield here


async def onboard(here: Installation, policy: Disclosure) -> TenantId:
    # What is written is told place by place.
    scrubbed = frozenset({AMBER.place_id} if policy.title is Title.SCRUBBED else ())
    places = Places(scrubbed_titles=scrubbed)
    return await here.onboard(FakeProvider(), policy="drawn", places=places, whose=Provider.GOOGLE, zone=ZONE)


async def play(policy: Disclosure, history: list[list[Step]], folder: Path, *, incremental: bool) -> None:
    one, other = folder / "one", folder / "other"
    one.mkdir()
    async with opened(one, policy) as here:
        tenant = await onboard(here, policy)
    # The same keys, so that even the ids can be compared.
    shutil.copytree(one, other)
    async with opened(one, policy) as first, opened(other, policy) as second:
        sides = [Side(here, tenant, incremental=incremental) for here in (first, second)]
        for steps in history:
            for slot, alike in steps:
                for side, event in zip(sides, alike[2:] if alike else (None, None), strict=True):
                    side.happens(slot, event)
            told = [await side.told() for side in sides]
            assert told[0] == told[1]


@given(histories(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_histories_that_look_alike_are_told_alike(
    history: tuple[Disclosure, list[list[Step]]],
    incremental: bool,  # noqa: FBT001  drawn
) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(play(*history, Path(folder), incremental=incremental))


@pytest.mark.parametrize("incremental", [False, True])
async def test_which_of_two_begins_first_is_not_told(tmp_path: Path, *, incremental: bool) -> None:
    policy = replace(CONTRACT, time=Time.BUSY, title=Title.NONE)
    early, middle, late = (
        RawEvent("", EDGE + timedelta(minutes=number), EDGE + timedelta(minutes=15 + number), private=False)
        for number in (0, 3, 6)
    )
    longer = replace(middle, end=middle.end + timedelta(hours=1))
    steps: list[Step] = [
        ("event-0", Twins(policy, ResourceKind.ROOM, early, late)),
        ("event-1", Twins(policy, ResourceKind.ROOM, longer, longer)),
    ]
    await play(policy, [steps], tmp_path, incremental=incremental)


def test_days_stay_days() -> None:
    assert date(2027, 3, 4) + SHIFT == NOON.date()
