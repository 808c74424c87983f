"""What a look tells of the wire, beside what the stand-ins say of the same."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from connectors.crossing import Crossed
from connectors.sandbox.identity import Identity
from connectors.sandbox.truth import Provider as Whose
from gateway.app.previews.crossing import Crossing, crossings
from gateway.app.service import NotRead
from gateway.app.tenants import find_tenant, withdraw_tenant
from gateway.authorization import SuspensionReason
from gateway.errors import ConfigurationError, Fenced
from gateway.store.registry import Registry
from gateway.store.sqlite import DATABASE
from gateway.tenant import Mode
from tests.gateway.app.scene import Scene, copied, grown, scene


async def look(here: Scene, *, both_modes: bool = False) -> list[Crossing]:
    return await crossings(here.parts, await find_tenant(here.parts, here.tenant), both_modes=both_modes)


async def suspend(here: Scene) -> None:
    def change(registry: Registry) -> None:
        before = registry.standing(here.tenant).authorization
        registry.change(before, before.suspend(SuspensionReason.ACCESS_LOST))

    await here.parts.store.administer(change)


def told(crossed: Crossed) -> tuple[int, int, Counter[str]]:
    return crossed.bytes, crossed.events, crossed.personal


@pytest.mark.parametrize(
    ("provider", "mode", "policy", "kinds"),
    [
        (Whose.MICROSOFT, Mode.SNAPSHOT, "occupancy", set()),
        (Whose.MICROSOFT, Mode.SNAPSHOT, "capacity", {"attendee", "organizer"}),
        (Whose.MICROSOFT, Mode.DELTA, "occupancy", {"attendee", "organizer", "title"}),
        (Whose.GOOGLE, Mode.SNAPSHOT, "occupancy", set()),
        (Whose.GOOGLE, Mode.SNAPSHOT, "capacity", set()),
    ],
)
async def test_a_look_tells_what_the_provider_says_it_sent(
    tmp_path: Path, identity: Identity, provider: Whose, mode: Mode, policy: str, kinds: set[str]
) -> None:
    async with scene(tmp_path, identity, provider, mode, policy) as here:
        await here.sync()
        before, asked = copied(here.ledger), here.requests
        (one,) = await look(here)
        assert told(one.crossed) == grown(before, here.ledger)
        assert one.crossed.requests == here.requests - asked
        assert one.crossed.events > 0
        # In a round of changes there is more, as the week has it.
        assert one.crossed.personal.keys() == kinds or mode is Mode.DELTA
        assert one.crossed.personal.keys() >= kinds


async def test_less_is_asked_of_a_place_that_is_somebodys_own(tmp_path: Path, identity: Identity) -> None:
    way = (Whose.MICROSOFT, Mode.SNAPSHOT, "capacity")
    async with scene(tmp_path, identity, *way, personal=True) as here:
        await here.sync()
        (one,) = await look(here)
        assert (one.crossed.events > 0, one.crossed.personal) == (True, {})


@pytest.mark.parametrize("chosen", Mode)
async def test_both_modes_are_told_side_by_side(tmp_path: Path, identity: Identity, chosen: Mode) -> None:
    async with scene(tmp_path, identity, Whose.MICROSOFT, chosen) as here:
        await here.sync()
        before = copied(here.ledger)
        found = await look(here, both_modes=True)
        assert [(one.mode, one.is_chosen) for one in found] == [
            (chosen, True),
            (next(mode for mode in Mode if mode is not chosen), False),
        ]
        people = {one.mode: one.crossed.personal["attendee"] for one in found}
        assert people[Mode.SNAPSHOT] == 0 < people[Mode.DELTA]
        size, events, personal = grown(before, here.ledger)
        assert size == sum(one.crossed.bytes for one in found)
        assert events == sum(one.crossed.events for one in found)
        assert personal == sum((one.crossed.personal for one in found), Counter[str]())


async def test_the_mode_that_was_not_chosen_is_read_on_demand_alone(
    tmp_path: Path, identity: Identity
) -> None:
    async with scene(tmp_path, identity, Whose.MICROSOFT, Mode.SNAPSHOT) as here:
        await here.sync()
        await look(here)
        assert here.sandbox.requests["graph.delta"] == 0
    with pytest.raises(ConfigurationError, match="--both-modes"):
        async with scene(tmp_path / "google", identity, Whose.GOOGLE, Mode.SNAPSHOT) as here:
            await look(here, both_modes=True)


async def test_a_look_writes_nothing(tmp_path: Path, identity: Identity) -> None:
    async with scene(tmp_path, identity, Whose.MICROSOFT, Mode.DELTA) as here:
        await here.sync()
        await here.parts.store.sweep()
        files = [tmp_path / "store" / f"{DATABASE}{end}" for end in ("", "-wal")]
        before = [path.read_bytes() for path in files]
        counted = here.parts.metrics.exposition()
        await look(here, both_modes=True)
        assert [path.read_bytes() for path in files] == before
        assert here.parts.metrics.exposition() == counted


async def test_what_may_not_be_read_is_not_asked_for(tmp_path: Path, identity: Identity) -> None:
    async with scene(tmp_path, identity, Whose.MICROSOFT, Mode.SNAPSHOT) as here:
        with pytest.raises(NotRead, match="sync --once"):
            await look(here)
        await here.sync()
        asked = here.sandbox.requests.total()
        await suspend(here)
        with pytest.raises(Fenced, match="suspended"):
            await look(here)
        await withdraw_tenant(here.parts, here.tenant)
        with pytest.raises(Fenced, match="has withdrawn"):
            await look(here)
        assert here.sandbox.requests.total() == asked


async def test_the_fence_stands_before_each_attempt(tmp_path: Path, identity: Identity) -> None:
    async with scene(tmp_path, identity, Whose.MICROSOFT, Mode.SNAPSHOT) as here:
        await here.sync()
        here.sandbox.faults.refuse("graph.view", 429, times=1)
        asked = here.requests

        async def be_fenced() -> None:
            with pytest.raises(Fenced, match="moved on"):
                await look(here)

        async with asyncio.TaskGroup() as group:
            group.create_task(be_fenced())
            while here.requests == asked:  # noqa: ASYNC110  the stand-ins ring no event
                await asyncio.sleep(0.01)
            await suspend(here)
        assert here.requests == asked + 1


async def test_a_calendar_that_is_refused_is_told_by_its_code_alone(
    tmp_path: Path, identity: Identity
) -> None:
    async with scene(tmp_path, identity, Whose.MICROSOFT, Mode.SNAPSHOT) as here:
        await here.sync()
        here.sandbox.faults.refuse("graph.view", 403, times=1)
        with pytest.raises(NotRead) as refused:
            await look(here)
        assert "graph_" in str(refused.value)
        assert all(place.address not in str(refused.value) for place in here.company.resources)
