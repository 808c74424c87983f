"""The whole service against the stand-ins, with a canary in one time, enumeration or link at a time."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from connectors.sandbox.truth import Provider
from gateway.tenant import Mode
from tests.system.broken_world import BrokenWorld
from tests.system.canaries import Canaries
from tests.system.gateways import Alteration
from tests.system.house import House
from tests.system.journey import Journey
from tests.system.leaks import let_through
from tests.system.standins import WatchedSandbox

EMPLOYERS = {"north": Provider.MICROSOFT, "south": Provider.MICROSOFT, "east": Provider.GOOGLE}
MODES = (Mode.SNAPSHOT, Mode.DELTA, Mode.SNAPSHOT)


@asynccontextmanager
async def broken_on_the_way(
    folder: Path, broken: BrokenWorld, modes: Sequence[Mode], alteration: Alteration | None = None
) -> AsyncIterator[Journey]:
    """Everything was read whole, then broken, and read again."""
    world = broken.build()
    async with WatchedSandbox(world, broken) as sandbox:
        journey = Journey(House.build(sandbox, folder / "house"), world, broken.canaries)
        await journey.onboard(*modes)
        async with journey.serving(alteration):
            broken.break_all()
            journey.house.make_due()
            await journey.house.all_tried()
            await journey.consumer.read_on()
            yield journey


async def test_a_broken_field_stops_no_calendar_frees_no_room_and_is_left_nowhere(tmp_path: Path) -> None:
    broken = BrokenWorld(Canaries(), EMPLOYERS)
    async with broken_on_the_way(tmp_path, broken, MODES) as journey:
        standing = journey.consumer.standing()
    for exhibit in broken.exhibits:
        freshness = "fresh" if exhibit.tells_when else "unknown"
        assert standing[exhibit.place.id] == (len(exhibit.calendar.events), freshness), exhibit.paths
    assert journey.conclude().leaks(broken.canaries) == {}


async def test_what_is_let_through_on_purpose_is_found_where_it_went(tmp_path: Path) -> None:
    broken = BrokenWorld(Canaries(), {"south": Provider.MICROSOFT})
    async with broken_on_the_way(tmp_path, broken, [Mode.DELTA], let_through) as journey:
        pass
    leaks = journey.conclude().leaks(broken.canaries)
    for source, field in (
        ("metrics (plain)", "start.dateTime"),
        ("log of serve (plain)", "webLink"),
    ):
        assert any(where.endswith(field) for where in leaks[source]), field
