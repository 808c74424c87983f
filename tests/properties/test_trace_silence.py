"""Traces: two histories that look the same through a policy are told in the same way, and at the same time.

What changes and may not be seen emits nothing, and moves no position, no revision, no time and no count.
"""

import asyncio
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.raw import RawEvent
from gateway.booking import ResourceKind, TenantId
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


class Pair:
    """Two tenants under one policy, whose calendars look alike."""

    def __init__(self, here: Installation, *, incremental: bool) -> None:
        self._here = here
        self._providers = [FakeProvider(AMBER, incremental=incremental) for _ in range(2)]
        self._tenants = list[TenantId]()

    async def open(self, policy: Disclosure) -> None:
        levels: dict[str, Any] = {name: getattr(policy, name) for name in policy.__struct_fields__}
        self._here.set_policy("drawn", **levels | {"title": min(policy.title, Title.VOCABULARY)})
        # What is written is told place by place.
        scrubbed = frozenset({AMBER.place_id} if policy.title is Title.SCRUBBED else ())
        for provider in self._providers:
            self._tenants.append(
                await self._here.onboard(
                    provider,
                    policy="drawn",
                    places=Places(scrubbed_titles=scrubbed),
                    whose=Provider.GOOGLE,
                    zone=ZONE,
                )
            )

    def happens(self, slot: str, alike: Twins | None) -> None:
        for provider, event in zip(self._providers, alike[2:] if alike else (None, None), strict=True):
            if event is None:
                provider.delete(AMBER, slot)
            else:
                provider.put(AMBER, _moved(event, slot))

    async def read(self) -> None:
        await self._here.sync_later()

    async def told(self) -> list[list[tuple[object, ...]]]:
        """All that a consumer can tell apart of each, but for the ids, which are random."""
        return [
            [
                (entry.position, entry.minute, entry.kind, entry.revision, _without_ids(entry.booking))
                for entry in await self._here.entries(tenant)
            ]
            for tenant in self._tenants
        ]


def _moved(event: RawEvent, slot: str) -> RawEvent:
    return replace(event, id=slot, start=event.start + SHIFT, end=event.end + SHIFT)


def _without_ids(body: msgspec.Raw | None) -> dict[str, object] | None:
    if body is None:
        return None
    members: dict[str, object] = msgspec.json.decode(body)
    return {name: value for name, value in members.items() if name not in {"id", "resource"}} | {
        "bytes": len(body)
    }


async def play(policy: Disclosure, history: list[list[Step]], folder: Path, *, incremental: bool) -> None:
    async with open_installation(folder) as here:
        pair = Pair(here, incremental=incremental)
        await pair.open(policy)
        for steps in history:
            for slot, alike in steps:
                pair.happens(slot, alike)
            await pair.read()
            one, other = await pair.told()
            assert one == other


@given(histories(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_histories_that_look_alike_are_told_alike(
    history: tuple[Disclosure, list[list[Step]]],
    incremental: bool,  # noqa: FBT001  drawn
) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(play(*history, Path(folder), incremental=incremental))


def test_days_stay_days() -> None:
    assert date(2027, 3, 4) + SHIFT == NOON.date()
